"""Judges relations between words, dates and codes: count, scope, order, format.

It must not compute with amounts, nor look names or codes up anywhere but in the relation itself.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction

from mingbai.figures.intervals import Interval
from mingbai.figures.readings import BLANKS, Figure
from mingbai.figures.verdicts import (
    AGREES,
    CONTRADICTS,
    DERIVED,
    UNEXPLAINED,
    Book,
    NotComparable,
    Relation,
    Term,
    Verdict,
    sentence,
)
from mingbai.messages import Text

# Forms in which such things are printed. 党政机关公文格式 GB/T 9704-2012: 文号 has the year in 六角括号.
FORMS = {
    "document-number": re.compile(r"^[\u4e00-\u9fff]+〔\d{4}〕\d+号$"),
    "year": re.compile(r"^\d{4}年?$"),
    "month": re.compile(r"^\d{4}(年\d{1,2}月|-\d{2})$"),
    "date": re.compile(r"^\d{4}(年\d{1,2}月\d{1,2}日|-\d{2}-\d{2}|[./]\d{1,2}[./]\d{1,2})$"),
}
_LEVELS = {
    **dict.fromkeys(("省",), 1),
    **dict.fromkeys(("市", "州"), 2),
    **dict.fromkeys(("县", "区", "旗"), 3),
    **dict.fromkeys(("镇", "乡", "街道", "镇街"), 4),
    **dict.fromkeys(("村", "社区"), 5),
    "组": 6,
}


def judge_count(relation: Relation, book: Book) -> Verdict:
    """Count the `names` that are listed and hold them against the printed number.

    A name listed twice counts once.
    """
    term = book.term(relation.figures[0], relation)
    names = dict.fromkeys(str(each) for each in relation.items("names"))
    facts = {"printed": term.label, "count": len(names), "names": Text("、".join(names), "、".join(names))}
    if Fraction(len(names)) in term.range:
        return Verdict(AGREES, sentence("figures.count.agrees", **facts))
    return Verdict(CONTRADICTS, sentence("figures.count.contradicts", **facts))


def judge_order(relation: Relation, book: Book) -> Verdict:
    """Hold two dates against each other, the earlier first; a month stands for any of its days.

    `derive: days` only counts the days between.
    """
    first, then = (book.figure(key) for key in relation.exactly(2))
    (start, start_end), (end, end_end) = (_span(figure) for figure in (first, then))
    if first.has_year != then.has_year:
        raise NotComparable(sentence("figures.order.no-year", first=first.printed, then=then.printed))
    facts = {"first": _dated(first), "then": _dated(then)}
    if relation.text("derive") == "days":
        days = Interval(Fraction((end - start_end).days), Fraction((end_end - start).days))
        at = Fraction((end - start).days)
        key = "figures.order.days" if days.exact else "figures.order.days.about"
        shown = sentence(key, days=at, low=days.low, high=days.high, **facts)
        return Verdict(DERIVED, shown, Term(relation.id, f"{at}天", at, days))
    if start_end <= end:
        return Verdict(AGREES, sentence("figures.order.agrees", **facts))
    if start > end_end:
        return Verdict(
            CONTRADICTS, sentence("figures.order.contradicts", days=(start - end_end).days, **facts)
        )
    return Verdict(UNEXPLAINED, sentence("figures.order.unexplained", **facts))


def _span(figure: Figure) -> tuple[date, date]:
    span = figure.span
    if span is None:
        raise NotComparable(sentence("figures.order.unread", figures=figure.key))
    return span


def _dated(figure: Figure) -> Text:
    """Return a date as printed, and how it was read if it is not in a regular form."""
    regular = not figure.has_year or any(
        FORMS[form].match(figure.printed) for form in ("year", "month", "date")
    )
    key = "figures.order.date" if regular else "figures.order.date.read"
    return sentence(key, printed=figure.printed, dated=figure.dated)


def judge_format(relation: Relation, book: Book) -> Verdict:
    """Look at how something is printed. `form`: document-number, year, month, date, blank or place-name."""
    form = relation.text("form")
    if form not in _FORM_JUDGES:
        raise relation.wrong("form")
    return _FORM_JUDGES[form](relation, [book.figure(key) for key in relation.figures])


def _pattern(relation: Relation, figures: list[Figure]) -> Verdict:
    """Match the regular form.

    `likely` is offered only if it is regular itself and contains all that is printed, in order.
    """
    printed, likely = figures[0].printed, relation.text("likely")
    pattern = FORMS[relation.text("form")]
    if pattern.match(printed):
        return Verdict(AGREES, sentence("figures.format.agrees", printed=printed))
    if likely and pattern.match(likely) and _contained(printed, likely):
        return Verdict(CONTRADICTS, sentence("figures.format.likely", printed=printed, likely=likely))
    return Verdict(CONTRADICTS, sentence("figures.format.contradicts", printed=printed))


def _contained(short: str, long: str) -> bool:
    """Whether all characters of `short` stand in `long` in the same order."""
    rest = iter(long)
    return all(each in rest for each in short)


def _blank(relation: Relation, figures: list[Figure]) -> Verdict:
    """Look for numbers entered where none was printed: a blank is 未公布, never 0."""
    filled = [
        figure.key for figure in figures if set(figure.printed) & set(BLANKS) and figure.value is not None
    ]
    if filled:
        return Verdict(CONTRADICTS, sentence("figures.blank.contradicts", figures="、".join(filled)))
    blank = sum(1 for figure in figures if figure.value is None)
    if blank < len(figures):
        raise NotComparable(sentence("figures.blank.none"))
    return Verdict(AGREES, sentence("figures.blank.agrees", count=blank))


def _place_name(relation: Relation, figures: list[Figure]) -> Verdict:
    """Look the name up in `register` (code → official name).

    One character apart is a question: the copy may be misread. More contradicts.
    """
    printed = figures[0].printed
    register = {str(code): str(name) for code, name in relation.mapping("register").items()}
    for code, name in register.items():
        if name == printed:
            return Verdict(AGREES, sentence("figures.place.agrees", printed=printed, code=code))
    for code, name in register.items():
        if len(name) == len(printed) and sum(a != b for a, b in zip(name, printed, strict=True)) == 1:
            return Verdict(
                UNEXPLAINED, sentence("figures.place.unexplained", printed=printed, name=name, code=code)
            )
    return Verdict(CONTRADICTS, sentence("figures.place.contradicts", printed=printed))


_FORM_JUDGES: Mapping[str, Callable[[Relation, list[Figure]], Verdict]] = {
    **dict.fromkeys(FORMS, _pattern),
    "blank": _blank,
    "place-name": _place_name,
}


def judge_scope(relation: Relation, book: Book) -> Verdict:
    """Hold figures against a place.

    `within`: place (units counted inside it) or region (two codes of one place).
    """
    within = relation.text("within")
    if within == "place":
        return _inside(relation, book)
    if within == "region":
        return _regions(relation, book)
    raise relation.wrong("within")


def _inside(relation: Relation, book: Book) -> Verdict:
    """Compare levels: one place cannot hold several units of its own level or above."""
    figure = book.figure(relation.figures[0])
    term = book.term(figure.key, relation)
    counted, place = _level(figure.unit), _level(figure.place)
    facts = {"printed": figure.printed, "value": term.at, "place": figure.place, "unit": figure.unit}
    if counted > place or (counted == place and term.range == Interval.point(Fraction(1))):
        return Verdict(AGREES, sentence("figures.scope.agrees", **facts))
    return Verdict(CONTRADICTS, sentence("figures.scope.contradicts", **facts))


def _level(name: str) -> int:
    """Return the level of the place by the end of its name, what stands in brackets left aside."""
    bare = name.split("（")[0]
    for end in (bare[-2:], bare[-1:]):
        if end in _LEVELS:
            return _LEVELS[end]
    raise NotComparable(sentence("figures.scope.no-level", name=name))


def _regions(relation: Relation, book: Book) -> Verdict:
    """Compare the first six digits of two codes; `regions` tells their names and what became of which."""
    known = {str(each.get("code")): each for each in relation.items("regions") if isinstance(each, Mapping)}
    codes = [re.sub(r"\D", "", book.figure(key).printed)[:6] for key in relation.exactly(2)]
    for code in codes:
        if code not in known:
            raise NotComparable(sentence("figures.region.unknown", code=code))
    left, right = (known[code] for code in codes)
    facts = {
        "left": codes[0],
        "right": codes[1],
        "left_name": left.get("name"),
        "right_name": right.get("name"),
    }
    if codes[0] == codes[1]:
        return Verdict(AGREES, sentence("figures.region.agrees", **facts))
    if left.get("became") == codes[1] or right.get("became") == codes[0]:
        return Verdict(UNEXPLAINED, sentence("figures.region.unexplained", **facts))
    return Verdict(CONTRADICTS, sentence("figures.region.contradicts", **facts))
