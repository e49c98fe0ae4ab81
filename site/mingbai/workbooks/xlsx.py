"""Reads XLSX (and XLSM, whose macros it never runs) with openpyxl; the only module that knows it.

Of a formula it takes the result that was stored. A workbook that never stored it is told cell by cell, for a blank
would be a figure lost.
"""

import io
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from mingbai.workbooks.grids import (
    MOST_CELLS,
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
    """Return the sheets of a workbook. Raises Refused when it is damaged or too large."""
    try:
        return _book(data)
    except Refused:
        raise
    except Exception:  # whatever a library may raise about bytes that somebody broke
        raise Refused("damaged") from None


def _book(data: bytes) -> Book:
    has_formulas = _looked_through(data)
    book = _load(data, results=True)
    formulas = _load(data, results=False) if has_formulas else None
    grids = tuple(
        _grid(sheet, None if formulas is None else formulas[sheet.title]) for sheet in book.worksheets
    )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        macros = "xl/vbaProject.bin" in archive.namelist()
    return Book("xlsx", grids, book.epoch == CALENDAR_MAC_1904, macros)


def _load(data: bytes, *, results: bool) -> Any:
    # What it says about drawings, validations and broken styles is for nobody; what it prints might hold a cell.
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(data), data_only=results, keep_links=False)


def _looked_through(data: bytes) -> bool:
    """Tell whether a workbook has formulas. Raises Refused before half a minute goes into one that is too large."""
    found = False
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                sheet = archive.read(name)
                if sheet.count(b"</v>") + sheet.count(b"</is>") > MOST_CELLS:
                    raise Refused("too_large", cells=MOST_CELLS)
                found = found or b"<f" in sheet
    return found


def _grid(sheet: Any, formulas: Any) -> Grid:
    cells = counted(_cells(sheet, formulas))
    hidden_rows = {row for row, _ in cells if _unseen(sheet, row)}
    return Grid(
        name=sheet.title,
        cells=cells,
        hidden=sheet.sheet_state != "visible",
        merges=tuple(
            Area(each.min_row, each.min_col, each.max_row, each.max_col) for each in sheet.merged_cells.ranges
        ),
        hidden_rows=frozenset(hidden_rows),
        hidden_columns=frozenset(_hidden_columns(sheet, {column for _, column in cells})),
        notes=tuple(_notes(sheet)),
    )


def _notes(sheet: Any) -> Iterator[str]:
    """Yield what a sheet says beside its cells: printed above or below each page, and in comments."""
    for band in (sheet.oddHeader, sheet.oddFooter):
        yield from (str(part.text) for part in (band.left, band.center, band.right) if part.text)
    yield from (str(cell.comment.text) for cell in sheet._cells.values() if cell.comment is not None)


def _hidden_columns(sheet: Any, used: set[int]) -> Iterator[int]:
    for span in sheet.column_dimensions.values():
        if span.hidden or span.width == 0:
            yield from (column for column in used if (span.min or 0) <= column <= (span.max or 0))


def _unseen(sheet: Any, row: int) -> bool:
    """Tell whether a row is hidden, no pixel high, or not named in a sheet that hides what it does not name."""
    if row not in sheet.row_dimensions:
        return bool(sheet.sheet_format.zeroHeight)
    told = sheet.row_dimensions[row]
    return bool(told.hidden or told.height == 0 or (told.height is None and sheet.sheet_format.zeroHeight))


def _cells(sheet: Any, formulas: Any) -> Iterator[tuple[tuple[int, int], Cell]]:
    # The rows that `iter_rows` walks may be a million, of which three hold something.
    inks = tuple(map(_ink, sheet.parent._fonts))
    for place, cell in sheet._cells.items():
        source = None if formulas is None else formulas._cells.get(place)
        formula = source is not None and source.data_type == "f"
        if cell.value is None and formula:
            yield place, Cell(None, unreckoned=True)
        elif cell.value is not None and cell.value != "":
            yield place, formatted(_value(cell.value), str(cell.number_format), inks[cell._style.fontId])


def _ink(font: Any) -> Ink:
    colour = font.color.rgb if font.color is not None and font.color.type == "rgb" else ""
    red = isinstance(colour, str) and len(colour) == 8 and is_red(*bytes.fromhex(colour)[1:])
    return Ink(bool(font.strike), red)


def _value(value: Any) -> Value:
    if isinstance(value, bool):
        return value
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float):
        try:
            return figure(value)
        except ValueError:
            return str(value)
    if isinstance(value, time | timedelta):
        return str(value)
    return str(value)
