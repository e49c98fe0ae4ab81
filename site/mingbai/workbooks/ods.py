"""Reads ODS from its content.xml; own, because the libraries there are drop hidden rows or unpack repeated cells.

A cell or row that is repeated a million times to the edge of the sheet is not unpacked unless it holds something.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from mingbai.workbooks.grids import (
    MOST_CELLS,
    PLAIN,
    Area,
    Book,
    Cell,
    Grid,
    Ink,
    Value,
    counted,
    figure,
    is_red,
)
from mingbai.workbooks.recognising import DAMAGED
from mingbai.workbooks.refusals import Refused

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_NOUGHT = re.compile("0(?:[.]0+)?[a-z]+")  # a height or width of nothing
_COLOUR = re.compile("#([0-9a-fA-F]{6})")
_GROUPS = {
    f"{_TABLE}{name}"
    for name in (
        "table-header-rows",
        "table-row-group",
        "table-rows",
        "table-header-columns",
        "table-column-group",
        "table-columns",
    )
}
_UNSEEN = ("collapse", "filter")


def read(data: bytes) -> Book:
    """Return the sheets of a document. Raises Refused when it is damaged or too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            root = fromstring(archive.read("content.xml"), forbid_dtd=True)
        return _book(root)
    except DefusedXmlException:
        raise Refused("entities") from None
    except (ParseError, RecursionError, ArithmeticError, *DAMAGED):
        raise Refused("damaged") from None


def _book(root: Element) -> Book:
    styles = {style.get(f"{_STYLE}name"): style for style in root.iter(f"{_STYLE}style")}
    hidden = {name for name, style in styles.items() if any(map(_is_nothing, style))}
    inks = {name: _ink(style) for name, style in styles.items()}
    return Book("ods", tuple(_grid(table, hidden, inks) for table in root.iter(f"{_TABLE}table")))


def _is_nothing(look: Element) -> bool:
    """Tell whether what wears this is out of sight: a sheet not displayed, a row or column of no size."""
    sizes = (look.get(f"{_STYLE}row-height", ""), look.get(f"{_STYLE}column-width", ""))
    return look.get(f"{_TABLE}display") == "false" or any(map(_NOUGHT.fullmatch, sizes))


def _ink(style: Element) -> Ink:
    lines = {each.get(f"{_STYLE}text-line-through-style", "none") for each in style}
    colours = [_COLOUR.fullmatch(each.get(f"{_FO}color", "")) for each in style]
    return Ink(lines - {"none"} != set(), any(each and is_red(*bytes.fromhex(each[1])) for each in colours))


def _grid(table: Element, hidden_styles: set[str | None], inks: Mapping[str | None, Ink]) -> Grid:
    rows = list(_rows(table))
    cells = counted(_cells(rows, inks))
    used = {column for _, column in cells}
    return Grid(
        name=table.get(f"{_TABLE}name", ""),
        cells=cells,
        hidden=table.get(f"{_TABLE}style-name") in hidden_styles,
        merges=tuple(_merges(rows)),
        hidden_rows=frozenset(first for first, row in rows if _unseen(row, hidden_styles))
        & {row for row, _ in cells},
        hidden_columns=frozenset(_hidden_columns(table, hidden_styles)) & used,
    )


def _unseen(part: Element, hidden_styles: set[str | None]) -> bool:
    return part.get(f"{_TABLE}visibility") in _UNSEEN or part.get(f"{_TABLE}style-name") in hidden_styles


def _parts(parent: Element, name: str) -> Iterator[Element]:
    for part in parent:
        if part.tag in _GROUPS:
            yield from _parts(part, name)
        elif part.tag == f"{_TABLE}{name}":
            yield part


def _times(part: Element, name: str) -> int:
    return max(1, int(part.get(f"{_TABLE}number-{name}-repeated", "1")))


def _rows(table: Element) -> Iterator[tuple[int, Element]]:
    """Yield (row number, row); a blank row that is repeated is one, and counts as many."""
    number = 1
    for row in _parts(table, "table-row"):
        times = _times(row, "rows")
        blank = not any(_value(cell) is not None for cell in row)
        if not blank and number + times > MOST_CELLS:
            raise Refused("too_large", cells=MOST_CELLS)
        for again in range(1 if blank else times):
            yield number + again, row
        number += times


def _places(row: Element) -> Iterator[tuple[int, int, Element]]:
    """Yield (first column, how often, cell)."""
    column = 1
    for cell in row:
        if cell.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            times = _times(cell, "columns")
            yield column, times, cell
            column += times


def _cells(
    rows: list[tuple[int, Element]], inks: Mapping[str | None, Ink]
) -> Iterator[tuple[tuple[int, int], Cell]]:
    for number, row in rows:
        for column, times, cell in _places(row):
            value = None if cell.tag == f"{_TABLE}covered-table-cell" else _value(cell)
            if value is not None:
                ink = inks.get(cell.get(f"{_TABLE}style-name"), PLAIN)
                percent = cell.get(f"{_OFFICE}value-type") == "percentage"
                made = Cell(value, percent=percent, struck=ink.struck, red=ink.red)
                yield from (((number, column + again), made) for again in range(times))
            elif cell.get(f"{_TABLE}formula"):
                yield (number, column), Cell(None, unreckoned=True)


def _merges(rows: list[tuple[int, Element]]) -> Iterator[Area]:
    for number, row in rows:
        for column, _, cell in _places(row):
            down = int(cell.get(f"{_TABLE}number-rows-spanned", "1"))
            across = int(cell.get(f"{_TABLE}number-columns-spanned", "1"))
            if down > 1 or across > 1:
                yield Area(number, column, number + down - 1, column + across - 1)


def _hidden_columns(table: Element, hidden_styles: set[str | None]) -> Iterator[int]:
    column = 1
    for part in _parts(table, "table-column"):
        times = _times(part, "columns")
        if _unseen(part, hidden_styles):
            yield from range(column, min(column + times, column + 1024))
        column += times


def _value(cell: Element) -> Value:
    sort = cell.get(f"{_OFFICE}value-type")
    try:
        if sort in ("float", "currency", "percentage"):
            return figure(cell.get(f"{_OFFICE}value", ""))
        if sort == "date":
            return date.fromisoformat(cell.get(f"{_OFFICE}date-value", "")[:10])
    except (ValueError, ArithmeticError):
        return _shown(cell)
    if sort == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    return _shown(cell)


def _shown(cell: Element) -> str | None:
    """Return the paragraphs of a cell as they are seen; a note that hangs at the cell is none of them."""
    told = "\n".join("".join(_said(part)) for part in cell if part.tag == f"{_TEXT}p")
    return told or None


def _said(part: Element) -> Iterator[str]:
    yield part.text or ""
    for inner in part:
        if inner.tag == f"{_TEXT}s":
            yield " " * min(int(inner.get(f"{_TEXT}c", "1")), 100)
        elif inner.tag == f"{_TEXT}tab":
            yield "\t"
        elif inner.tag == f"{_TEXT}line-break":
            yield "\n"
        elif inner.tag.startswith(_TEXT):
            yield from _said(inner)
        yield inner.tail or ""
