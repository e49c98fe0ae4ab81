"""Proves that no figure was lost or changed: what stands in the sheet adds up to what stands in the filing.

It reads the sheet anew and the filing from its bytes, so that a converter that drops or rounds is found here. Sums that
the sheet prints must be what they add up; a wrong one is named with both figures.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mingbai.importing.figures import Unread, is_blank, read_figure
from mingbai.importing.labels import plain, scale
from mingbai.importing.lines import Line
from mingbai.importing.request import Request
from mingbai.importing.table import TOTAL, Table
from mingbai.importing.taking import Taken, entries
from mingbai.sheets.finding import Finding
from mingbai.workbooks import Cell
from mingbai.workbooks.grids import address

# Sums that a program stored carry the noise of binary fractions, far below a fen even where money stands in 万元.
NOISE = Decimal("0.0000001")
_PRINTED = ("total", "subtotal")


@dataclass(frozen=True)
class Sum:
    """One column added up: `cells` figures, as they stand in the sheet, in the field's unit, and in the filing.

    `source` is None where cells have units of their own; `printed`: how many sums the sheet prints, all of them right.
    """

    taken: Taken
    cells: int
    source: Decimal | None
    converted: Decimal
    result: Decimal
    printed: int


def sum_up(
    table: Table, lines: Sequence[Line], columns: Sequence[Taken], rows: bytes, request: Request
) -> tuple[list[Sum], list[Finding]]:
    """Return the sum of every column of figures and what does not agree; `rows` are the bytes of the filing's CSV."""
    written = list(csv.DictReader(io.StringIO(rows.decode("utf-8"), newline="")))
    found: list[Sum] = []
    problems: list[Finding] = []
    for taken in columns:
        sums = _sum(table, lines, taken, written)
        found.append(sums)
        if sums.converted != sums.result:
            facts = {"title": taken.field.title, "left": sums.converted, "right": sums.result}
            problems.append(Finding.of("importing.sum_lost", request.file, None, taken.field.name, **facts))
    return found, problems


def printed_sums(
    table: Table, lines: Sequence[Line], columns: Sequence[Taken], request: Request
) -> list[Finding]:
    """Return every sum that the sheet prints and that is not what it adds up."""
    return [finding for taken in columns for finding in _wrong_totals(table, lines, taken, request)]


def _sum(table: Table, lines: Sequence[Line], taken: Taken, written: Sequence[Mapping[str, str]]) -> Sum:
    column = taken.match.column.number
    cells = [table.grid.at(row, column) for row in entries(lines)]
    cells = [cell for cell in cells if not is_blank(cell, taken.way.blanks)]
    source = _as_it_stands(cells, taken)
    times = scale(taken.way.unit, taken.way.of) or Decimal(1)
    converted = _total(_read(cell, taken) for cell in cells) if source is None else source * times
    result = _total(Decimal(text) for row in written if (text := row[taken.field.name]))
    return Sum(taken, len(cells), source, converted, result, _printed(table, lines, taken))


def _as_it_stands(cells: Sequence[Cell], taken: Taken) -> Decimal | None:
    """Return the sum in the unit of the column, bare numbers straight from the sheet; None with units in the cells."""
    figures = []
    for cell in cells:
        if isinstance(cell.value, Decimal) and not cell.percent:
            figures.append(cell.value)
        else:
            figure = read_figure(cell, taken.way.of, None)
            if figure.notes & {"own_unit", "percent"}:
                return None
            figures.append(figure.value)
    return _total(figures)


def _total(figures: Iterable[Decimal]) -> Decimal:
    return sum(figures, Decimal(0))


def _read(cell: Cell, taken: Taken) -> Decimal:
    return read_figure(cell, taken.way.of, taken.way.unit).value


def _figure(table: Table, row: int, taken: Taken) -> Decimal | None:
    cell = table.grid.at(row, taken.match.column.number)
    if is_blank(cell, taken.way.blanks) or (isinstance(cell.value, str) and TOTAL.match(plain(cell.value))):
        return None
    return _read(cell, taken)


def _printed(table: Table, lines: Sequence[Line], taken: Taken) -> int:
    return sum(line.sort in _PRINTED and _figure(table, line.row, taken) is not None for line in lines)


def _wrong_totals(table: Table, lines: Sequence[Line], taken: Taken, request: Request) -> Iterator[Finding]:
    values = {row: value for row in entries(lines) if (value := _figure(table, row, taken)) is not None}
    for index, line in enumerate(lines):
        if line.sort not in _PRINTED:
            continue
        facts: dict[str, object] = {
            "cell": address(line.row, taken.match.column.number),
            "label": taken.match.label,
        }
        try:
            printed = _figure(table, line.row, taken)
        except Unread as reason:
            facts |= {"unit": taken.way.of, "options": ""}
            yield Finding.of(f"importing.cell_{reason.reason}", request.file, line.row, None, **facts)
            continue
        expected = [_total(values.get(row, Decimal(0)) for row in rows) for rows in _groups(lines, index)]
        if printed is not None and not any(_agree(printed, each, taken) for each in expected):
            facts |= {"left": printed, "right": expected[0], "difference": abs(printed - expected[0])}
            yield Finding.of("importing.total_wrong", request.file, line.row, None, **facts)


def _agree(printed: Decimal, reckoned: Decimal, taken: Taken) -> bool:
    times = scale(taken.way.unit, taken.way.of) or Decimal(1)
    return abs(printed - reckoned) <= NOISE * times


def _groups(lines: Sequence[Line], index: int) -> list[list[int]]:
    """Return the rows that a printed sum may add up, the likeliest first: its group, all so far, or those below it.

    A 合计 right after another sums everything; one with rows of its own sums them, or everything so far.
    """
    above, below = lines[:index], lines[index + 1 :]
    everything = entries(above) or entries(below)
    if lines[index].sort == "subtotal":
        ways = [_since(above, _PRINTED), everything, _until(below)]
    else:
        ways = [everything, _since(above, ("total",))]
    return [rows for rows in ways if rows] or [[]]


def _since(above: Sequence[Line], ends: Sequence[str]) -> list[int]:
    last = max((index for index, line in enumerate(above) if line.sort in ends), default=-1)
    return entries(above[last + 1 :])


def _until(below: Sequence[Line]) -> list[int]:
    """Return the entries of the group that begins here, where its sum stands on top."""
    end = next((index for index, line in enumerate(below) if line.sort in _PRINTED), len(below))
    return entries(below[:end])
