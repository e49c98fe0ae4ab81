"""Finds identity, mobile and bank card numbers in a text; it never returns or prints the number itself.

A text is folded (see `folding`) and cut into groups of digits (see `groups`); neighbours that may be one number are
held against what each sort of number has to be (see `numbers`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mingbai.privacy.folding import CELL, NOTHING, fold, ordinary
from mingbai.privacy.groups import Window, groups_of
from mingbai.privacy.numbers import (
    is_card,
    is_day,
    is_identity,
    is_mobile,
    is_old_identity,
    is_rounded_identity,
)
from mingbai.privacy.traces import traces_in

NUMBERS = ("id", "mobile", "card")
_SHORTEST, _LONGEST = 11, 19
_SERIES = re.compile("(?<![A-Za-z])[A-Z]$")  # a letter that begins a code: E4206…
_TAG = re.compile("<[^<>]*>")
_FAR = 2_000  # characters before a number, nearly all of them unseen, among which stands what it is called
_ENDING = re.compile(rf"(?:{NOTHING}*[ \-.,;|{CELL}\"']){{0,6}}{NOTHING}*[Xx](?![A-Za-z])")
# What a number is called just before it, when it belongs to a thing and not to a person.
_SERIAL = re.compile(
    "(?:流水|订单|运单|快递|发票|凭证|合同|项目|批次|序列|设备|票据|工单|交易|受理|档案"
    "|[产林地]权证?|使用权证?|经营权证?|土地证|房产证|宗地|地块|图斑|许可证?|备案|条码|条形码)"
    '(?:编?号码?|代码|编码|单号|证书号?|第)?[":：=是为 ]{0,3}(?:字?第)?$'
)

_DATED = re.compile(r"(?:19|20)[0-9]{2}([\-./年])(?:1[0-2]|0?[1-9])[\-./月]$")
_CLOCK = re.compile("(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]")  # a moment and no telephone number


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


def is_of_a_thing(header: str) -> bool:
    """Tell whether a header says that the numbers below it belong to things: contracts, invoices, plots of land."""
    return bool(_SERIAL.search(header.strip()))


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
        if len(group.digits) > 11:
            yield from _run_together(Window(text, groups, first, first))


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
    if len(digits) == 18 and is_rounded_identity(digits):
        return "mask", False
    return ("card", False) if is_card(digits) else ("", False)


def _judged(window: Window, sort: str, proved: bool, size: int) -> Iterator[Mark]:
    """Yield the mark of a window whose digits are a number of that sort, if they may be read as one."""
    if not window.may_be_one():
        return
    if proved:
        ending = _ENDING.match(window.text, window.end) if size == 17 else None
        if size == 18 or ending is not None:
            yield Mark(window.start, ending.end() if ending else window.end, sort, "error")
    elif window.stands_alone() and window.reads_as(sort) and not _is_serial(window, sort):
        yield Mark(window.start, window.end, sort, "error", window.is_split)


def _is_serial(window: Window, sort: str) -> bool:
    if sort == "card" and _SERIES.search(window.text, max(0, window.start - 2), window.start):
        return True
    before = window.text[max(0, window.start - _FAR) : window.start]
    return bool(_SERIAL.search(_TAG.sub("", before.replace(NOTHING, ""))[-24:]))


def _run_together(window: Window) -> Iterator[Mark]:
    """Yield numbers of persons that are written in one with each other, with a day before or a number of the row."""
    digits = window.parts[0].digits
    for written in (digits, digits + window.text[window.end : window.end + 1].upper()):
        for lead in _leads(window):
            sorts = _whole_numbers(written[lead:])
            if "id" in sorts:
                yield Mark(window.start, window.end + len(written) - len(digits), "id", "error")
            elif (
                len(sorts) > (lead == 0)
                and lead in (0, 2, 8)
                and window.stands_alone()
                and not _is_serial(window, sorts[0])
            ):
                yield Mark(window.start, window.end, sorts[0], "error")


def _leads(window: Window) -> Iterator[int]:
    """Yield how many digits at the beginning may belong to something else: none, a day, a number that counts rows."""
    digits = window.parts[0].digits
    yield from (0, 1, 2, 3, 4) if len(digits) > 18 else (0,)
    dated = _DATED.search(window.text[max(0, window.start - _FAR) : window.start].replace(NOTHING, "")[-9:])
    if dated and 1 <= int(digits[:2]) <= 31:
        yield 2
    if is_day(digits[:8]) and (len(digits) > _LONGEST or not _CLOCK.match(digits, 8)):
        yield 8


def _whole_numbers(digits: str) -> list[str]:
    """Return the sorts of the numbers that make up digits without a rest, [] where there is one."""
    found: list[str] = []
    while digits:
        size, sort = next(
            ((size, sort) for size in (18, 11, 19, 17, 16) if (sort := _whole(digits[:size], size))), (0, "")
        )
        if not size:
            return []
        digits, found = digits[size:], [*found, sort]
    return found


def _whole(digits: str, size: int) -> str:
    if len(digits) != size:
        return ""
    if size == 18:
        return "id" if is_identity(digits) else ""
    return "mobile" if is_mobile(digits) else "card" if is_card(digits) else ""
