"""Finds filings and reads one into a typed `RawTable`; it judges nothing beyond what reading needs.

A `RawTable` may hold cells below k and must never reach a page: only `privacy` may turn it into something public.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

from mingbai.folders import FILINGS
from mingbai.kinds import Contract, Kind
from mingbai.periods import Period
from mingbai.sheets.contract import cast, cast_facts
from mingbai.sheets.finding import Finding
from mingbai.sheets.reader import read_csv
from mingbai.sheets.sidecar import read_sidecar

Value = str | int | Decimal | date | bool | list[object] | None


@dataclass(frozen=True, order=True)
class FilingId:
    """What one unit published for one kind and period."""

    unit: str
    kind: str
    period: Period

    @property
    def address(self) -> str:
        """The address of its page, never changed."""
        return f"/u/{self.unit}/{self.kind}/{self.period.label}/"

    @property
    def path(self) -> str:
        """Its path below the portal, without `.csv` or `.yaml`."""
        return f"{FILINGS}/{self.unit}/{self.kind}/{self.period.label}"


@dataclass(frozen=True)
class Row:
    """One typed row. `number` is its line in a spreadsheet (the header is 1), `key` its primary key."""

    number: int
    key: str
    cells: Mapping[str, Value]

    @property
    def anchor(self) -> str:
        """The key as it stands after `#` in an address."""
        return quote(self.key, safe="")


@dataclass(frozen=True)
class Correction:
    """A change after publication: `sort` is correction, update or withdrawal."""

    date: date
    sort: str
    rows: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Sidecar:
    """What is said about the whole filing, besides the kind's header facts."""

    nil: str | None = None
    opinion: str | None = None
    reviewed: date | None = None
    place: str | None = None
    shown_from: date | None = None
    shown_until: date | None = None
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True)
class RawTable:
    """A filing as read, typed by the contract of its period.

    `settings`: what the unit's region sets for its kind; `unit_sort`: village, town … on the period's last day;
    `elections`: the days on which the unit's other filings say that its committee was elected.
    """

    id: FilingId
    kind: Kind
    contract: Contract
    rows: tuple[Row, ...]
    header: Mapping[str, Value]
    sidecar: Sidecar
    findings: tuple[Finding, ...] = field(default=())
    settings: Mapping[str, object] = field(default_factory=dict)
    unit_sort: str | None = None
    elections: tuple[date, ...] = ()

    @property
    def facts(self) -> dict[str, Any]:
        """Header facts and the first and last day of the period, by name."""
        return {**self.header, "period_first": self.id.period.first, "period_last": self.id.period.last}


def find(root: Path, kinds: Mapping[str, Kind]) -> Iterator[FilingId]:
    """Yield every well-named filing below the portal, ordered by unit, kind and period."""
    base = root / FILINGS
    seen: set[FilingId] = set()
    for path in sorted(base.glob("*/*/*")):
        if path.suffix in (".csv", ".yaml") and path.parent.name in kinds:
            try:
                found = FilingId(path.parent.parent.name, path.parent.name, Period.parse(path.stem))
            except ValueError:
                continue  # a bad label is a finding of the checks, which look at every file
            if found not in seen:
                seen.add(found)
                yield found


def read(
    root: Path,
    id: FilingId,
    kind: Kind,
    settings: Mapping[str, object] | None = None,
    unit_sort: str | None = None,
) -> RawTable:
    """Read a filing by the contract of its period; what is wrong stands in `findings`, all of it at once."""
    csv_path, yaml_path = root / f"{id.path}.csv", root / f"{id.path}.yaml"
    rows = csv_path.read_bytes() if csv_path.is_file() else None
    facts = yaml_path.read_bytes() if yaml_path.is_file() else None
    return assemble(id, kind, rows, facts, settings, unit_sort)


def assemble(
    id: FilingId,
    kind: Kind,
    rows_data: bytes | None,
    facts_data: bytes | None,
    settings: Mapping[str, object] | None = None,
    unit_sort: str | None = None,
) -> RawTable:
    """Put a filing together from the bytes of its two files; None for a file that is not there.

    `settings` are what a region sets instead of the kind's own numbers, `unit_sort` is what sort of unit publishes.
    """
    contract = kind.contract_for(id.period.label)
    said, header, findings = _read_facts(facts_data, contract, f"{id.path}.yaml")
    rows: tuple[Row, ...] = ()
    if rows_data is not None:
        joinable = kind.privacy["merge"] if kind.privacy else ()
        rows, row_findings = read_rows(rows_data, contract, f"{id.path}.csv", joinable)
        findings = [*findings, *row_findings]
    told = {**contract.settings, **(settings or {})}
    return RawTable(id, kind, contract, rows, header, said, tuple(findings), told, unit_sort)


def read_rows(
    data: bytes, contract: Contract, file: str, joinable: Collection[str] = ()
) -> tuple[tuple[Row, ...], list[Finding]]:
    """Turn the bytes of a CSV into typed rows and findings; `joinable` fields may hold several values."""
    sheet = read_csv(data, file)
    cells, findings = cast(contract.schema.descriptor, sheet.labels, sheet.rows, file, joinable)
    keys = contract.schema.primary_key
    rows = tuple(
        Row(number, "·".join(str(row.get(key, "")) for key in keys), row)
        for (number, _), row in zip(sheet.rows, cells, strict=True)
    )
    return rows, [*sheet.findings, *findings]


def _read_facts(
    data: bytes | None, contract: Contract, file: str
) -> tuple[Sidecar, dict[str, Value], list[Finding]]:
    if data is None:
        return Sidecar(), {}, []
    said, findings = read_sidecar(data, file)
    header: dict[str, Value] = {}
    facts = said.get("header")
    if isinstance(facts, Mapping):
        schema = contract.header.descriptor if contract.header else {"fields": []}
        header, header_findings = cast_facts(schema, facts, file)
        findings = [*findings, *header_findings]
    return _sidecar(said), header, findings


def _sidecar(said: Mapping[str, object]) -> Sidecar:
    """Build the sidecar from checked text; parts with findings stay empty."""
    nil, supervision, display = (_mapping(said.get(key)) for key in ("nil", "supervision", "display"))
    corrections = said.get("corrections")
    return Sidecar(
        nil=_text(nil.get("reason")),
        opinion=_text(supervision.get("opinion")),
        reviewed=_day(supervision.get("date")),
        place=_text(display.get("place")),
        shown_from=_day(display.get("from")),
        shown_until=_day(display.get("until")),
        corrections=tuple(
            _correction(each)
            for each in (corrections if isinstance(corrections, list) else [])
            if _mapping(each)
        ),
    )


def _correction(entry: Mapping[str, object]) -> Correction:
    rows = entry.get("rows")
    return Correction(
        date=_day(entry.get("date")) or date.min,
        sort=_text(entry.get("sort")) or "correction",
        rows=tuple(str(each) for each in rows) if isinstance(rows, list) else (),
        reason=_text(entry.get("reason")) or "",
    )


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
