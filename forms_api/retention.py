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

    What is deleted is overwritten in the file as well (`secure_delete`).
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
        self._thread = threading.Thread(target=self._run, name="retention", daemon=True)

    def start(self) -> None:
        """Start the thread; it forgets at once and then every day."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        pause = 0
        while not self._stopped.wait(pause):
            try:
                self._writer.run(lambda connection: forget(connection, self._clock(), self._limits))
                pause = _DAY
            except (Busy, Unstored):
                pause = _HOUR
