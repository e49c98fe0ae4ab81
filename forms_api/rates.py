"""Counts accepted submissions and wrong receipts against their allowances; it never counts what was refused.

Memory is enough: there is one process, and forgetting at a restart only favours residents. Whole villages share
the address of one carrier, so the allowance of a network is generous and a common one stands behind it.
"""

import ipaddress
import math
import threading
import time
from collections.abc import Callable

from forms_api.limits import Limits
from mingbai.errors import MingbaiError

_NETWORKS_KEPT = 10_000


class TooMany(MingbaiError):
    """An allowance is used up; `retry_after` in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many")
        self.retry_after = retry_after


class Bucket:
    """A token bucket: `burst` at once, then `rate` a second."""

    def __init__(self, rate: float, burst: int, now: float) -> None:
        self.rate, self.burst = rate, burst
        self._tokens, self._at = float(burst), now

    def wait(self, now: float) -> int:
        """Return whole seconds until one token is there, 0 when it is."""
        self._tokens = min(float(self.burst), self._tokens + (now - self._at) * self.rate)
        self._at = now
        if self._tokens >= 1:
            return 0
        return math.ceil((1 - self._tokens) / self.rate) if self.rate else 3600

    def take(self) -> None:
        """Take one token."""
        self._tokens -= 1

    @property
    def full(self) -> bool:
        """Whether nothing of it is used."""
        return self._tokens >= self.burst - 1


class Rates:
    """All allowances of the service."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits, self._clock = limits, clock
        self._lock = threading.Lock()
        self._networks: dict[str, Bucket] = {}
        self._all = Bucket(limits.all_per_hour / 3600, limits.all_burst, clock())
        self._lookups = Bucket(limits.lookups_per_second, limits.lookups_burst, clock())

    def check(self, address: str) -> None:
        """Raise TooMany if nothing more is accepted from `address` now."""
        with self._lock:
            self._refuse(max(bucket.wait(self._clock()) for bucket in self._buckets(address)))

    def count(self, address: str) -> None:
        """Count one accepted submission."""
        with self._lock:
            for bucket in self._buckets(address):
                bucket.take()

    def check_lookup(self) -> None:
        """Raise TooMany if too many wrong receipts were tried, by anyone."""
        with self._lock:
            self._refuse(self._lookups.wait(self._clock()))

    def count_wrong(self) -> None:
        """Count one receipt that leads nowhere."""
        with self._lock:
            self._lookups.take()

    @staticmethod
    def _refuse(seconds: int) -> None:
        if seconds:
            raise TooMany(seconds)

    def _buckets(self, address: str) -> list[Bucket]:
        prefix = network(address)
        if prefix is None:
            return [self._all]
        if prefix not in self._networks and len(self._networks) >= _NETWORKS_KEPT:
            now = self._clock()
            self._networks = {
                name: each for name, each in self._networks.items() if each.wait(now) or not each.full
            }
        rate = self._limits.per_hour / 3600
        return [self._all, self._networks.setdefault(prefix, Bucket(rate, self._limits.burst, self._clock()))]


def network(address: str) -> str | None:
    """Return the network of an address, /24 or /56; None for this machine itself.

    A loopback address is a test or a proxy that does not say for whom it asks: one allowance for all would be wrong.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if ip.is_loopback:
        return None
    size = 24 if ip.version == 4 else 56
    return str(ipaddress.ip_network(f"{ip}/{size}", strict=False))
