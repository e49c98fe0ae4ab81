"""Finds identity, mobile and bank card numbers in a text; it never returns or prints the number itself.

A text is folded (see `folding`) and cut into groups of digits (see `groups`); neighbours that may be one number are
held against what each sort of number has to be (see `numbers`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mingbai.privacy.folding import CELL, NOTHING, fold, ordinary
from mingbai.privacy.groups import Group, Window, groups_of
from mingbai.privacy.numbers import is_card, is_identity, is_mobile, is_old_identity
from mingbai.privacy.traces import traces_in

NUMBERS = ("id", "mobile", "card")
_SHORTEST, _LONGEST = 11, 19
_ENDING = re.compile(rf"[{NOTHING} \-.,;|{CELL}\"']{{0,60}}[Xx](?![A-Za-z])")
# What a number is called just before it, when it belongs to a thing and not to a person.
_SERIAL = re.compile(
    "(?:流水|订单|运单|快递|发票|凭证|合同|项目|批次|序列|设备|票据|工单|交易|受理|档案)"
    '(?:编?号码?|代码|单号)?[":：=是为 ]{0,3}$'
)


@dataclass(frozen=True, order=True)
class Mark:
    """A place in a text: characters `start` to `end`, what sort of thing stands there, and how sure that is.

    `loose`: the digits lie in several cells of a row and nothing proves them one number: figures may look like that.
    """

    start: int
    end: int
    sort: str
    severity: str
    loose: bool = False


def identifiers(text: str) -> tuple[str, ...]:
    """Return the sorts found: "id", "mobile", "card". Spaces, dashes, full-width and zero-width forms hide nothing.

    Folding changes no length, so what is shorter than the shortest number holds none.
    """
    if len(text) < _SHORTEST:
        return ()
    found = {mark.sort for mark in numbers_in(text) if not mark.loose}
    return tuple(sort for sort in NUMBERS if sort in found)


def found_in(text: str) -> tuple[Mark, ...]:
    """Return every mark in a text, in order; of two that overlap the surer one. `CELL` parts the cells of a row."""
    kept: list[Mark] = []
    for mark in [*numbers_in(text), *(Mark(*trace) for trace in traces_in(fold(text)))]:
        if not any(mark.start < other.end and other.start < mark.end for other in kept):
            kept.append(mark)
    return tuple(sorted(kept))


def numbers_in(text: str) -> list[Mark]:
    """Return the marks of numbers, identities and long ones first. Numerals are read as digits, and again as words."""
    found = [mark for folded in dict.fromkeys((fold(text), ordinary(text))) for mark in _marks(folded)]
    return sorted(dict.fromkeys(found), key=lambda mark: (mark.sort != "id", mark.start - mark.end, mark))


def _marks(text: str) -> Iterator[Mark]:
    groups = groups_of(text)
    for first, group in enumerate(groups):
        digits = ""
        for last in range(first, len(groups)):
            if last > first and not groups[last].link:
                break
            digits += groups[last].digits
            if len(digits) > _LONGEST:
                break
            sort, proved = _sort_of(digits)
            if sort:
                yield from _judged(Window(text, groups, first, last), sort, proved, len(digits))
        if len(group.digits) > _LONGEST:
            yield from _run_together(group)


def _sort_of(digits: str) -> tuple[str, bool]:
    """Return the sort of a number, "" for none, and whether its check digit is strong enough to prove it."""
    if len(digits) == 18 and is_identity(digits):
        return "id", True
    if len(digits) == 17 and is_identity(digits + "X"):
        return "id", True
    if is_mobile(digits):
        return "mobile", False
    if len(digits) == 15 and is_old_identity(digits):
        return "id", False
    return ("card", False) if is_card(digits) else ("", False)


def _judged(window: Window, sort: str, proved: bool, size: int) -> Iterator[Mark]:
    """Yield the mark of a window whose digits are a number of that sort, if they may be read as one."""
    if not window.may_be_one():
        return
    if proved:
        ending = _ENDING.match(window.text, window.end) if size == 17 else None
        if size == 18 or ending is not None:
            yield Mark(window.start, ending.end() if ending else window.end, sort, "error")
    elif window.stands_alone() and window.reads_as(sort) and not _is_serial(window):
        yield Mark(window.start, window.end, sort, "error", window.is_split)


def _is_serial(window: Window) -> bool:
    before = window.text[max(0, window.start - 20) : window.start]
    return bool(_SERIAL.search(before.replace(NOTHING, "")))


def _run_together(group: Group) -> Iterator[Mark]:
    """Yield an identity number that is written in one with other numbers of the same person."""
    digits, at, found = group.digits, 0, False
    while at < len(digits):
        rest = digits[at:]
        size = next((size for size in (18, 11, 19, 17, 16) if _is_whole(rest[:size], size)), 0)
        if size == 0:
            return
        at, found = at + size, found or size == 18
    if found:
        yield Mark(group.start, group.end, "id", "error")


def _is_whole(digits: str, size: int) -> bool:
    if len(digits) != size:
        return False
    return is_identity(digits) if size == 18 else is_mobile(digits) or is_card(digits)
