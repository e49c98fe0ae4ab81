"""Chooses the one table of a file that is to be imported; of several it names all and takes none."""

from collections.abc import Sequence

from mingbai.importing.labels import told as shown
from mingbai.importing.layout import tables
from mingbai.importing.mapping import Vocabulary
from mingbai.importing.ranges import tables_within
from mingbai.importing.request import Request
from mingbai.importing.table import Table
from mingbai.messages import Text
from mingbai.sheets.finding import Finding
from mingbai.workbooks import Grid


def the_one(grids: Sequence[Grid], words: Vocabulary, request: Request) -> tuple[Table | None, list[Finding]]:
    """Return the one table, or None and what the clerk has to say first."""
    looked = [grid for grid in grids if (grid.name == request.sheet if request.sheet else not grid.hidden)]
    if request.sheet and not looked:
        names = "、".join(shown(grid.name) for grid in grids)
        return None, [Finding.of("importing.no_sheet", request.file, names=names)]
    found = [table for grid in looked for table in _tables(grid, words, request)]
    if len(found) == 1:
        return found[0], []
    return None, [_several(found, request) if found else _none(looked, words, request)]


def _tables(grid: Grid, words: Vocabulary, request: Request) -> list[Table]:
    if request.area is None:
        return tables(grid, words.knows)
    return tables_within(grid, request.area, words.knows)


def _none(looked: Sequence[Grid], words: Vocabulary, request: Request) -> Finding:
    if request.area is not None:
        return Finding.of("importing.no_table_there", request.file, area=request.area)
    titles = "、".join(each.title.zh for each in words.fields)
    sheets = "、".join(shown(grid.name) for grid in looked)
    return Finding.of("importing.no_table", request.file, names=titles, sheets=sheets)


def _several(found: Sequence[Table], request: Request) -> Finding:
    """Name the tables by sheet and cells."""
    places = "、".join(f"「{shown(table.grid.name)}」{table.area}" for table in found)
    key = "importing.tables" if len({table.grid.name for table in found}) == 1 else "importing.sheets"
    facts = {"sheet": shown(found[0].grid.name), "area": found[0].area}
    return Finding.of(key, request.file, None, None, hint=Text(places, places), **facts)
