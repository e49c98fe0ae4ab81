"""Finds identity, mobile and bank card numbers in a text; it never returns or prints the number itself.

A text is folded (see `folding`) and cut into groups of digits (see `groups`); neighbours that may be one number are
held against what each sort of number has to be (see `numbers`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from mingbai.privacy.folding import CELL, NOTHING, fold, ordinary
from mingbai.privacy.groups import Group, Window, alike, groups_of
from mingbai.privacy.numbers import (
    MAY_BEGIN,
    MAY_BEGIN_IDENTITY,
    is_card,
    is_day,
    is_identity,
    is_mobile,
    is_old_identity,
    is_rounded_identity,
)
from mingbai.privacy.things import is_card_of_a_thing, is_of_a_thing, is_permit
from mingbai.privacy.traces import traces_in

NUMBERS = ("id", "mobile", "card")
_SHORTEST, _LONGEST = 11, 19
_SIZES = frozenset((11, 12, 13, *range(15, 20)))
_SERIES = re.compile("(?<![A-Za-z])[A-Z]$")  # a letter that begins a code: E4206…
_CALLED = ("mobile", "id", "card")
_TAG = re.compile("<[^<>]*>")
_FAR = 2_000  # characters before a number, nearly all of them unseen, among which stands what it is called
_ENDING = re.compile(rf"(?:{NOTHING}*[ \-.,;|{CELL}\"']){{0,6}}{NOTHING}*[Xx](?![A-Za-z])")
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


def found_in(text: str) -> tuple[Mark, ...]:
    """Return every mark in a text, in order; of two that overlap the surer one. `CELL` parts the cells of a row."""
    kept: list[Mark] = []
    taken = bytearray(len(text))
    for mark in [*numbers_in(text), *(Mark(*trace) for trace in traces_in(fold(text)))]:
        if taken.find(1, mark.start, mark.end) < 0:
            kept.append(mark)
            taken[mark.start : mark.end] = b"\1" * (mark.end - mark.start)
    return tuple(sorted(kept))


def numbers_in(text: str) -> list[Mark]:
    """Return the marks of numbers, identities and long ones first. Numerals are read as digits, and again as words."""
    found = [mark for folded in dict.fromkeys((fold(text), ordinary(text))) for mark in _marks(folded)]
    return sorted(dict.fromkeys(found), key=lambda mark: (mark.sort != "id", mark.start - mark.end, mark))


def _marks(text: str) -> Iterator[Mark]:
    groups = groups_of(text)
    for first in _beginnings(groups):
        yield from _from(Window(text, groups, first, first))
        if len(groups[first].digits) > 11:
            yield from _run_together(Window(text, groups, first, first))


def _from(begun: Window) -> Iterator[Mark]:
    """Yield the numbers that begin with a group, and go on over as many as are linked."""
    digits = ""
    for last in range(begun.first, min(begun.first + _LONGEST, len(begun.groups))):
        group = begun.groups[last]
        if digits and not group.link:
            break
        digits += group.digits
        if len(digits) > _LONGEST:
            break
        if len(digits) in _SIZES:
            sort, proved = _sort_of(digits)
            if sort:
                yield from _judged(replace(begun, last=last), sort, proved, len(digits))


def _beginnings(groups: Sequence[Group]) -> Iterator[int]:
    """Yield the groups with which a number may begin: a line of nothing but digits and signs is soon done with."""
    linked = "".join(each.digits if each.link else f".{each.digits}" for each in groups)
    at = left = 0
    for number, each in enumerate(groups):
        at += not each.link
        left = left - 1 if left else alike(groups, number)
        # Of single digits in a row, parted alike, only an identity number is no piece of the row: it proves itself.
        within = left > _LONGEST and alike(groups, number - 1, 2) == 2 if number else False
        begins = MAY_BEGIN_IDENTITY if within else MAY_BEGIN
        if len(each.digits) > 11 or begins.match(linked, at):
            yield number
        at += len(each.digits)


@lru_cache(maxsize=1024)  # a line of the same signs over and over is soon done with
def _sort_of(digits: str) -> tuple[str, bool]:
    """Return the sort of a number, "" for none, and whether its check digit is strong enough to prove it."""
    size = len(digits)
    if (size == 18 and is_identity(digits)) or (size == 17 and is_identity(digits + "X")):
        return "id", True
    if size < 16:
        sort = "mobile" if is_mobile(digits) else "id" if size == 15 and is_old_identity(digits) else ""
    elif size == 18 and is_rounded_identity(digits):
        sort = "mask"
    else:
        sort = "card" if is_card(digits) else ""
    return sort, False


def _judged(window: Window, sort: str, proved: bool, size: int) -> Iterator[Mark]:
    """Yield the mark of a window whose digits are a number of that sort, if they may be read as one."""
    if not window.may_be_one():
        return
    if proved:
        if _is_of_a_permit(window):
            return
        ending = _ENDING.match(window.text, window.end) if size == 17 else None
        if size == 18 or ending is not None:
            yield Mark(window.start, ending.end() if ending else window.end, sort, "error")
    elif (
        window.stands_alone()
        and window.reads_as(sort)
        and not _is_serial(window, sort)
        and not (sort == "mobile" and window.is_amount(sort))
    ):
        yield Mark(
            window.start,
            window.end,
            sort,
            "error",
            window.is_split and not (sort in _CALLED and window.is_called(sort)),
        )


def _is_of_a_permit(window: Window) -> bool:
    digits = "".join(each.digits for each in window.parts)
    return is_permit(digits, _seen_before(window)[-24:])


def _is_serial(window: Window, sort: str) -> bool:
    if sort == "card" and _SERIES.search(window.text, max(0, window.start - 2), window.start):
        return True
    before = _seen_before(window)[-24:]
    return is_of_a_thing(before) or (sort == "mobile" and is_card_of_a_thing(before))


def _seen_before(window: Window) -> str:
    before = window.text[max(0, window.start - _FAR) : window.start]
    return _TAG.sub("", before.replace(NOTHING, ""))


def _run_together(window: Window) -> Iterator[Mark]:
    """Yield numbers of persons that are written in one with each other, with a day before or a number of the row."""
    digits = window.parts[0].digits
    for written in (digits, digits + window.text[window.end : window.end + 1].upper()):
        for lead in _leads(window):
            sorts = _whole_numbers(written[lead:])
            if sorts == ["id"] and not lead and _is_of_a_permit(window):
                continue
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
