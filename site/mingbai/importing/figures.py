"""Reads the figure that a cell shows, however it is written there; it rounds nothing and guesses nothing.

Full-width digits, separators, signs of money, brackets for less than nothing, a 万 or 元 of its own.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from mingbai.importing.capitals import capital
from mingbai.importing.labels import MONEY, SCALES, scale
from mingbai.workbooks import Cell

_CURRENCY = re.compile("[¥￥$]|人民币|RMB|CNY", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?P<rest>\.[0-9]+)?(?P<unit>[^0-9.,]*)"
)
_EXPONENT = re.compile(
    r"[+-]?[0-9](?:\.[0-9]+)?[Ee][+-]?[0-9]+"
)  # how programs shorten what is too wide for a column
_LONGEST = 40
_TRIANGLES = ("△", "▲", "▽", "▼")  # less than nothing in some books, more or less than last year in others
_DASHES = str.maketrans({"−": "-", "–": "-", "﹣": "-", "，": ",", "。": "."})


class Unread(Exception):
    """A cell that cannot be read; `reason` is the end of the message's key."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Figure:
    """A figure in the unit of its field. `notes`: what was done to it on the way."""

    value: Decimal
    notes: frozenset[str] = frozenset()


def is_blank(cell: Cell, blanks: Collection[str]) -> bool:
    """Tell whether a cell is blank, or holds what the clerk said stands for a blank."""
    value = cell.value
    if value is None:
        return not cell.unreckoned
    if isinstance(value, str) and not value.strip():
        return True
    if isinstance(value, Decimal):
        return any(each.strip().isdecimal() and Decimal(each) == value for each in blanks)
    return isinstance(value, str) and value.strip() in blanks


def read_figure(cell: Cell, of: str, unit: str | None) -> Figure:
    """Return the figure of a cell in the unit `of` of its field; `unit` is the unit of the column.

    Raises Unread with the reason: `unreckoned`, `shrunk`, `number`, `mark`, `percent`, `unit`, `sign`.
    """
    if cell.unreckoned:
        raise Unread("unreckoned")
    if cell.shrunk:
        raise Unread("shrunk")
    if isinstance(cell.value, Decimal):
        return _stored(cell.value, cell.percent, of, unit)
    if not isinstance(cell.value, str):
        raise Unread("number")
    return _written(cell.value, of, unit)


def _stored(value: Decimal, percent: bool, of: str, unit: str | None) -> Figure:
    if percent:
        if of != "%":
            raise Unread("percent")
        return Figure(value * 100, frozenset({"percent"}))
    return _scaled(value, of, unit, frozenset())


def _scaled(value: Decimal, of: str, unit: str | None, notes: frozenset[str]) -> Figure:
    times = scale(unit, of)
    if times is None:
        raise Unread("unit")
    return Figure(value * times, notes | {"unit"} if times != 1 else notes)


def _written(text: str, of: str, unit: str | None) -> Figure:
    """Read a text: 1,200.00, (1,200.00), ￥３．２万元, 8%."""
    folded = unicodedata.normalize("NFKC", text).translate(_DASHES)
    bare = _CURRENCY.sub("", "".join(folded.split())).lstrip("'‘’`")
    if bare.startswith(_TRIANGLES):
        raise Unread("sign")
    if of == MONEY and unit in (None, MONEY) and (value := capital(text)) is not None:
        return Figure(value, frozenset({"capital"}))
    notes = {"text"} if folded == text else {"text", "wide"}
    negative = bare.startswith("(") and bare.endswith(")") and len(bare) > 2
    if _EXPONENT.fullmatch(bare):
        raise Unread("exponent")
    found = _NUMBER.fullmatch(bare[1:-1] if negative else bare) if len(text) <= _LONGEST else None
    if found is None:
        raise Unread(
            "mark" if not any(each.isalnum() for each in folded) or bare in ("无", "零") else "number"
        )
    if negative and found["sign"]:
        raise Unread("number")
    value = Decimal(found["digits"].replace(",", "") + (found["rest"] or ""))
    value = -value if negative or found["sign"] == "-" else value
    notes |= {
        name for name, is_so in (("separators", "," in found["digits"]), ("brackets", negative)) if is_so
    }
    own = found["unit"].replace("圆", "元").removesuffix("整")
    if not own:
        return _scaled(value, of, unit, frozenset(notes))
    own = own + of if own in SCALES else own
    if own == "%" != of:
        raise Unread("percent")
    return _scaled(value, of, own, frozenset(notes | {"own_unit"}))
