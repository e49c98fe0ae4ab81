"""Opens a spreadsheet of any sort into plain grids of cells; it knows no filing, and changes no figure.

What a file is says its beginning, never its name: half of what clerks get as `.xls` is something else.
"""

from mingbai.workbooks import ods, text, xls, xlsx
from mingbai.workbooks.grids import MOST_CELLS, Area, Book, Cell, Grid, Value, column_name, column_number
from mingbai.workbooks.recognising import MOST_BYTES, recognise
from mingbai.workbooks.refusals import Refused

__all__ = [
    "MOST_BYTES",
    "Area",
    "Book",
    "Cell",
    "Grid",
    "Refused",
    "Value",
    "column_name",
    "column_number",
    "open_book",
]

_READERS = {"xlsx": xlsx.read, "xls": xls.read, "ods": ods.read, "text": text.read}


def open_book(data: bytes) -> Book:
    """Return the grids of a spreadsheet. Raises Refused, which says what the file is and what to do."""
    book = _READERS[recognise(data)](data)
    if any(grid.merged_cells > MOST_CELLS for grid in book.grids):
        raise Refused("too_large", cells=MOST_CELLS)
    return book
