"""Keeps identities outside: finds the columns that lead to a person, and turns lists of persons into counts and sums.

Into a kind that may not hold persons such a file does not come at all. Nothing here ever says what stands in a cell.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mingbai.importing.figures import is_blank
from mingbai.importing.layout import Table
from mingbai.importing.lines import Line
from mingbai.importing.mapping import Match
from mingbai.importing.request import Request
from mingbai.importing.taking import Taken, entries
from mingbai.kinds import Field, Kind
from mingbai.privacy.identifiers import identifiers
from mingbai.sheets.finding import Finding
from mingbai.workbooks import Value, column_name
from mingbai.workbooks.grids import address

# Rows of which something may be taken; a note below with the bookkeeper's telephone is none of them.
_ROWS = ("entry", "hidden", "empty", "total", "subtotal", "carried")
_FROM = re.compile(r"([0-9]+)(万?)元(?:\(含\))?以上")
_BELOW = re.compile(r"(?:不满|不足)([0-9]+)(万?)元")


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
        return value == value.to_integral_value() and bool(identifiers(f"{value:.0f}"))
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
        if all(is_blank(table.grid.at(row, each.number), request.blanks) for each in found):
            yield Finding.of("importing.nobody", request.file, row, None, row=row)


def band_of(amount: Decimal, options: Sequence[str]) -> str | None:
    """Return the band in which an amount lies: 以上 includes the number, 不满 does not (民法典 Art. 1259)."""
    return next((each for each in options if (span := _span(each)) and span[0] <= amount < span[1]), None)


def is_bands(field: Field) -> bool:
    """Tell whether the options of a field are bands of money."""
    return bool(field.options) and all(_span(each) for each in field.options)


def _span(option: str) -> tuple[Decimal, Decimal] | None:
    start, end = _FROM.search(option), _BELOW.search(option)
    if start is None and end is None:
        return None
    return _yuan(start) or Decimal(0), _yuan(end) or Decimal("Infinity")


def _yuan(found: "re.Match[str] | None") -> Decimal | None:
    return None if found is None else Decimal(found[1]) * (10_000 if found[2] else 1)


def aggregated(
    kind: Kind, columns: Sequence[Taken], rows: Sequence[int], every: Mapping[str, str], request: Request
) -> tuple[list[dict[str, str]], list[Finding]]:
    """Return counts and sums for each cell of the kind's dimensions, every row of the list counted once.

    The order is that of the dimensions, not that of the list: an order can tell who is who.
    """
    rule = kind.privacy or {}
    count, sums, order = str(rule["count"]), [*rule["sums"]], [*reversed([*rule["merge"]])]
    by_name = {taken.field.name: taken for taken in columns}
    fields = kind.contract_for(request.id.period.label).schema.by_name
    groups: dict[tuple[str, ...], list[int]] = {}
    problems: list[Finding] = []
    for row in rows:
        told = []
        for name in order:
            value = _dimension(fields[name], by_name, sums, every, row)
            if not value:
                facts = {"row": row, "title": fields[name].title}
                problems.append(Finding.of("importing.no_dimension", request.file, row, name, **facts))
            told.append(value or "")
        groups.setdefault(tuple(told), []).append(row)
        for name in sums:
            if name in by_name and not by_name[name].cells[row].text:
                facts = {"row": row, "title": fields[name].title}
                problems.append(Finding.of("importing.no_amount", request.file, row, name, **facts))
    made = []
    for group in sorted(groups, key=lambda told: _rank(told, order, fields)):
        cells = dict(zip(order, group, strict=True)) | {count: str(len(groups[group]))}
        cells |= {name: _total(by_name[name], groups[group]) for name in sums if name in by_name}
        made.append(cells)
    return made, problems


def _dimension(
    field: Field, by_name: Mapping[str, Taken], sums: Sequence[str], every: Mapping[str, str], row: int
) -> str | None:
    if field.name in by_name:
        return by_name[field.name].cells[row].text
    if field.name in every:
        return every[field.name]
    if is_bands(field) and len(sums) == 1 and sums[0] in by_name and by_name[sums[0]].cells[row].text:
        return band_of(Decimal(by_name[sums[0]].cells[row].text), field.options)
    return None


def _rank(told: Sequence[str], order: Sequence[str], fields: Mapping[str, Field]) -> list[tuple[int, str]]:
    """Order by the options as the kind lists them, and by the word where it lists none."""
    return [
        (fields[name].options.index(value) if value in fields[name].options else 0, value)
        for name, value in zip(order, told, strict=True)
    ]


def _total(taken: Taken, rows: Sequence[int]) -> str:
    texts = (taken.cells[row].text for row in rows)
    total = sum((Decimal(text) for text in texts if text), Decimal(0))
    return f"{total:.2f}" if taken.field.type == "number" else str(total)
