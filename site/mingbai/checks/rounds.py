"""Checks many filings in one run, from memory where nothing they depend on has changed; it judges none itself."""

import sys
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from mingbai.checks import remembered
from mingbai.checks.cases import Case, Elsewhere
from mingbai.checks.judging import judge
from mingbai.checks.sidecars import unfitting
from mingbai.checks.sorts import load
from mingbai.errors import KindError
from mingbai.expressions import UNREAD
from mingbai.filings import FilingId, RawTable
from mingbai.kinds import Contract
from mingbai.memory import Memory
from mingbai.messages import LANGUAGES, Text
from mingbai.places import names, strange_rows
from mingbai.portal import Portal
from mingbai.sheets.finding import Finding

_LIBRARIES = ("frictionless", "simpleeval", "pyyaml")


class Round:
    """One run over a portal: what is read or compiled once is kept for its length."""

    def __init__(self, portal: Portal, as_of: date, memory: Memory | None, closed: Collection[str]) -> None:
        """Files in `closed`, and below folders in it, are not opened. Raises KindError for a broken rule."""
        self._portal, self._as_of, self._memory = portal, as_of, memory
        self.ids = [id for id in sorted(portal.filing_ids()) if not _is_closed(id, closed)]
        self._rules = {
            contract.folder: load(contract)
            for kind in portal.kinds.values()
            for contract in (*kind.versions, kind.contract)
        }
        self._refuse_strangers()
        self._raw: dict[FilingId, RawTable] = {}
        self._folders: dict[Path, str] = {}
        self._nil: dict[FilingId, bool] = {}

    def findings(self, id: FilingId) -> tuple[int, tuple[Finding, ...]]:
        """Return the number of rows of one filing and its findings."""
        key = self._key(id)
        known = self._memory.recall(id.path, key) if self._memory is not None else None
        if known is not None:
            return remembered.read(known)
        raw, before = self._read(id), self.before(id)
        ends = [(self._portal.root / f"{id.path}{end}").is_file() for end in (".csv", ".yaml")]
        previous = None if before is None else self._read(before)
        rules = self._rules[raw.contract.folder]
        elsewhere = self._elsewhere(id)
        found = (
            *judge(raw, previous, rules, self._as_of, elsewhere, has_rows=ends[0], has_facts=ends[1]),
            *unfitting(raw, self._portal.display_days(id), ends[0]),
            *self._strange(raw),
            *self._gap(id),
        )
        if self._memory is not None:
            self._memory.remember(id.path, key, remembered.written(len(raw.rows), found))
        return len(raw.rows), found

    def before(self, id: FilingId) -> FilingId | None:
        """Return the filing that the rules of `id` read: it ends the day before; nil returns are walked through."""
        chain = list(self.chain(id))
        return chain[-1] if chain and not self._is_nil(chain[-1]) else None

    def near(self, id: FilingId) -> list[FilingId]:
        """Return every other filing that the rules of `id` read."""
        kinds = {kind for kind, _ in self._names(id)}
        return [
            *self.chain(id),
            *(each for kind in sorted(kinds) for each in self._of.get((id.unit, kind), ())),
        ]

    def _names(self, id: FilingId) -> list[tuple[str, str]]:
        """Return (kind, column or fact) that the rules of `id` look up elsewhere."""
        rules = self._rules[self._contract(id).folder]
        return list(dict.fromkeys(pair for rule in rules for pair in rule.reads_elsewhere))

    def _elsewhere(self, id: FilingId) -> Elsewhere:
        """Return what stands under each of those names in all filings of the unit."""
        found: dict[tuple[str, str], frozenset[str] | None] = {}
        for kind, name in self._names(id):
            cases = [
                Case.of(self._read(each), None, self._as_of) for each in self._of.get((id.unit, kind), ())
            ]
            values = [
                value for case in cases for value in (case.columns.get(name) or [case.header.get(name)])
            ]
            told = frozenset(str(value) for value in values if value is not None)
            found[kind, name] = None if UNREAD in values else told
        return found

    @cached_property
    def _of(self) -> Mapping[tuple[str, str], list[FilingId]]:
        """Filings by unit and kind."""
        found: dict[tuple[str, str], list[FilingId]] = {}
        for id in self.ids:
            found.setdefault((id.unit, id.kind), []).append(id)
        return found

    def _refuse_strangers(self) -> None:
        """Raise KindError for a rule that looks where no kind has such a column or fact."""
        for rule in (rule for rules in self._rules.values() for rule in rules):
            for id, name in rule.reads_elsewhere:
                kind = self._portal.kinds.get(id)
                facts = kind.header_schema.by_name if kind and kind.header_schema else {}
                if kind is None or name not in {**kind.contract.types, **facts}:
                    raise KindError(f"{rule.where}: there is no {name} in a kind {id} / 没有这个事项或字段")

    def chain(self, id: FilingId) -> Iterator[FilingId]:
        """Yield the nil returns just before `id`, newest first, and the filing before them, if a rule reads it."""
        if not self._reads_previous(id):
            return
        at = self._ends.get((id.unit, id.kind, id.period.first - timedelta(days=1)))
        while at is not None:
            yield at
            if not self._is_nil(at):
                return
            at = self._ends.get((at.unit, at.kind, at.period.first - timedelta(days=1)))

    def _strange(self, raw: RawTable) -> Iterator[Finding]:
        """Yield a finding for every row of a table of people whose place may be somebody's name."""
        strange = strange_rows(raw, self._places(raw.id))
        field = (raw.kind.privacy or {}).get("place")
        yield from (
            Finding.of("checks.place", f"{raw.id.path}.csv", number, field, row=number) for number in strange
        )

    def _places(self, id: FilingId) -> frozenset[str]:
        """Return the words that may name a place in a filing; none where its kind names no place of people."""
        if "place" not in (self._portal.kinds[id.kind].privacy or {}):
            return frozenset()
        return names(self._portal.units, id.unit, id.period.last)

    def _gap(self, id: FilingId) -> Iterator[Finding]:
        """Yield a warning when the period before is missing and an older one is there: nothing can be carried over."""
        if self._has_gap(id):
            before = id.period.previous()
            title = Text(*(before.title(lang) for lang in LANGUAGES))
            yield Finding.of("checks.gap", f"{id.path}.csv", period=title).as_warning()

    def _has_gap(self, id: FilingId) -> bool:
        older = any(each.period.last < id.period.first for each in self._of[id.unit, id.kind])
        return older and self._reads_previous(id) and not list(self.chain(id))

    def _reads_previous(self, id: FilingId) -> bool:
        regular = id.period.cadence != "event"
        return regular and any(rule.reads_previous for rule in self._rules[self._contract(id).folder])

    def _is_nil(self, id: FilingId) -> bool:
        if id not in self._nil:
            self._nil[id] = self._portal.is_nil(id)
        return self._nil[id]

    @cached_property
    def _ends(self) -> Mapping[tuple[str, str, date], FilingId]:
        """Filings by their last day; of two that end together the one that began last is the newest."""
        return {(id.unit, id.kind, id.period.last): id for id in self.ids if id.period.cadence != "event"}

    def _contract(self, id: FilingId) -> Contract:
        return self._portal.kinds[id.kind].contract_for(id.period.label)

    def _read(self, id: FilingId) -> RawTable:
        if id not in self._raw:
            self._raw[id] = self._portal.read(id)
        return self._raw[id]

    def _key(self, id: FilingId) -> str:
        """Return the hash of all that the findings of a filing depend on."""
        kind = self._portal.kinds[id.kind]
        near = [
            self._portal.root / f"{each.path}{end}"
            for each in (id, *self.near(id))
            for end in (".csv", ".yaml")
        ]
        reads_day = any("as_of" in str(rule) for rule in self._contract(id).rules)
        parts = [
            self._engine,
            self._folder(kind.folder),
            *(f"{path.name} {_digest(path)}" for path in near),
            id.path,
            str(self._as_of) if reads_day else "any day",
            str(sorted(self._portal.settings_of(id).items())),
            str(self._portal.sort_of(id)),
            f"places {sorted(self._places(id))}",
            f"{self._portal.display_days(id)} days, gap {self._has_gap(id)}",
        ]
        return sha256("\n".join(parts).encode()).hexdigest()

    def _folder(self, folder: Path) -> str:
        """Return the hash of a kind's folder: all its versions, their schemas and rules."""
        if folder not in self._folders:
            files = sorted(path for end in ("json", "yaml") for path in folder.rglob(f"*.{end}"))
            told = "\n".join(f"{path.relative_to(folder)} {_digest(path)}" for path in files)
            self._folders[folder] = sha256(told.encode()).hexdigest()
        return self._folders[folder]

    @cached_property
    def _engine(self) -> str:
        """The engine itself: its sources, its words, and the libraries that judge."""
        here = Path(__file__).resolve().parents[1]
        sources = [*sorted(here.rglob("*.py")), *sorted((self._portal.theme / "messages").glob("*.yaml"))]
        told = [sys.version, *(f"{name} {version(name)}" for name in _LIBRARIES), *map(_digest, sources)]
        return sha256("\n".join(told).encode()).hexdigest()


def _is_closed(id: FilingId, closed: Collection[str]) -> bool:
    return any(
        file in (f"{id.path}.csv", f"{id.path}.yaml") or id.path.startswith(f"{file}/") for file in closed
    )


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else "absent"
