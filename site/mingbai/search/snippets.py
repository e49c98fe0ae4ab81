"""Cuts the part of a document that shows why it was found, as its twin in `search.js` does; it looks nothing up."""

import re
from collections.abc import Sequence
from html import escape

from mingbai.search.tokens import Span, spans

WIDTH = 60  # characters of a cell that are shown
LEAD = 14  # of them before the first mark
CELLS = 2
_DATE = re.compile("[0-9]+年[0-9]+月[0-9]+日")

Piece = tuple[str, bool]


def snippet(cells: Sequence[str], title: str, needles: Sequence[str]) -> str:
    """Return the pieces as HTML: everything escaped, `<mark>` the only element."""
    return "".join(
        f"<mark>{escape(text)}</mark>" if marked else escape(text)
        for text, marked in pieces(cells, title, needles)
    )


def pieces(cells: Sequence[str], title: str, needles: Sequence[str]) -> list[Piece]:
    """Return (text, is it marked): the first cells that hold a needle, else the one with most to read.

    What stands in the title is not shown again; a bare number or ISO date only if nothing with words holds a needle.
    """
    others = [cell for cell in cells if cell not in title]
    holding = [(cell, marks) for cell in others if (marks := spans(cell, needles))]
    found = [each for each in holding if _words(each[0])][:CELLS] or holding[:1]
    if not found and others:
        found = [(max(others, key=_worth), [])]
    shown: list[Piece] = []
    for number, (cell, marks) in enumerate(found):
        shown += [(" · ", False)] if number else []
        shown += _window(cell, marks)
    return shown


def _words(cell: str) -> int:
    """Return how many characters are no ASCII: a sentence has more of them than a date or an amount."""
    return sum(not character.isascii() for character in cell)


def _worth(cell: str) -> tuple[int, int]:
    """Return how much there is to read in a cell; a date, which the hit carries anyway, is worth nothing."""
    return (-1, 0) if _DATE.fullmatch(cell) else (_words(cell), len(cell))


def _window(cell: str, marks: Sequence[Span]) -> list[Piece]:
    """Return the part of a cell around its first mark, cut off parts shown as …."""
    first = max(0, min(marks[0][0] - LEAD, len(cell) - WIDTH)) if marks and len(cell) > WIDTH else 0
    last = min(len(cell), max(first + WIDTH, marks[0][1] if marks else 0))
    shown: list[Piece] = [("…", False)] if first else []
    at = first
    for start, end in marks:
        if start >= last:
            break
        shown += [(cell[at:start], False), (cell[start : min(end, last)], True)]
        at = min(end, last)
    shown += [(cell[at:last], False), ("…" if last < len(cell) else "", False)]
    return [piece for piece in shown if piece[0]]
