"""Counts receipts that lead nowhere, by network: whoever tries them must not keep out those who hold one.

A network that tried none lately is never refused for what others tried. The common allowance holds back those who come
from many networks: each gets its first tries, and no more while it is used up. It counts in memory only.
"""

import threading
import time
from collections.abc import Callable

from forms_api.limits import Limits
from forms_api.rates import Bucket, TooMany, network

_NETWORKS_KEPT = 10_000


class Guesses:
    """The allowances for wrong receipts, feed keys and tokens."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.time) -> None:
        self._limits, self._clock = limits, clock
        self._lock = threading.Lock()
        self._all = Bucket(limits.all_lookups_per_second, limits.all_lookups_burst, clock())
        self._networks: dict[str, Bucket] = {}

    def check(self, address: str) -> None:
        """Raise TooMany if no receipt is looked up for `address` now, right or wrong."""
        with self._lock:
            now, own = self._clock(), self._own(address)
            seconds = 0 if own is None else own.wait(now)
            if not seconds and (own is None or not own.full):
                seconds = self._all.wait(now)
        if seconds:
            raise TooMany(seconds)

    def count(self, address: str) -> None:
        """Count one that led nowhere."""
        with self._lock:
            own = self._own(address)
            for bucket in (self._all, own):
                if bucket is not None:
                    bucket.take()

    def _own(self, address: str) -> Bucket | None:
        """Return the network's bucket; None for this machine, which is a proxy that does not say for whom it asks."""
        name = network(address)
        if name is None:
            return None
        if name not in self._networks:
            self._make_room()
            self._networks[name] = Bucket(
                self._limits.lookups_per_second, self._limits.lookups_burst, self._clock()
            )
        return self._networks[name]

    def _make_room(self) -> None:
        if len(self._networks) >= _NETWORKS_KEPT:
            now = self._clock()
            self._networks = {
                name: each for name, each in self._networks.items() if each.wait(now) or not each.full
            }
