"""Tells a page that says title and header again from a second table; it joins nothing that a grand total has ended.

Printed books say both on every page. A title counts as said again only word for word, the number of its page aside.
"""

import re
from collections.abc import Sequence

from mingbai.importing.labels import plain
from mingbai.importing.table import LEAST_KNOWN, TOTAL, Column, Table
from mingbai.workbooks import Grid

_PAGE = re.compile(r"第[0-9一二三四五六七八九十]+页|共[0-9一二三四五六七八九十]+页|^[0-9]+/[0-9]+$")


def repeated_from(grid: Grid, table: Table, row: int, columns: Sequence[Column]) -> int | None:
    """Return the row in which a page begins again whose header stands in `row`; None where it is another table."""
    if [each.parts for each in columns] != [each.parts for each in table.columns]:
        return None
    first = _first_title(grid, table, row)
    above = grid.rows.get(first - 1, ())
    if any(_is_grand_total(grid.at(first - 1, column).value) for column in above):
        return None
    return first if first < row or len(above) >= LEAST_KNOWN else None


def _first_title(grid: Grid, table: Table, row: int) -> int:
    """Return the first of the rows right above a header that say what stands above the table's own, `row` without any.

    A blank row before them is the end of a page.
    """
    titles = {said for each in grid.rows if each < table.top for said in _said(grid, each)}
    first = row
    while first - 1 > table.bottom and (said := _said(grid, first - 1)) and said <= titles:
        first -= 1
    while first < row and first - 1 not in grid.rows and first - 1 > table.bottom:
        first -= 1
    return first


def _said(grid: Grid, row: int) -> set[str]:
    """Return what the cells of a row say, without the numbers of pages."""
    return {_PAGE.sub("", plain(str(grid.at(row, column).value))) for column in grid.rows.get(row, ())}


def _is_grand_total(value: object) -> bool:
    said = plain(value) if isinstance(value, str) else ""
    return bool(TOTAL.match(said)) and "小计" not in said and "页" not in said
