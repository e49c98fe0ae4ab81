"""Reads the old XLS (and WPS's ET, which is the same) with xlrd; the only module that knows it."""

import io
from collections.abc import Iterator
from typing import Any

import xlrd
from xlrd.xldate import xldate_as_datetime

from mingbai.workbooks.grids import (
    PLAIN,
    Area,
    Book,
    Cell,
    Grid,
    Ink,
    Value,
    counted,
    figure,
    formatted,
    is_red,
)
from mingbai.workbooks.refusals import Refused


def read(data: bytes) -> Book:
    """Return the sheets of a workbook. Raises Refused when it has a password, is damaged or too large."""
    try:
        # xlrd prints what it wonders about; what it says may hold cells.
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
        grids = tuple(_grid(book, sheet) for sheet in book.sheets())
    except Refused:
        raise
    except xlrd.XLRDError as reason:
        raise Refused("password" if "encrypted" in str(reason).lower() else "cut_off") from None
    except Exception:  # whatever a library may raise about bytes that somebody broke
        raise Refused("cut_off") from None
    return Book("xls", grids, since_1904=book.datemode == 1)


def _grid(book: Any, sheet: Any) -> Grid:
    cells = counted(_cells(book, sheet))
    hidden_rows = {row for row, _ in cells if _unseen(sheet, row)}
    hidden_columns = {
        column
        for _, column in cells
        if (info := sheet.colinfo_map.get(column - 1)) and (info.hidden or not info.width)
    }
    return Grid(
        name=sheet.name,
        cells=cells,
        hidden=sheet.visibility != 0,
        merges=tuple(
            Area(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells
        ),
        hidden_rows=frozenset(hidden_rows),
        hidden_columns=frozenset(hidden_columns),
    )


def _unseen(sheet: Any, row: int) -> bool:
    """Tell whether a row is hidden, no pixel high, or not named in a sheet that hides what it does not name."""
    told = sheet.rowinfo_map.get(row - 1)
    if told is None:
        return bool(sheet.default_row_hidden)
    return bool(told.hidden or not told.height)


def _cells(book: Any, sheet: Any) -> Iterator[tuple[tuple[int, int], Cell]]:
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            cell = sheet.cell(row, column)
            value = _value(book, cell)
            if value is not None:
                yield (row + 1, column + 1), formatted(value, _format(book, cell), _ink(book, cell))


def _value(book: Any, cell: Any) -> Value:
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) or cell.value == "":
        return None
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _day(book, cell)
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return figure(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#N/A"))
    return str(cell.value)


def _day(book: Any, cell: Any) -> Value:
    """Return the day; what is formatted as one and is none stays a figure."""
    try:
        return xldate_as_datetime(cell.value, book.datemode).date() if cell.value >= 1 else figure(cell.value)
    except (ValueError, OverflowError):
        return figure(cell.value)


def _ink(book: Any, cell: Any) -> Ink:
    if cell.xf_index is None:
        return PLAIN
    font = book.font_list[book.xf_list[cell.xf_index].font_index]
    colour = book.colour_map.get(font.colour_index)
    return Ink(bool(font.struck_out), colour is not None and is_red(*colour))


def _format(book: Any, cell: Any) -> str:
    known = book.format_map.get(book.xf_list[cell.xf_index].format_key) if cell.xf_index is not None else None
    return "" if known is None else str(known.format_str)
