"""Says what every unit owes, what came, and how late; it reads the receive log and never a date that a client typed.

"Published" means received (design §6.5). A portal without a receive log falls back to committer dates, and says so.
"""

import json
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from mingbai.errors import PortalError
from mingbai.filings import FilingId
from mingbai.folders import FILINGS
from mingbai.kinds import Kind
from mingbai.periods import Period
from mingbai.profiles import Profile
from mingbai.units import Unit, Units
from mingbai.workdays import DueDate, Workdays

STATUSES = ("on_time", "late", "missing", "nil", "not_due")


@dataclass(frozen=True)
class Duty:
    """What `unit` owes for `kind` and `period`. `days`: late by, or missing since; for `not_due`: days left.

    `provisional`: the due day was counted in working days of a year whose holidays are not published yet.
    """

    unit: Unit
    kind: Kind
    period: Period
    due: date
    status: str
    days: int
    received: datetime | None
    witnessed: bool
    provisional: bool

    @property
    def id(self) -> FilingId:
        """The filing that fulfils this duty, whether it is there or not."""
        return FilingId(self.unit.slug, self.kind.id, self.period)

    @property
    def place(self) -> str:
        """The address of its filing, or of the empty frame where it should be."""
        there = self.status in ("on_time", "late", "nil")
        return self.id.address if there else f"/u/{self.unit.slug}/{self.kind.id}/#{self.period.label}"

    def on(self, day: date) -> tuple[str, int]:
        """Return (status, days) as it stood on an earlier `day`."""
        return judge(self.due, self.received, self.status == "nil", day)


@dataclass(frozen=True)
class Received:
    """When filings came. `witnessed` is false when the times are only what committers typed."""

    first: Mapping[str, datetime]
    last: Mapping[str, datetime]
    witnessed: bool
    imported: frozenset[str] = frozenset()

    def when(self, id: FilingId) -> datetime | None:
        """Return when the filing first came: the earlier of its two files."""
        times = [self.first[each] for each in _files(id) if each in self.first]
        return min(times, default=None)

    def changed(self, id: FilingId) -> datetime | None:
        """Return when the rows of a filing last came on a later day than the first; None where they came once.

        What stands beside them may come later: corrections, the day until which it hung.
        """
        first, rows = self.when(id), _files(id)[0]
        last = self.last.get(rows)
        return last if first is not None and last is not None and last.date() > first.date() else None

    def is_witnessed(self, id: FilingId) -> bool:
        """Whether the receiving portal saw the filing come; a day that only a committer typed is no witness."""
        first = min(
            (each for each in _files(id) if each in self.first), key=self.first.__getitem__, default=None
        )
        return self.witnessed and first is not None and first not in self.imported


def _files(id: FilingId) -> tuple[str, str]:
    return f"{id.path}.csv", f"{id.path}.yaml"


def read_received(logs: Iterable[Path], root: Path) -> Received:
    """Read the receive logs (JSON lines `path, sha256, received_at, commit`), or the committer dates without one.

    `imported: true` marks what stood in a history that was taken as a whole: its day is the committer's, and nobody
    witnessed it. Raises PortalError naming the line that cannot be read.
    """
    there = list(dict.fromkeys(log for log in logs if log.is_file()))
    if there:
        return _collect([entry for log in there for entry in _log_lines(log)], witnessed=True)
    return _collect(((path, when, False) for path, when in committed(root)), witnessed=False)


def _collect(entries: Iterable[tuple[str, datetime, bool]], witnessed: bool) -> Received:
    first: dict[str, datetime] = {}
    last: dict[str, datetime] = {}
    imported: dict[str, bool] = {}
    for path, when, from_history in entries:
        if path not in first or when < first[path]:
            first[path], imported[path] = when, from_history
        last[path] = max(when, last.get(path, when))
    return Received(first, last, witnessed, frozenset(path for path, said in imported.items() if said))


def _log_lines(log: Path) -> Iterator[tuple[str, datetime, bool]]:
    for number, line in enumerate(log.read_text(encoding="utf-8").splitlines(), 1):
        try:
            entry = json.loads(line)
            if "note" not in entry:
                yield (
                    entry["path"],
                    datetime.fromisoformat(entry["received_at"]),
                    entry.get("imported") is True,
                )
        except (ValueError, KeyError, TypeError) as reason:
            raise PortalError(f"{log.name}:{number}: {reason!r} / 收件记录这一行读不出来") from None


def committed(root: Path) -> Iterator[tuple[str, datetime]]:
    """Yield (path, committer date), newest first; nothing where there is no git or no repository."""
    command = [
        "git",
        "-C",
        str(root),
        "-c",
        "core.quotepath=off",
        "log",
        "--format=%x00%cI",
        "--name-only",
        "--relative",
    ]
    try:
        done = subprocess.run([*command, "--", FILINGS], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return
    for commit in done.stdout.split("\0")[1:]:
        when, *paths = commit.splitlines()
        for path in filter(None, paths):
            yield path, datetime.fromisoformat(when)


def owed(
    units: Units,
    kinds: Iterable[Kind],
    profile_of: Callable[[Unit], Profile],
    since: Callable[[Kind], date],
    until: date,
    slug: str | None = None,
) -> Iterator[tuple[Unit, Kind, Period]]:
    """Yield every (unit, kind, period) owed by `until`, oldest first in each kind; `slug`: by this unit alone.

    Only statements are owed by period (design §5): once the period has ended, or begun for what is due from its first
    day. A unit owes the periods in which it existed from the first day to the last, whatever its row said then; the row
    of the last day names its cadence.
    """
    for kind in kinds:
        if kind.shape != "statement":
            continue
        for unit in units.rows():
            if unit.sort in kind.owed_by and slug in (None, unit.slug):
                profile = profile_of(unit)
                for period in periods(kind, unit, profile, since(kind), until):
                    if unit.valid_on(period.last) and units.exists(unit.slug, period.first):
                        yield unit, kind, period


def periods(kind: Kind, unit: Unit, profile: Profile, start: date, until: date) -> Iterator[Period]:
    """Yield the regular periods of a kind from `start` on. A new cadence begins with the first period that fits it."""
    day, cadence = start, ""
    while True:
        new = profile.cadence(kind, unit.high_turnover, day)
        if not cadence or Period.containing(day, new).first == day:
            cadence = new
        period = Period.containing(day, cadence)
        rule = profile.due(kind.id, period.last) or kind.due
        if (period.first if rule is not None and rule.start else period.last) > until:
            return
        if period.first >= start:
            yield period
        day = period.last + timedelta(days=1)


def due_date(kind: Kind, profile: Profile, period: Period, workdays: Workdays) -> DueDate:
    """Return the last day on which the filing is in time: the profile's rule, else the kind's own.

    Raises PortalError when neither says when it is due.
    """
    rule = profile.due(kind.id, period.last) or kind.due
    if rule is None:
        raise PortalError(f"{kind.id}: no due days in kind or profile / 没有写期限")
    start = period.first if rule.start else period.last
    if rule.workdays:
        return workdays.add(start, rule.days)
    return DueDate(start + timedelta(days=rule.days), provisional=False)


def judge(due: date, received: datetime | None, nil: bool, as_of: date) -> tuple[str, int]:
    """Return (status, days) of one duty on `as_of`."""
    if received is not None and received.date() <= as_of:
        late = (received.date() - due).days
        if late > 0:
            return "late", late
        return ("nil" if nil else "on_time"), 0
    if as_of <= due:
        return "not_due", (due - as_of).days
    return "missing", (as_of - due).days
