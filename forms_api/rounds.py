"""Does what the calendar and the outbox ask for: hourly moves cases, forgets, tells news; every minute mails.

Each of these does nothing when there is nothing to do, so running too often or twice harms nothing. An hour is counted
by a clock that nobody sets; whether the one that is set can be trusted says `trust`.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from forms_api import news, rates, trust
from forms_api.acceptance import Acceptance
from forms_api.escalation import escalate
from forms_api.mailing import deliver
from forms_api.retention import forget
from forms_api.writer import Busy, Unstored
from mingbai.errors import PortalError

_MINUTE, _HOUR = 60, 3600  # seconds


class Rounds:
    """A thread that goes its rounds, the first one at the start."""

    def __init__(
        self, service: Acceptance, release: Path, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        """`ticks`: seconds that pass, whatever the clock is set to."""
        self._service, self._release, self._ticks = service, release, ticks
        self._stopped = threading.Event()
        self._next = 0.0  # when, in ticks, the next round is due
        self._failed = 0  # at which mail the last sending had to stop

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
        while not self._stopped.wait(_MINUTE):
            self.turn()

    def turn(self) -> None:
        """Do what is due: forget uploads, send what waits, go the round when an hour has passed since the last one."""
        self._service.uploads.forget(self._service.clock())
        self.send()
        if self._ticks() >= self._next:
            self.go()

    def go(self) -> None:
        """Move what ran out and forget what is due; what could not be stored waits for the next round."""
        service, now = self._service, self._service.clock()
        self._next = self._ticks() + _HOUR

        def do(connection: Connection) -> None:
            trusted = trust.judge(connection, now)
            if trusted.moves:
                escalate(connection, service.portal, now)
            if trusted.deletes:
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
            self._failed = deliver(
                service.portal.state, service.database, service.writer, service.clock(), self._failed
            )
        except (Busy, Unstored, SQLAlchemyError, PortalError):
            pass
