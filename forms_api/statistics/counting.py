"""Counts how the letters of a period were answered, for one unit at a time; it writes nothing.

Letters and reports are counted for the whole portal together and only from five on, and so is what follows from the
two numbers told, so that no unit can be told apart (design §6.13). A case counts by its first answer.
"""

from collections.abc import Sequence
from datetime import date
from statistics import median

from forms_api import levels
from forms_api.cases import Case
from forms_api.submissions import PRIVATE, TYPES
from mingbai.messages import say
from mingbai.periods import Period
from mingbai.portal import Portal
from mingbai.privacy.merging import K
from mingbai.units import Unit

_PLACES = {
    levels.LEAD: "by_village",
    levels.DISCUSS: "by_village",
    levels.SUPPORT: "by_town",
    levels.OVERSEE: "by_county",
}
_VERDICTS = {"yes": "satisfied", "fairly": "fair", "no": "dissatisfied"}
_WITHHELD = ("privacy", "trade", "state", "internal")

Row = dict[str, str]


def count(portal: Portal, cases: Sequence[Case], unit: Unit, period: Period) -> list[Row]:
    """Return the rows of a unit's filing for `period`, field by field: a row for each sort of which there was any."""
    rows = []
    for type in (each for each in TYPES if each not in PRIVATE):
        numbers = _numbers(
            portal, [case for case in cases if case.type == type and case.handler == unit.slug], period
        )
        if any(number not in ("", "0") for number in numbers.values()):
            rows.append({"sort": say(f"replies.sort.{type}", "zh"), **numbers})
    is_root = unit.parent is None and unit.valid_on(period.last)
    return rows + (_confided(cases, period) if is_root else [])


def _confided(cases: Sequence[Case], period: Period) -> list[Row]:
    """Return the one row of letters and reports, none where a number that is told, or follows from it, is too small.

    From two numbers follows a third: how many more came than were answered, or the other way. And who adds up the
    quarters knows how many were open before and after. Each of these is 0 or at least K: nobody can tell from it, nor
    from one quarter less another, that a letter by one of a few people came, was answered, or still lies there.
    """
    mine = [case for case in cases if case.type in PRIVATE]
    received, answered = len(_received(mine, period)), len(_answered(mine, period))
    before = [
        case for case in mine if case.received_at.date() < period.first and _is_open(case, period.first)
    ]
    after = len(before) + received - answered
    follows = (abs(received - answered), len(before), after)
    if min(received, answered) < K or any(0 < number < K for number in follows):
        return []
    return [
        {"sort": say("replies.sort.confided", "zh"), "received": str(received), "answered": str(answered)}
    ]


def _numbers(portal: Portal, cases: Sequence[Case], period: Period) -> Row:
    answered = _answered(cases, period)
    open_before = [
        case for case in cases if case.received_at.date() < period.first and _is_open(case, period.first)
    ]
    late = [case for case in cases if case.answer_by <= period.last and not _answered_by(case, period.last)]
    levels_ = [_PLACES[_level(portal, case)] for case in answered]
    return {
        "opening": str(len(open_before)),
        "received": str(len(_received(cases, period))),
        "answered": str(len(answered)),
        "in_time": str(sum(_answered_by(case, case.answer_by) for case in answered)),
        "median_days": _median(
            [_day(case).toordinal() - case.received_at.date().toordinal() for case in answered]
        ),
        **{place: str(levels_.count(place)) for place in _PLACES.values()},
        "overdue": str(len(late)),
        **_verdicts(answered),
        **{f"withheld_{article}": str(_withheld(cases, article, period)) for article in _WITHHELD},
    }


def _received(cases: Sequence[Case], period: Period) -> list[Case]:
    return [case for case in cases if period.first <= case.received_at.date() <= period.last]


def _answered(cases: Sequence[Case], period: Period) -> list[Case]:
    return [case for case in cases if case.first_answer and period.first <= _day(case) <= period.last]


def _day(case: Case) -> date:
    return date.max if case.first_answer is None else case.first_answer.at.date()


def _is_open(case: Case, on: date) -> bool:
    return _day(case) >= on


def _answered_by(case: Case, last: date) -> bool:
    return _day(case) <= last


def _level(portal: Portal, case: Case) -> str:
    """Return at which level the first answer was given."""
    step = next((event.step for event in case.events if event.what == "answered"), case.steps)
    before = [event.level for event in case.events if event.level and event.step < step]
    return before[-1] if before else levels.level_of(portal, case.handler)


def _median(days: Sequence[int]) -> str:
    return f"{median(days):g}" if days else ""


def _verdicts(answered: Sequence[Case]) -> Row:
    said = [_VERDICTS[case.first_verdict.satisfied] for case in answered if case.first_verdict is not None]
    return {name: str(said.count(name)) if len(said) >= K else "" for name in _VERDICTS.values()}


def _withheld(cases: Sequence[Case], article: str, period: Period) -> int:
    found = [
        event for case in cases for event in case.events if event.what == "withheld" and event.text == article
    ]
    return sum(period.first <= event.at.date() <= period.last for event in found)
