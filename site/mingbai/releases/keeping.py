"""Lists the releases that are kept, puts an earlier one up again, takes old ones away; it builds nothing.

Of what was withdrawn nothing may come back: a release that was built before a withdrawal is never put up again, and
none is kept that shows a name whose time is over.
"""

import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from mingbai.errors import UsageError
from mingbai.messages import say
from mingbai.releases.swapping import KEEP, MARKER, repoint


@dataclass(frozen=True)
class Kept:
    """A release that is kept: its folder's name, the day and commit it was built of, whether it is up."""

    name: str
    as_of: str
    commit: str
    is_up: bool


def kept(root: Path) -> list[Kept]:
    """Return the releases of the portal at `root`, the newest first."""
    folder, up = _folder(root), (root / "build" / "site").resolve()
    whole = [path for path in folder.glob("*") if path.suffix != ".tmp" and (path / MARKER).is_file()]
    return [_read(path, path.resolve() == up) for path in sorted(whole, reverse=True)]


def rollback(root: Path, name: str, closed: Sequence[str] = ()) -> Kept:
    """Put a kept release up. `closed`: names that hold what was withdrawn. Raises UsageError."""
    found = {each.name: each for each in kept(root)}
    if name not in found:
        raise UsageError(say("releases.none", name=name, names=found))
    if name in closed:
        raise UsageError(say("releases.withdrawn", name=name))
    repoint(root / "build" / "site", _folder(root) / name)
    return found[name]


def prune(root: Path, keep: int = KEEP) -> list[str]:
    """Take away all but the newest releases and the one that is up; return the names of those that went."""
    gone = [each.name for each in kept(root)[keep:] if not each.is_up]
    for name in gone:
        shutil.rmtree(_folder(root) / name)
    return gone


def part_with(root: Path, known: Path, ended: Collection[str]) -> list[str]:
    """Take away every release but the one that is up when it shows no longer what an earlier one did.

    `known`: the file that tells which names had ended before; `ended`: those that have now. Returns what went.
    """
    before = known.read_text("utf-8").splitlines() if known.is_file() else []
    gone = prune(root, 0) if set(ended).difference(before) else []
    known.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    known.write_text("".join(f"{each}\n" for each in sorted(ended)), "utf-8")
    return gone


def sweep(root: Path) -> None:
    """Take away half builds. Only who holds the builder's lock may: nobody else builds there then."""
    for path in _folder(root).glob("*.tmp"):
        shutil.rmtree(path, ignore_errors=True)


def _folder(root: Path) -> Path:
    return root / "build" / "releases"


def _read(path: Path, is_up: bool) -> Kept:
    lines = [*(path / MARKER).read_text("utf-8").splitlines(), "", "", ""]
    return Kept(path.name, lines[1], lines[2], is_up)
