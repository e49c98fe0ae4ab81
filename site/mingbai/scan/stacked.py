"""Joins numbers that stand in cells one below another under a header that names a number; it judges none of them."""

import re
from collections.abc import Iterator

from mingbai.privacy import CELL, is_label

_PIECE = re.compile("[0-9*]{2,14}[Xx]?")
_MOST = 4  # cells that one number may lie in
_SIZES = frozenset((11, 12, *range(15, 20)))


def stacked(rows: list[str]) -> Iterator[tuple[int, str]]:
    """Yield row and table, a header and a cell, for what may be one number over several rows of a sheet.

    Each row has a number of its own, unless the rows below hold nothing but how one goes on, in pieces of other sizes.
    """
    cells = [row.split(CELL) for row in rows]
    for at, row in enumerate(cells):
        for column, header in enumerate(row):
            if 0 < len(header) < 16 and is_label(header):
                yield from _below(cells, at + 1, column, header)


def _below(cells: list[list[str]], at: int, column: int, header: str) -> Iterator[tuple[int, str]]:
    first = at
    while first < len(cells) and _piece(cells[first], column):
        last = first + 1
        while last < len(cells) and last - first < _MOST and _is_alone(cells[last], column):
            last += 1
        pieces = [_piece(each, column) for each in cells[first:last]]
        whole = "".join(pieces)
        if len(pieces) > 1 and len(whole) in _SIZES and len({len(each) for each in pieces[:2]}) == 2:
            yield first, f"{CELL * column}{header}\n{CELL * column}{whole}"
        first = last


def _piece(row: list[str], column: int) -> str:
    text = row[column].strip() if column < len(row) else ""
    return text if _PIECE.fullmatch(text) else ""


def _is_alone(row: list[str], column: int) -> bool:
    return bool(_piece(row, column)) and not any(each.strip() for at, each in enumerate(row) if at != column)
