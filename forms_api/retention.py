"""Deletes what the privacy notice promises to delete, every day; it never touches what was released."""

import sqlite3
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from forms_api.limits import Limits
from forms_api.writer import Busy, Unstored, Writer

_DAY = 24 * 3600
_HOUR = 3600


def forget(connection: sqlite3.Connection, now: datetime, limits: Limits) -> None:
    """Delete names and contacts, later the whole case, when its answer is old enough.

    What is deleted is overwritten in the database as well (`secure_delete`).
    """
    contacts = (now - timedelta(days=limits.contact_days)).isoformat(timespec="seconds")
    cases = (now - timedelta(days=limits.case_days)).isoformat(timespec="seconds")
    answered = "(SELECT submission FROM answers WHERE at < ?)"
    connection.execute(f"DELETE FROM writers WHERE submission IN {answered}", (contacts,))
    connection.execute(f"DELETE FROM submissions WHERE number IN {answered}", (cases,))


class Retention:
    """A thread that forgets once a day."""

    def __init__(self, writer: Writer, limits: Limits, clock: Callable[[], datetime]) -> None:
        self._writer, self._limits, self._clock = writer, limits, clock
        self._stopped = threading.Event()

    def start(self) -> None:
        """Forget what is due now, then start the thread."""
        pause = self._forget()
        self._thread = threading.Thread(target=self._run, args=(pause,), name="retention", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread."""
        self._stopped.set()
        self._thread.join()

    def _run(self, pause: int) -> None:
        while not self._stopped.wait(pause):
            pause = self._forget()

    def _forget(self) -> int:
        """Forget, and return the seconds until the next time."""
        try:
            self._writer.fold()
            self._writer.run(lambda connection: forget(connection, self._clock(), self._limits))
        except (Busy, Unstored):
            return _HOUR
        return _DAY
