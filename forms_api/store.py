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
from importlib.resources import files
from pathlib import Path

from forms_api.cases import Case, read_case

FILE = "submissions.db"


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


def open_writer(state: Path, checkpoint_pages: int) -> sqlite3.Connection:
    """Open the database for writing and make its tables; the caller holds the turn. Raises sqlite3.Error.

    `checkpoint_pages`: after how many pages the connection checkpoints by itself; 0 for all but the running service.
    """
    path = state / FILE
    path.touch(mode=0o600)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5.0)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute(f"PRAGMA wal_autocheckpoint = {checkpoint_pages:d}")
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


@contextmanager
def changing(state: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection for one change from outside the service: all of the block is stored, or nothing of it."""
    with Turn(state).taken():
        connection = open_writer(state, 0)
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        finally:
            connection.close()
