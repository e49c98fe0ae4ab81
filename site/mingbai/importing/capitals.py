"""Reads money in the capital numerals of cheques, 壹万贰仟叁佰元伍角整; it takes no sum that is written by halves.

They are read only as they are to be written: every numeral before its place, the places falling, and nothing beside.
"""

import re
from decimal import Decimal

_DIGITS = {
    each: value for value, pair in enumerate("零〇 壹 贰貳 叁參 肆 伍 陆陸 柒 捌 玖".split()) for each in pair
}
_DIGIT = "[壹贰貳叁參肆伍陆陸柒捌玖]"
_BELOW = (
    f"(?:零|〇)?(?:({_DIGIT})仟)?(?:零|〇)?(?:({_DIGIT})佰)?(?:零|〇)?(?:({_DIGIT})?拾)?(?:零|〇)?({_DIGIT})?"
)
_SUM = re.compile(
    f"(?:人民币)?(?:(?P<many>(?:{_BELOW})[亿億])?(?P<wan>(?:{_BELOW})[万萬])?(?P<one>{_BELOW})[元圆])?"
    f"零?(?:(?P<jiao>{_DIGIT})角)?零?(?:(?P<fen>{_DIGIT})分)?[整正]?"
)
_LEAPT = re.compile(f"[仟佰万萬亿億]{_DIGIT}(?![仟佰拾])")  # 伍仟叁 without its 零 may be 5003 or 5300
_PLACES = (1000, 100, 10, 1)


def capital(text: str) -> Decimal | None:
    """Return the sum that is written in capitals, in yuan; None where it is none or written otherwise."""
    bare = "".join(text.split())
    found = _SUM.fullmatch(bare)
    if found is None or not re.search(_DIGIT, bare) or _LEAPT.search(bare):
        return None
    whole = sum(
        times * _below(found[name] or "") for name, times in (("many", 10**8), ("wan", 10**4), ("one", 1))
    )
    small = 10 * _DIGITS.get(found["jiao"] or "", 0) + _DIGITS.get(found["fen"] or "", 0)
    return Decimal(whole) + Decimal(small) / 100


def _below(words: str) -> int:
    """Return a number below ten thousand; 拾 alone is ten."""
    found = re.fullmatch(_BELOW, words.rstrip("亿億万萬"))
    if found is None:
        return 0
    ten = 1 if found[3] is None and "拾" in words else 0
    return 10 * ten + sum(
        _DIGITS[digit] * place for digit, place in zip(found.groups(), _PLACES, strict=True) if digit
    )
