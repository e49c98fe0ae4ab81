"""Does what the calendar asks for, every hour: moves cases whose clock ran out, forgets what is to be forgotten.

Each of these does nothing when there is nothing to do, so running too often or twice harms nothing.
"""

import threading
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from forms_api.escalation import escalate
from forms_api.limits import Limits
from forms_api.retention import forget
from forms_api.writer import Busy, Unstored, Writer
from mingbai.portal import Portal

_EVERY = 3600  # seconds


class Rounds:
    """A thread that goes its round once an hour, the first one at the start."""

    def __init__(self, portal: Portal, writer: Writer, limits: Limits, clock: Callable[[], datetime]) -> None:
        self._portal, self._writer, self._limits, self._clock = portal, writer, limits, clock
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
        while not self._stopped.wait(_EVERY):
            self.go()

    def go(self) -> None:
        """Go one round; what could not be stored waits for the next."""

        def do(connection: Connection) -> None:
            now = self._clock()
            escalate(connection, self._portal, now)
            forget(connection, now, self._limits)

        try:
            self._writer.fold()
            self._writer.run(do)
        except (Busy, Unstored):
            pass
