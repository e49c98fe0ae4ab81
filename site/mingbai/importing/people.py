"""Keeps identities outside: finds the columns that lead to a person, by label or by what stands in them.

Into a kind that may not hold persons such a file does not come at all. Nothing here ever says what stands in a cell.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mingbai.importing.figures import is_blank
from mingbai.importing.lines import Line
from mingbai.importing.mapping import Match
from mingbai.importing.request import Request
from mingbai.importing.table import Table
from mingbai.importing.taking import entries
from mingbai.privacy.identifiers import identifiers
from mingbai.sheets.finding import Finding
from mingbai.workbooks import Value, column_name
from mingbai.workbooks.grids import address

# Rows of which something may be taken; a note below with the bookkeeper's telephone is none of them.
_ROWS = ("entry", "hidden", "empty", "total", "subtotal", "carried")
_SHORTEST = 10**10  # a mobile number has eleven digits, every other personal number more


@dataclass(frozen=True)
class Identity:
    """A column that leads to a person: by its label, or by what stands in `cell`."""

    number: int
    label: str
    cell: str | None


def identities(table: Table, lines: Sequence[Line], matches: Sequence[Match]) -> list[Identity]:
    """Return the columns that lead to a person; an office-holder's field is none by its label alone."""
    by_number = {match.column.number: match for match in matches}
    rows = [line.row for line in lines if line.sort in _ROWS]
    found = []
    for number in sorted(
        {column for row in rows for column in table.grid.rows.get(row, ())} | set(by_number)
    ):
        match = by_number.get(number)
        label = match.label if match is not None else column_name(number)
        held = next((row for row in rows if _holds(table.grid.at(row, number).value)), None)
        if match is not None and match.how == "person" and not match.taken:
            found.append(Identity(number, label, None))
        elif held is not None:
            found.append(Identity(number, label, address(held, number)))
    return found


def _holds(value: Value) -> bool:
    """Tell whether a cell holds a personal number; a figure with decimals is none."""
    if isinstance(value, Decimal):
        long = abs(value) >= _SHORTEST and value == value.to_integral_value()
        return long and bool(identifiers(f"{value:.0f}"))
    return isinstance(value, str) and bool(identifiers(value))


def refused(found: Sequence[Identity], table: Table, request: Request) -> list[Finding]:
    """Return a finding for every column with identities, for a kind that may not hold them."""
    problems = []
    for each in found:
        key = "importing.identity" if each.cell is None else "importing.identity_cell"
        facts = {"column": column_name(each.number), "label": each.label, "cell": each.cell or ""}
        problems.append(Finding.of(key, request.file, table.bottom, None, **facts))
    return problems


def twice(
    found: Sequence[Identity], table: Table, lines: Sequence[Line], request: Request
) -> Iterator[Finding]:
    """Say which rows have the same identity number: a household that was paid twice would count as two."""
    for each in found:
        seen: dict[str, int] = {}
        for row in entries(lines):
            value = "".join(f"{table.grid.at(row, each.number).value}".split()).upper()
            if "id" in identifiers(value):
                first = seen.setdefault(value, row)
                if first != row:
                    facts = {"label": each.label, "row": row, "first": first}
                    yield Finding.of("importing.twice", request.file, row, None, **facts)


def nobody(
    found: Sequence[Identity], table: Table, lines: Sequence[Line], request: Request
) -> Iterator[Finding]:
    """Say which rows of a list name nobody: a sum without its word, or the second row of a household."""
    for row in entries(lines):
        if all(is_blank(table.grid.whole(row, each.number), request.blanks) for each in found):
            yield Finding.of("importing.nobody", request.file, row, None, row=row)
