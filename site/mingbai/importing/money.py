"""Finds in which unit a sheet's money stands, and what speaks of a unit without saying that it is the table's.

A unit that is overlooked makes every figure ten thousand times wrong while all sums agree, so what is not plain is
asked.
"""

from collections.abc import Iterable, Iterator

from mingbai.importing.labels import unit_cell, unit_line, unit_word
from mingbai.importing.table import Table
from mingbai.workbooks.grids import address


def units_of(table: Table) -> frozenset[str]:
    """Return every unit of money that a sheet names: outside the rows, between labels, in its name and its notes."""
    texts = (table.grid.name, *table.grid.notes, *(text for _, text in _around(table)))
    found = {*map(unit_line, texts), *(unit_cell(text) for _, text in _labels(table))}
    return frozenset(unit for unit in found if unit)


def unsure_unit(table: Table) -> tuple[str, str] | None:
    """Return a unit of which a text outside the rows speaks, with its cell, where none is said to be the table's."""
    if units_of(table):
        return None
    name = table.grid.name
    texts = [*_around(table), *((name, note) for note in (name, *table.grid.notes))]
    return next(((place, unit) for place, text in texts if (unit := unit_word(text))), None)


def _around(table: Table) -> Iterator[tuple[str, str]]:
    """Yield the texts above the header and those that stand alone in a row below it, with their cells."""
    rows = table.grid.rows
    outside = (row for row in rows if row < table.top or (row > table.bottom and len(rows[row]) == 1))
    return _texts(table, outside)


def _labels(table: Table) -> Iterator[tuple[str, str]]:
    return _texts(table, (row for row in table.grid.rows if table.top <= row <= table.bottom))


def _texts(table: Table, rows: Iterable[int]) -> Iterator[tuple[str, str]]:
    for row in rows:
        for column in table.grid.rows[row]:
            value = table.grid.at(row, column).value
            if isinstance(value, str):
                yield address(row, column), value
