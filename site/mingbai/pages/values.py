"""Shows one value: numbers, amounts, dates, blanks; it never shows a blank as 0 and never rounds a figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce

from mingbai.filings import Value
from mingbai.kinds import Field
from mingbai.messages import say
from mingbai.sentences import day, money

_DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True)
class Shown:
    """A value as it stands on a page. `chinese`: text of a cell, not translated; `parts`: items of a list."""

    text: str
    number: bool
    blank: bool
    chinese: bool
    parts: tuple[str, ...] = ()


def shown(field: Field, value: Value, lang: str) -> Shown:
    """Return how a cell of `field` is shown; a blank reads 未公布."""
    number = field.type in ("number", "integer")
    if value is None or value == "":
        return Shown(say("words.blank", lang), number=False, blank=True, chinese=False)
    if isinstance(value, list):
        return Shown("", number=False, blank=False, chinese=True, parts=tuple(item(each) for each in value))
    chinese = isinstance(value, str) and not value.isascii()
    return Shown(_text(field, value, lang), number, blank=False, chinese=chinese)


def is_money(field: Field) -> bool:
    """Tell whether a field counts yuan."""
    return field.unit is not None and "yuan" in field.unit.en


def item(value: object) -> str:
    """Return one item of a list cell; an item with parts is written as `a：b`, a fact a phrase."""
    if isinstance(value, Mapping):
        return "；".join(str(each) for each in value.values() if each not in (None, ""))
    return str(value)


def _text(field: Field, value: Value, lang: str) -> str:
    if isinstance(value, bool):
        return say("words.yes" if value else "words.no", lang)
    if isinstance(value, Decimal):
        two_places = field.unit is not None and field.unit.en in _TWO_PLACES and _exponent(value) >= -2
        return money(value, lang) if two_places else plain(value)
    if isinstance(value, int):
        return plain(Decimal(value)) if field.unit is not None else str(value)
    if isinstance(value, date):
        return day(value, lang)
    return str(value)


_TWO_PLACES = ("yuan", "mu")  # 元 and 亩 are published with two decimals (design §4)


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def plain(value: Decimal) -> str:
    """Return a figure with thousands separators, as many decimals as it has."""
    return f"{value:,f}"


def joined(parts: Sequence[str], lang: str) -> str:
    """Return the parts as an enumeration: a、b、c."""
    return reduce(lambda before, part: say("words.joint", lang, a=before, b=part), parts) if parts else ""


def short_day(value: Value, lang: str) -> str:
    """Return a date without its year: 4月10日, 10 April."""
    if not isinstance(value, date):
        return say("words.blank", lang)
    return say("words.short_day", lang, month=value.month if lang == "zh" else f"{value:%b}", day=value.day)


def weekday(value: date, lang: str) -> str:
    """Return 星期四, Thursday."""
    return say(f"words.weekday.{value.isoweekday()}", lang)


def written_day(value: date, lang: str) -> str:
    """Return a date the way notices are signed: 二〇二六年四月十日."""
    if lang != "zh":
        return day(value, lang)
    year = "".join(_DIGITS[int(digit)] for digit in f"{value.year:04}")
    return f"{year}年{_written(value.month)}月{_written(value.day)}日"


def _written(number: int) -> str:
    """Return 1 to 31 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return head + (_DIGITS[ones] if ones else "")
