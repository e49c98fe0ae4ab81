"""Counts accepted submissions against their allowances; it never counts what was refused.

One process counts, in memory, and writes along with each letter what is left. Whole villages share the address of one
carrier, so the allowance of a network is generous and a common one stands behind it. A sender is a network address, or
`at_desk` somebody who writes down what others say: each account has an allowance of its own.
"""

import ipaddress
import math
import threading
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from forms_api.keys import Keys
from forms_api.limits import Limits
from forms_api.proxies import unmapped
from forms_api.tables import ALLOWANCES
from mingbai.errors import MingbaiError

_NETWORKS_KEPT = 10_000
_EVERYONE = "everyone"
_DESK = "desk:"
_DAY = 24 * 3600


class TooMany(MingbaiError):
    """An allowance is used up; `retry_after` in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many")
        self.retry_after = retry_after


class Bucket:
    """A token bucket: `burst` at once, then `rate` a second."""

    def __init__(self, rate: float, burst: int, now: float) -> None:
        self.rate, self.burst = rate, burst
        self.tokens, self.at = float(burst), now

    def wait(self, now: float) -> int:
        """Return whole seconds until one token is there, 0 when it is."""
        self.tokens = min(float(self.burst), self.tokens + max(0.0, now - self.at) * self.rate)
        self.at = now
        if self.tokens >= 1:
            return 0
        return math.ceil((1 - self.tokens) / self.rate) if self.rate else 3600

    def take(self) -> None:
        """Take one token."""
        self.tokens -= 1

    @property
    def full(self) -> bool:
        """Whether nothing of it is used."""
        return self.tokens >= self.burst - 1


_LEFT: dict[str, Any] = {"tokens": bindparam("tokens"), "at": bindparam("at")}
_CHANGED = update(ALLOWANCES).where(ALLOWANCES.c.key == bindparam("of")).values(**_LEFT)
_FIRST = insert(ALLOWANCES).values(key=bindparam("of"), **_LEFT)


class Rates:
    """All allowances of the service. Those for writing outlive a restart: they are kept with the letters."""

    def __init__(self, limits: Limits, keys: Keys, clock: Callable[[], float] = time.time) -> None:
        self._limits, self._keys, self._clock = limits, keys, clock
        self._lock = threading.Lock()
        self._buckets: dict[bytes, Bucket] = {}

    def load(self, connection: Connection) -> None:
        """Take up what was left of every allowance before the service stopped."""
        kept = {bytes(row.key): row for row in connection.execute(select(ALLOWANCES))}
        with self._lock:
            everyone = self._key(_EVERYONE)
            for key, row in kept.items():
                self._buckets[key] = self._fresh(key == everyone)
                self._buckets[key].tokens, self._buckets[key].at = row.tokens, row.at

    def check(self, sender: str, worked: bool = False) -> None:
        """Raise TooMany if nothing more is accepted from `sender` now.

        Who has `worked` (see `work`) for it is held to the common allowance alone.
        """
        with self._lock:
            own, everyone = self._of(sender)
            bound = [everyone] if worked or own is None else [own, everyone]
            self._refuse(max(self._buckets[key].wait(self._clock()) for key in bound))

    def count(self, sender: str) -> None:
        """Count one accepted submission."""
        with self._lock:
            for key in self._of(sender):
                if key is not None:
                    self._buckets[key].take()

    def keep(self, connection: Connection, sender: str) -> None:
        """Write down what will be left after one more, in the transaction of the letter that is counted.

        The common allowance first: during an upgrade two services write on the same rows, and who waits for the other
        there holds nothing for which the other waits.
        """
        with self._lock:
            own, everyone = self._of(sender)
            mine = {key: self._buckets[key] for key in (everyone, own) if key is not None}
            left = [{"of": key, "tokens": each.tokens - 1, "at": each.at} for key, each in mine.items()]
        for row in left:
            _write(connection, row)

    @staticmethod
    def _refuse(seconds: int) -> None:
        if seconds:
            raise TooMany(seconds)

    def _of(self, sender: str) -> tuple[bytes | None, bytes]:
        """Return the keys of the sender's own bucket, None for this machine, and of the common one; make them."""
        name = sender if sender.startswith(_DESK) else network(sender)
        own, everyone = (None if name is None else self._key(name)), self._key(_EVERYONE)
        for key in (own, everyone):
            if key is not None and key not in self._buckets:
                self._make_room()
                self._buckets[key] = self._fresh(key == everyone)
        return own, everyone

    def _fresh(self, common: bool) -> Bucket:
        limits = self._limits
        rate, burst = (limits.all_per_hour, limits.all_burst) if common else (limits.per_hour, limits.burst)
        return Bucket(rate / 3600, burst, self._clock())

    def _make_room(self) -> None:
        if len(self._buckets) >= _NETWORKS_KEPT:
            now = self._clock()
            self._buckets = {
                key: each for key, each in self._buckets.items() if each.wait(now) or not each.full
            }

    def _key(self, name: str) -> bytes:
        """Return the hash under which an allowance is kept; it changes every day, so that nobody can be followed."""
        return self._keys.sign(f"allowance {int(self._clock() // _DAY)}", name.encode())


def _write(connection: Connection, row: dict[str, object]) -> None:
    if connection.execute(_CHANGED, row).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(_FIRST, row)
    except IntegrityError:  # the other service of an upgrade was first
        connection.execute(_CHANGED, row)


def at_desk(account: str) -> str:
    """Return the sender that an account at the desk is; no network address reads like it."""
    return f"{_DESK}{account}"


def forget(connection: Connection, now: float) -> None:
    """Delete allowances of days that are over; `now` in seconds since 1970."""
    connection.execute(delete(ALLOWANCES).where(ALLOWANCES.c.at < now - 2 * _DAY))


def network(address: str) -> str | None:
    """Return the network of an address, /24 or /56; None for this machine itself.

    A loopback address is a test or a proxy that does not say for whom it asks: one allowance for all would be wrong.
    """
    try:
        ip = unmapped(ipaddress.ip_address(address))
    except ValueError:
        return "unknown"
    if ip.is_loopback:
        return None
    size = 24 if ip.version == 4 else 56
    return str(ipaddress.ip_network(f"{ip}/{size}", strict=False))
