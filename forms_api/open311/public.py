"""Reads which requests are already public: the rows of the filings whose kind plays the role `replies`, nothing else.

The database of submissions is never asked here, so a list cannot tell of what is not published. A filing is read again
when one of its files has changed.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from forms_api.replies.reply_rows import ROLE
from forms_api.submissions import PRIVATE, TYPES, clean
from mingbai.errors import FilingUnreadable
from mingbai.filings import FilingId
from mingbai.folders import FILINGS
from mingbai.messages import say
from mingbai.portal import Portal
from mingbai.privacy import PrivacyStop, PublicRow, PublicTable, publish

_Stamp = tuple[tuple[int, int] | None, ...]
_LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True)
class PublicRequest:
    """One published question and, once there is one, its answer. A filing knows days: a day begins at midnight."""

    id: str
    address: str
    type: str
    unit: str
    asked: datetime
    due: datetime | None
    answered: datetime | None
    question: str
    answer: str
    answered_by: str

    @property
    def status(self) -> str:
        """Closed once it is answered."""
        return "open" if self.answered is None else "closed"


class Published:
    """All public requests of a portal by id, the newest first."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._lock = threading.Lock()
        self._read: dict[FilingId, tuple[_Stamp, tuple[PublicRequest, ...]]] = {}

    def requests(self) -> Mapping[str, PublicRequest]:
        """Return them as they stand now."""
        with self._lock:
            self._read = {id: self._fresh(id) for id in self._filings()}
            found = [each for _, requests in self._read.values() for each in requests]
        found.sort(key=lambda each: each.asked, reverse=True)
        return {each.id: each for each in found}

    def at(self, address: str) -> PublicRequest | None:
        """Return the one whose row stands at `address`, None when it is not public."""
        return next((each for each in self.requests().values() if each.address == address), None)

    def _filings(self) -> list[FilingId]:
        kind = self._portal.kind_by_role(ROLE)
        if kind is None:
            return []
        paths = sorted((self._portal.root / FILINGS).glob(f"*/{kind.id}/*.csv"))
        asked = (
            self._portal.filing_at(f"/u/{path.parent.parent.name}/{kind.id}/{path.stem}/") for path in paths
        )
        return [id for id in asked if id is not None]

    def _fresh(self, id: FilingId) -> tuple[_Stamp, tuple[PublicRequest, ...]]:
        stamp = tuple(_stamp(self._portal.root / f"{id.path}{end}") for end in (".csv", ".yaml"))
        before = self._read.get(id)
        return before if before is not None and before[0] == stamp else (stamp, self._rows(id))

    def _rows(self, id: FilingId) -> tuple[PublicRequest, ...]:
        try:
            table = publish(self._portal.read(id), self._portal.today)
        except (FilingUnreadable, PrivacyStop, OSError):
            return ()  # not fit to be published, so it is not there
        made = (_request(table, row, self._portal.settings.timezone) for row in table.rows)
        return tuple(each for each in made if each is not None)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _request(table: PublicTable, row: PublicRow, zone: ZoneInfo) -> PublicRequest | None:
    """Return what a row says, None for one that is no letter of a type that may be public."""
    types = {say(f"replies.sort.{type}", "zh"): type for type in TYPES if type not in PRIVATE}
    type, asked = types.get(str(row.cells.get("sort"))), row.cells.get("received")
    if type is None or not isinstance(asked, date):
        return None
    due, answered = row.cells.get("due"), row.cells.get("answered")
    return PublicRequest(
        id=f"{table.id.unit}.{table.id.period.label}.{row.key}",
        address=f"{table.id.address}#{row.anchor}",
        type=type,
        unit=table.id.unit,
        asked=datetime.combine(asked, time.min, zone),
        due=datetime.combine(due, _LAST_SECOND, zone) if isinstance(due, date) else None,
        answered=datetime.combine(answered, time.min, zone) if isinstance(answered, date) else None,
        question=_said(row, "question"),
        answer=_said(row, "answer"),
        answered_by=_said(row, "answered_by"),
    )


def _said(row: PublicRow, name: str) -> str:
    return clean(str(row.cells.get(name) or ""))
