"""Reads a row of the filing into a figure: the set of numbers, days or limits that its printed form allows.

It must not compare figures with each other. What was not printed stays unknown, never zero.
"""

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import inf

from mingbai.figures.intervals import Interval

BLANKS = "□#"  # where the copy we saw has a hole, or a sign in place of one
_ANY_YEAR = 2001  # stands for a year that was not printed; no leap year
_LONGEST = 30  # digits before or after the point
_NUMBER = r"(\d+(?:\.\d+)?)"
_RANGE = re.compile(rf"^{_NUMBER}\s*(?:—+|–|-|~|至)\s*{_NUMBER}")
_FROM = re.compile(rf"^(?:至少{_NUMBER}|{_NUMBER}\D*以上)")
_UPTO = re.compile(rf"^{_NUMBER}\D*(?:以下|以内)$")
_OVER = re.compile(rf"^超过{_NUMBER}")
_UNDER = re.compile(rf"^(?:不足|不满|低于){_NUMBER}")
_DAY = re.compile(r"^(?P<year>\d{4}|XXXX)(?:-(?P<month>\d{2}))?(?:-(?P<day>\d{2}))?$")


@dataclass(frozen=True)
class Figure:
    """One published figure. `value` and `step` are None where nothing was printed or it is no number."""

    key: str
    document: str
    place: str
    printed: str
    qualifier: str
    value: Fraction | None
    step: Fraction | None
    unit: str
    basis: str
    dated: str

    @property
    def range(self) -> Interval | None:
        """The numbers it may stand for, in its unit; percentages as fractions of one."""
        if self.value is None or self.step is None:
            return None
        scale = Fraction(1, 100) if self.unit == "%" else Fraction(1)
        return _qualified(self.value, self.step, self.qualifier) * Interval.point(scale)

    @property
    def span(self) -> tuple[date, date] | None:
        """The first and last day it may stand for, at its printed precision."""
        return span_of(self.dated)

    @property
    def has_year(self) -> bool:
        """Whether its date was printed with a year."""
        return not self.dated.startswith("XXXX")


def figure_of(row: Mapping[str, object]) -> Figure:
    """Read one row of the filing (fields as in the kind's schema)."""
    return Figure(
        key=_text(row, "figure"),
        document=_text(row, "document"),
        place=_text(row, "place"),
        printed=_text(row, "printed"),
        qualifier=_text(row, "qualifier"),
        value=_number(row, "value"),
        step=_number(row, "precision"),
        unit=_text(row, "unit"),
        basis=_text(row, "basis"),
        dated=_text(row, "dated"),
    )


def _text(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value)


def _number(row: Mapping[str, object], name: str) -> Fraction | None:
    """Return a cell as a number; None if it is blank, no number, or of a size that no document prints."""
    value = row.get(name)
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        return None
    number = Decimal(value)
    return Fraction(number) if number.is_finite() and abs(number.adjusted()) <= _LONGEST else None


def _qualified(value: Fraction, step: Fraction, qualifier: str) -> Interval:
    """Return the interval of a qualified number: 「260多万」 is [260万, 270万).

    「以上」「以下」 include the number itself, 「超过」「不足」 do not (民法典 Art. 1259).
    """
    if value <= 0:
        return Interval.around(value, step)  # nothing is 多, 以下 or 不足 of zero
    shapes = {
        "多": lambda: Interval(value, value + step if step else inf, True, False),
        "余": lambda: Interval(value, value + step if step else inf, True, False),
        "约": lambda: Interval(value - step, value + step),
        "以上": lambda: Interval(value, inf, True, False),
        "至少": lambda: Interval(value, inf, True, False),
        "以下": lambda: Interval(Fraction(0), value),
        "超过": lambda: Interval(value, inf, False, False),
        "不足": lambda: Interval(Fraction(0), value, True, False),
    }
    return shapes[qualifier]() if qualifier in shapes else Interval.around(value, step)


def span_of(dated: str) -> tuple[date, date] | None:
    """Return first and last day of `2019`, `2019-06`, `2019-05-28` or `XXXX-11-10`; else None."""
    found = _DAY.match(dated)
    if found is None:
        return None
    year = _ANY_YEAR if found["year"] == "XXXX" else int(found["year"])
    first_month, last_month = (int(found["month"]),) * 2 if found["month"] else (1, 12)
    try:
        if found["day"]:
            day = date(year, first_month, int(found["day"]))
            return day, day
        return date(year, first_month, 1), date(year, last_month, calendar.monthrange(year, last_month)[1])
    except (ValueError, calendar.IllegalMonthError):
        return None


def band_of(printed: str) -> Interval | None:
    """Return the band that printed limits describe (「50—100户」, 「20户以下」); None if they describe none.

    Bands start at zero: they count households, members or points.
    """
    zero = Fraction(0)
    if found := _RANGE.match(printed):
        low, high = Fraction(found[1]), Fraction(found[2])
        return Interval(low, high) if low <= high else None
    if found := _FROM.match(printed):
        return Interval(Fraction(found[1] or found[2]), inf, True, False)
    if found := _UPTO.match(printed):
        return Interval(zero, Fraction(found[1]))
    if found := _OVER.match(printed):
        return Interval(Fraction(found[1]), inf, False, False)
    if found := _UNDER.match(printed):
        return Interval(zero, Fraction(found[1]), True, False)
    return None
