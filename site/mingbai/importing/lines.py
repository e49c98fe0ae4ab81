"""Says what each row below a header is: entry, sum, line carried over, heading, note; it drops none in silence.

A row that holds a figure in a column that is taken is an entry, or one of the few rows that are told by their word.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from mingbai.importing.labels import plain
from mingbai.importing.mapping import Match
from mingbai.importing.request import Request
from mingbai.importing.table import TOTAL, Table, is_figure
from mingbai.sheets.finding import Finding

_CARRIED = re.compile(
    r"^(?:(?:期初|期末|上期|本期|上年|本年|上月|本月|上季|本季|年初|年末|季初|季末|月初|月末)(?:度)?(?:末|初)?(?:资金|现金)?(?:结余|余额|结转|结存|转入|累计)"
    r"|承前页|过次页|转次页|结转(?:下年|下期|下月|下页)|上年转入|上期转入)(?:数|额|金额)?:?$"
)
_SIGNED = re.compile(
    r"^[^:：]{0,14}[:：]|^[^:：]{0,14}[(（]?(?:签字|盖章|签名|公章)[)）]?|^[(（]?(?:注|备注|说明|附注)[)）]?[0-9一二三、:：]|大写"
)
_HEADING = re.compile(r"^[(（]?[一二三四五六七八九十]{1,3}[)）、.．:：]")


@dataclass(frozen=True)
class Line:
    """A row below the header.

    `sort`: entry, total, subtotal, running, carried, heading, note, header, empty, blank, hidden.
    """

    row: int
    sort: str


def lines(
    table: Table, matches: Sequence[Match], adding: Collection[str], request: Request
) -> tuple[list[Line], list[Finding]]:
    """Return what every row is, and what stops the import: rows out of sight, a table without entries.

    `adding` names the fields whose figures add up; a row that has but its number or a running balance is empty.
    """
    reader = _Reader(table, matches, adding)
    found: list[Line] = []
    problems: list[Finding] = []
    for row in range(table.bottom + 1, table.last + 1):
        sort = reader.sort(row)
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


class _Reader:
    """Looks at the rows of one table, its columns sorted once: figures that add up, days, what only numbers rows."""

    def __init__(self, table: Table, matches: Sequence[Match], adding: Collection[str]) -> None:
        self._table, self._grid = table, table.grid
        fields = {match.column.number: match.field for match in matches if match.field is not None}
        numbers = {number for number, field in fields.items() if field.type in ("number", "integer")}
        self._adding = [number for number in numbers if fields[number].name in adding]
        self._days = [number for number, field in fields.items() if field.type == "date"]
        self._idle = numbers - set(self._adding)
        self._idle |= {match.column.number for match in matches if match.how == "serial"}
        self._needed = {number for number, field in fields.items() if field.required}
        self._persons = {match.column.number for match in matches if match.how == "person"}

    def sort(self, row: int) -> str:
        """Return what a row is."""
        held = self._held(row)
        if not held:
            return "note" if row in self._grid.rows else "blank"
        if row in self._table.repeats:
            return "header"
        told = self._by_word(row, self._words(row))
        if told is not None:
            return told
        if self._has_figures(row):
            return "entry"
        idle = set(held) <= self._idle and not self._words(row)
        return "empty" if idle else self._without_figures(row, held)

    def _by_word(self, row: int, words: Sequence[str]) -> str | None:
        of_total = next((word for word in words if TOTAL.match(word)), None)
        # “一季度水电费合计” in the column of words is what the money was for, when the row has a day of its own.
        if of_total is not None and not (self._is_dated(row) and words[0] != of_total):
            if "累计" in of_total:
                return "running"
            return "subtotal" if "小计" in of_total or "页" in of_total else "total"
        carried = any(_CARRIED.match(word) for word in words)
        return "carried" if carried and not (self._is_dated(row) and self._has_figures(row)) else None

    def _without_figures(self, row: int, held: Sequence[int]) -> str:
        """A row without a figure that adds up: a heading or a note, or else an entry that nobody finished."""
        texts = [str(self._grid.at(row, column).value).strip() for column in held]
        alone, area = len(held) == 1, self._grid.merged_at(row, held[0])
        wide = area is not None and area.right > area.left
        if row <= self._last_figures:
            apart = wide or _HEADING.match(texts[0]) or self._is_word_among_numbers(row, held[0])
            return "heading" if alone and apart else "entry"
        if all(map(_SIGNED.match, texts)):
            return "note"
        if self._is_dated(row) or 2 * len(self._needed & set(held)) > len(self._needed):
            return "entry"
        first = held[0] == self._table.area.left and held[0] not in self._persons
        return "note" if (alone and (wide or first)) or any(map(_SIGNED.match, texts)) else "entry"

    def _is_word_among_numbers(self, row: int, column: int) -> bool:
        """Tell whether a cell says a word, and no number, where only numbers of rows stand: 补记 between two months."""
        value = self._grid.at(row, column).value
        words = isinstance(value, str) and not any(each.isnumeric() for each in value)
        return words and column in self._idle

    def _held(self, row: int) -> list[int]:
        """Return the columns from the table's first to its last in which a row holds something."""
        area = self._table.area
        return [column for column in self._grid.rows.get(row, ()) if area.left <= column <= area.right]

    def _words(self, row: int) -> list[str]:
        values = (self._grid.at(row, column).value for column in self._held(row))
        return [plain(value) for value in values if isinstance(value, str) and not is_figure(value)]

    def _has_figures(self, row: int) -> bool:
        cells = (self._grid.at(row, number) for number in self._adding)
        return any(is_figure(cell.value) or cell.unreckoned for cell in cells)

    def _is_dated(self, row: int) -> bool:
        return any(self._grid.at(row, number).value is not None for number in self._days)

    @cached_property
    def _last_figures(self) -> int:
        """The last row in which a figure stands that adds up; without any such column every row may be an entry."""
        rows = [row for row in self._grid.rows if self._table.bottom < row <= self._table.last]
        return max(
            (row for row in rows if not self._adding or self._has_figures(row)), default=self._table.last
        )
