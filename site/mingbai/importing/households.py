"""Tells which rows of a list are one household: the same identity number, one merged cell, or the clerk's own column.

Names alone prove nothing: a household that is paid twice and two people of one name look the same, so they are asked
about. A household counted twice would make a cell look like a crowd that is none. No value ever leaves this module.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mingbai.importing.figures import is_blank
from mingbai.importing.lines import Line
from mingbai.importing.people import Identity
from mingbai.importing.request import LEFT_OUT, Request
from mingbai.importing.table import Table
from mingbai.importing.taking import entries
from mingbai.messages import LANGUAGES, Text, say
from mingbai.privacy.identifiers import identifiers
from mingbai.sheets.finding import Finding
from mingbai.workbooks import column_name

Key = tuple[object, ...]
_SHOWN = 5


@dataclass(frozen=True)
class Household:
    """The rows of one household, in order."""

    rows: tuple[int, ...]

    @property
    def first(self) -> int:
        """The row in which it begins."""
        return self.rows[0]


def households(
    table: Table, lines: Sequence[Line], outside: Sequence[Identity], column: int | None, request: Request
) -> tuple[list[Household], list[Finding]]:
    """Return the households of a list in the order of their first rows, and what has to be said first.

    `column` is the one that the clerk named as telling households apart.
    """
    if request.household == LEFT_OUT:
        return singles(lines), []
    told = {row: _key(table, row, outside, column, request) for row in entries(lines)}
    groups: dict[Key, list[int]] = {}
    for row, key in told.items():
        groups.setdefault(key or (row,), []).append(row)
    unproved = [row for row, key in told.items() if key is None]
    found = [Household(tuple(rows)) for rows in groups.values()]
    return found, list(_alike(table, unproved, outside, request))


def singles(lines: Sequence[Line]) -> list[Household]:
    """Return each row as a household of its own."""
    return [Household((row,)) for row in entries(lines)]


def by_row(found: Collection[Household]) -> Mapping[int, Household]:
    """Return the household of every row."""
    return {row: household for household in found for row in household.rows}


def _key(
    table: Table, row: int, outside: Sequence[Identity], column: int | None, request: Request
) -> Key | None:
    """Return what proves of which household a row is; None where nothing does."""
    if column is not None:
        cell = table.grid.whole(row, column)
        return None if is_blank(cell, request.blanks) else ("said", _plain(cell.value))
    for each in outside:
        value = _plain(table.grid.whole(row, each.number).value)
        if "id" in identifiers(value):
            return "id", value
    areas = (table.grid.merged_at(row, each.number) for each in outside)
    return next((("merged", area) for area in areas if area is not None and area.bottom > area.top), None)


def _plain(value: object) -> str:
    return "".join(f"{value}".split()).upper()


def _alike(
    table: Table, rows: Sequence[int], outside: Sequence[Identity], request: Request
) -> Iterator[Finding]:
    """Ask about rows that name the same person where nothing else tells whether they are one household."""
    for each in outside:
        if "关系" in each.label:
            continue
        words = {row: _plain(table.grid.at(row, each.number).value) for row in rows}
        names = {row: word for row, word in words.items() if word != "NONE" and not _has_digit(word)}
        if not names:
            continue
        first: dict[str, int] = {}
        pairs = [(row, first[word]) for row, word in names.items() if first.setdefault(word, row) != row]
        if pairs:
            facts = {"label": each.label, "key": column_name(each.number), "count": len(pairs)}
            told = Text(*(_told(pairs[:_SHOWN], lang) for lang in LANGUAGES))
            yield Finding.of("importing.same_name", request.file, pairs[0][0], None, **facts, rows=told)
        return


def _told(pairs: Sequence[tuple[int, int]], lang: str) -> str:
    return say("importing.and", lang).join(
        say("importing.pair", lang, row=again, first=before) for again, before in pairs
    )


def _has_digit(word: str) -> bool:
    return any(each.isdigit() for each in word)
