"""Writes stacked tables as an XLSX workbook, a sheet a kind; cells are values and never formulas.

The same tables give the same bytes: the library writes no time of its own, and is told the day of the build.
"""

import io
from collections.abc import Sequence
from datetime import date, datetime

import xlsxwriter

from mingbai.downloads.cells import plain
from mingbai.downloads.stacking import Stack

MOST_ROWS = 1_000_000  # of a sheet; the format ends at 1,048,576
_NAME = 31  # characters of a sheet's name
_FORBIDDEN = str.maketrans("", "", "[]:*?/\\'")
_AS_THEY_ARE = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def fits(stacks: Sequence[Stack]) -> bool:
    """Tell whether every kind has room on its sheet."""
    return all(sum(len(table.rows) for table in stack.tables) <= MOST_ROWS for stack in stacks)


def book(stacks: Sequence[Stack], as_of: date) -> bytes:
    """Return the workbook: headers in Chinese and, below, in English; numbers and days as such."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _AS_THEY_ARE) as workbook:
        workbook.set_properties({"created": datetime(as_of.year, as_of.month, as_of.day)})
        heading = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        taken: set[str] = set()
        for stack in stacks:
            sheet = workbook.add_worksheet(_sheet_name(stack, taken))
            sheet.freeze_panes(1, 0)
            for at, column in enumerate(stack.columns):
                sheet.write_string(0, at, f"{column.title.zh}\n{column.name}", heading)
                sheet.set_column(at, at, max(10, 2 * len(column.title.zh) + 2))
            for number, row in enumerate(stack.rows, 1):
                for at, cell in enumerate(map(plain, row)):
                    if isinstance(cell, date):
                        sheet.write_datetime(number, at, cell, day)
                    elif cell is not None:
                        sheet.write(number, at, cell)
    return out.getvalue()


def _sheet_name(stack: Stack, taken: set[str]) -> str:
    """Return the title of a kind as a sheet may be called, told apart by its id where two are alike."""
    name = stack.kind.title.zh.translate(_FORBIDDEN)[:_NAME] or stack.kind.id
    if name in taken:
        name = f"{name[: _NAME - len(stack.kind.id) - 1]} {stack.kind.id}"
    taken.add(name)
    return name
