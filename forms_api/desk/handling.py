"""Does what staff do with a case until it is answered: answer, extend, hand up or over, refer, merge, assign, urge.

It shows no page and asks nobody who may: that is `sight`.
"""

from datetime import date

from sqlalchemy import Connection, select

from forms_api import cases, following, levels
from forms_api.cases import Case
from forms_api.desk import sight
from forms_api.desk.accounts import Account
from forms_api.desk.acting import LONGEST, Act, Cannot, still_open
from forms_api.submissions import PRIVATE
from forms_api.tables import ACCOUNTS
from mingbai.portal import Portal


def answer(act: Act) -> None:
    """Answer the case, and every case that is handled with it."""
    if act.case.answer is not None:
        raise Cannot("desk.case.answered_before")
    if act.case.merged is not None:
        raise Cannot("desk.cannot.closed")
    text = act.words("answer", LONGEST)
    close(act, text)


def close(act: Act, text: str) -> None:
    """Store `text` as the answer of the case and of those merged into it, also of those that had one before."""
    for case in act.group:
        give(act, case, text)


def give(act: Act, case: Case, text: str) -> None:
    """Store the answer to one case; one that has its first answer already gets another as a step of its story."""
    if case.first_answer is None:
        by = act.case.owner
        cases.answer(act.connection, case.number, act.now, by, text, act.account.name)
    else:
        act.note("answered", case, text=text)
    following.tell(act.connection, act.portal, case, act.now)


def extend(act: Act) -> None:
    """Move the deadline, once for each unit, before it passes, with the reason that the writer will read.

    A day of rest becomes the next working day (民法典 Art. 203).
    """
    case = act.case
    still_open(case)
    if case.owner in _extenders(case):
        raise Cannot("desk.cannot.extended_before")
    promised = levels.promised(act.portal, case)
    if act.today > promised:
        raise Cannot("desk.cannot.too_late")
    reason, until, latest = (
        act.words("reason"),
        act.day("due"),
        levels.latest(act.portal, case),
    )
    if until is None or not promised < until <= latest:
        raise Cannot("desk.cannot.due", first=promised.isoformat(), last=latest.isoformat())
    here = levels.current(act.portal, case)
    last = act.portal.workdays.ending(until).day  # never after `latest`, which is a working day
    act.take("extended", level=here.level, due=last, text=reason)
    act.tell()


def _extenders(case: Case) -> set[str]:
    """Return the units that moved the deadline while they had the case, at whatever level."""
    owner, found = case.handler, set()
    for event in case.events:
        owner = event.owner or owner
        if event.what == "extended":
            found.add(owner)
    return found


def hand_up(act: Act) -> None:
    """Hand the case to the next level before its clock runs out, with the reason."""
    still_open(act.case)
    place = levels.above(act.portal, act.case, act.today)
    if place is None:
        raise Cannot("desk.cannot.highest")
    act.move("moved", place, act.words("reason"))


def hand_over(act: Act) -> None:
    """Give the case to the unit whose matter it is; its clock begins anew there."""
    still_open(act.case)
    target = act.typed.get("unit", "")
    if not sight.may_send_to(act.portal.units, act.case, target, act.today):
        raise Cannot("desk.cannot.unit.confided" if act.case.type in PRIVATE else "desk.cannot.unit")
    place = levels.arrival(act.portal, act.case, act.portal.units.get(target, act.today), act.today)
    act.move("transferred", place, act.words("reason"))


def refer(act: Act) -> None:
    """Pass the matter to a body outside, the discipline inspection among them, and close it here with 已转交."""
    still_open(act.case)
    body, word = act.words("body", 60), act.words("referral", LONGEST)
    act.take("referred", text=body)
    close(act, word)


def merge(act: Act) -> None:
    """Handle the case together with another on the same matter; both writers get the same answer, by the earlier day.

    What is said in confidence is only put beside it: each keeps its clock and gets an answer of its own.
    """
    still_open(act.case)
    typed = act.typed.get("other", "").strip()
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= 9
    into = cases.by_number(act.connection, int(typed)) if is_number else None
    visible = into is not None and sight.may_see(act.portal.units, act.account, into, act.today)
    if into is None or not visible or not _same_matter(act.case, into):
        raise Cannot("desk.cannot.other")
    if act.case.confided:
        act.note("merged", other=into.number)
        return
    goes, stays = _by_promise(act.portal, act.case, into)
    here, due = levels.current(act.portal, stays), levels.promised(act.portal, stays)
    for case in cases.together(act.connection, goes):
        act.note("merged", case, level=here.level, owner=here.owner, due=due, other=stays.number)
        if stays.answer is not None:
            give(act, case, stays.answer.text)


def _by_promise(portal: Portal, case: Case, into: Case) -> tuple[Case, Case]:
    """Return which of two goes with the other: the one promised later, so that no clock is stopped by merging."""
    later = into.answer is None and levels.promised(portal, into) > levels.promised(portal, case)
    return (into, case) if later else (case, into)


def _same_matter(case: Case, into: Case) -> bool:
    """Return whether one may be handled with the other: same unit, both in confidence or neither, no chains."""
    alike = case.unit == into.unit and (case.type in PRIVATE) == (into.type in PRIVATE)
    return alike and case.number != into.number and into.merged is None and case.owner == into.owner


def assign(act: Act) -> None:
    """Say which of the unit's people works on it."""
    still_open(act.case)
    name = act.typed.get("account", "")
    if name not in colleagues(act.connection, act.portal, act.case, act.today):
        raise Cannot("desk.cannot.account")
    act.note("assigned", text=name)


def colleagues(connection: Connection, portal: Portal, case: Case, today: date) -> list[str]:
    """Return the names of those who may handle a case where it is now."""
    rows = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.closed_at.is_(None))).all()
    people = [Account(row.name, row.unit, row.role) for row in rows]
    return sorted(each.name for each in people if sight.may_handle(portal.units, each, case, today))


def urge(act: Act) -> None:
    """Urge the owner (督办); the writer reads it as well."""
    still_open(act.case)
    act.take("urged", text=act.words("reason"))


def remember(act: Act) -> None:
    """Note something for colleagues; the writer never sees it."""
    act.note("noted", text=act.words("reason"))
