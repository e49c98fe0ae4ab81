"""Reads which filings were withdrawn: path, day and reason; what stood in them it never knew.

`datasets/withdrawn.csv` lies where no push may write. It leaves a stone in the place of the page, so that nobody takes
what was taken down for what never came.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from mingbai.errors import PortalError
from mingbai.filings import FilingId
from mingbai.folders import FILINGS, WITHDRAWN
from mingbai.periods import Period

_COLUMNS = ("path", "withdrawn_on", "reason")


@dataclass(frozen=True)
class Stone:
    """One filing that was withdrawn: `path` of its files without their endings, the day, the reason that is told."""

    path: str
    withdrawn_on: date
    reason: str

    @property
    def id(self) -> FilingId:
        """The filing that stood there."""
        unit, kind, period = PurePosixPath(self.path).relative_to(FILINGS).parts
        return FilingId(unit, kind, Period.parse(period))


def read(root: Path) -> list[Stone]:
    """Return the stones of the portal at `root`, oldest first. Raises PortalError naming the file."""
    path = root / WITHDRAWN
    if not path.is_file():
        return []
    try:
        rows = csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))
        return [Stone(row["path"], date.fromisoformat(row["withdrawn_on"]), row["reason"]) for row in rows]
    except (OSError, UnicodeDecodeError, KeyError, ValueError, TypeError) as reason:
        raise PortalError(f"{WITHDRAWN}: {reason!r} / 撤下的清单读不出来") from None


def written(stones: Iterable[Stone]) -> bytes:
    """Return the file that holds these stones, each path once, the newest last."""
    newest: dict[str, Sequence[str]] = {}
    for each in stones:
        newest.pop(each.path, None)
        newest[each.path] = (each.path, each.withdrawn_on.isoformat(), each.reason)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([_COLUMNS, *newest.values()])
    return out.getvalue().encode()
