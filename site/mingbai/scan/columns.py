"""Finds the cells of columns whose header says that they hold somebody's accounts, birth days or doors; no others."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from mingbai.privacy import (
    CELL,
    NOTHING,
    Mark,
    fold,
    headings,
    is_column_of_others,
    is_personal,
    sort_of_column,
)
from mingbai.scan.rows import bare_cell, cells_of, end_of, separator_of

_PARTING = ("|", "\t", CELL)  # what parts cells where a line shows that itself
_YEAR = re.compile("(?:1[89]|20)[0-9]{2}年?")
_MONTH = re.compile("(?:0?[1-9]|1[0-2])月?")
_MONTH_HEADER = re.compile("(?:出生)?月份?")


def marks(text: str, cells: str) -> Iterator[tuple[int, int, Mark]]:
    """Yield start and end of a row, and a mark in it. `cells`: what parts them, "" where lines show that themselves."""
    if not cells and not any(each in text for each in _PARTING):
        return
    heads, done = dict(headings(text)), 0
    for start, end in heads.items():
        line = text[start:end]
        separator = cells or separator_of(line)
        sorts = _heads(line, cells_of(line, separator)) if separator and start >= done else {}
        if sorts:
            for at, row in _rows_below(text, cells, end, separator):
                spans = cells_of(row, separator)
                sorts, line = (new, row) if (new := at in heads and _heads(row, spans)) else (sorts, line)
                yield from (
                    (at, at + len(row), mark)
                    for mark in _personal(row, spans, sorts, _labels(line, separator))
                )
                done = at + len(row)


def _rows_below(text: str, cells: str, end: int, separator: str) -> Iterator[tuple[int, str]]:
    """Yield place and text of the rows of a table below a header that ends at `end`."""
    while end < len(text):
        start, end = end + 1, end_of(text, end + 1)
        row = text[start:end]
        if cells or separator in row:
            yield start, row
        elif NOTHING not in row:  # a tag that ended a row leaves a line of what nobody sees
            return


def _personal(
    row: str, spans: Sequence[tuple[int, int]], sorts: Mapping[int, str], labels: Sequence[str]
) -> Iterator[Mark]:
    for at, sort in sorts.items():
        if (
            at < len(spans)
            and (is_personal(sort, row[slice(*spans[at])]) or _is_parted_day(sort, row, spans, labels, at))
            and not is_column_of_others(sort, ",".join(labels), labels[at], fold(row).replace(NOTHING, ""))
        ):
            yield Mark(*spans[at], sort, "error" if sort in ("account", "id") else "warning")


def _is_parted_day(
    sort: str, row: str, spans: Sequence[tuple[int, int]], labels: Sequence[str], at: int
) -> bool:
    """Tell whether a year of birth has its month in the next column."""
    if (
        sort != "birth"
        or at + 1 >= min(len(spans), len(labels))
        or not _MONTH_HEADER.fullmatch(labels[at + 1])
    ):
        return False
    return bool(
        _YEAR.fullmatch(bare_cell(row, spans[at])) and _MONTH.fullmatch(bare_cell(row, spans[at + 1]))
    )


@lru_cache(maxsize=8)
def _labels(line: str, separator: str) -> tuple[str, ...]:
    return tuple(fold(bare_cell(line, span)) for span in cells_of(line, separator))


def _heads(line: str, spans: Sequence[tuple[int, int]]) -> dict[int, str]:
    found = {at: sort_of_column(line[start:end]) for at, (start, end) in enumerate(spans)}
    return {at: sort for at, sort in found.items() if sort}
