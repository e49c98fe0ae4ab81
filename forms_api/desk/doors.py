"""Slows down whoever guesses at an account: five wrong tries at once, then one every five minutes; it knows no one.

Looking at a password costs 64 MB and a tenth of a second, on purpose. Few are looked at together, and never in the
writer's thread: whoever knocks without end keeps other staff waiting, and no resident.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from forms_api.rates import Bucket
from forms_api.writer import Busy

_BURST = 5
_EVERY = 300.0
_KEPT = 10_000
_PLACES = 2
_PATIENCE = 0.5


class Doors:
    """One bucket for each name that was tried, whether there is such an account or not."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[str, Bucket] = {}
        self._places = threading.BoundedSemaphore(_PLACES)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Give one of the few places in which a password is looked at. Raises Busy when none is free soon."""
        if not self._places.acquire(timeout=_PATIENCE):
            raise Busy("passwords")
        try:
            yield
        finally:
            self._places.release()

    def opens(self, name: str) -> bool:
        """Return whether another try for this name is let through."""
        with self._lock:
            bucket = self._buckets.get(name)
            return bucket is None or bucket.wait(self._clock()) == 0

    def knocked(self, name: str) -> None:
        """Count a wrong try."""
        with self._lock:
            now = self._clock()
            if name not in self._buckets and len(self._buckets) >= _KEPT:
                self._buckets = {
                    key: each for key, each in self._buckets.items() if each.wait(now) or not each.full
                }
            bucket = self._buckets.setdefault(name, Bucket(1 / _EVERY, _BURST, now))
            bucket.wait(now)
            bucket.take()
