"""Reads cases from the database as they are kept; it changes nothing and never looks at who wrote.

Which cases stand in a list is chosen in `lists`.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

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
    found = read(connection, which)
    return found[0] if found else None


def photo(connection: Connection, number: int, place: int) -> bytes | None:
    """Return a photo of a case, the first at place 1; None where there is none."""
    return connection.scalar(
        select(PHOTOS.c.content).where(PHOTOS.c.submission == number, PHOTOS.c.place == place)
    )


def read(connection: Connection, which: ColumnElement[bool]) -> list[Case]:
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
