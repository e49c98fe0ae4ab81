"""Puts the words of a page of a PDF back where they stand: into rows of cells, and into columns; it draws nothing.

A number may be drawn digit by digit, each in a box of its own, or over several lines of a narrow cell.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from mingbai.privacy import CELL

_LINE = 1.7  # how many times its size a line may lie below another of the same cell
_SAME = 2.0  # points by which the places of two words in one column may differ
_MOST_WORDS = 50_000


class Page(Protocol):
    """What this module needs of a page."""

    def extract_text(self, *, visitor_text: Callable[..., None]) -> str:
        """Return the text, and call the visitor with every piece of it and where it stands."""


@dataclass(frozen=True)
class Word:
    """What was drawn at once: where it begins, how big it is."""

    x: float
    y: float
    size: float
    text: str

    @property
    def width(self) -> float:
        """How wide it is, about: Latin letters and digits are half as wide as Chinese characters."""
        return self.size * sum(0.52 if each.isascii() else 1.0 for each in self.text)


def text_of(page: Page) -> tuple[str, str, str]:
    """Return the text of a page as it follows in the file, in rows with `CELL` between words, and in columns."""
    words: list[Word] = []

    def take(text: str, at: Sequence[float], within: Sequence[float], _: Any, size: float) -> None:
        if text.strip() and len(words) < _MOST_WORDS:
            x, y = within[4], within[5]
            scale = (within[0] ** 2 + within[1] ** 2) ** 0.5 * (at[0] ** 2 + at[1] ** 2) ** 0.5 or 1.0
            words.append(Word(
                x * at[0] + y * at[2] + at[4], x * at[1] + y * at[3] + at[5], abs(size) * scale or 1.0, text.strip("\n")
            ))  # fmt: skip

    text = page.extract_text(visitor_text=take)
    return text, "\n".join(_rows(words)), "\n".join(_columns(words))


def _rows(words: Sequence[Word]) -> Iterator[str]:
    """Yield the rows of a page from top to bottom."""
    row: list[Word] = []
    for word in sorted(words, key=lambda each: -each.y):
        if row and row[0].y - word.y > 0.4 * word.size:
            yield _row(row)
            row = []
        row.append(word)
    if row:
        yield _row(row)


def _row(words: Sequence[Word]) -> str:
    """Return words of a line from left to right; those that touch are one."""
    found, end = "", None
    for word in sorted(words, key=lambda each: each.x):
        text = word.text.replace("\n", " ")
        touches = end is not None and word.x - end < 0.25 * word.size
        found += text if touches or end is None else CELL + text
        end = word.x + word.width
    return found


def _columns(words: Sequence[Word]) -> Iterator[str]:
    """Yield what stands in one cell over several lines, digits joined to digits."""
    for place in (_left, _middle):
        cell: list[Word] = []
        for word in sorted(words, key=lambda each: (round(place(each) / _SAME), -each.y)):
            if cell and not _goes_on(cell[-1], word, abs(place(cell[-1]) - place(word))):
                yield _joined(cell)
                cell = []
            cell.append(word)
        if cell:
            yield _joined(cell)


def _left(word: Word) -> float:
    return word.x


def _middle(word: Word) -> float:
    return word.x + word.width / 2


def _goes_on(above: Word, below: Word, aside: float) -> bool:
    return aside <= _SAME and 0 < above.y - below.y <= _LINE * above.size


def _joined(cell: Sequence[Word]) -> str:
    found = cell[0].text.strip()
    for word in cell[1:]:
        text = word.text.strip()
        found += text if found[-1:].isdigit() and text[:1].isalnum() else f"\n{text}"
    return found if len(cell) > 1 else ""
