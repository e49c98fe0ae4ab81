"""Looks through a piece of text and says where something personal stands; it knows tables, and no file format."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from mingbai.privacy import (
    NOTHING,
    Mark,
    found_in,
    has_unit,
    holds_figures,
    is_anothers,
    is_label,
    is_of_a_thing,
    is_permit,
    suspects,
)
from mingbai.scan import columns
from mingbai.scan.declared import NOTHING_DECLARED, Declared, bare
from mingbai.scan.findings import Finding
from mingbai.scan.rows import Rows, bare_cell, cells_of, separator_of

_KEY = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)[\"']?\s*[:：=]\s*[\"'\[]?\s*$")
_DIGITS = re.compile("[0-9]+")
_MANY = 8  # numbers in a line, more than telephone numbers cut in pieces would make
_DIGIT = re.compile(r"\d")
_ONLY_FIGURE = re.compile(r"[0-9][0-9.,]*")
_OF_THINGS = ("id", "mobile", "card")  # sorts that numbers of things look like by chance
# A line of a form that says no more than that an account, or a day of birth, follows.
_OF_A_FORM = re.compile(
    f"[-* {{\"'{NOTHING}]*(?:(?:收款|付款|开户|银行|结算|单位|对公)*(?:账号|账户|帐号|帐户|account)"
    "|出生(?:日期|年月日?)|birth\\w*)"
    f"[:： \u3000\t\"'{NOTHING}]*[0-9]"
)
_FAR_FORM = 600  # where most of what stands there are tags
_FORM = 160  # characters above and below a line of a form, in which it may say who holds an account
_OWNED = ("account", "birth")  # sorts of which the lines around may say that a body or a beast owns them
_FAR = 200  # lines above and below that tell what a column holds


@dataclass(frozen=True)
class Piece:
    """Text with its place. `cells`: what parts the cells of a table ("," CELL …), "" where each line shows that itself.

    `declared`: which of its numbers are known to be no person's. `starts`: where the lines of the file begin, where
    these are not the lines of the text. `first`: the number of the first line. `lines`: the line of each cell, where
    the cells of a row lie one below another; `around`: what the file says beside them.
    """

    file: str
    text: str
    cells: str = ""
    declared: Declared = NOTHING_DECLARED
    starts: Sequence[int] | None = None
    part: str = ""
    first: int = 1
    lines: Sequence[int] = ()
    around: str = ""


def look(piece: Piece) -> Iterator[Finding]:
    """Yield what is found in a piece, each line's finds in order."""
    places = _Places(piece)
    told = set()
    for start, end in suspects(piece.text):
        for mark in found_in(piece.text[start:end]):
            found = places.finding(start, end, mark)
            if found is not None:
                told.add((found.line, found.column))
                yield found
    for start, end, mark in columns.marks(piece.text, piece.cells):
        found = places.finding(start, end, mark)
        if found is not None and (found.line, found.column) not in told:
            yield found


class _Places:
    """Turns a mark in a line into a finding, or into none where the column says what else the number is."""

    def __init__(self, piece: Piece) -> None:
        self.piece, self._at, self._line = piece, 0, piece.first
        self._labels: tuple[str, ...] | None = None
        self._known: tuple[tuple[int, int], tuple[str, str, list[tuple[int, int]]]] = (-1, -1), ("", "", [])
        self._rows = Rows(piece.text, piece.cells)

    def finding(self, start: int, end: int, mark: Mark) -> Finding | None:
        line, separator, spans = self._row(start, end)
        column = bisect_right(spans, mark.start, key=itemgetter(1))
        if self._is_declared(line, mark, column if self.piece.cells else -1):
            return None
        if spans and mark.sort in _OF_THINGS and self._belongs_to_a_thing(start, spans, column, mark):
            return None
        if mark.sort in _OWNED and is_anothers(mark.sort, self.piece.around or self._around(start, end)):
            return None
        if mark.loose and not spans and _is_among_figures(line):
            return None
        if mark.loose and spans and self._are_figures(start, spans, mark, separator):
            return None
        at = column + 1 if spans else mark.start + 1
        number = (
            self.piece.lines[column] if column < len(self.piece.lines) else self._number(start + mark.start)
        )
        return Finding(self.piece.file, self.piece.part, number, at, mark.sort, mark.severity)

    def _row(self, start: int, end: int) -> tuple[str, str, list[tuple[int, int]]]:
        """Return a line, what parts its cells, and these; many marks may stand in one, and it may be long."""
        if self._known[0] != (start, end):
            line = self.piece.text[start:end]
            separator = self.piece.cells or separator_of(line)
            self._known = (start, end), (line, separator, cells_of(line, separator) if separator else [])
        return self._known[1]

    def _around(self, start: int, end: int) -> str:
        """Return a line that is no row of a table, with those of the same form above and below it."""
        text = self.piece.text
        if self.piece.cells or not _OF_A_FORM.match(text, start, end):
            return ""
        above, below = text[max(0, start - _FAR_FORM) : start], text[end : end + _FAR_FORM]
        above, below = (each.replace(NOTHING, "") for each in (above, below))
        return above[-_FORM:].rpartition("\n\n")[2] + text[start:end] + below[:_FORM].partition("\n\n")[0]

    def _belongs_to_a_thing(
        self, start: int, spans: Sequence[tuple[int, int]], column: int, mark: Mark
    ) -> bool:
        """Tell whether the header above a number says that it is a thing's, or an amount that fills its cell."""
        line = self.piece.text[start : start + spans[-1][1]]
        size = len(_DIGIT.findall(line[mark.start : mark.end]))
        labels = self._rows.headings(start, column)
        if mark.sort == "id" and size == 18:
            return any(is_permit(bare(line[mark.start : mark.end]), each) for each in labels)
        if any(map(is_of_a_thing, labels)):
            return True
        alone = column < len(spans) and _ONLY_FIGURE.fullmatch(bare_cell(line, spans[column]))
        return mark.sort != "id" and bool(alone) and any(map(has_unit, labels))

    def _number(self, place: int) -> int:
        if self.piece.starts is not None:
            return bisect_right(self.piece.starts, place) + self.piece.first - 1
        if place < self._at:
            self._at, self._line = 0, self.piece.first
        self._line += self.piece.text.count("\n", self._at, place)
        self._at = place
        return self._line

    def _is_declared(self, line: str, mark: Mark, column: int) -> bool:
        declared = self.piece.declared
        if (mark.sort, bare(line[mark.start : mark.end])) in declared.numbers:
            return True
        if not declared.columns:
            return False
        key = _KEY.search(line[: mark.start]) if column < 0 else None
        name = self._label(column) if column >= 0 else key[1] if key else ""
        return mark.sort in declared.columns.get(name, ())

    def _label(self, column: int) -> str:
        if self._labels is None:
            line = self.piece.text[: self.piece.text.find("\n") % (len(self.piece.text) + 1)].lstrip("\ufeff")
            spans = cells_of(line, self.piece.cells or ",")
            self._labels = tuple(line[start:end].strip(" \"'\r") for start, end in spans)
        return self._labels[column] if 0 <= column < len(self._labels) else ""

    def _are_figures(self, start: int, spans: Sequence[tuple[int, int]], mark: Mark, separator: str) -> bool:
        """Tell whether cells side by side count something: by their headers, and by the other rows."""
        columns = [at for at, (open, close) in enumerate(spans) if open < mark.end and mark.start < close]
        if len(columns) < 2:
            return False
        line = self.piece.text[start : start + spans[-1][1]]
        if any(bare_cell(line, spans[at]).startswith("0") for at in columns[1:]):
            return False  # nobody counts 0013
        others = [
            (other, [bare_cell(other, cells[at]) for at in columns])
            for other in self._others(start, separator)
            if len(cells := cells_of(other, separator)) > columns[-1]
        ]
        if any(all(map(is_label, texts)) for _, texts in others):
            return False
        return any(
            any(map(holds_figures, texts)) or (all(map(str.isdigit, texts)) and not _holds_cut_number(other))
            for other, texts in others
        )

    def _others(self, start: int, separator: str) -> Iterator[str]:
        """Yield the first line, and lines around a place, of the same table."""
        text = self.piece.text
        yield text[: text.find("\n") % (len(text) + 1)]
        at = start
        for _ in range(_FAR):
            if at <= 0:
                break
            before = text.rfind("\n", 0, at - 1) + 1
            line, at = text[before : at - 1], before
            if separator not in line and NOTHING not in line:
                break
            yield line
        at = text.find("\n", start)
        for _ in range(_FAR):
            if at < 0 or at + 1 >= len(text):
                break
            after = text.find("\n", at + 1)
            line = text[at + 1 : after if after >= 0 else len(text)]
            if separator not in line and NOTHING not in line:
                break
            yield line
            at = after


@lru_cache(maxsize=_FAR)
def _is_among_figures(line: str) -> bool:
    """Tell whether most of the many numbers in a line that is no row make up no number of a person."""
    loose = [mark for mark in found_in(line) if mark.loose]
    return len(_DIGITS.findall(line)) > max(
        _MANY, 2 * sum(len(_DIGITS.findall(line[e.start : e.end])) for e in loose)
    )


@lru_cache(maxsize=2 * _FAR)
def _holds_cut_number(line: str) -> bool:
    """Tell whether a row holds a number cut over its cells: where another does too, neither are figures."""
    return any(mark.loose for mark in found_in(line))
