"""Keeps submissions in SQLite, readers apart from the one writer; it knows neither HTTP nor what a sentence says.

Debian's SQLite may damage a database when two connections write or checkpoint at the same time (WAL reset, fixed in
3.51.3). So every change of the file happens inside a `Turn`, a lock that holds between processes as well, and only
the writer of the running service checkpoints on its own.
"""

import fcntl
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path

from mingbai.messages import Text

FILE = "submissions.db"
_PAGES = 1000


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


class Turn:
    """The right to change the database, held by one connection at a time on the whole machine."""

    def __init__(self, state: Path) -> None:
        self._path = state / "submissions.lock"

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn and keep it for the block; a killed process gives it back at once."""
        with self._path.open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def open_writer(state: Path, *, checkpoints: bool) -> sqlite3.Connection:
    """Open the database for writing and make its tables; the caller holds the turn. Raises sqlite3.Error.

    `checkpoints` is for the running service alone.
    """
    path = state / FILE
    path.touch(mode=0o600)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5.0)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_PAGES if checkpoints else 0}")
    connection.executescript(files("forms_api").joinpath("schema.sql").read_text(encoding="utf-8"))
    return connection


class Readers:
    """Read-only connections, one a thread."""

    def __init__(self, state: Path) -> None:
        self._address = f"{(state / FILE).resolve().as_uri()}?mode=ro"
        self._local = threading.local()

    @property
    def connection(self) -> sqlite3.Connection:
        """The calling thread's connection."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = sqlite3.connect(self._address, uri=True, isolation_level=None, timeout=5.0)
            self._local.connection = found
        return found

    def by_receipt(self, receipt_hash: bytes) -> Case | None:
        """Return the case behind a receipt's hash; the same statements run whether there is one or not."""
        return read_case(self.connection, "receipt_hash", receipt_hash)


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
    answer = connection.execute("SELECT at, by_unit, text FROM answers WHERE submission = ?", (number,)).fetchone()
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
