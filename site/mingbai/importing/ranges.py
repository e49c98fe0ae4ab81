"""Finds the table inside cells that the clerk names, like A5:H40; what is said above them still counts for it.

A unit of money stands above a table, outside its cells: were it cut away, every figure would be wrong.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from mingbai.importing.layout import Known, tables
from mingbai.importing.table import Table, is_figure
from mingbai.workbooks import Area, Grid, column_number

_CELLS = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})[:：-]\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")


def area_of(said: str) -> Area | None:
    """Return the cells that A5:H40 names, whichever corner comes first; None for anything else."""
    found = _CELLS.fullmatch("".join(said.split()).upper())
    if found is None:
        return None
    columns = sorted(map(column_number, (found[1], found[3])))
    rows = sorted(map(int, (found[2], found[4])))
    return Area(rows[0], columns[0], rows[1], columns[1])


def tables_within(grid: Grid, area: Area, known: Known) -> list[Table]:
    """Return the tables whose cells lie inside an area; of its rows they know no cell beside it."""
    inside = {place: cell for place, cell in grid.cells.items() if place in area}
    beside = {place for place in grid.cells if area.top <= place[0] <= area.bottom and place not in area}
    seen = {place: cell for place, cell in grid.cells.items() if place not in beside}
    whole = replace(grid, cells=seen)
    return [replace(table, grid=whole) for table in tables(replace(grid, cells=inside), known)]


def figures_outside(grid: Grid, area: Area) -> Iterator[tuple[int, int]]:
    """Yield the cells outside an area that hold a figure."""
    yield from (place for place, cell in grid.cells.items() if place not in area and is_figure(cell.value))
