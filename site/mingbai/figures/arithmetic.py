"""Judges relations between numbers: sum, product, ratio, unit, split. It must not look at names or dates.

Every side is computed as an interval; sides that share no number disagree, however close they look.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from itertools import combinations
from math import ceil, floor, inf
from operator import add, mul, sub, truediv
from typing import Any

from mingbai.figures.intervals import Interval
from mingbai.figures.verdicts import (
    AGREES,
    CONTRADICTS,
    DERIVED,
    NOT_COMPARABLE,
    UNEXPLAINED,
    Book,
    NotComparable,
    Relation,
    Scale,
    Term,
    Verdict,
    joined,
    sentence,
)
from mingbai.messages import Text

Combine = Callable[[Relation, Sequence[Term]], Term]
_TENS = {"十": 10, "百": 100, "千": 1000, "万": 10000, "亿": 100000000}


def judge_sum(relation: Relation, book: Book) -> Verdict:
    """Compare sums. `sides`: lists of figures or earlier relations (default: all figures, derived only).

    `less`: terms to subtract, derived only; `step`: read the result at this printed step.
    """
    return _compare(relation, book, _sum)


def judge_product(relation: Relation, book: Book) -> Verdict:
    """Compare products, one for each of `sides`.

    `whole: up`, derived only: say the smallest whole number that reaches the product.
    """
    return _compare(relation, book, _product)


def judge_ratio(relation: Relation, book: Book) -> Verdict:
    """Compare quotients; a side of two is first ÷ second, with `reading: drop` 1 − first ÷ second."""
    return _compare(relation, book, _ratio)


def judge_unit(relation: Relation, book: Book) -> Verdict:
    """Try the printed units: `sides` [[part, whole], [share]].

    If they disagree, find the 百 or 万 that was left out.
    """
    try:
        (part, whole), (share,) = (_terms(relation, book, side) for side in relation.items("sides"))
    except ValueError:
        raise relation.wrong("sides") from None
    scale = Scale(relation)
    computed = _folded(" ÷ ", truediv, [part, whole])
    facts = {
        "part": part.label,
        "whole": whole.label,
        "share": share.label,
        "found": scale.number(computed.at),
    }
    if computed.range.meet(share.range):
        return Verdict(AGREES, sentence("figures.unit.agrees", **facts))
    for word, ten in _TENS.items():
        if (computed.range * Interval.point(Fraction(ten))).meet(share.range):
            meant = scale.number(computed.at * ten)
            return Verdict(CONTRADICTS, sentence("figures.unit.left-out", word=word, meant=meant, **facts))
    return Verdict(CONTRADICTS, sentence("figures.unit.contradicts", **facts))


def judge_split(relation: Relation, book: Book) -> Verdict:
    """Split a total by printed shares: figures [total, 「4:3:3」, number of rounds].

    Agrees if there are as many shares as rounds and every part is whole in the printed step of the total.
    """
    total_key, shares_key, rounds_key = relation.exactly(3)
    total, rounds = book.term(total_key, relation), book.term(rounds_key, relation)
    printed, step = book.figure(shares_key).printed, book.figure(total_key).step
    shares = [int(each) for each in printed.replace("：", ":").split(":") if each.isdecimal()]
    if len(shares) < 2 or not all(shares) or not step:
        raise NotComparable(sentence("figures.split.unread", printed=printed))
    scale = Scale(relation)
    parts = [total.at * share / sum(shares) for share in shares]
    shown = joined([scale.number(each) for each in parts], "、", ", ")
    facts = {
        "total": total.label,
        "shares": printed,
        "parts": shown,
        "count": len(shares),
        "rounds": rounds.label,
    }
    if Fraction(len(shares)) not in rounds.range:
        return Verdict(CONTRADICTS, sentence("figures.split.contradicts", **facts))
    if any((part / step).denominator != 1 for part in parts):
        return Verdict(UNEXPLAINED, sentence("figures.split.remainder", **facts))
    return Verdict(AGREES, sentence("figures.split.agrees", **facts))


def _compare(relation: Relation, book: Book, combine: Combine) -> Verdict:
    """Compute every side; one side is derived only, several must have a number in common."""
    scale = Scale(relation)
    lists = [_terms(relation, book, side) for side in relation.items("sides") or (relation.figures,)]
    sides = [combine(relation, terms) for terms in lists]
    shown = joined([_shown(terms, side, scale) for terms, side in zip(lists, sides, strict=True)])
    if len(sides) == 1:
        return Verdict(DERIVED, _derived(relation, shown, sides[0]), _named(relation, sides[0], scale))
    pairs = list(combinations(sides, 2))
    if relation.text("apart") == "basis" and all(_apart(left, right) for left, right in pairs):
        bases = [Text(*[_listed(side.bases)] * 2) for side in sides]
        return Verdict(NOT_COMPARABLE, sentence("figures.apart", sides=shown, bases=joined(bases)))
    # Intervals that meet in pairs have a number in common (Helly), so pairs are enough.
    if all(left.range.meet(right.range) for left, right in pairs):
        return Verdict(AGREES, sentence("figures.agrees", sides=shown))
    gap = scale.number(
        max(abs(left.at - right.at) for left, right in pairs if not left.range.meet(right.range))
    )
    if relation.text("claimed_by", "document") == "document":
        return Verdict(CONTRADICTS, sentence("figures.contradicts", sides=shown, gap=gap))
    return Verdict(UNEXPLAINED, sentence("figures.unexplained", sides=shown, gap=gap))


def _terms(relation: Relation, book: Book, side: object) -> list[Term]:
    if isinstance(side, str) or not isinstance(side, Sequence) or not side:
        raise relation.wrong("sides")
    known = {*relation.figures, *book.results}
    for key in side:
        if str(key) not in known:
            raise NotComparable(sentence("figures.missing", figures=key))
    return [book.term(str(key), relation) for key in side]


def _sum(relation: Relation, terms: Sequence[Term]) -> Term:
    less = {str(each) for each in relation.items("less")}
    found = _folded(" + ", add, [term for term in terms if term.key not in less])
    found = _folded(" − ", sub, [found, *(term for term in terms if term.key in less)])
    step, basis = relation.number("step", "0"), relation.text("basis")
    return replace(
        found,
        range=Interval.around(found.at, step) if step else found.range,
        bases=frozenset({basis}) if basis else found.bases,
    )


def _product(relation: Relation, terms: Sequence[Term]) -> Term:
    return _folded(" × ", mul, terms)


def _ratio(relation: Relation, terms: Sequence[Term]) -> Term:
    if len(terms) == 1:
        return terms[0]
    found = _folded(" ÷ ", truediv, terms)
    if relation.text("reading") != "drop":
        return found
    one = Interval.point(Fraction(1))
    return Term(found.key, f"1 − {found.label}", 1 - found.at, one - found.range, found.bases)


def _folded(sign: str, operate: Callable[[Any, Any], Any], terms: Sequence[Term]) -> Term:
    """Combine terms from left to right, their printed values and their ranges alike.

    Raises NotComparable where a divisor may be zero.
    """
    try:
        at: Fraction = reduce(operate, (term.at for term in terms))
        found: Interval = reduce(operate, (term.range for term in terms))
    except ZeroDivisionError:
        raise NotComparable(sentence("figures.by-zero", figures=terms[-1].label)) from None
    bases = frozenset[str]().union(*(term.bases for term in terms))
    return Term("", sign.join(term.label for term in terms), at, found, bases)


def _apart(left: Term, right: Term) -> bool:
    """Whether both sides say what they count and have no basis in common."""
    return bool(left.bases) and bool(right.bases) and not left.bases & right.bases


def _listed(bases: frozenset[str]) -> str:
    return "、".join(sorted(bases))


def _shown(terms: Sequence[Term], side: Term, scale: Scale) -> Text:
    """Return one side in words: formula, value and, unless it is exact, the ends of what it may be."""
    key = "figures.side" if len(terms) > 1 else "figures.printed"
    exact = ".exact" if side.range.exact else ""
    return sentence(
        f"{key}{exact}", formula=side.label, value=scale.number(side.at), between=scale.between(side.range)
    )


def _derived(relation: Relation, shown: Text, side: Term) -> Text:
    if relation.text("whole") == "up" and side.range.low != -inf:
        # an open end is not reached, so the next whole number above it is needed
        whole = ceil(side.range.low) if side.range.low_closed else floor(side.range.low) + 1
        return sentence("figures.derived.whole", sides=shown, whole=whole)
    return sentence("figures.derived.exact" if side.range.exact else "figures.derived", sides=shown)


def _named(relation: Relation, side: Term, scale: Scale) -> Term:
    """Return a result under the name by which later relations show it: its value."""
    return Term(relation.id, scale.number(side.at).zh, side.at, side.range, side.bases)
