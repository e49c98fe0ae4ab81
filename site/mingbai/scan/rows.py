"""Knows how a line of a table is parted into cells, and which rows of a table stand above a line; it judges none."""

import re

from mingbai.privacy import CELL, NOTHING, fold

_LED = re.compile(f"[ {NOTHING}]*[|]")  # what stands before the first cell of a row in Markdown
_DIGIT = re.compile(r"\d")
_HEADERS = 4  # rows above the first row of a table, at most: titles, units and headers


class Rows:
    """The rows of the tables in a text; `cells`: what parts them, "" where each line shows that itself."""

    def __init__(self, text: str, cells: str) -> None:
        """Begin at the first line; lines are asked for mostly in order."""
        self._text, self._cells = text, cells
        self._looked_to = self._table = 0  # how far down rows are known, and where the last table begins

    def headings(self, start: int, column: int) -> list[str]:
        """Return what stands above a cell in the first rows of its table, where titles and headers stand."""
        text, at = self._text, 0 if self._cells else self._top(start)
        found: list[str] = []
        for _ in range(_HEADERS):
            if at >= start:
                break
            line = text[at : end_of(text, at)]
            separator = self._cells or separator_of(line)
            spans = cells_of(line, separator) if separator else []
            label = fold(bare_cell(line, spans[column])) if column < len(spans) else ""
            found += [] if _DIGIT.search(label) else [label]
            at += len(line) + 1
        return found

    def _top(self, start: int) -> int:
        """Return where the table begins in which a line lies; each line on the way up is looked at once."""
        text, at, top = self._text, start, start
        while at > self._looked_to:
            before = text.rfind("\n", 0, at - 1) + 1
            row = text[before : at - 1]
            if at == before or not (separator_of(row) or NOTHING in row):
                break
            at, top = before, before if separator_of(row) else top
        else:
            top = self._table if self._looked_to else top
        self._looked_to, self._table = start, top
        return top


def bare_cell(line: str, span: tuple[int, int]) -> str:
    """Return what is written in a cell, without what frames it."""
    return line[slice(*span)].replace(NOTHING, "").strip(" \"'\r\t")


def end_of(text: str, at: int) -> int:
    """Return where the line ends that holds a place."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def separator_of(line: str) -> str:
    """Return what parts the cells of a line of a table, "" for a line of prose."""
    if CELL in line:
        return CELL
    return "|" if line.count("|") > 1 else "\t" if "\t" in line else ""


def cells_of(line: str, separator: str) -> list[tuple[int, int]]:
    """Return start and end of every cell of a line; in a quoted cell the separator parts nothing."""
    led = _LED.match(line) if separator == "|" else None
    found, start, quoted = [], led.end() if led else 0, False
    for match in re.compile(f'"|{re.escape(separator)}').finditer(line, start):
        if match[0] == '"':
            quoted = not quoted
        elif not quoted:
            found.append((start, match.start()))
            start = match.end()
    return found if separator == "|" and not line[start:].strip() else [*found, (start, len(line))]
