"""Runs contract and rules over every filing and returns all findings at once; it changes and publishes nothing."""

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from mingbai.checks import structure
from mingbai.checks.memory import Memory
from mingbai.checks.rules import Case, Rule, load
from mingbai.errors import UsageError
from mingbai.filings import FILINGS, FilingId, RawTable
from mingbai.kinds import Contract
from mingbai.messages import LANGUAGES, Text, say
from mingbai.portal import Portal
from mingbai.privacy.identifiers import identifiers
from mingbai.sheets.finding import Finding

__all__ = ["Checked", "Memory", "as_json", "check", "check_filing", "report"]


@dataclass(frozen=True)
class Checked:
    """What a check found, and in how many filings it looked."""

    findings: tuple[Finding, ...]
    filings: int

    @property
    def errors(self) -> int:
        """How many findings block."""
        return sum(finding.severity == "error" for finding in self.findings)


def check(portal: Portal, paths: Sequence[Path], as_of: date, memory: Memory | None = None) -> Checked:
    """Check the whole portal, or the filings at `paths` and those whose rules read them.

    Raises UsageError for a path that is not there or lies outside the portal, KindError for a broken kind.
    """
    round = _Round(portal, as_of, memory)
    for kind in portal.kinds.values():
        for contract in (*kind.versions, kind.contract):
            round.rules(contract)
    wanted, files = _wanted(portal, paths, round)
    found = [finding for finding in structure.look(portal) if files is None or _under(finding.file, files)]
    misplaced = {finding.file for finding in found}
    for id in wanted:
        if not {f"{id.path}.csv", f"{id.path}.yaml"} & misplaced:
            found += round.findings(id)
    order = {severity: index for index, severity in enumerate(("error", "warning"))}
    found.sort(key=lambda each: (each.file, each.row or 0, order[each.severity], each.rule, each.field or ""))
    return Checked(tuple(found), len(wanted))


def check_filing(
    raw: RawTable, previous: RawTable | None, rules: Sequence[Rule], as_of: date
) -> list[Finding]:
    """Return every finding of one filing that has been read: its contract, personal numbers, then the kind's rules."""
    found = [*raw.findings, *_personal(raw)]
    case = Case(raw, previous, as_of)
    if raw.sidecar.nil is None:
        for rule in rules:
            found += rule.findings(case)
    return found


def _personal(raw: RawTable) -> Iterator[Finding]:
    """Find identity, mobile and card numbers in any text of the filing; the number itself is never told."""
    fields = raw.contract.schema.by_name
    for row in raw.rows:
        for name, value in row.cells.items():
            for sort in identifiers(value) if isinstance(value, str) else ():
                what = Text(*(say(f"privacy.{sort}", lang) for lang in LANGUAGES))
                where = (f"{raw.id.path}.csv", row.number, name)
                yield Finding.of(
                    "checks.personal", *where, row=row.number, title=fields[name].title, what=what
                )
    for name, value in _said(raw):
        for sort in identifiers(value):
            what = Text(*(say(f"privacy.{sort}", lang) for lang in LANGUAGES))
            yield Finding.of("checks.personal_said", f"{raw.id.path}.yaml", None, name, name=name, what=what)


def _said(raw: RawTable) -> Iterator[tuple[str, str]]:
    said = raw.sidecar
    texts = [("nil", said.nil), ("supervision", said.opinion), ("display", said.place)]
    texts += [("corrections", each.reason) for each in said.corrections]
    for name, value in [
        *texts,
        *((name, value) for name, value in raw.header.items() if isinstance(value, str)),
    ]:
        if isinstance(value, str):
            yield name, value


class _Round:
    """One run over a portal: what is read or compiled once is kept for its length."""

    def __init__(self, portal: Portal, as_of: date, memory: Memory | None) -> None:
        self._portal, self._as_of, self._memory = portal, as_of, memory
        self._rules: dict[Path, tuple[Rule, ...]] = {}
        self._raw: dict[FilingId, RawTable] = {}
        self.ids = sorted(portal.filing_ids())

    def rules(self, contract: Contract) -> tuple[Rule, ...]:
        """Return the compiled rules of a contract."""
        if contract.folder not in self._rules:
            self._rules[contract.folder] = load(contract)
        return self._rules[contract.folder]

    def raw(self, id: FilingId) -> RawTable:
        """Return a filing, read once."""
        if id not in self._raw:
            self._raw[id] = self._portal.read(id)
        return self._raw[id]

    @cached_property
    def _by_end(self) -> Mapping[tuple[str, str, date], FilingId]:
        return {(id.unit, id.kind, id.period.last): id for id in self.ids}

    def previous(self, id: FilingId) -> FilingId | None:
        """Return the filing whose period ends the day before this one begins, walking through nil returns."""
        before = self._by_end.get((id.unit, id.kind, id.period.first - timedelta(days=1)))
        if before is None or before.period.cadence == "event":
            return None
        return self.previous(before) if self._portal.is_nil(before) else before

    def findings(self, id: FilingId) -> tuple[Finding, ...]:
        """Return the findings of one filing, from memory where it can be trusted."""
        key = self._key(id)
        known = self._memory.recall(key) if self._memory else None
        if known is None:
            known = tuple(self._find(id))
            if self._memory:
                self._memory.remember(key, known)
        return known

    def _find(self, id: FilingId) -> list[Finding]:
        raw = self.raw(id)
        ends = [(self._portal.root / f"{id.path}{end}").is_file() for end in (".csv", ".yaml")]
        before = self.previous(id)
        rules = self.rules(raw.contract)
        found = check_filing(raw, self.raw(before) if before else None, rules, self._as_of)
        return [*found, *structure.whole(raw, *ends)]

    def _key(self, id: FilingId) -> str:
        """Return the hash of all that the findings of a filing depend on."""
        digest = hashlib.sha256(self._engine.encode())
        contract = self._portal.kinds[id.kind].contract_for(id.period.label)
        files = [contract.folder / name for name in ("schema.json", "header.schema.json", "checks.yaml")]
        for each in filter(None, (id, self.previous(id))):
            files += [self._portal.root / f"{each.path}{end}" for end in (".csv", ".yaml")]
        for path in files:
            data = path.read_bytes() if path.is_file() else None
            digest.update(
                f"{path.name}:{None if data is None else hashlib.sha256(data).hexdigest()}\n".encode()
            )
        digest.update(f"{id.path}\n{self._as_of if self._reads_day(contract) else ''}".encode())
        return digest.hexdigest()

    def _reads_day(self, contract: Contract) -> bool:
        return any("as_of" in str(entry) for entry in contract.rules)

    @cached_property
    def _engine(self) -> str:
        """The engine itself: its sources, its words, and the libraries that judge."""
        here = Path(__file__).resolve().parent.parent
        sources = [*sorted(here.rglob("*.py")), *sorted((self._portal.theme / "messages").glob("*.yaml"))]
        digest = hashlib.sha256(f"{sys.version} {version('frictionless')} {version('simpleeval')}".encode())
        for path in sources:
            digest.update(path.read_bytes())
        return digest.hexdigest()


def _wanted(portal: Portal, paths: Sequence[Path], round: _Round) -> tuple[list[FilingId], set[str] | None]:
    """Return the filings to check and the files asked for; None for all of them."""
    if not paths:
        return round.ids, None
    files = {_inside(portal, path) for path in paths}
    if any(
        not file.startswith(FILINGS) and not FILINGS.startswith(file.rstrip("/.") or FILINGS)
        for file in files
    ):
        return round.ids, None  # a kind, a profile or the units: every filing may read it
    asked = {id for id in round.ids if any(_under(f"{id.path}{end}", files) for end in (".csv", ".yaml"))}
    readers = {id for id in round.ids if round.previous(id) in asked}
    return sorted(asked | readers), files


def _inside(portal: Portal, path: Path) -> str:
    full = path if path.is_absolute() else Path.cwd() / path
    if not full.exists():
        raise UsageError(say("checks.no_path", "zh", path=path))
    try:
        return full.resolve().relative_to(portal.root).as_posix()
    except ValueError:
        raise UsageError(say("checks.outside", "zh", path=path, root=portal.root)) from None


def _under(file: str, folders: set[str]) -> bool:
    return any(folder == "." or file == folder or file.startswith(f"{folder}/") for folder in folders)


def report(checked: Checked, lang: str) -> str:
    """Return the findings for people, file by file, what is to be done under each."""
    lines: list[str] = []
    for file in dict.fromkeys(finding.file for finding in checked.findings):
        mine = [finding for finding in checked.findings if finding.file == file]
        lines += ["", file]
        for finding in mine:
            mark = say(f"checks.{finding.severity}", lang)
            lines += [f"  {mark} {finding.message(lang)}", f"      → {finding.remedy(lang)}"]
    warnings = len(checked.findings) - checked.errors
    key = "checks.to_change" if checked.errors else "checks.all_right"
    return "\n".join(
        [*lines, "", say(key, lang, errors=checked.errors, warnings=warnings, filings=checked.filings)]
    ).lstrip()


def as_json(checked: Checked, lang: str) -> str:
    """Return the findings as a JSON list of rows `file, row, field, rule, severity, message, remedy`."""
    rows = [
        {
            "file": finding.file,
            "row": finding.row,
            "field": finding.field,
            "rule": finding.rule,
            "severity": finding.severity,
            "message": finding.message(lang),
            "remedy": finding.remedy(lang),
        }
        for finding in checked.findings
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1)
