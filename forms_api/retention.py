"""Deletes what the privacy notice promises to delete, every day; it never touches what was released."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, delete, select

from forms_api.cases import moment
from forms_api.desk import audit
from forms_api.limits import Limits
from forms_api.tables import ANSWERS, SUBMISSIONS, WRITERS
from forms_api.writer import Busy, Unstored, Writer

KEEPER = "mingbai"  # the service itself, in the audit trail
_DAY = 24 * 3600
_HOUR = 3600


def forget(connection: Connection, now: datetime, limits: Limits) -> None:
    """Delete names and contacts, later the whole case, when its answer is old enough.

    What is deleted is overwritten in the database as well (`secure_delete`), and the audit trail says that it was.
    """

    def answered_before(days: int) -> Select[tuple[int]]:
        return select(ANSWERS.c.submission).where(ANSWERS.c.at < moment(now - timedelta(days=days)))

    named = WRITERS.c.submission.in_(answered_before(limits.contact_days))
    for number in connection.scalars(select(WRITERS.c.submission).where(named)).all():
        audit.note(connection, now, KEEPER, "forgot", number)
    connection.execute(delete(WRITERS).where(named))
    connection.execute(delete(SUBMISSIONS).where(SUBMISSIONS.c.number.in_(answered_before(limits.case_days))))


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
