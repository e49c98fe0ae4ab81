"""Counts working days by the published yearly calendar; it never guesses silently about a year without one."""

import csv
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from mingbai.errors import PortalError

_COLUMNS = ["date", "workday", "name"]
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


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
        return self._counted(reached)

    def ending(self, day: date) -> DueDate:
        """Return the day on which a time counted in calendar days ends: `day`, or the working day after a rest.

        Source: 民法典 Art. 203.
        """
        while not self.is_workday(day):
            day += timedelta(days=1)
        return self._counted(day)

    def _counted(self, day: date) -> DueDate:
        return DueDate(day, provisional=day.year not in self.years)


def _read_year(path: Path) -> dict[date, bool]:
    """Return the exceptions of one year. Raises PortalError naming the file and the row."""
    found: dict[date, bool] = {}
    row = 1  # the one that is read
    try:
        year = int(path.stem)
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for cells in csv.reader(lines, strict=True):
                if row == 1:
                    _hold_head(cells)
                elif cells:
                    day, works = _exception(cells, year)
                    if day in found:
                        raise ValueError(f"{day} stands twice")
                    found[day] = works
                row += 1
        if not found:
            raise ValueError("no day in it")
    except (OSError, ValueError, csv.Error) as reason:
        raise PortalError(f"calendar/{path.name}: row {row}: {reason} / 日历第 {row} 行读不出来") from None
    return found


def _hold_head(cells: list[str]) -> None:
    if cells != _COLUMNS:
        raise ValueError(f"{','.join(cells)} is not {','.join(_COLUMNS)}")


def _exception(cells: list[str], year: int) -> tuple[date, bool]:
    """Return the day of a row and whether people work on it. Raises ValueError."""
    if len(cells) != len(_COLUMNS):
        raise ValueError(f"{len(cells)} cells, not {len(_COLUMNS)}")
    if not _DAY.fullmatch(cells[0]) or cells[1] not in ("yes", "no"):
        raise ValueError(f"{cells[0]},{cells[1]} is no day with yes or no")
    day = date.fromisoformat(cells[0])
    if day.year != year:
        raise ValueError(f"{day} is not in {year}")
    return day, cells[1] == "yes"
