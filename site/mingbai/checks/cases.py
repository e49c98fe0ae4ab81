"""Lays out one filing for the rules: its cells, facts and neighbour, with what nobody could read marked as such.

A cell that already has a finding is not a blank: a rule that took it for one would report a second, false finding.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from mingbai.computed import Facts, add_computed
from mingbai.expressions import UNREAD
from mingbai.filings import RawTable
from mingbai.messages import LANGUAGES, Text
from mingbai.sheets.finding import Finding

# Findings after which some rows of the table, or all facts of the sidecar, are not known.
_ROWS_LOST = frozenset(
    "empty too_large workbook binary no_header not_header title_row separator no_rows quote".split()
)
_CELLS_LOST = frozenset(
    {"not_header", "title_row", "separator"}
)  # nobody knows which cell belongs to which column
FACTS_LOST = frozenset("yaml twice deep alias hidden_line too_large workbook binary".split())
_COLUMN_LOST = frozenset({"missing_label", "double_label"})
_STRANGE_COLUMN = frozenset({"extra_label", "blank_label"})


@dataclass(frozen=True)
class Line:
    """A row as the rules see it: `number` is its line in a spreadsheet; a cell may be `UNREAD`."""

    number: int
    cells: Mapping[str, Any]
    key: str = ""


# The names in a column or header fact of a kind, over all filings of the unit; None when some could not be read.
Elsewhere = Mapping[tuple[str, str], frozenset[str] | None]


@dataclass(frozen=True)
class Case:
    """What the rules look at. `whole`: no row is missing; `before`, `before_rows`: the filing just before this one."""

    raw: RawTable
    rows: tuple[Line, ...]
    header: Mapping[str, Any]
    whole: bool
    before: Mapping[str, Any] | None
    before_title: Text | None
    as_of: date
    before_rows: Mapping[str, Line]
    elsewhere: Elsewhere

    @classmethod
    def of(
        cls, raw: RawTable, previous: RawTable | None, as_of: date, elsewhere: "Elsewhere | None" = None
    ) -> "Case":
        """Lay out `raw`; `previous` is the filing whose period ends the day before, None without one.

        `elsewhere` are the names that rules may look up in other filings of the same unit.
        """
        mine = [finding for finding in raw.findings if finding.file == f"{raw.id.path}.csv"]
        title = None if previous is None else Text(*(previous.id.period.title(lang) for lang in LANGUAGES))
        whole = not any(finding.rule in _ROWS_LOST for finding in mine)
        header = _header(raw)
        return cls(
            raw=raw,
            rows=_with_computed(raw, _rows(raw, mine), header, whole),
            header=header,
            whole=whole,
            before=None if previous is None else _header(previous),
            before_title=title,
            as_of=as_of,
            before_rows={} if previous is None else _keyed(previous),
            elsewhere=elsewhere or {},
        )

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """Header facts, the days of the period and the sort of unit, by name."""
        period = self.raw.id.period
        days = {"period_first": period.first, "period_last": period.last, "as_of": self.as_of}
        settings = {f"setting.{name}": value for name, value in self.raw.settings.items()}
        return {**settings, **self.header, **days, "unit_sort": self.raw.unit_sort}

    @cached_property
    def columns(self) -> Mapping[str, list[Any]]:
        """The cells of all rows by column."""
        return self.columns_of(self.rows)

    def columns_of(self, rows: Sequence[Line]) -> dict[str, list[Any]]:
        """The cells of `rows` by column; a lost row is one more that nobody could read."""
        lost = [] if self.whole else [UNREAD]
        return {name: [*(row.cells.get(name) for row in rows), *lost] for name in self.raw.contract.types}


def _rows(raw: RawTable, findings: Sequence[Finding]) -> tuple[Line, ...]:
    columns = _lost_columns(findings)
    if any(finding.rule in _CELLS_LOST for finding in findings):
        columns |= set(raw.contract.schema.by_name)
    cells = {(finding.row, finding.field) for finding in findings if finding.severity == "error"}
    rows = {
        finding.row for finding in findings if finding.field is None and finding.rule in ("width", "other")
    }
    return tuple(
        Line(
            row.number,
            {
                name: UNREAD
                if name in columns or row.number in rows or (row.number, name) in cells
                else value
                for name, value in row.cells.items()
            },
            row.key,
        )
        for row in raw.rows
    )


def _with_computed(
    raw: RawTable, rows: tuple[Line, ...], header: Mapping[str, Any], whole: bool
) -> tuple[Line, ...]:
    """Add the columns that follow by rule; rules may name them like any other."""
    if not raw.contract.computed:
        return rows
    facts = Facts({**raw.facts, **header, **({} if whole else {"": UNREAD})}, raw.settings, raw.contract)
    cells = add_computed([row.cells for row in rows], facts)
    return tuple(Line(row.number, each, row.key) for row, each in zip(rows, cells, strict=True))


def _keyed(previous: RawTable) -> dict[str, Line]:
    """Return the rows of the filing before by their key; none when some of them are lost."""
    case = Case.of(previous, None, date.min)
    if not case.whole:
        return {}
    return {row.key: row for row in case.rows}


def _lost_columns(findings: Sequence[Finding]) -> set[str | None]:
    """A column that is not there is blank, unless it may stand under a name that nobody knows."""
    lost = set(_COLUMN_LOST)
    if any(finding.rule in _STRANGE_COLUMN for finding in findings):
        lost.add("absent_label")
    return {finding.field for finding in findings if finding.rule in lost}


def _header(raw: RawTable) -> dict[str, Any]:
    """Return the facts of the sidecar; all of them are lost when it could not be read."""
    findings = [finding for finding in raw.findings if finding.file == f"{raw.id.path}.yaml"]
    names = raw.contract.header.by_name if raw.contract.header else {}
    lost = any(finding.rule in FACTS_LOST or finding.field == "header" for finding in findings)
    unread = {finding.field for finding in findings}
    return {name: UNREAD if lost or name in unread else raw.header.get(name) for name in names}
