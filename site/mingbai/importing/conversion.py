"""Turns the cells of one column into the text that a filing holds, and lists every change; what is not plain stops it.

No message repeats a cell: what stands in the wrong place may be somebody's name or number.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from mingbai.importing.figures import Unread, is_blank, read_figure
from mingbai.kinds import Field
from mingbai.periods import Period
from mingbai.sheets.cells import FORMULA, meant_day
from mingbai.sheets.hidden import HIDDEN
from mingbai.workbooks import Cell

_FEN = ("元", "亩")
_SERIAL = re.compile("[1-9][0-9]{4}")
_1904 = timedelta(days=1462)  # the other system of serial days begins so much later
_MONTH_DAY = re.compile(r"([01]?[0-9])月([0-3]?[0-9])[日号]?")
_BROKEN = re.compile(r"#(?:REF!|DIV/0!|VALUE!|N/A|NAME\?|NUM!|NULL!)")
_YES, _NO = ("true", "是", "有", "√"), ("false", "否", "没有", "×")


@dataclass(frozen=True)
class Converted:
    """A cell as a filing holds it, "" for a blank, and the sorts of change on the way."""

    text: str
    notes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Way:
    """How the cells of one column are to be read: its field and unit, the period, what stands for a blank."""

    field: Field
    unit: str | None
    period: Period
    blanks: Collection[str]
    since_1904: bool

    @property
    def of(self) -> str:
        """The unit of the field, "" without one."""
        return self.field.unit.zh if self.field.unit is not None else ""

    def convert(self, cell: Cell) -> Converted:
        """Return what a filing holds. Raises Unread with the reason."""
        if isinstance(cell.value, str) and _BROKEN.fullmatch(cell.value.strip()):
            raise Unread("broken")
        if is_blank(cell, self.blanks):
            return Converted("", frozenset({"blank"} if cell.value is not None else ()))
        if cell.unreckoned:
            raise Unread("unreckoned")
        sort = _SORTS.get(self.field.type)
        if sort is None:
            raise Unread("list")
        return sort(self, cell)


def _number(way: Way, cell: Cell) -> Converted:
    figure = read_figure(cell, way.of, way.unit)
    return Converted(written(figure.value, way.field), figure.notes)


def written(value: Decimal, field: Field) -> str:
    """Return a figure as a filing holds it. Raises Unread when it has more decimals than may stand there."""
    bare = f"{value:f}"
    short = bare.rstrip("0").rstrip(".") if "." in bare else bare
    decimals = len(short.partition(".")[2])
    if field.type == "integer":
        if decimals:
            raise Unread("whole")
        return "0" if value == 0 else short
    if field.unit is not None and field.unit.zh in _FEN:
        if decimals > 2:
            raise Unread("decimals")
        return f"{abs(value) if value == 0 else value:.2f}"
    return "0" if value == 0 else short


def _date(way: Way, cell: Cell) -> Converted:
    value = cell.value
    if isinstance(value, date):
        return Converted(value.isoformat())
    try:
        found = _serial(way, value) or _day_of_period(way, value) or _day(str(value))
    except ValueError:
        raise Unread("no_such_day") from None
    if found is None:
        raise Unread("date")
    written = found.isoformat()
    return Converted(written, frozenset() if written == value else frozenset({_note_of_day(value)}))


def _day(text: str) -> date | None:
    return meant_day(text.strip()) or meant_day("".join(text.split()))


def _note_of_day(value: object) -> str:
    if isinstance(value, Decimal) or _SERIAL.fullmatch(str(value).strip()):
        return "serial"
    return "year" if _MONTH_DAY.fullmatch("".join(str(value).split())) else "day"


def _serial(way: Way, value: object) -> date | None:
    """Return the day of a bare serial number, which is a day only in a column of days."""
    if not _SERIAL.fullmatch(f"{value}".strip()):
        return None
    found = meant_day(f"{value}".strip())
    return found + _1904 if found is not None and way.since_1904 else found


def _day_of_period(way: Way, value: object) -> date | None:
    """Return the day of 3月18日: its year is the period's, where that has one and the day lies in it."""
    found = _MONTH_DAY.fullmatch(unicodedata.normalize("NFKC", "".join(str(value).split())))
    if found is None or way.period.first.year != way.period.last.year:
        return None
    day = date(way.period.first.year, int(found[1]), int(found[2]))
    return day if way.period.first <= day <= way.period.last else None


def _boolean(way: Way, cell: Cell) -> Converted:
    said = str(cell.value).strip().casefold()
    if said not in (*_YES, *_NO):
        raise Unread("boolean")
    return Converted("true" if said in _YES else "false", frozenset({"boolean"}))


def _text(way: Way, cell: Cell) -> Converted:
    value = cell.value
    if isinstance(value, Decimal):
        bare = f"{value:f}"
        text = bare.rstrip("0").rstrip(".") if "." in bare else bare
    else:
        text = value.isoformat() if isinstance(value, date) else str(value)
    tidy = " ".join(text.split())
    notes = {"spaces"} if tidy != text else set()
    if way.field.options and tidy not in way.field.options:
        tidy = _option(tidy, way.field.options)
        notes.add("option")
    if HIDDEN.search(tidy):
        raise Unread("unseen")
    if tidy.startswith(FORMULA):
        raise Unread("formula")
    return Converted(tidy, frozenset(notes))


def _option(text: str, options: Iterable[str]) -> str:
    """Return the option that is meant where only width and spaces differ."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    found = [each for each in options if "".join(unicodedata.normalize("NFKC", each).split()) == plain]
    if len(found) != 1:
        raise Unread("option")
    return found[0]


_SORTS: Mapping[str, Callable[[Way, Cell], Converted]] = {
    "number": _number,
    "integer": _number,
    "date": _date,
    "boolean": _boolean,
    "string": _text,
}
