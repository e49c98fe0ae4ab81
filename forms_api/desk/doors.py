"""Slows down whoever guesses at an account: five wrong tries at once, then one every five minutes; it knows no one."""

import threading
import time
from collections.abc import Callable

from forms_api.rates import Bucket

_BURST = 5
_EVERY = 300.0
_KEPT = 10_000


class Doors:
    """One bucket for each name that was tried, whether there is such an account or not."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[str, Bucket] = {}

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
