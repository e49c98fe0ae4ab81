"""Writes cases and their events into the database; it opens no connection and judges nothing."""

import secrets
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from forms_api.cases.model import Entry, Event, RequestReused, Stored, moment
from forms_api.tables import ANSWERS, DETAILS, EVENTS, PHOTOS, RELEASES, SUBMISSIONS, WRITERS
from mingbai.messages import Text

_NUMBERS = 1_000_000_000
_DETAILS = ("account", "level", "owner", "text", "other")

# What every letter needs is put together once: half of its time went into making these anew.
_KNOWN = SUBMISSIONS.c
_BEFORE = select(
    _KNOWN.number,
    _KNOWN.content_hash,
    _KNOWN.received_at,
    _KNOWN.answer_by,
    _KNOWN.calculation_zh,
    _KNOWN.calculation_en,
).where(_KNOWN.request_hash == bindparam("asked"))
_TAKEN = select(_KNOWN.number).where(_KNOWN.number == bindparam("drawn"))
_SUBMISSION, _WRITER, _EVENT, _DETAIL = (insert(each) for each in (SUBMISSIONS, WRITERS, EVENTS, DETAILS))


def add(connection: Connection, entry: Entry) -> Stored:
    """Store `entry` once per request. Raises RequestReused, sqlalchemy's IntegrityError for a receipt drawn twice."""
    before = None
    if entry.request_hash is not None:
        before = connection.execute(_BEFORE, {"asked": entry.request_hash}).first()
    if before is not None:
        if before.content_hash != entry.content_hash:
            raise RequestReused("same key, other content")
        return Stored(
            before.number,
            datetime.fromisoformat(before.received_at),
            date.fromisoformat(before.answer_by),
            Text(before.calculation_zh, before.calculation_en),
            repeated=True,
        )
    number = free_number(connection)
    connection.execute(_SUBMISSION, {"number": number, **_columns(entry)})
    if entry.name is not None or entry.contact is not None:
        connection.execute(_WRITER, {"submission": number, "name": entry.name, "contact": entry.contact})
    for place, content in enumerate(entry.photos, 1):
        connection.execute(insert(PHOTOS).values(submission=number, place=place, content=content))
    at, by = entry.received_at, entry.handler
    _note(connection, number, 1, Event(at, "received", by, level=entry.level, owner=by, due=entry.level_due))
    return Stored(number, entry.received_at, entry.answer_by, entry.calculation, repeated=False)


def _columns(entry: Entry) -> dict[str, object]:
    return {
        "receipt_hash": entry.receipt_hash,
        "request_hash": entry.request_hash,
        "content_hash": entry.content_hash,
        "type": entry.type,
        "unit": entry.unit,
        "handler": entry.handler,
        "about": entry.about,
        "text": entry.text,
        "public": entry.public,
        "received_at": moment(entry.received_at),
        "answer_by": entry.answer_by.isoformat(),
        "calculation_zh": entry.calculation.zh,
        "calculation_en": entry.calculation.en,
    }


def answer(
    connection: Connection, number: int, at: datetime, by_unit: str, text: str, account: str | None = None
) -> None:
    """Store the first answer to a case. Raises sqlalchemy's IntegrityError when it has one."""
    connection.execute(insert(ANSWERS).values(submission=number, at=moment(at), by_unit=by_unit, text=text))
    note(connection, number, Event(at, "answered", by_unit, account=account))


def release(connection: Connection, number: int, at: datetime, by_unit: str, address: str) -> None:
    """Store where a case was released, the first time or again."""
    connection.execute(delete(RELEASES).where(RELEASES.c.submission == number))
    connection.execute(insert(RELEASES).values(submission=number, at=moment(at), address=address))
    note(connection, number, Event(at, "released", by_unit))


def note(connection: Connection, number: int, event: Event) -> int:
    """Add one event to the story of a case and return its step, counted from 1; `event.step` is not looked at."""
    last = connection.scalar(select(func.max(EVENTS.c.step)).where(EVENTS.c.submission == number))
    return _note(connection, number, (last or 0) + 1, event)


def _note(connection: Connection, number: int, step: int, event: Event) -> int:
    of = {"submission": number, "step": step}
    connection.execute(_EVENT, {**of, "at": moment(event.at), "what": event.what, "by_unit": event.by_unit})
    details = {name: getattr(event, name) for name in _DETAILS}
    details["due"] = event.due.isoformat() if event.due else None
    if any(value is not None for value in details.values()):
        connection.execute(_DETAIL, {**of, **details})
    return step


def free_number(connection: Connection) -> int:
    """Return a number of nine digits that no case has; drawn, so that gaps tell nobody how many others there are."""
    while True:
        number = secrets.randbelow(_NUMBERS - _NUMBERS // 10) + _NUMBERS // 10
        if connection.scalar(_TAKEN, {"drawn": number}) is None:
            return number
