"""Chooses the cases of a list without reading all there are; it changes nothing and knows nobody's rights.

`reach` names the units whose cases come into question, None for all: it keeps a list short. Who may see a case is for
the desk's `sight` to say, case by case.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, exists, false, func, or_, select, true, union

from forms_api.cases.model import Case
from forms_api.cases.reading import read
from forms_api.tables import ANSWERS, DETAILS, EVENTS, RELEASES, SUBMISSIONS

STATES = ("waiting", "answered", "withheld", "released", "merged")
_BATCH = 200
_CASE = SUBMISSIONS.c

Reach = Collection[str] | None


@dataclass(frozen=True)
class Wanted:
    """What is looked for: words of the letter or its number, and its type, unit, state (one of STATES); "" for any.

    Words are looked for in letters of the types `open` only: what is found by its words has been read in part.
    """

    open: tuple[str, ...]
    words: str = ""
    type: str = ""
    unit: str = ""
    state: str = ""


def open_cases(connection: Connection, owner: str | None, reach: Reach = None) -> list[Case]:
    """Return the cases that wait for an answer, earliest deadline first; with `owner`, only those it has now."""
    found = _some_by_some(connection, and_(_may_wait(), _within(reach)), _CASE.received_at)
    waiting = [case for case in found if case.state == "waiting" and owner in (None, case.owner)]
    return sorted(waiting, key=lambda case: (case.due, case.answer_by, case.received_at))


def drafted_cases(connection: Connection, reach: Reach = None) -> Iterator[Case]:
    """Yield the answered cases for which words to be published are drafted, the oldest first."""
    for case in _some_by_some(
        connection, and_(_unpublished(), _went("drafted"), _within(reach)), _CASE.received_at
    ):
        if case.state == "answered" and case.drafted is not None:
            yield case


def undrafted_cases(connection: Connection, reach: Reach = None) -> Iterator[Case]:
    """Yield the answered cases that are to be published and have no draft that counts, the oldest first."""
    without = or_(~_went("drafted"), _went("reopened"))
    for case in _some_by_some(connection, and_(_unpublished(), without, _within(reach)), _CASE.received_at):
        if case.state == "answered" and case.drafted is None:
            yield case


def found_cases(connection: Connection, wanted: Wanted, reach: Reach) -> Iterator[Case]:
    """Yield the cases that are looked for, the newest first."""
    for case in _some_by_some(connection, and_(_said(wanted), _within(reach)), _CASE.received_at.desc()):
        if wanted.state in ("", case.state):
            yield case


def _some_by_some(
    connection: Connection, which: ColumnElement[bool], order: ColumnElement[str]
) -> Iterator[Case]:
    """Yield the cases of a condition, which is asked once; whoever stops early has not read the rest."""
    chosen = connection.scalars(select(_CASE.number).where(which).order_by(order, _CASE.number)).all()
    for start in range(0, len(chosen), _BATCH):
        some = chosen[start : start + _BATCH]
        cases = {case.number: case for case in read(connection, _CASE.number.in_(some))}
        yield from (cases[number] for number in some)


def _unpublished() -> ColumnElement[bool]:
    open_to_release = or_(~_has(RELEASES.c.submission), _went("reopened"))
    return and_(_CASE.public, _has(ANSWERS.c.submission), open_to_release, ~_went("withheld"))


def all_cases(connection: Connection) -> list[Case]:
    """Return every case, as it came."""
    return sorted(read(connection, true()), key=lambda case: case.received_at)


def merged_into(connection: Connection, number: int) -> list[Case]:
    """Return the cases that are handled with the case `number`; in confidence, those put beside it from either side."""
    theirs = select(DETAILS.c.submission).where(DETAILS.c.other == number)
    its = select(DETAILS.c.other).where(DETAILS.c.submission == number, DETAILS.c.other.is_not(None))
    named = connection.scalars(union(theirs, its)).all()
    found = read(connection, _CASE.number.in_(named)) if named else []
    return [case for case in found if case.confided or case.merged == number]


def together(connection: Connection, case: Case) -> list[Case]:
    """Return the case and those that are handled with it."""
    return [case, *(each for each in merged_into(connection, case.number) if each.merged == case.number)]


def _within(reach: Reach) -> ColumnElement[bool]:
    """Return the condition that one of the units in `reach` got the case first or had it at some time."""
    if reach is None:
        return true()
    had = exists().where(DETAILS.c.submission == _CASE.number, DETAILS.c.owner.in_(reach))
    return or_(_CASE.handler.in_(reach), had)


def _said(wanted: Wanted) -> ColumnElement[bool]:
    """Return the condition for the words, type and unit looked for, and what of the state the tables know."""
    which = [getattr(_CASE, name) == said for name in ("type", "unit") if (said := getattr(wanted, name))]
    if wanted.words:
        holds = func.lower(_CASE.text).contains(wanted.words.lower(), autoescape=True)
        spoken = and_(holds, _CASE.type.in_(wanted.open))
        is_number = wanted.words.isascii() and wanted.words.isdecimal() and len(wanted.words) == 9
        which.append(or_(spoken, _CASE.number == int(wanted.words) if is_number else false()))
    if wanted.state == "waiting":
        which.append(_may_wait())
    elif wanted.state == "released":
        which.append(_has(RELEASES.c.submission))
    elif wanted.state:
        which.append(_has(ANSWERS.c.submission) if wanted.state == "answered" else _went(wanted.state))
    return and_(true(), *which)


def _may_wait() -> ColumnElement[bool]:
    return or_(~_has(ANSWERS.c.submission), _went("reopened"))


def _has(column: ColumnElement[int]) -> ColumnElement[bool]:
    return exists().where(column == _CASE.number)


def _went(what: str) -> ColumnElement[bool]:
    return exists().where(EVENTS.c.submission == _CASE.number, EVENTS.c.what == what)
