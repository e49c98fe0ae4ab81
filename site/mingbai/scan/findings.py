"""Says what was found, where, and what to do; it never holds the value, only its place and sort."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mingbai.messages import say
from mingbai.privacy import found_in

SORTS = ("id", "mobile", "card", "account", "mask", "birth", "address", "unread")


@dataclass(frozen=True, order=True)
class Finding:
    """One thing found. `part`: what of a file it is in, a member of an archive or a heading; "" for the file itself.

    `line` counts from 1; `column` is the number of the cell in a table, of the character elsewhere; 0: no such place.
    `sort` is one of SORTS; `unread`: something that could not be looked into. `severity`: error or warning.
    """

    file: str
    part: str
    line: int
    column: int
    sort: str
    severity: str

    def inside(self, file: str) -> "Finding":
        """Return the same for a file that is a part of `file`."""
        part = f"{self.file}/{self.part}" if self.part else self.file
        return replace(self, file=file, part=part)


def veiled(name: str) -> str:
    """Return a name that may be printed: a number that stands in it is left out."""
    for mark in reversed(found_in(name)):
        name = f"{name[: mark.start]}…{name[mark.end :]}"
    return "".join(each if each.isprintable() else "\ufffd" for each in name)


def as_json(found: Iterable[Finding]) -> str:
    """Return a list of {file, part, line, column, type, severity}."""
    rows = [
        {
            "file": each.file,
            "part": each.part or None,
            "line": each.line,
            "column": each.column,
            "type": each.sort,
            "severity": each.severity,
        }
        for each in found
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1)


def report(found: Sequence[Finding], lang: str, *, in_history: bool) -> str:
    """Return every place with its sort, then what to do about each sort once."""
    if not found:
        return say("scan.clean", lang)
    lines = [_place(each, lang) for each in found]
    sorts = [sort for sort in SORTS if any(each.sort == sort for each in found)]
    advice = [say(f"scan.{sort}.do", lang) for sort in sorts]
    if in_history:
        advice.append(say("scan.history.do", lang))
    return "\n".join([*lines, "", say("scan.sum", lang, count=len(found)), *dict.fromkeys(advice)])


def _place(each: Finding, lang: str) -> str:
    at = say("scan.at", lang, line=each.line, column=each.column) if each.line else say("scan.named", lang)
    file = f"{each.file} [{each.part}]" if each.part else each.file
    level = say(f"scan.{each.severity}", lang)
    return say("scan.row", lang, file=file, at=at, what=say(f"scan.{each.sort}", lang), level=level)
