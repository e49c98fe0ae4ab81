"""Puts the values that JSON and YAML write one after another into rows of a table; it parses neither language.

A number may lie in several values of one object, and the name of a value says what it is, as a header does.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mingbai.privacy import CELL

NAMES = (".json", ".jsonl", ".geojson", ".yaml", ".yml", ".toml")
_VALUE = re.compile(r"[:：\-\[,=]\s*([\"']?)([A-Z]{0,2}[0-9][0-9.eE+ \-]{0,30}[Xx]?)\1(?=\s*[,\]}\n]|$)")
_NAME = re.compile(r"([\w ]{1,30})[\"']?\s*$")
_NEXT = re.compile(r"[\s,]*(?:[\"']?[\w ]{1,30}[\"']?\s*)?")
_MOST = 6  # values that one number may lie in
_FEWEST = 9  # digits that say anything
_FIGURE = 9  # a bare number with fewer digits counts something, unless it is written as a text
_AROUND = 120  # characters before and after in which the object may say whose an account is
Values = Sequence[re.Match[str]]


@dataclass(frozen=True)
class Row:
    """Values as a table of a header and a row; the line of each, and what stands before and after them."""

    table: str
    lines: tuple[int, ...]
    around: str


def rows(text: str) -> Iterator[Row]:
    """Yield the rows of values side by side or one under another."""
    line, seen = 1, 0
    for values in _neighbours(text):
        if sum(each.isdigit() for value in values for each in value[2]) < _FEWEST:
            continue
        lines = []
        for each in values:
            line, seen = line + text.count("\n", seen, each.start(2)), each.start(2)
            lines.append(line)
        heads = CELL.join(_head(text, each) for each in values)
        around = text[max(0, values[0].start() - _AROUND) : values[-1].end() + _AROUND]
        yield Row(f"{heads}\n{CELL.join(each[2] for each in values)}", tuple(lines), around)


def _neighbours(text: str) -> Iterator[Values]:
    found: list[re.Match[str]] = []
    for value in _VALUE.finditer(text):
        if found and (len(found) == _MOST or not _NEXT.fullmatch(text, found[-1].end(), value.start())):
            yield found
            found = []
        found.append(value)
    if found:
        yield found


def _head(text: str, value: re.Match[str]) -> str:
    """Return the name of a value, as that of a figure where it is one."""
    name = _NAME.search(text, max(0, value.start() - 40), value.start())
    said = name[1].strip() if name is not None and value[0][0] not in "-[," else ""
    return f"{said}数" if not value[1] and len(value[2]) < _FIGURE else said
