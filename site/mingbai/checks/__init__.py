"""Runs the contract and the rules of every filing and returns all findings at once; it changes no filing."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from mingbai.checks import structure
from mingbai.checks.reporting import Checked, as_json, in_order, report
from mingbai.checks.rounds import Round
from mingbai.errors import UsageError
from mingbai.filings import FilingId
from mingbai.memory import Memory
from mingbai.messages import say
from mingbai.portal import Portal
from mingbai.sharing import share_out
from mingbai.sheets.finding import Finding

__all__ = ["Checked", "Memory", "as_json", "check", "memory_of", "report"]

# What lies here may be read by the check of any filing.
_READ_BY_ALL = (
    "datasets/kinds",
    "datasets/profiles",
    "datasets/calendar",
    "datasets/units.csv",
    "mkdocs.yml",
)


def check(portal: Portal, paths: Sequence[Path], as_of: date, memory: Memory | None = None) -> Checked:
    """Check the whole portal, or the filings at `paths` and those whose rules read them.

    Raises UsageError for a path that is not there or lies outside the portal, KindError for a broken kind, PortalError
    for a broken profile or calendar.
    """
    _ = portal.profiles, portal.workdays  # told here, whether a rule asks for them or not
    files = {_inside(portal, path) for path in paths}
    asked = None if not files or any(_is_read_by_all(file) for file in files) else files
    found = list(structure.look(portal))
    run = Round(portal, as_of, memory, {each.file for each in found if each.rule in structure.NOT_OPENED})
    wanted = _wanted(run, asked)
    rows: dict[str, int] = {}
    told: list[Finding] = [finding for finding in found if asked is None or _under(finding.file, asked)]
    # Only a whole portal is shared out: the gate names what was pushed, and it counts the seconds of its own process.
    judged = share_out(run.findings, wanted) if asked is None else map(run.findings, wanted)
    for id, (count, findings) in zip(wanted, judged, strict=True):
        rows[f"{id.path}.csv"] = count
        told += findings
    return Checked(in_order(told), len(wanted), rows, (portal.settings.url or "").rstrip("/"))


def memory_of(portal: Portal) -> Memory | None:
    """Return where a portal remembers what was found: below `build`, sealed with a key of its state folder.

    None where no such key can be kept; then everything is found anew.
    """
    return Memory.open(portal.root / "build" / "checks", portal.state / "keys")


def _wanted(run: Round, asked: set[str] | None) -> list[FilingId]:
    """Return the filings asked for, and those whose rules read one of them."""
    if asked is None:
        return run.ids
    named = {id for id in run.ids if any(_under(f"{id.path}{end}", asked) for end in (".csv", ".yaml"))}
    readers = {id for id in run.ids if any(each in named for each in run.near(id))} if named else set()
    return sorted(named | readers)


def _inside(portal: Portal, path: Path) -> str:
    """Return the path below the portal. Raises UsageError if there is no such file, or it is not the portal's."""
    full = Path.cwd() / path
    if not full.exists():
        raise UsageError(say("checks.no_path", path=path))
    try:
        return full.resolve().relative_to(portal.root).as_posix()
    except ValueError:
        raise UsageError(say("checks.outside", path=path, root=portal.root)) from None


def _is_read_by_all(file: str) -> bool:
    return any(_under(file, {each}) or _under(each, {file}) for each in _READ_BY_ALL)


def _under(file: str, folders: set[str]) -> bool:
    return any(folder == "." or file == folder or file.startswith(f"{folder}/") for folder in folders)
