"""Reads CSV and its kin (UTF-8, GBK, UTF-16; commas, semicolons, tabs) into a grid of text; every cell is text."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import pairwise

from mingbai.workbooks.grids import Book, Cell, Grid, counted
from mingbai.workbooks.refusals import Refused

_SEPARATORS = ",\t;；，|"
_LONGEST_CELL = 100_000
_FULL = 3  # so many cells that hold something make a row that is no title
_HEAD = re.compile(r"\s*-?[0-9]{1,3}")
_TAIL = re.compile(r"[0-9]{3}(?:\.[0-9]*)?\s*")
_AS_TEXT = re.compile(
    r'^="([^"]*)"$'
)  # how exports keep a spreadsheet program from reading 000123 as a figure
_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def read(data: bytes) -> Book:
    """Return the one sheet of a text file. Raises Refused when it is no text, or a quote in it is never closed."""
    text = _decoded(data)
    csv.field_size_limit(_LONGEST_CELL)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True))
    except csv.Error:
        raise Refused("quote") from None
    _whole(rows)
    return Book("text", (Grid("CSV", counted(_cells(rows))),))


def _whole(rows: list[list[str]]) -> None:
    """Refuse rows that are longer than the first full one because a figure was torn at its comma: 18,000 is 18 and 000.

    The figure would be a thousand times too small and everything behind it one column off.
    """
    width = next((len(row) for row in rows if sum(bool(cell.strip()) for cell in row) >= _FULL), 0)
    for number, row in enumerate(rows, 1):
        torn = any(_HEAD.fullmatch(left) and _TAIL.fullmatch(right) for left, right in pairwise(row))
        if width and len(row) > width and torn:
            raise Refused("torn", row=number)


def _decoded(data: bytes) -> str:
    """Return the text. GBK is tried last: it makes some sense of almost any bytes."""
    marked = next((name for bom, name in _BOMS.items() if data.startswith(bom)), None)
    for encoding in [marked] if marked else [*_wide(data), "utf-8", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Refused("no_text")


def _wide(data: bytes) -> list[str]:
    """Return UTF-16 without its mark where every second byte of the separators and figures is zero."""
    even, odd = data[:4000:2].count(0), data[1:4000:2].count(0)
    if even + odd < 4:
        return []
    return ["utf-16-le"] if odd > even else ["utf-16-be"]


def _separator(text: str) -> str:
    """Return the mark that parts the cells: the one that stands as often in the most lines."""
    lines = [line for line in text.splitlines()[:60] if line.strip()]
    best, most = ",", 0
    for mark in _SEPARATORS:
        counts = [line.count(mark) for line in lines if mark in line]
        agreed = max((counts.count(each) * each for each in set(counts)), default=0)
        if agreed > most:
            best, most = mark, agreed
    return best


def _cells(rows: list[list[str]]) -> Iterator[tuple[tuple[int, int], Cell]]:
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            shown = _AS_TEXT.sub(r"\1", text)
            if shown.strip():
                yield (number, column), Cell(shown)
