"""Gathers the header facts of a filing: said by the clerk, or standing in the sheet by their own title."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mingbai.importing.conversion import Way
from mingbai.importing.figures import Unread
from mingbai.importing.labels import MONEY, plain
from mingbai.importing.lines import Line
from mingbai.importing.money import units_of
from mingbai.importing.request import Request
from mingbai.importing.table import Table, is_figure
from mingbai.importing.taking import NUMBERS
from mingbai.kinds import Field
from mingbai.sheets.finding import Finding
from mingbai.workbooks.grids import address


@dataclass(frozen=True)
class Found:
    """A fact that the sheet says: the field, its text as a filing holds it, and the cell of the figure."""

    field: Field
    text: str
    cell: str


def in_sheet(table: Table, lines: Sequence[Line], fields: Sequence[Field], request: Request) -> list[Found]:
    """Return the facts that stand in the sheet: a cell that says a fact's title and the one figure in its row."""
    rows = [row for row in table.grid.rows if row < table.top]
    rows += [line.row for line in lines if line.sort in ("carried", "note", "heading")]
    above = [row for row in rows if row < table.top]
    titles = {plain(field.title.zh): field for field in fields}
    found = []
    for row in rows:
        for field, column in _named(table, row, titles):
            unit = next(iter(units_of(table)), None) if field.unit and field.unit.zh == MONEY else None
            way = Way(field, unit, request.id.period, request.blanks, False)
            cell = _figure(table, row, column) if field.type in NUMBERS else _only(table, row, column)
            if cell is not None and (field.type in NUMBERS or row in above):
                try:
                    found.append(Found(field, way.convert(table.grid.at(row, cell)).text, address(row, cell)))
                except Unread:
                    continue  # the clerk is asked for it, as if it did not stand there
    return found


def _named(table: Table, row: int, titles: Mapping[str, Field]) -> Iterator[tuple[Field, int]]:
    for column in table.grid.rows[row]:
        value = table.grid.at(row, column).value
        if isinstance(value, str) and plain(value) in titles:
            yield titles[plain(value)], column


def _figure(table: Table, row: int, column: int) -> int | None:
    """Return the column of the one figure to the right of a title; None where several stand there."""
    right = [each for each in table.grid.rows[row] if each > column]
    figures = [each for each in right if is_figure(table.grid.at(row, each).value)]
    return figures[0] if len(figures) == 1 else None


def _only(table: Table, row: int, column: int) -> int | None:
    """Return the column of what alone stands beside a title that is the first of its row."""
    filled = table.grid.rows[row]
    return max(filled) if len(filled) == 2 and column == min(filled) else None


def _worth(field: Field, text: str) -> Decimal | str:
    return Decimal(text) if field.type in NUMBERS else text


def together(
    said: Mapping[str, str], found: Sequence[Found], fields: Sequence[Field], request: Request
) -> tuple[dict[str, str], list[Finding]]:
    """Return the facts in the order of the kind, and what is missing or said in two ways."""
    facts = dict(said)
    problems = []
    for each in found:
        told = facts.setdefault(each.field.name, each.text)
        left, right = _worth(each.field, each.text), _worth(each.field, told)
        if left != right:
            facts_ = {"title": each.field.title, "cell": each.cell, "left": left, "right": right}
            problems.append(
                Finding.of("importing.fact_differs", request.file, None, each.field.name, **facts_)
            )
    for field in fields:
        if field.required and not facts.get(field.name):
            names = {"title": field.title, "name": field.name}
            problems.append(Finding.of("importing.fact_missing", request.file, None, field.name, **names))
    return {field.name: facts[field.name] for field in fields if facts.get(field.name)}, problems
