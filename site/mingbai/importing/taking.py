"""Takes the columns that are certain, each cell converted; every cell that stops it is named, none is dropped."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from mingbai.importing.conversion import Converted, Way
from mingbai.importing.figures import Unread, is_blank
from mingbai.importing.labels import MONEY, scale
from mingbai.importing.lines import Line
from mingbai.importing.mapping import Match
from mingbai.importing.money import units_of, unsure_unit
from mingbai.importing.request import Request
from mingbai.importing.table import Table
from mingbai.kinds import Field
from mingbai.sheets.finding import Finding
from mingbai.workbooks import Cell, column_name
from mingbai.workbooks.grids import address

NUMBERS = ("number", "integer")


@dataclass(frozen=True)
class Taken:
    """A column that becomes a field. `cells`: what a filing holds, by row of the sheet."""

    match: Match
    field: Field
    way: Way
    cells: Mapping[int, Converted]

    @property
    def is_number(self) -> bool:
        """Whether it holds figures that can be added up."""
        return self.field.type in NUMBERS

    def together(self, rows: Sequence[int]) -> str:
        """Return what some rows say together: the sum of their figures, or the first word; "" where all are blank."""
        texts = [text for row in rows if (text := self.cells[row].text)]
        if not texts or not self.is_number:
            return texts[0] if texts else ""
        total = sum(map(Decimal, texts), Decimal(0))
        return f"{total:.2f}" if self.field.type == "number" else str(total)


def entries(lines: Sequence[Line]) -> list[int]:
    """Return the rows that are entries."""
    return [line.row for line in lines if line.sort == "entry"]


def take(
    table: Table,
    lines: Sequence[Line],
    matches: Sequence[Match],
    request: Request,
    *,
    since_1904: bool,
    one: Mapping[int, object] = MappingProxyType({}),
) -> tuple[list[Taken], list[Finding]]:
    """Return the certain columns with their cells, and what stops the import.

    `one` says of which household a row is: a figure merged over rows of one household is one figure.
    """
    found: list[Taken] = []
    problems = list(_units(table, matches, request))
    certain = [] if problems else matches  # without knowing the unit no figure can be read
    for match in certain:
        if match.taken and match.field is not None:
            unit = unit_of(match, table)
            way = Way(match.field, unit, request.id.period, request.blanks, since_1904)
            taken, wrong = _column(table, entries(lines), match, way, request, one)
            found.append(taken)
            problems += wrong
    problems += [*_struck(table, entries(lines), matches, request), *_red(table, found, request)]
    return found, problems + list(_unlabelled(table, entries(lines), request))


def unit_of(match: Match, table: Table) -> str | None:
    """Return the unit in which the figures of a column stand: its own, or for money what a line above says."""
    field = match.field
    if field is None or field.type not in NUMBERS or field.unit is None:
        return None
    if match.unit is not None or field.unit.zh != MONEY:
        return match.unit
    return next(iter(units_of(table)), None)


def _units(table: Table, matches: Sequence[Match], request: Request) -> Iterator[Finding]:
    if len(units_of(table)) > 1:
        units = "、".join(sorted(units_of(table)))
        yield Finding.of("importing.two_units", request.file, table.top, None, units=units)
    unsure = unsure_unit(table)
    if unsure is not None:
        at, there = unsure
        yield Finding.of("importing.unit_unsure", request.file, table.top, None, cell=at, unit=there)
    for match in matches:
        unit = unit_of(match, table)
        of = match.field.unit if match.field is not None else None
        if not match.taken or unit is None or of is None:
            continue
        facts = {"cell": address(table.bottom, match.column.number), "label": match.label, "unit": unit}
        if scale(unit, of.zh) is None:
            yield Finding.of("importing.unit", request.file, table.bottom, None, **facts, of=of)
        elif of.zh == MONEY and (others := units_of(table) - {unit}):
            said = "、".join(sorted(others))
            yield Finding.of("importing.unit_differs", request.file, table.bottom, None, **facts, other=said)


def _column(
    table: Table, rows: Sequence[int], match: Match, way: Way, request: Request, one: Mapping[int, object]
) -> tuple[Taken, list[Finding]]:
    cells: dict[int, Converted] = {}
    problems: list[Finding] = []
    convert = cache(way.convert)  # in a column most words and days come again
    for row in rows:
        try:
            cells[row] = _cell(table, row, match.column.number, convert, way, one)
        except Unread as reason:
            problems.append(_unread(reason.reason, row, match, way, request))
    return Taken(match, way.field, way, cells), problems


def _cell(
    table: Table,
    row: int,
    column: int,
    convert: Callable[[Cell], Converted],
    way: Way,
    one: Mapping[int, object],
) -> Converted:
    """Convert one cell. Words and days that are merged over several rows hold for each; a figure would count again."""
    area = table.grid.merged_at(row, column)
    if area is None or area.top == area.bottom or area.left != column:
        return convert(table.grid.at(row, column))
    cell: Cell = table.grid.at(area.top, column)
    if way.field.type in NUMBERS and not is_blank(cell, way.blanks):
        if row not in one or len({one.get(each) for each in range(area.top, area.bottom + 1)}) > 1:
            raise Unread("merged")
        return convert(cell) if row == area.top else Converted("")
    found = convert(cell)
    return Converted(found.text, found.notes | {"merged"})


def _unread(reason: str, row: int, match: Match, way: Way, request: Request) -> Finding:
    facts = {
        "cell": address(row, match.column.number),
        "label": match.label,
        "options": "、".join(way.field.options),
        "unit": way.of,
    }
    return Finding.of(f"importing.cell_{reason}", request.file, row, way.field.name, **facts)


def serials(columns: Sequence[Taken], key: str | None, request: Request) -> Iterator[Finding]:
    """Name the rows whose number is blank or another row's: the number is the row's address on the site."""
    for taken in (each for each in columns if each.field.name == key):
        texts = {row: cell.text for row, cell in taken.cells.items()}
        first = {text: row for row, text in reversed(texts.items())}
        wrong = [row for row, text in texts.items() if not text or first[text] != row]
        if wrong:
            number = taken.match.column.number
            cells = "、".join(address(row, number) for row in wrong[:5]) + ("…" if wrong[5:] else "")
            facts = {"label": taken.match.label, "cells": cells, "key": column_name(number)}
            yield Finding.of("importing.serials", request.file, wrong[0], None, **facts)


def _struck(
    table: Table, rows: Sequence[int], matches: Sequence[Match], request: Request
) -> Iterator[Finding]:
    """Name every row in which something that is taken is crossed out."""
    numbers = [match.column.number for match in matches if match.taken]
    for row in rows:
        out = next((number for number in numbers if table.grid.at(row, number).struck), None)
        if out is not None:
            yield Finding.of("importing.struck", request.file, row, None, cell=address(row, out))


def _red(table: Table, columns: Sequence[Taken], request: Request) -> Iterator[Finding]:
    """Name the red figures that are above nothing: in books red means less."""
    for taken in (each for each in columns if each.is_number):
        number = taken.match.column.number
        red = [row for row in taken.cells if (cell := table.grid.at(row, number)).red and _is_above(cell)]
        if red:
            cells = "、".join(address(row, number) for row in red[:3]) + ("…" if red[3:] else "")
            facts = {"label": taken.match.label, "count": len(red), "cells": cells}
            yield Finding.of("importing.red", request.file, red[0], taken.field.name, **facts).as_warning()


def _is_above(cell: Cell) -> bool:
    return isinstance(cell.value, Decimal) and cell.value > 0


def unlabelled(table: Table, rows: Sequence[int]) -> list[int]:
    """Return the columns beside or between the labels that hold something: nobody has said what."""
    known = {column.number for column in table.columns}
    found = {column for row in rows for column in table.grid.rows[row]} - known
    return sorted(number for number in found if table.area.left <= number)


def _unlabelled(table: Table, rows: Sequence[int], request: Request) -> Iterator[Finding]:
    for number in unlabelled(table, rows):
        letter = column_name(number)
        if request.mapping.get(letter) != "-":
            row = next(row for row in rows if number in table.grid.rows[row])
            facts = {"cell": address(row, number), "key": letter}
            yield Finding.of("importing.column_unlabelled", request.file, row, None, **facts)
