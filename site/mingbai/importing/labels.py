"""Reads the label of a column: its words without ornament, its unit, and whether it leads to a person; it maps none."""

import re
import unicodedata
from decimal import Decimal

from mingbai.privacy.identifiers import identifiers

SCALES = {"": 1, "百": 100, "千": 1_000, "万": 10_000, "十万": 100_000, "百万": 1_000_000, "千万": 10_000_000}
SCALES["亿"] = 100_000_000
MONEY = "元"
_SPACE = re.compile(r"\s+")
_BRACKETED = re.compile(r"^(.+?)[(\[【]([^()\[\]【】]*)[)\]】]$")
_OF_UNIT = re.compile(r"^(?:金额)?单位:?")
_TIMES = "亿|千万|百万|十万|万|千|百"
_UNIT = re.compile(rf"^(?:{_TIMES})?(?:元|圆|亩|户|人|件|个|次|平方米|平方公里|天|%)$")
_BARE_MONEY = re.compile(rf"^(.+?)(?:[/,]((?:{_TIMES})?元)|((?:{_TIMES})元))$")
_MONEY_WITHIN = re.compile(f"(?:{_TIMES})元")
_MONEY = f"((?:{_TIMES})?元)"
_SAID = rf"(?:(?:单位|金额)(?::|为|是)?(?:人民币)?{_MONEY}(?![\u4e00-\u9fff])|以{_MONEY}为单位"
_UNIT_LINE = re.compile(rf"{_SAID}|[(\[【](?:人民币)?{_MONEY}[)\]】])")
_UNIT_CELL = re.compile(f"[(]?{_SAID})[)]?")
# A unit that stands somewhere without being said to be the table's; an amount such as 500万元 is none.
_UNIT_WORD = re.compile(rf"(?<![0-9.一二三四五六七八九十百千万亿多余几])((?:{_TIMES})元)|10,?000yuan")
SERIAL = frozenset({"序号", "序", "编号", "no", "no.", "行号", "序列", "顺序号"})


def plain(text: str) -> str:
    """Return the words of a label: no spaces, no line ends, no star, narrow characters, small letters."""
    folded = _SPACE.sub("", unicodedata.normalize("NFKC", text)).strip("*:").casefold()
    return folded.replace("、", "").replace("·", "")


def parted(text: str) -> tuple[str, str | None]:
    """Return the plain words of a label and the unit that stands behind them, None without one."""
    words = plain(text)
    bracketed = _BRACKETED.match(words)
    if bracketed is not None:
        unit = _OF_UNIT.sub("", bracketed[2]).replace("圆", MONEY)
        unit = unit + MONEY if unit in SCALES and unit else unit
        return (bracketed[1], unit) if _UNIT.match(unit) else (words, None)
    money = _BARE_MONEY.match(words)
    if money is not None:
        return money[1], money[2] or money[3]
    within = _MONEY_WITHIN.search(
        words
    )  # wherever it stands: a clerk who maps the column means the figures with it
    return words, None if within is None else within[0]


def unit_line(text: str) -> str | None:
    """Return the unit of money that a line outside the rows names: 单位：万元 is 万元, （万元） too."""
    found = _UNIT_LINE.search(_SPACE.sub("", unicodedata.normalize("NFKC", text)))
    return None if found is None else next(unit for unit in found.groups() if unit)


def unit_cell(text: str) -> str | None:
    """Return the unit of money that a cell between labels names: 单位：万元, and not a label such as 收入（万元）."""
    found = _UNIT_CELL.fullmatch(_SPACE.sub("", unicodedata.normalize("NFKC", text)))
    return None if found is None else next(unit for unit in found.groups() if unit)


def unit_word(text: str) -> str | None:
    """Return a unit other than 元 that a text speaks of without saying that it is the table's."""
    found = _UNIT_WORD.search(_SPACE.sub("", unicodedata.normalize("NFKC", text)).casefold())
    return None if found is None else found[1] or "万元"


def scale(unit: str | None, of: str) -> Decimal | None:
    """Return how many `of` one `unit` is, 1 without a unit, None where they do not go together."""
    if unit is None or unit == of:
        return Decimal(1)
    if unit.endswith(of) and unit.removesuffix(of) in SCALES:
        return Decimal(SCALES[unit.removesuffix(of)])
    return None


def told(text: str) -> str:
    """Return a name that may be shown: one that holds a personal number is not."""
    return "…" if identifiers(text) else _SPACE.sub(" ", text).strip()
