"""Reads one cell of text as number, whole number, day or text, and says how it should have been written.

It knows one field at a time: what compares cells or rows is the contract's or a rule's business.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from mingbai.messages import Text
from mingbai.sheets.finding import Finding
from mingbai.sheets.hidden import hidden_in

_NUMBER = re.compile(r"(?!-0*\.?0*$)-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")  # no -0.00: a balance is 0.00
_INTEGER = re.compile(r"(?!-0$)-?(?:0|[1-9][0-9]*)")
_LONGEST_NUMBER = 24
_MEANT = re.compile(r"([+-]?)([0-9][0-9,]*(?:\.[0-9]*)?|\.[0-9]+)(千|万|亿|)")
_TIMES = {"": 1, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_CURRENCY = re.compile(r"[¥￥$\s]|人民币|元整?$|圆整?$")
_TWO_DECIMALS = ("元", "亩")
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[ T]0?0:00(?::00)?)?")
_COMPACT_DAY = re.compile(r"((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])")
_SERIAL_DAY = re.compile(r"[34][0-9]{4}")
_SERIAL_START = date(
    1899, 12, 30
)  # day 0 of spreadsheets; 1900 was no leap year, so this holds from day 61 on
FORMULA = tuple("=+-@＝＋－＠")  # what spreadsheets take for a formula at the start of a text (CWE-1236)

Value = str | int | Decimal | date | bool | list[object] | None


@dataclass(frozen=True)
class Spot:
    """A cell: its file, its line in a spreadsheet (None for a fact of the sidecar) and its field."""

    file: str
    row: int | None
    field: Mapping[str, Any]

    @property
    def title(self) -> Text:
        """The title of the field."""
        return Text(self.field["title"], self.field["title_en"])

    @property
    def at(self) -> Text:
        """Where it is, in words: 第 9 行「支出」, Row 9, “Expenditure”."""
        zh, en = f"「{self.title.zh}」", f"“{self.title.en}”"
        return Text(zh, en) if self.row is None else Text(f"第 {self.row} 行{zh}", f"Row {self.row}, {en}")

    def finding(self, key: str, **facts: object) -> Finding:
        """Return a finding about this cell."""
        return Finding.of(key, self.file, self.row, self.field["name"], at=self.at, title=self.title, **facts)


def misread(spot: Spot, text: object) -> Finding | None:
    """Return the one finding that says best why a cell cannot be read, None if it can."""
    if text == "":
        return None
    type = spot.field["type"]
    if type == "array":
        return None if isinstance(text, list) else spot.finding("sheets.list_cell")
    if not isinstance(text, str):
        return spot.finding("sheets.plain_cell")
    code = hidden_in(text)
    if code is not None:
        return spot.finding("sheets.hidden", code=code)
    if text != text.strip():
        return spot.finding("sheets.spaces")
    return _JUDGES.get(type, _text)(spot, text)


def value_of(type: str, text: Any) -> Value:
    """Return the typed value of a cell that can be read; a blank is None."""
    if text == "":
        return None
    if type == "number":
        return Decimal(text)
    if type == "integer":
        return int(text)
    if type == "date":
        return date.fromisoformat(text)
    if type == "boolean":
        return bool(text == "true")
    found: Value = text
    return found


def _number(spot: Spot, text: str) -> Finding | None:
    if not _NUMBER.fullmatch(text) or len(text) > _LONGEST_NUMBER:
        return spot.finding("sheets.number", value=text, **_told(_meant_number(text, spot.field), spot.field))
    if spot.field.get("unit") in _TWO_DECIMALS and len(text.partition(".")[2]) > 2:
        return spot.finding("sheets.decimals", value=text)
    return None


def _integer(spot: Spot, text: str) -> Finding | None:
    if _INTEGER.fullmatch(text) and len(text) <= _LONGEST_NUMBER:
        return None
    return spot.finding("sheets.integer", value=text, **_told(_meant_number(text, spot.field), spot.field))


def _date(spot: Spot, text: str) -> Finding | None:
    try:
        meant = meant_day(text)
    except ValueError:
        return spot.finding("sheets.no_such_day", value=text)
    if meant is not None and meant.isoformat() == text:
        return None
    return spot.finding("sheets.date", value=text, **_told(None if meant is None else str(meant), spot.field))


def _boolean(spot: Spot, text: str) -> Finding | None:
    return None if text in ("true", "false") else spot.finding("sheets.boolean", value=text)


def _text(spot: Spot, text: str) -> Finding | None:
    return spot.finding("sheets.formula", value=text) if text.startswith(FORMULA) else None


_JUDGES: Mapping[str, Callable[[Spot, str], Finding | None]] = {
    "number": _number,
    "integer": _integer,
    "date": _date,
    "boolean": _boolean,
}


_EXAMPLES = {"number": "1234.50", "integer": "12", "date": "2026-03-18"}
_NEEDED = {
    "number": Text("这里要写数字", "a number is needed"),
    "integer": Text("这里要写整数", "a whole number is needed"),
}


def _told(written: str | None, field: Mapping[str, Any]) -> dict[str, Text]:
    """Return what to say: how it should be written, or, where that is not plain, an example."""
    if written is not None:
        hint = Text(f"要写成 {written}", f"write {written}")
        return {"hint": hint, "fix": Text(f"改成 {written}", f"Change it to {written}")}
    example = _EXAMPLES[field["type"]]
    like = Text(f"要写成 {example} 这样", f"write it like {example}")
    return {
        "hint": _NEEDED.get(field["type"], like),
        "fix": Text(f"写成 {example} 这样", f"Write it like {example}"),
    }


def _meant_number(text: str, field: Mapping[str, Any]) -> str | None:
    """Return how a number should be written: 3.2万 is 32000.00. What is not plain is not guessed."""
    match = _MEANT.fullmatch(_CURRENCY.sub("", unicodedata.normalize("NFKC", text)))
    if match is None or len(text) > _LONGEST_NUMBER or (match[3] and match[3] in field.get("unit", "")):
        return None
    value = Decimal(match[1] + match[2].replace(",", "")) * _TIMES[match[3]]
    decimals = 0 if field["type"] == "integer" else 2
    if value != value.quantize(Decimal(1).scaleb(-decimals)):
        return None
    return f"{abs(value) if value == 0 else value:.{decimals}f}"


def meant_day(text: str) -> date | None:
    """Return the day that is meant, None if that is not plain. Raises ValueError for a day that never was."""
    folded = unicodedata.normalize("NFKC", text)
    match = _DAY.fullmatch(folded) or _COMPACT_DAY.fullmatch(folded)
    if match is not None:
        year, month, day = (int(part) for part in match.groups())
        return date(year, month, day)
    if _SERIAL_DAY.fullmatch(folded):
        return _SERIAL_START + timedelta(days=int(folded))
    return None
