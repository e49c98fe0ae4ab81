"""Counts working days by the published yearly calendar; it never guesses silently about a year without one."""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from mingbai.errors import PortalError


@dataclass(frozen=True)
class DueDate:
    """A counted day. `provisional` is true when it lies beyond the last published calendar (暂按周末推算)."""

    day: date
    provisional: bool


@dataclass(frozen=True)
class Workdays:
    """Exceptions to "Monday to Friday": days off and make-up days (调休), by year.

    Source: the State Council's yearly notice on holidays, one file `<year>.csv` with `date,workday,name`.
    """

    exceptions: dict[date, bool]
    years: frozenset[int]

    @classmethod
    def load(cls, *folders: Path) -> "Workdays":
        """Read every `<year>.csv`; an earlier folder wins over a later one. Raises PortalError."""
        exceptions: dict[date, bool] = {}
        years: set[int] = set()
        for folder in reversed(folders):
            for path in sorted(folder.glob("*.csv")):
                exceptions.update(_read_year(path))
                years.add(int(path.stem))
        return cls(exceptions, frozenset(years))

    def is_workday(self, day: date) -> bool:
        """Return whether people work on `day`."""
        return self.exceptions.get(day, day.weekday() < 5)

    def add(self, day: date, count: int) -> DueDate:
        """Return the `count`-th working day after `day`; the day itself does not count (民法典 Art. 201)."""
        reached, left = day, count
        while left > 0:
            reached += timedelta(days=1)
            left -= self.is_workday(reached)
        return DueDate(reached, provisional=reached.year not in self.years)


def _read_year(path: Path) -> dict[date, bool]:
    """Return the exceptions of one year. Raises PortalError naming the file and the row."""
    found: dict[date, bool] = {}
    try:
        year = int(path.stem)
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for said in csv.DictReader(lines):
                day = date.fromisoformat(said["date"])
                if day.year != year or day in found:
                    raise ValueError(f"{day} is not in {year}, or stands twice")
                found[day] = {"yes": True, "no": False}[said["workday"]]
        if not found:
            raise ValueError("no day in it")
    except (ValueError, KeyError) as reason:
        raise PortalError(
            f"calendar/{path.name}: row {len(found) + 2}: {reason} / 日历第 {len(found) + 2} 行读不出来"
        ) from None
    return found
