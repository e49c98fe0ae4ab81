"""Says what each row below a header is: entry, sum, line carried over, heading, note; it drops none in silence.

A row that holds a figure in a column that is taken is an entry, or one of the few rows that are told by their word.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mingbai.importing.labels import plain
from mingbai.importing.layout import TOTAL, Table, is_figure
from mingbai.importing.mapping import Match
from mingbai.importing.request import Request
from mingbai.sheets.finding import Finding

_CARRIED = re.compile(
    r"^(?:(?:期初|期末|上期|本期|上年|上月|上季|上季度|年初|年末|月初|月末)(?:末|度)?(?:资金|现金)?(?:结余|余额|结转|结存|转入|累计)"
    r"|承前页|过次页|转次页|结转(?:下年|下期|下月|下页)|上年转入|上期转入)(?:数|额|金额)?:?$"
)
_NOTE = re.compile(
    r"制表|审核|审批|填表|填报|复核|负责人|主任|会计|出纳|监督|盖章|签字|签名|公章|说明:|备注:|注:|单位:|日期:|联系|公示|^注\d?|^说明|^备注"
)
_HEADING = re.compile(r"^[((]?[一二三四五六七八九十]{1,3}[))、.．:]")


@dataclass(frozen=True)
class Line:
    """A row below the header.

    `sort`: entry, total, subtotal, running, carried, heading, note, header, blank, hidden.
    """

    row: int
    sort: str


def lines(table: Table, matches: Sequence[Match], request: Request) -> tuple[list[Line], list[Finding]]:
    """Return what every row is, and what stops the import: rows out of sight, figures in a row nobody understands."""
    found: list[Line] = []
    problems: list[Finding] = []
    for row in range(table.bottom + 1, table.last + 1):
        sort = _sort(table, matches, row)
        if row in table.grid.hidden_rows and sort in ("entry", "total", "subtotal"):
            if request.hidden_rows is None:
                problems.append(Finding.of("importing.hidden_row", request.file, row, row=row))
            sort = "hidden" if request.hidden_rows == "leave" else sort
        found.append(Line(row, sort))
    if not any(line.sort == "entry" for line in found) and not problems:
        problems.append(Finding.of("importing.no_entries", request.file, table.bottom, row=table.bottom))
    return _trimmed(found), problems


def _trimmed(found: list[Line]) -> list[Line]:
    """Return the lines without the blank ones behind the last that holds something."""
    last = max((index for index, line in enumerate(found) if line.sort != "blank"), default=-1)
    return found[: last + 1]


def _sort(table: Table, matches: Sequence[Match], row: int) -> str:
    if row not in table.grid.rows or not _held(table, row):
        return "blank" if row not in table.grid.rows else "note"
    if row in table.repeats:
        return "header"
    words = _words(table, row)
    of_total = next((word for word in words if TOTAL.match(word)), None)
    if of_total is not None and not _is_dated(table, matches, row, words, of_total):
        if "累计" in of_total:
            return "running"
        return "subtotal" if "小计" in of_total or "页" in of_total else "total"
    if any(_CARRIED.match(word) for word in words):
        return "carried"
    if _has_figures(table, matches, row):
        return "entry"
    return _without_figures(table, matches, row, words)


def _without_figures(table: Table, matches: Sequence[Match], row: int, words: Sequence[str]) -> str:
    """A row without a figure that is taken: a heading or a note, or else an entry that somebody did not finish."""
    held = _held(table, row)
    if words and (_HEADING.match(words[0]) and len(held) == 1):
        return "heading"
    area = table.grid.merged_at(row, held[0])
    wide = area is not None and area.right > area.left
    if wide and len(held) == 1:
        return "heading" if _entries_below(table, matches, row) else "note"
    if any(_NOTE.search(word) for word in words) and not _entries_below(table, matches, row):
        return "note"
    return "entry"


def _entries_below(table: Table, matches: Sequence[Match], row: int) -> bool:
    return any(
        _has_figures(table, matches, below)
        for below in range(row + 1, table.last + 1)
        if below in table.grid.rows
    )


def _held(table: Table, row: int) -> list[int]:
    """Return the columns from the table's first to its last in which a row holds something."""
    area = table.area
    return [column for column in table.grid.rows.get(row, ()) if area.left <= column <= area.right]


def _words(table: Table, row: int) -> list[str]:
    values = (table.grid.at(row, column).value for column in _held(table, row))
    return [plain(value) for value in values if isinstance(value, str) and not is_figure(value)]


def _has_figures(table: Table, matches: Sequence[Match], row: int) -> bool:
    numbers = [
        match.column.number
        for match in matches
        if match.field is not None and match.field.type in ("number", "integer")
    ]
    cells = [table.grid.at(row, number) for number in numbers]
    return any(is_figure(cell.value) or cell.unreckoned for cell in cells)


def _is_dated(table: Table, matches: Sequence[Match], row: int, words: Sequence[str], of_total: str) -> bool:
    """Tell whether a row that says 合计 somewhere is an entry all the same: it has a day of its own.

    “一季度水电费合计” in the column of words is what the money was for, when the row has its day.
    """
    days = [
        match.column.number for match in matches if match.field is not None and match.field.type == "date"
    ]
    return any(table.grid.at(row, number).value is not None for number in days) and words[0] != of_total
