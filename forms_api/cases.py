"""Writes cases into the database and reads them back; it opens no connection and decides nothing about a case."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, func, insert, select

from forms_api.tables import ANSWERS, EVENTS, RELEASES, SUBMISSIONS, VERDICTS, WRITERS
from mingbai.errors import MingbaiError
from mingbai.messages import Text

_NUMBERS = 1_000_000_000


@dataclass(frozen=True)
class Event:
    """One step of a case: `what` is received, answered or released."""

    at: datetime
    what: str
    by_unit: str


@dataclass(frozen=True)
class Answer:
    """What the handler replied."""

    at: datetime
    by_unit: str
    text: str


@dataclass(frozen=True)
class Verdict:
    """What the writer said of the answer; `satisfied` is yes, fairly or no."""

    at: datetime
    solved: bool
    satisfied: str


@dataclass(frozen=True)
class Case:
    """A submission as its holder and its handler may see it: never with name or contact."""

    number: int
    type: str
    unit: str
    handler: str
    about: str | None
    text: str
    public: bool
    received_at: datetime
    answer_by: date
    calculation: Text
    events: tuple[Event, ...] = ()
    answer: Answer | None = None
    released: str | None = None
    verdict: Verdict | None = None

    @property
    def status(self) -> str:
        """Where the case stands: received, answered or released."""
        if self.released is not None:
            return "released"
        return "received" if self.answer is None else "answered"


@dataclass(frozen=True)
class Entry:
    """A submission as it is stored, with every hash and date already worked out."""

    receipt_hash: bytes
    request_hash: bytes | None
    content_hash: bytes
    type: str
    unit: str
    handler: str
    about: str | None
    text: str
    public: bool
    name: str | None
    contact: str | None
    received_at: datetime
    answer_by: date
    calculation: Text


@dataclass(frozen=True)
class Stored:
    """What the database holds for an entry; `repeated` when an earlier request had stored it."""

    received_at: datetime
    answer_by: date
    calculation: Text
    repeated: bool


class RequestReused(MingbaiError):
    """An Idempotency-Key came again with other content."""


def add(connection: Connection, entry: Entry) -> Stored:
    """Store `entry` once per request. Raises RequestReused, sqlalchemy's IntegrityError for a receipt drawn twice."""
    known = SUBMISSIONS.c
    before = connection.execute(
        select(
            known.content_hash, known.received_at, known.answer_by, known.calculation_zh, known.calculation_en
        ).where(known.request_hash == entry.request_hash, known.request_hash.is_not(None))
    ).first()
    if before is not None:
        if before.content_hash != entry.content_hash:
            raise RequestReused("same key, other content")
        return Stored(
            datetime.fromisoformat(before.received_at),
            date.fromisoformat(before.answer_by),
            Text(before.calculation_zh, before.calculation_en),
            repeated=True,
        )
    number = _free_number(connection)
    connection.execute(insert(SUBMISSIONS).values(number=number, **_columns(entry)))
    if entry.name is not None or entry.contact is not None:
        connection.execute(insert(WRITERS).values(submission=number, name=entry.name, contact=entry.contact))
    note(connection, number, entry.received_at, "received", entry.handler)
    return Stored(entry.received_at, entry.answer_by, entry.calculation, repeated=False)


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


def moment(at: datetime) -> str:
    """Return a moment as the database keeps it: ISO, whole seconds, with its offset."""
    return at.isoformat(timespec="seconds")


def answer(connection: Connection, number: int, at: datetime, by_unit: str, text: str) -> None:
    """Store the answer to a case. Raises sqlalchemy's IntegrityError when it has one."""
    connection.execute(insert(ANSWERS).values(submission=number, at=moment(at), by_unit=by_unit, text=text))
    note(connection, number, at, "answered", by_unit)


def release(connection: Connection, number: int, at: datetime, by_unit: str, address: str) -> None:
    """Store where a case was released. Raises sqlalchemy's IntegrityError when it was released before."""
    connection.execute(insert(RELEASES).values(submission=number, at=moment(at), address=address))
    note(connection, number, at, "released", by_unit)


def released_addresses(connection: Connection) -> frozenset[str]:
    """Return where cases were released."""
    return frozenset(connection.scalars(select(RELEASES.c.address)))


def note(connection: Connection, number: int, at: datetime, what: str, by_unit: str) -> None:
    """Add one step to the story of a case."""
    last = connection.scalar(select(func.max(EVENTS.c.step)).where(EVENTS.c.submission == number))
    connection.execute(
        insert(EVENTS).values(
            submission=number, step=(last or 0) + 1, at=moment(at), what=what, by_unit=by_unit
        )
    )


def _free_number(connection: Connection) -> int:
    while True:
        number = secrets.randbelow(_NUMBERS - _NUMBERS // 10) + _NUMBERS // 10
        taken = select(SUBMISSIONS.c.number).where(SUBMISSIONS.c.number == number)
        if connection.scalar(taken) is None:
            return number


def by_receipt(connection: Connection, receipt_hash: bytes) -> Case | None:
    """Return the case behind a receipt's hash; the same statements run whether there is one or not."""
    return _read(connection, SUBMISSIONS.c.receipt_hash == receipt_hash)


def by_number(connection: Connection, number: int) -> Case | None:
    """Return the case of a number."""
    return _read(connection, SUBMISSIONS.c.number == number)


def _read(connection: Connection, which: ColumnElement[bool]) -> Case | None:
    row = connection.execute(_CASES.where(which)).first()
    number = -1 if row is None else row.number
    steps = connection.execute(
        select(EVENTS).where(EVENTS.c.submission == number).order_by(EVENTS.c.step)
    ).all()
    found = connection.execute(select(ANSWERS).where(ANSWERS.c.submission == number)).first()
    released = connection.scalar(select(RELEASES.c.address).where(RELEASES.c.submission == number))
    judged = connection.execute(select(VERDICTS).where(VERDICTS.c.submission == number)).first()
    if row is None:
        return None
    return _case(
        row,
        events=tuple(Event(datetime.fromisoformat(each.at), each.what, each.by_unit) for each in steps),
        answer=None if found is None else Answer(datetime.fromisoformat(found.at), found.by_unit, found.text),
        released=released,
        verdict=None
        if judged is None
        else Verdict(datetime.fromisoformat(judged.at), judged.solved, judged.satisfied),
    )


def open_cases(connection: Connection, handler: str | None) -> list[Case]:
    """Return the unanswered cases, earliest deadline first; with `handler`, only those that it handles."""
    open_ = _CASES.where(~exists().where(ANSWERS.c.submission == SUBMISSIONS.c.number))
    mine = open_ if handler is None else open_.where(SUBMISSIONS.c.handler == handler)
    in_order = mine.order_by(SUBMISSIONS.c.answer_by, SUBMISSIONS.c.received_at)
    return [_case(row) for row in connection.execute(in_order)]


def _case(
    row: Row[Any],
    events: tuple[Event, ...] = (),
    answer: Answer | None = None,
    released: str | None = None,
    verdict: Verdict | None = None,
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
        events=events,
        answer=answer,
        released=released,
        verdict=verdict,
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
