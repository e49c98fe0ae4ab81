"""Finds the lines with a word that leads to a person; it may name too many, never too few, and looks at no number.

In a pattern of many words each alternative begins with a letter of its own: only then does `re` skip at once whatever
begins otherwise.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import AnyStr

from mingbai.privacy.folding import NOTHING, skeleton, without_unseen
from mingbai.privacy.things import LABELS

# Beside a number in prose.
_LEADING = """
卡通 卡号 卡折 卡(折 卡（折 卡/折 折通 折子 折号 补贴卡 补助卡 惠农卡 工资卡
农行卡 农商卡 农商行卡 信用社卡 社保 社会保障 账号 账户 帐号 帐户 银行卡 存折 医保 低保证 残疾证 残疾人证 残联证
户口簿 户口本 户口页 护照 通行证 优待证 抚恤证 参合 合作医疗 农合 健康卡 居住证 军官证 军人证 士兵证
退伍证 退役证 退休证 老年证 驾驶证 驾照 五保证 特保证 特困证 学籍 身份 证件 出生 生年 生日 生于 门牌 某某
birth born dob d.o.b
"""
# Above a column besides; `columns` knows what they mean.
_HEADING = (
    "诞辰 坐落 住址 住所 住处 地址 居住地 户籍地 card account address identity id_ idno idnumber passport"
)
_SPACES = (" ", "\u3000", "\u00a0")
_LOWER = bytes(range(256)).lower()


@lru_cache(maxsize=2)  # words and other signs are looked for in the same text
def squeezed(text: str) -> str:
    """Return a text without spaces and without what nobody sees; its lines stay lines."""
    if NOTHING.encode() in skeleton(text):
        text = without_unseen(text)
    for space in _SPACES:
        if space in text:
            text = text.replace(space, "")
    return text


@dataclass(frozen=True)
class Worded:
    """Lines of a text by the words in them: those that lead to a number, that may stand above a column, and any."""

    leading: frozenset[int]
    heading: frozenset[int]
    any: frozenset[int]


@lru_cache(maxsize=2)  # prose, columns and numbers cut over cells are looked for in the same text
def worded(text: str) -> Worded:
    """Return the lines with a word that leads to a person."""
    small = skeleton(text).translate(_LOWER, f" {NOTHING}".encode())
    found = [*_lines(_WORDS, squeezed(text), "\n"), *_lines(_LATIN, small, b"\n")]
    return Worded(
        frozenset(line for line, word in found if word in _LEADS),
        frozenset(line for line, word in found if word in _HEADS),
        frozenset(line for line, _ in found),
    )


def _lines(words: re.Pattern[AnyStr], text: AnyStr, feed: AnyStr) -> Iterator[tuple[int, AnyStr]]:
    line, seen = 0, 0
    for found in words.finditer(text):
        line, seen = line + text.count(feed, seen, found.start()), found.start()
        yield line, found[0]


def _pattern(words: Iterable[str]) -> str:
    first: dict[str, list[str]] = {}
    for word in words:
        first.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(f"{letter}(?:{'|'.join(rests)})" for letter, rests in first.items())


def _both(words: str) -> frozenset[str | bytes]:
    """Return words as they are found in a text, and in its bytes."""
    return frozenset((*words.split(), *(each.encode() for each in words.split())))


_LEADS = _both(_LEADING)
_HEADS = _LEADS | _both(_HEADING)
_ALL = [*_LEADING.split(), *_HEADING.split(), *LABELS]
_WORDS = re.compile(_pattern(each for each in _ALL if not each.isascii()))
_LATIN = re.compile(_pattern(filter(str.isascii, _ALL)).encode())
