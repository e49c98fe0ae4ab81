"""Puts the filings of a kind below each other, with unit and period before each row; it adds nothing and drops nothing.

Versions of a kind differ: a column that only one of them has stays empty in the rows of the others.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from mingbai.edition import Edition
from mingbai.filings import Value
from mingbai.kinds import Field, Kind
from mingbai.messages import Text, say
from mingbai.privacy import PublicTable

LEAD = ("filing_unit", "filing_unit_name", "filing_period")  # no kind has columns of these names
TEXT = "string"


@dataclass(frozen=True)
class Column:
    """One column of a stacked table: its name, what people call it, and its Table Schema type."""

    name: str
    title: Text
    type: str


@dataclass(frozen=True)
class Stack:
    """All filings of one kind that hold rows, ordered by unit and period."""

    kind: Kind
    tables: Sequence[PublicTable]
    names: Mapping[str, str]

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns: unit and period, then those of the kind as it is now, then those that it once had."""
        found: dict[str, list[Field]] = {}
        for table in sorted(self.tables, key=lambda each: each.id.period, reverse=True):
            for field in table.fields:
                found.setdefault(field.name, []).append(field)
        own = [
            Column(
                name, fields[0].title, fields[0].type if len({each.type for each in fields}) == 1 else TEXT
            )
            for name, fields in found.items()
        ]
        return (*(Column(name, _lead(name), TEXT) for name in LEAD), *own)

    @property
    def rows(self) -> Iterable[list[Value]]:
        """The rows, each as long as `columns`."""
        names = [column.name for column in self.columns[len(LEAD) :]]
        for table in self.tables:
            before = [table.id.unit, self.names[table.id.unit], table.id.period.label]
            for row in table.rows:
                yield [*before, *(row.cells.get(name) for name in names)]


def stacks(edition: Edition, tables: Iterable[PublicTable]) -> list[Stack]:
    """Return the tables that hold rows, stacked by kind, in the order of the kinds."""
    units = edition.portal.units
    by_kind: dict[str, list[PublicTable]] = {}
    for table in sorted(tables, key=lambda each: each.id):
        if table.rows:
            by_kind.setdefault(table.id.kind, []).append(table)
    return [
        Stack(kind, own, {table.id.unit: units.get(table.id.unit).name.zh for table in own})
        for kind in edition.kinds
        if (own := by_kind.get(kind.id))
    ]


def _lead(name: str) -> Text:
    return Text(say(f"downloads.{name}", "zh"), say(f"downloads.{name}", "en"))
