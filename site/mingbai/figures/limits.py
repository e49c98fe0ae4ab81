"""Judges relations with limits: a number within bounds, bands that must neither overlap nor leave gaps.

It must not decide which band a number on a shared limit belongs to: that is for whoever wrote the rule.
"""

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from math import floor, inf

from mingbai.figures.intervals import Interval
from mingbai.figures.readings import band_of
from mingbai.figures.verdicts import (
    AGREES,
    CONTRADICTS,
    UNEXPLAINED,
    Book,
    NotComparable,
    Relation,
    Scale,
    Verdict,
    joined,
    sentence,
)
from mingbai.messages import Text

Band = tuple[str, Interval]


def judge_bound(relation: Relation, book: Book) -> Verdict:
    """Hold `of` (a figure or an earlier relation) against the ranges in `within`.

    A range is {at_least, at_most}, ends included. Inside all: agrees. Outside one altogether: contradicts.
    Partly: a question.
    """
    term = book.term(relation.text("of"), relation)
    scale = Scale(relation)
    limits = [_limit(relation, each) for each in relation.items("within")]
    facts = {
        "value": scale.number(term.at),
        "ranges": joined([scale.between(each) for each in limits], "、", ", "),
    }
    if all(term.range.within(each) for each in limits):
        return Verdict(AGREES, sentence("figures.bound.agrees", **facts))
    if any(term.range.meet(each) is None for each in limits):
        return Verdict(CONTRADICTS, sentence("figures.bound.contradicts", **facts))
    return Verdict(UNEXPLAINED, sentence("figures.bound.partly", **facts))


def _limit(relation: Relation, entry: object) -> Interval:
    if not isinstance(entry, Mapping) or not {"at_least", "at_most"} <= entry.keys():
        raise relation.wrong("within")
    low, high = (relation.fraction("within", entry[end]) for end in ("at_least", "at_most"))
    if low > high:
        raise relation.wrong("within")
    return Interval(low, high)


def judge_band(relation: Relation, book: Book) -> Verdict:
    """Look for overlaps and gaps between printed bands.

    以上 and 以下 include their number (民法典 Art. 1259).

    `counted: whole` for things that come in whole numbers only: then 49 and 50 leave no gap.
    """
    scale = Scale(relation)
    bands = sorted(
        (_band(book, key) for key in relation.figures), key=lambda band: (band[1].low, band[1].high)
    )
    found: list[Text] = []
    for lower, upper in pairwise(bands):
        shared = lower[1].meet(upper[1])
        if shared is not None:
            at = scale.number(shared.low) if shared.exact else scale.between(shared)
            found.append(sentence("figures.band.overlap", lower=lower[0], upper=upper[0], at=at))
        elif (missed := _missed(lower[1], upper[1], relation.text("counted") == "whole")) is not None:
            low, high = scale.number(lower[1].high), scale.number(upper[1].low)
            found.append(sentence("figures.band.gap", low=low, high=high, missed=scale.number(missed)))
    facts = {"bands": joined([Text(printed, printed) for printed, _ in bands], "、", ", ")}
    if found:
        return Verdict(UNEXPLAINED, sentence("figures.band.unexplained", found=joined(found), **facts))
    return Verdict(AGREES, sentence("figures.band.agrees", **facts))


def _band(book: Book, key: str) -> Band:
    printed = book.figure(key).printed
    band = band_of(printed)
    if band is None:
        raise NotComparable(sentence("figures.band.unread", printed=printed))
    return printed, band


def _missed(lower: Interval, upper: Interval, whole: bool) -> Fraction | None:
    """Return a number that lies in neither band although it lies between them, or None."""
    if lower.high == inf or upper.low < lower.high:
        return None
    start, end = Fraction(lower.high), Fraction(upper.low)
    middle = start if start == end else (start + end) / 2
    candidates = [start, Fraction(floor(start) + 1), end] if whole else [start, middle, end]
    between = [
        each for each in candidates if start <= each <= end and each not in lower and each not in upper
    ]
    if whole:
        between = [each for each in between if each.denominator == 1]
    return middle if middle in between else between[0] if between else None
