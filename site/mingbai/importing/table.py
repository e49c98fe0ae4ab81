"""Holds what a table of a sheet is, and which texts are figures or stand for sums; it looks for no table.

What a cell's figure is worth is not known here: only that one stands there.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from mingbai.importing.capitals import capital
from mingbai.workbooks import Area, Grid

LEAST_KNOWN = 2
FIGURE = re.compile(r"^[¥￥(（+-]?[0-9０-９][0-9０-９,，.．/年月日-]*[%元)）]?$")
TOTAL = re.compile(r"^.{0,12}(?:合计|小计|总计|共计|累计)(?:数|金额)?:?(?:\([^()]*\))?:?$|^计:?$")


@dataclass(frozen=True)
class Column:
    """One column. `parts`: its label, with the heading of the group above it first; `hidden`: out of sight."""

    number: int
    parts: tuple[str, ...]
    hidden: bool = False

    @property
    def label(self) -> str:
        """The label in one piece."""
        return "·".join(" ".join(part.split()) for part in self.parts)


@dataclass(frozen=True)
class Table:
    """A table of a sheet: header rows `top` to `bottom`, its rows down to `last`, its columns from left to right.

    `repeats`: rows below that say the header again, as printed pages do; `unit`: what a line above says money is in;
    `joined`: the letters of the columns that were made one day.
    """

    grid: Grid
    top: int
    bottom: int
    last: int
    columns: tuple[Column, ...]
    repeats: frozenset[int] = field(default=frozenset())
    joined: str = ""

    @property
    def area(self) -> Area:
        """The cells from the header to the last row."""
        numbers = [column.number for column in self.columns]
        return Area(self.top, min(numbers), self.last, max(numbers))


def is_figure(value: object) -> bool:
    """Tell whether a cell holds a figure, or a text that looks like one."""
    if isinstance(value, Decimal) or (isinstance(value, str) and capital(value) is not None):
        return True
    return (
        isinstance(value, str)
        and bool(FIGURE.match("".join(value.split())))
        and any(each.isdigit() for each in value)
    )
