"""Holds what every sort of spreadsheet comes down to: sheets of cells, with what is merged and what is hidden.

Rows and columns count from 1, as in the spreadsheet. Only cells with something in them are held: a sheet of three rows
may claim a million.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from mingbai.workbooks.refusals import Refused

Value = str | Decimal | date | bool | None
MOST_CELLS = 500_000
_WIDEST = 500  # columns of a merged area that are looked at; a title may be merged to the edge of the sheet
_SHRINKS = re.compile(r"[0#?],+(?![0#?,])")  # commas behind the last digit: each hides three of them
_SHOWN_DIGITS = 15  # a spreadsheet program shows no more, and stores about two digits of noise behind them


@dataclass(frozen=True)
class Cell:
    """One cell.

    `percent`: the figure is shown as a percentage; `shrunk`: it is shown in thousands or 万 and stored in full;
    `unreckoned`: a formula stored without its result; `struck`: crossed out; `red`: in red, which bookkeepers write for
    less than nothing.
    """

    value: Value
    percent: bool = False
    shrunk: bool = False
    unreckoned: bool = False
    struck: bool = False
    red: bool = False


BLANK = Cell(None)


@dataclass(frozen=True, order=True)
class Area:
    """Cells from one corner to the other, both included."""

    top: int
    left: int
    bottom: int
    right: int

    def __contains__(self, place: object) -> bool:
        """Tell whether (row, column) lies inside."""
        return (
            isinstance(place, tuple)
            and self.top <= place[0] <= self.bottom
            and self.left <= place[1] <= self.right
        )

    def __str__(self) -> str:
        return f"{address(self.top, self.left)}:{address(self.bottom, self.right)}"


@dataclass(frozen=True)
class Grid:
    """One sheet. `cells` holds what is not blank, by (row, column); `notes` what is printed above or stuck to cells."""

    name: str
    cells: Mapping[tuple[int, int], Cell]
    hidden: bool = False
    merges: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = field(default=frozenset())
    hidden_columns: frozenset[int] = field(default=frozenset())
    notes: tuple[str, ...] = ()

    def at(self, row: int, column: int) -> Cell:
        """Return a cell; what is not held is blank."""
        return self.cells.get((row, column), BLANK)

    def whole(self, row: int, column: int) -> Cell:
        """Return a cell as it is seen: one inside a merged area shows what the area's first cell holds."""
        area = self.merged_at(row, column)
        return self.at(row, column) if area is None else self.at(area.top, area.left)

    def merged_at(self, row: int, column: int) -> Area | None:
        """Return the merged area in which a cell lies."""
        return self._merged.get((row, column))

    @cached_property
    def rows(self) -> Mapping[int, tuple[int, ...]]:
        """The columns that hold something, by row, in order."""
        found: dict[int, list[int]] = {}
        for row, column in sorted(self.cells):
            found.setdefault(row, []).append(column)
        return {row: tuple(columns) for row, columns in found.items()}

    @property
    def merged_cells(self) -> int:
        """How many cells lie in merged areas, those below the last row that holds something left out."""
        last = max(self.rows, default=0)
        return sum(
            max(0, min(area.bottom, last) - area.top + 1)
            * (min(area.right, area.left + _WIDEST) - area.left + 1)
            for area in self.merges
        )

    @cached_property
    def _merged(self) -> Mapping[tuple[int, int], Area]:
        last = max(self.rows, default=0)
        return {
            (row, column): area
            for area in self.merges
            for row in range(area.top, min(area.bottom, last) + 1)
            for column in range(area.left, min(area.right, area.left + _WIDEST) + 1)
        }


@dataclass(frozen=True)
class Book:
    """A spreadsheet file. `sort`: xlsx, xls, ods or text; `since_1904`: bare serial days count from 1904."""

    sort: str
    grids: tuple[Grid, ...]
    since_1904: bool = False
    macros: bool = False


def column_name(column: int) -> str:
    """Return the letters of a column: 1 is A, 28 is AB."""
    letters = ""
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the number of a column: A is 1, AB is 28."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def address(row: int, column: int) -> str:
    """Return what a cell is called: D7."""
    return f"{column_name(column)}{row}"


def figure(number: float | int | str) -> Decimal:
    """Return a stored number as a clerk sees it: 0.30000000000000004 is 0.3; a whole number keeps all its digits.

    Raises ValueError or ArithmeticError for what is no number.
    """
    if isinstance(number, int):
        return Decimal(number)
    if isinstance(number, str) and number.strip("-").isdecimal():
        return Decimal(number)
    found = Decimal(format(float(number), f".{_SHOWN_DIGITS}g"))
    if not found.is_finite():
        raise ValueError(number)
    return Decimal(f"{found + 0:f}")


@dataclass(frozen=True)
class Ink:
    """How the letters of a cell look: crossed out, red."""

    struck: bool = False
    red: bool = False


PLAIN = Ink()


def is_red(red: int, green: int, blue: int) -> bool:
    """Tell whether a colour is one that people call red: bright or dark, and hardly anything else in it."""
    return red >= 0x99 and max(green, blue) <= 0x33


def formatted(value: Value, number_format: str, ink: Ink = PLAIN) -> Cell:
    """Return a cell whose figure is shown by a format: `0.0%`, or `0!.0,` which shows 18000 as 1.8 (万)."""
    if not isinstance(value, Decimal):
        return Cell(value, struck=ink.struck, red=ink.red)
    percent, shrunk = "%" in number_format, bool(_SHRINKS.search(number_format))
    return Cell(value, percent=percent, shrunk=shrunk, struck=ink.struck, red=ink.red)


def counted(cells: Iterator[tuple[tuple[int, int], Cell]]) -> dict[tuple[int, int], Cell]:
    """Return the cells by place. Raises Refused when there are more than a table of a village can have."""
    found: dict[tuple[int, int], Cell] = {}
    for place, cell in cells:
        found[place] = cell
        if len(found) > MOST_CELLS:
            raise Refused("too_large", cells=MOST_CELLS)
    return found
