"""Writes cases into the database and reads them back; it opens no connection and decides nothing about a case."""

import secrets
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime

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


def add(connection: sqlite3.Connection, entry: Entry) -> Stored:
    """Store `entry` once per request. Raises RequestReused, sqlite3.IntegrityError for a receipt drawn twice."""
    before = connection.execute(
        "SELECT content_hash, received_at, answer_by, calculation_zh, calculation_en"
        " FROM submissions WHERE request_hash = ?",
        (entry.request_hash,),
    ).fetchone()
    if before is not None:
        if before[0] != entry.content_hash:
            raise RequestReused("same key, other content")
        calculation = Text(before[3], before[4])
        return Stored(
            datetime.fromisoformat(before[1]), date.fromisoformat(before[2]), calculation, repeated=True
        )
    number = _free_number(connection)
    connection.execute(
        "INSERT INTO submissions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            entry.receipt_hash,
            entry.request_hash,
            entry.content_hash,
            entry.type,
            entry.unit,
            entry.handler,
            entry.about,
            entry.text,
            int(entry.public),
            entry.received_at.isoformat(timespec="seconds"),
            entry.answer_by.isoformat(),
            entry.calculation.zh,
            entry.calculation.en,
        ),
    )
    if entry.name is not None or entry.contact is not None:
        connection.execute("INSERT INTO writers VALUES (?, ?, ?)", (number, entry.name, entry.contact))
    note(connection, number, entry.received_at, "received", entry.handler)
    return Stored(entry.received_at, entry.answer_by, entry.calculation, repeated=False)


def answer(connection: sqlite3.Connection, number: int, at: datetime, by_unit: str, text: str) -> None:
    """Store the answer to a case. Raises sqlite3.IntegrityError when it has one."""
    moment = at.isoformat(timespec="seconds")
    connection.execute("INSERT INTO answers VALUES (?, ?, ?, ?)", (number, moment, by_unit, text))
    note(connection, number, at, "answered", by_unit)


def release(connection: sqlite3.Connection, number: int, at: datetime, by_unit: str, address: str) -> None:
    """Store where a case was released. Raises sqlite3.IntegrityError when it was released before."""
    connection.execute(
        "INSERT INTO releases VALUES (?, ?, ?)", (number, at.isoformat(timespec="seconds"), address)
    )
    note(connection, number, at, "released", by_unit)


def released_addresses(connection: sqlite3.Connection) -> frozenset[str]:
    """Return where cases were released."""
    return frozenset(address for (address,) in connection.execute("SELECT address FROM releases"))


def note(connection: sqlite3.Connection, number: int, at: datetime, what: str, by_unit: str) -> None:
    """Add one step to the story of a case."""
    connection.execute(
        "INSERT INTO events SELECT ?1, coalesce(max(step), 0) + 1, ?2, ?3, ?4 FROM events WHERE submission = ?1",
        (number, at.isoformat(timespec="seconds"), what, by_unit),
    )


def _free_number(connection: sqlite3.Connection) -> int:
    while True:
        number = secrets.randbelow(_NUMBERS - _NUMBERS // 10) + _NUMBERS // 10
        if connection.execute("SELECT 1 FROM submissions WHERE number = ?", (number,)).fetchone() is None:
            return number


_COLUMNS = (
    "number, type, unit, handler, about, text, public, received_at, answer_by, calculation_zh, calculation_en"
)


def read_case(connection: sqlite3.Connection, column: str, value: bytes | int) -> Case | None:
    """Return the case whose `column` ("receipt_hash" or "number") is `value`, with its events and answer."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM submissions WHERE {column} = ?", (value,)).fetchone()
    number = -1 if row is None else row[0]
    steps = connection.execute(
        "SELECT at, what, by_unit FROM events WHERE submission = ? ORDER BY step", (number,)
    ).fetchall()
    answer = connection.execute(
        "SELECT at, by_unit, text FROM answers WHERE submission = ?", (number,)
    ).fetchone()
    released = connection.execute("SELECT address FROM releases WHERE submission = ?", (number,)).fetchone()
    if row is None:
        return None
    return _case(
        row,
        events=tuple(Event(datetime.fromisoformat(at), what, by) for at, what, by in steps),
        answer=None if answer is None else Answer(datetime.fromisoformat(answer[0]), answer[1], answer[2]),
        released=None if released is None else released[0],
    )


def open_cases(connection: sqlite3.Connection, handler: str | None) -> list[Case]:
    """Return the unanswered cases, earliest deadline first; with `handler`, only those that it handles."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM submissions WHERE (?1 IS NULL OR handler = ?1)"
        " AND NOT EXISTS (SELECT 1 FROM answers WHERE submission = number) ORDER BY answer_by, received_at",
        (handler,),
    )
    return [_case(row) for row in rows]


def _case(
    row: tuple[int, str, str, str, str | None, str, int, str, str, str, str],
    events: tuple[Event, ...] = (),
    answer: Answer | None = None,
    released: str | None = None,
) -> Case:
    number, type_, unit, handler, about, text, public, received_at, answer_by, zh, en = row
    return Case(
        number=number,
        type=type_,
        unit=unit,
        handler=handler,
        about=about,
        text=text,
        public=bool(public),
        received_at=datetime.fromisoformat(received_at),
        answer_by=date.fromisoformat(answer_by),
        calculation=Text(zh, en),
        events=events,
        answer=answer,
        released=released,
    )
