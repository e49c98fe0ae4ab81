"""Joins the columns in which account books part a day (year, month, day) into one; it decides no day and drops none.

A blank month is the month of the row above: books write it once. What is no number stays where it stands.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mingbai.importing.labels import plain
from mingbai.importing.table import Column, Table
from mingbai.privacy.persons import is_person
from mingbai.workbooks import Cell, Grid, column_name

_YEAR = re.compile("(?:^|[^0-9])((?:19|20)[0-9]{2})年?(?:度)?$")
_NUMBER = re.compile("([0-9]{1,4})(?:[.]0+)?[年月日号]?")


@dataclass(frozen=True)
class _Parts:
    month: Column
    day: Column
    year: Column | None

    @property
    def labelled_year(self) -> str:
        """The year that stands above the months, as in 2026年 over 月 and 日."""
        found = [match[1] for part in self.month.parts if (match := _YEAR.search(plain(part)))]
        return found[0] if found else ""

    @property
    def label(self) -> tuple[str, ...]:
        """What the day is called: 签订日期 under 签订; the year above is part of the day itself."""
        groups = (part for part in self.month.parts[:-1] if not _YEAR.search(plain(part)))
        return (*groups, "日期")

    @property
    def others(self) -> set[int]:
        return {self.day.number} | ({self.year.number} if self.year is not None else set())


def with_days(table: Table) -> Table:
    """Return a table whose columns 月 and 日 are one column 日期; the same table where it has none."""
    parts = _parts(table.columns)
    if parts is None:
        return table
    columns = tuple(
        replace(each, parts=parts.label) if each == parts.month else each
        for each in table.columns
        if each.number not in parts.others
    )
    letters = [each for each in (parts.year, parts.month, parts.day) if each is not None]
    joined = "、".join(column_name(each.number) for each in letters)
    return replace(table, grid=_joined(table, parts), columns=columns, joined=joined)


def _parts(columns: Sequence[Column]) -> _Parts | None:
    last = [plain(column.parts[-1]) for column in columns]
    for index in range(len(columns) - 1):
        leads = is_person(*columns[index].parts, *columns[index + 1].parts)  # a birthday stays what it is
        if (last[index], last[index + 1]) == ("月", "日") and not leads:
            year = columns[index - 1] if index and last[index - 1] == "年" else None
            return _Parts(columns[index], columns[index + 1], year)
    return None


def _joined(table: Table, parts: _Parts) -> Grid:
    grid, month, year = table.grid, "", parts.labelled_year
    cells = dict(grid.cells)
    for row in range(table.bottom + 1, table.last + 1):
        said = {name: _number(grid, row, column) for name, column in _columns(parts).items()}
        if row in table.repeats or not said["day"]:
            continue
        month, year = said["month"] or month, said.get("year") or year
        if said["month"] or grid.whole(row, parts.month.number).value is None:
            words = f"{year}年" if year else ""
            for number in parts.others:
                cells.pop((row, number), None)
            cells[row, parts.month.number] = Cell(f"{words}{month}月{said['day']}日")
    own = {parts.month.number, *parts.others}
    merges = tuple(area for area in grid.merges if area.top <= table.bottom or area.left not in own)
    return replace(grid, cells=dict(sorted(cells.items())), merges=merges)


def _columns(parts: _Parts) -> Mapping[str, int]:
    found = {"month": parts.month.number, "day": parts.day.number}
    return found if parts.year is None else {**found, "year": parts.year.number}


def _number(grid: Grid, row: int, column: int) -> str:
    """Return the number that a cell shows, "" for anything else."""
    found = _NUMBER.fullmatch(plain(f"{grid.whole(row, column).value}"))
    return "" if found is None else found[1]
