"""Reads cases from the database; it changes nothing, and never touches the table that can tell who wrote."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, func, or_, select

from forms_api.cases.model import Answer, Case, Event, Verdict
from forms_api.tables import ANSWERS, DETAILS, EVENTS, PHOTOS, RELEASES, SUBMISSIONS, VERDICTS
from mingbai.messages import Text


def released_addresses(connection: Connection) -> frozenset[str]:
    """Return where cases were released."""
    return frozenset(connection.scalars(select(RELEASES.c.address)))


def by_receipt(connection: Connection, receipt_hash: bytes) -> Case | None:
    """Return the case behind a receipt's hash; the same statements run whether there is one or not."""
    return _one(connection, SUBMISSIONS.c.receipt_hash == receipt_hash)


def by_number(connection: Connection, number: int) -> Case | None:
    """Return the case of a number."""
    return _one(connection, SUBMISSIONS.c.number == number)


def _one(connection: Connection, which: ColumnElement[bool]) -> Case | None:
    found = _read(connection, which)
    return found[0] if found else None


def open_cases(connection: Connection, owner: str | None) -> list[Case]:
    """Return the cases that wait for an answer, earliest deadline first; with `owner`, only those it has now."""
    no_answer = ~exists().where(ANSWERS.c.submission == SUBMISSIONS.c.number)
    reopened = exists().where(EVENTS.c.submission == SUBMISSIONS.c.number, EVENTS.c.what == "reopened")
    waiting = [
        case
        for case in _read(connection, or_(no_answer, reopened))
        if case.answer is None and case.merged is None and owner in (None, case.owner)
    ]
    return sorted(waiting, key=lambda case: (case.due, case.answer_by, case.received_at))


def closed_cases(connection: Connection, since: datetime | None = None) -> list[Case]:
    """Return the cases that have their answer, the newest answer first; with `since`, only those answered after it."""
    answered = exists().where(ANSWERS.c.submission == SUBMISSIONS.c.number)
    found = [case for case in _read(connection, answered) if case.answer is not None]
    kept = [case for case in found if since is None or _answered_at(case) >= since]
    return sorted(kept, key=_answered_at, reverse=True)


def all_cases(connection: Connection) -> list[Case]:
    """Return every case, as it came."""
    return sorted(_read(connection, SUBMISSIONS.c.number.is_not(None)), key=lambda case: case.received_at)


def merged_into(connection: Connection, number: int) -> list[Case]:
    """Return the cases that are handled with the case `number`."""
    steps = select(EVENTS.c.submission).where(EVENTS.c.what == "merged")
    found = _read(connection, SUBMISSIONS.c.number.in_(steps))
    return [case for case in found if case.merged == number]


def photo(connection: Connection, number: int, place: int) -> bytes | None:
    """Return a photo of a case, the first at place 1; None where there is none."""
    return connection.scalar(
        select(PHOTOS.c.content).where(PHOTOS.c.submission == number, PHOTOS.c.place == place)
    )


def _answered_at(case: Case) -> datetime:
    return case.answer.at if case.answer is not None else case.received_at


def _read(connection: Connection, which: ColumnElement[bool]) -> list[Case]:
    """Read the cases of a condition with all that belongs to them: six statements, however many cases there are."""
    rows = connection.execute(_CASES.where(which)).all()
    wanted = select(SUBMISSIONS.c.number).where(which)
    events: dict[int, list[Event]] = defaultdict(list)
    for row in connection.execute(_EVENTS.where(EVENTS.c.submission.in_(wanted)).order_by(EVENTS.c.step)):
        events[row.submission].append(_event(row))
    answers, releases, verdicts = (
        {
            row.submission: row
            for row in connection.execute(select(table).where(table.c.submission.in_(wanted)))
        }
        for table in (ANSWERS, RELEASES, VERDICTS)
    )
    counted = select(PHOTOS.c.submission, func.count()).where(PHOTOS.c.submission.in_(wanted))
    photos = {row[0]: row[1] for row in connection.execute(counted.group_by(PHOTOS.c.submission))}
    return [
        replace(
            _case(row, events[row.number], *(each.get(row.number) for each in (answers, releases, verdicts))),
            photos=photos.get(row.number, 0),
        )
        for row in rows
    ]


def _event(row: Row[Any]) -> Event:
    due = None if row.due is None else date.fromisoformat(row.due)
    details = (row.account, row.level, row.owner, due, row.text, row.other)
    return Event(datetime.fromisoformat(row.at), row.what, row.by_unit, row.step, *details)


def _case(
    row: Row[Any],
    events: list[Event],
    answer: Row[Any] | None,
    released: Row[Any] | None,
    verdict: Row[Any] | None,
) -> Case:
    return Case(
        number=row.number,
        type=row.type,
        unit=row.unit,
        handler=row.handler,
        about=row.about,
        text=row.text,
        public=row.public,
        received_at=datetime.fromisoformat(row.received_at),
        answer_by=date.fromisoformat(row.answer_by),
        calculation=Text(row.calculation_zh, row.calculation_en),
        events=tuple(events),
        first_answer=None
        if answer is None
        else Answer(datetime.fromisoformat(answer.at), answer.by_unit, answer.text),
        released=None if released is None else released.address,
        first_verdict=None
        if verdict is None
        else Verdict(datetime.fromisoformat(verdict.at), verdict.solved, verdict.satisfied),
    )


_CASES = select(
    *(
        SUBMISSIONS.c[name]
        for name in (
            "number",
            "type",
            "unit",
            "handler",
            "about",
            "text",
            "public",
            "received_at",
            "answer_by",
            "calculation_zh",
            "calculation_en",
        )
    )
)
_EVENTS = select(
    EVENTS, *(DETAILS.c[name] for name in ("account", "level", "owner", "due", "text", "other"))
).select_from(
    EVENTS.outerjoin(
        DETAILS, (DETAILS.c.submission == EVENTS.c.submission) & (DETAILS.c.step == EVENTS.c.step)
    )
)
