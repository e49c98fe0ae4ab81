"""Opens the database of submissions, SQLite or PostgreSQL, for its one writer and its readers; it knows no case.

SQLite below the state folder serves a county; `$MINGBAI_DATABASE`, or the one line of `.state/database.url`, names a
PostgreSQL instead. Debian's SQLite may damage a database when two connections write or checkpoint at the same time (WAL
reset, fixed in 3.51.3). So every change of the file happens inside a `Turn`, a lock that holds between processes as
well, and only the writer of the running service checkpoints on its own. PostgreSQL orders its writers itself.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool, QueuePool

from forms_api.migrating import migrate
from mingbai.errors import PortalError
from mingbai.messages import say

FILE = "submissions.db"
_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}
_BUSY_SECONDS = 5.0


class Turn:
    """The right to change something, the database unless `lock` says otherwise, held once on the whole machine."""

    def __init__(self, state: Path, lock: str = "submissions.lock") -> None:
        self._path = state / lock

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn and keep it for the block; a killed process gives it back at once."""
        with self._path.open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@dataclass(frozen=True)
class Database:
    """Where submissions are kept. `readers`: how many reading connections stay open; with 0 each is opened anew."""

    state: Path
    url: URL
    readers: int = 0

    @classmethod
    def of(cls, state: Path, readers: int = 0) -> "Database":
        """Return the database of an installation. Raises PortalError for an address that names none."""
        named = state / "database.url"
        said = os.environ.get("MINGBAI_DATABASE") or (
            named.read_text("utf-8").strip() if named.is_file() else ""
        )
        if not said:
            return cls.of_file(state, readers)
        try:
            url = make_url(said)
            url = url.set(drivername=_DRIVERS[url.get_backend_name()])
        except (ArgumentError, KeyError, ValueError):
            # The address is not repeated: it may hold a password.
            raise PortalError(say("forms.serve.database")) from None
        return cls(state, url, readers)

    @classmethod
    def of_file(cls, folder: Path, readers: int = 0) -> "Database":
        """Return the SQLite database in a folder, whatever the installation names."""
        return cls(folder, URL.create("sqlite", database=str((folder / FILE).resolve())), readers)

    @property
    def embedded(self) -> bool:
        """Whether it is a file of ours (SQLite) and no server."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def exists(self) -> bool:
        """Whether anything was ever stored."""
        return not self.embedded or Path(str(self.url.database)).is_file()

    def turn(self) -> AbstractContextManager[None]:
        """Return the right to change it, to be held while changing."""
        return Turn(self.state).taken() if self.embedded else nullcontext()

    def writer(self, checkpoint_pages: int) -> Engine:
        """Return an engine that may change; the caller holds the turn. `checkpoint_pages`: see `_prepare`."""
        if not self.embedded:
            return create_engine(self.url, pool_size=1, max_overflow=0, pool_pre_ping=True)
        Path(str(self.url.database)).touch(mode=0o600)
        arguments = {"check_same_thread": False, "timeout": _BUSY_SECONDS}
        engine = create_engine(self.url, poolclass=NullPool, connect_args=arguments)
        event.listen(engine, "connect", lambda raw, _: _prepare(raw, checkpoint_pages))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        return engine

    @cached_property
    def _reader(self) -> Engine:
        # Named, not left to SQLAlchemy: for the address below it takes a pool that closes connections others are using.
        pool = (
            {"poolclass": QueuePool, "pool_size": self.readers} if self.readers else {"poolclass": NullPool}
        )
        if not self.embedded:
            engine = create_engine(self.url, pool_pre_ping=True, **pool)
            return engine.execution_options(postgresql_readonly=True)
        address = f"{Path(str(self.url.database)).as_uri()}?mode=ro"
        return create_engine(
            "sqlite://",
            creator=lambda: sqlite3.connect(
                address, uri=True, isolation_level=None, check_same_thread=False, timeout=_BUSY_SECONDS
            ),
            **pool,
        )

    def close(self) -> None:
        """Close the reading connections that stay open."""
        self._reader.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that can change nothing. Raises sqlalchemy.exc.DBAPIError when the database is away."""
        with self._reader.connect() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Give a reading connection for which time stands still: all tables as they are at one moment."""
        with self.reading() as connection:
            if self.embedded:
                connection.exec_driver_sql("BEGIN")
            else:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection
            connection.rollback()

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        """Give a connection for one change from outside the service: all of the block is stored, or nothing of it."""
        with self.turn():
            engine = self.writer(0)
            try:
                with engine.begin() as connection:
                    migrate(connection)
                    yield connection
            finally:
                engine.dispose()


def cause(reason: Exception) -> str:
    """Return the first line of what the database, or the disk, said itself; SQLAlchemy adds its own advice."""
    return str(getattr(reason, "orig", None) or reason).strip().split("\n")[0]


def _prepare(raw: Any, checkpoint_pages: int) -> None:
    """Set a fresh SQLite connection up: durable commits, deleted words overwritten.

    `checkpoint_pages`: after how many pages it checkpoints by itself; 0 for all but the running service.
    """
    raw.isolation_level = None  # SQLAlchemy begins and ends transactions, Python's module must not
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
        f"wal_autocheckpoint = {checkpoint_pages:d}",
    ):
        raw.execute(f"PRAGMA {pragma}")
