"""Does what the calendar and the outbox ask for: hourly moves cases, forgets, tells news; every minute sends mail.

Each of these does nothing when there is nothing to do, so running too often or twice harms nothing.
"""

import threading
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from forms_api import news, rates
from forms_api.acceptance import Acceptance
from forms_api.escalation import escalate
from forms_api.mailing import deliver
from forms_api.retention import forget, is_steady
from forms_api.writer import Busy, Unstored
from mingbai.errors import PortalError

_MINUTE = 60  # seconds
_HOUR = 60  # minutes


class Rounds:
    """A thread that goes its rounds, the first one at the start."""

    def __init__(self, service: Acceptance, release: Path) -> None:
        self._service, self._release = service, release
        self._stopped = threading.Event()

    def start(self) -> None:
        """Go the first round now, then start the thread."""
        self.go()
        self._thread = threading.Thread(target=self._run, name="rounds", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        minutes = 0
        while not self._stopped.wait(_MINUTE):
            minutes += 1
            self.send()
            if minutes % _HOUR == 0:
                self.go()

    def go(self) -> None:
        """Move what ran out and forget what is due; what could not be stored waits for the next round."""
        service, now = self._service, self._service.clock()

        def do(connection: Connection) -> None:
            escalate(connection, service.portal, now)
            if is_steady(connection, now):
                forget(connection, now, service.limits)
                news.forget(connection, now)
            rates.forget(connection, now.timestamp())

        try:
            service.writer.fold()
            service.writer.run(do)
            self._tell()
        except (Busy, Unstored, SQLAlchemyError):
            pass

    def _tell(self) -> None:
        """Put mails about what was newly published into the outbox, feed by feed."""
        with self._service.database.reading() as connection:
            followed = news.feeds(connection)
        for feed in followed:
            self._service.writer.run(self._telling(feed))

    def _telling(self, feed: str) -> Callable[[Connection], None]:
        """Read a feed here, so that the writer need not wait for it; return what tells of it."""
        service, now, release = self._service, self._service.clock(), self._release.resolve()
        there = (news.title_of(release, feed) or "", news.entries_of(release, feed))
        return lambda connection: news.tell(connection, service.portal, service.keys, feed, there, now)

    def send(self) -> None:
        """Send what waits in the outbox; what fails waits for the next minute."""
        service = self._service
        try:
            deliver(service.portal.state, service.database, service.writer, service.clock())
        except (Busy, Unstored, SQLAlchemyError, PortalError):
            pass
