"""Holds what clerks uploaded while they look at it, in memory alone; nothing of it is ever written to a disk.

An upload goes when it is taken, given up, replaced by the next of the same account, after a quarter of an hour, and
with the process. Few are read at once, for reading a spreadsheet keeps a processor busy.
"""

import hmac
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from forms_api.limits import Limits
from forms_api.writer import Busy
from mingbai.filings import FilingId

_PATIENCE = 20.0  # seconds until whoever waits for a place is told to come again


@dataclass(frozen=True)
class Upload:
    """What a clerk handed in for a filing. `data`: the spreadsheet, empty for a nil return, which has a `reason`."""

    id: FilingId
    file: str
    data: bytes = field(repr=False)
    reason: str
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Held:
    """An upload as it was shown last, and the files it would become; none while something is to be changed."""

    token: str
    until: datetime
    upload: Upload
    files: Mapping[str, bytes] = field(repr=False)


class Uploads:
    """One upload for each account at most."""

    def __init__(self, limits: Limits) -> None:
        self._lasts = timedelta(seconds=limits.sheet_seconds)
        self._most = limits.sheets_memory
        self._lock = threading.Lock()
        self._place = threading.BoundedSemaphore(1)
        self._held: dict[str, Held] = {}

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Give the one place in which a spreadsheet is read. Raises Busy when it is not free soon."""
        if not self._place.acquire(timeout=_PATIENCE):
            raise Busy("spreadsheets")
        try:
            yield
        finally:
            self._place.release()

    def hold(self, account: str, upload: Upload, files: Mapping[str, bytes], now: datetime) -> Held:
        """Hold an upload in the place of what the account had. Raises Busy when there is no room."""
        self.forget(now)
        held = Held(secrets.token_urlsafe(24), now + self._lasts, upload, files)
        with self._lock:
            others = [each for name, each in self._held.items() if name != account]
            if sum(len(each.upload.data) for each in others) + len(upload.data) > self._most:
                raise Busy("uploads")
            self._held[account] = held
        return held

    def take(self, account: str, token: str, now: datetime) -> Held | None:
        """Return an upload and hold it no more; None when it is gone, or another one of the account took its place."""
        self.forget(now)
        with self._lock:
            held = self._held.get(account)
            if held is None or not hmac.compare_digest(held.token.encode(), token.encode("utf-8", "replace")):
                return None
            return self._held.pop(account)

    def forget(self, now: datetime) -> None:
        """Let go of what was held long enough."""
        with self._lock:
            self._held = {name: each for name, each in self._held.items() if now < each.until}
