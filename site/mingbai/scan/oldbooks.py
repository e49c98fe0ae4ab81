"""Reads the cells of workbooks as Excel wrote them until 2003 (.xls); it reads nothing else in them.

Their numbers lie there as floating point: no search through the bytes finds a telephone number in them.
"""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import xlrd

from mingbai.privacy import CELL
from mingbai.scan.findings import Finding
from mingbai.scan.looking import Piece

if TYPE_CHECKING:
    from mingbai.scan.sources import Found

START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOK = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))


def pieces(file: str, data: bytes) -> "Iterator[Found]":
    """Yield the sheets of a workbook, hidden ones too; nothing for another file of the same container (.doc, .ppt)."""
    if not any(name in data for name in _WORKBOOK):
        return
    try:
        with open(os.devnull, "w") as silent:  # the reader would print what is odd in the file
            book = xlrd.open_workbook(file_contents=data, logfile=silent, on_demand=False)
    except (
        Exception
    ):  # a broken or locked workbook makes the reader raise anything, with pieces of it in its words
        yield Finding(file, "", 0, 0, "unread", "warning")
        return
    for number, sheet in enumerate(book.sheets(), 1):
        rows = [[_text(cell.value) for cell in sheet.row(at)] for at in range(sheet.nrows)]
        yield Piece(file, "\n".join(map(CELL.join, rows)), CELL, part=f"sheet {number}")
        notes = [_text(each.text) for each in sheet.cell_note_map.values()]
        yield Piece(file, "\n".join([sheet.name, *notes]), part=f"sheet {number}")


def _text(value: object) -> str:
    """Return a cell as one line. Of 18 digits a floating point number keeps 15: what it lost is shown as hidden."""
    if isinstance(value, float):
        whole = f"{value:.0f}" if value == int(value) else repr(value)
        return f"{whole[:15]}***" if len(whole) == 18 else whole
    return str(value).replace("\n", " ").replace("\r", " ").replace(CELL, " ")
