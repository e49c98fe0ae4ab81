"""Says at which level a case is handled, who owns it and until when (领办 → 议办 → 协办 → 督办); it stores nothing.

In a village or community the first two are its own: whoever takes the case, then the whole committee until the answer
is due. The town assists, the county oversees. A letter that goes to the town or county begins at their level. Source
of the four: the reports on 四办 that the project starts from; how long each has: the profile's `levels`.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from forms_api.cases import Case
from forms_api.confidants import SUPERVISOR
from forms_api.deadlines import last_day
from mingbai.portal import Portal
from mingbai.profiles import EXTENSION, LEVELS
from mingbai.units import Unit

LEAD, DISCUSS, SUPPORT, OVERSEE = LEVELS
_OF_SORT = {"county": OVERSEE, "town": SUPPORT}


@dataclass(frozen=True)
class Place:
    """Where a case goes: its level, the unit that has it there, and the last day of that level's clock."""

    level: str
    owner: str
    due: date


def entry(portal: Portal, owner: str, unit: Unit, received: date, answer_by: date) -> Place:
    """Return where a case on `unit` begins that `owner` gets first and that is to be answered by `answer_by`."""
    level = level_of(portal, owner)
    if level != LEAD:
        return Place(level, owner, answer_by)
    return Place(level, owner, min(_ruled(portal, unit, LEAD, received), answer_by))


def current(portal: Portal, case: Case) -> Place:
    """Return where a case stands; one from before there were levels stands at the first of its owner's."""
    return Place(case.level or level_of(portal, case.owner), case.owner, case.due)


def promised(portal: Portal, case: Case) -> date:
    """Return until when the writer may expect the answer; one that is handled with another carries that day itself."""
    return case.due if case.merged is not None else promised_at(portal, case, current(portal, case))


def promised_at(portal: Portal, case: Case, here: Place) -> date:
    """Return until when the writer may expect the answer while the case stands at a place.

    The first hands have a shorter clock for it. Who gets a case by transfer has as long as for a letter of that day.
    """
    if here.level != LEAD:
        return here.due
    if here.owner == case.handler:
        return max(here.due, case.answer_by)
    came = next((event.at for event in case.events if event.owner == here.owner), case.received_at).date()
    return max(here.due, case.answer_by, _answer_day(portal, case, portal.units.get(here.owner), came))


def above(portal: Portal, case: Case, today: date) -> Place | None:
    """Return where a case goes when its clock runs out, None at the highest level."""
    here = current(portal, case)
    if here.level == LEAD:
        return Place(DISCUSS, here.owner, _at_least_a_day(portal, promised(portal, case), today))
    return _higher(portal, case, today)


def after_answer(portal: Portal, case: Case, today: date) -> Place:
    """Return where a case goes whose writer is not content: to the next unit above, else to the same one again."""
    return _higher(portal, case, today) or Place(
        current(portal, case).level, case.owner, _clock(portal, case, OVERSEE, today)
    )


def _higher(portal: Portal, case: Case, today: date) -> Place | None:
    higher = portal.units.ancestors(case.owner.removeprefix(SUPERVISOR), today)
    if not higher:
        return None
    level = level_of(portal, higher[0].slug)
    return Place(level, higher[0].slug, _clock(portal, case, level, today))


def arrival(portal: Portal, case: Case, unit: Unit, today: date) -> Place:
    """Return where a case stands when it is transferred to `unit`: its clock begins anew, as on the day of a letter.

    Where it has been before it goes on as it left: passing to and fro wins nobody time.
    """
    before = case.stay_at(unit.slug)
    if before is not None:
        return Place(
            before.level or level_of(portal, unit.slug), unit.slug, _at_least_a_day(portal, before.due, today)
        )
    return entry(portal, unit.slug, unit, today, _answer_day(portal, case, unit, today))


def latest(portal: Portal, case: Case) -> date:
    """Return the last day to which the deadline of a case may be moved at its level."""
    return _clock(portal, case, EXTENSION, promised(portal, case))


def level_of(portal: Portal, owner: str) -> str:
    """Return the first level at which a unit has a case."""
    return _OF_SORT.get(portal.units.get(owner.removeprefix(SUPERVISOR)).sort, LEAD)


def _answer_day(portal: Portal, case: Case, unit: Unit, since: date) -> date:
    """Return by when `unit` answers a case that came to it on the day `since`."""
    return last_day(portal, portal.profile_of(unit).reply_days(case.type, since), since).day


def _clock(portal: Portal, case: Case, level: str, since: date) -> date:
    return _ruled(portal, portal.units.get(case.unit), level, since)


def _ruled(portal: Portal, unit: Unit, level: str, since: date) -> date:
    return last_day(portal, portal.profile_of(unit).level_days(level, since), since).day


def _at_least_a_day(portal: Portal, due: date, today: date) -> date:
    """Return `due`: what was promised stands. Who comes late to it still gets a day."""
    return max(due, portal.workdays.ending(today + timedelta(days=1)).day)
