"""Reads and orders period labels such as `2026-Q1`; it knows nothing of kinds or deadlines."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from mingbai.messages import say

CADENCES = ("annual", "half", "quarterly", "monthly", "event")
_MONTHS = {"annual": 12, "half": 6, "quarterly": 3, "monthly": 1}
_PATTERNS = {
    "annual": re.compile(r"(\d{4})"),
    "half": re.compile(r"(\d{4})-H([12])"),
    "quarterly": re.compile(r"(\d{4})-Q([1-4])"),
    "monthly": re.compile(r"(\d{4})-(0[1-9]|1[0-2])"),
    "event": re.compile(r"(\d{4}-\d\d-\d\d)-([a-z0-9-]{1,40})"),
}


@dataclass(frozen=True, order=True)
class Period:
    """A span of days with its label, ordered by first day. `last` is inclusive."""

    first: date
    last: date
    label: str
    cadence: str

    @classmethod
    def parse(cls, label: str) -> "Period":
        """Read a label (design §2: period). Raises ValueError if it is none of the five forms."""
        for cadence, pattern in _PATTERNS.items():
            match = pattern.fullmatch(label)
            if match and match[0].isascii():
                return cls._event(label, match[1]) if cadence == "event" else cls._regular(cadence, match)
        raise ValueError(label)

    @classmethod
    def containing(cls, day: date, cadence: str) -> "Period":
        """Return the regular period of `cadence` in which `day` lies."""
        months = _MONTHS[cadence]
        return cls._numbered(cadence, day.year, (day.month - 1) // months)

    @classmethod
    def _event(cls, label: str, day: str) -> "Period":
        on = date.fromisoformat(day)
        return cls(on, on, label, "event")

    @classmethod
    def _regular(cls, cadence: str, match: re.Match[str]) -> "Period":
        number = int(match[2]) - 1 if match.re.groups > 1 else 0
        return cls._numbered(cadence, int(match[1]), number)

    @classmethod
    def _numbered(cls, cadence: str, year: int, number: int) -> "Period":
        if not 1 <= year <= 9998:
            raise ValueError(year)
        months = _MONTHS[cadence]
        month = number * months + 1
        first = date(year, month, 1)
        after = date(year + 1, 1, 1) if month + months > 12 else date(year, month + months, 1)
        label = {
            "annual": f"{year:04}",
            "half": f"{year:04}-H{number + 1}",
            "quarterly": f"{year:04}-Q{number + 1}",
            "monthly": f"{year:04}-{month:02}",
        }[cadence]
        return cls(first, after - timedelta(days=1), label, cadence)

    def previous(self) -> "Period":
        """Return the regular period just before this one."""
        return Period.containing(self.first - timedelta(days=1), self.cadence)

    def next(self) -> "Period":
        """Return the regular period just after this one."""
        return Period.containing(self.last + timedelta(days=1), self.cadence)

    @property
    def year(self) -> int:
        """The calendar year in which the period begins."""
        return self.first.year

    def title(self, lang: str) -> str:
        """Return the label in words: 2026年第1季度, Q1 2026."""
        facts = {
            "year": self.first.year,
            "half": say(f"period.half.{1 if self.first.month == 1 else 2}", lang),
            "quarter": (self.first.month + 2) // 3,
            "month": self.first.month if lang == "zh" else f"{self.first:%B}",
            "day": self.first.day,
        }
        if lang != "zh" and self.cadence == "event":
            facts["month"] = f"{self.first:%B}"
        return say(f"period.{self.cadence}", lang, **facts)
