"""Computes with numbers known only to their printed precision, as sets of possible values with exact ends.

It must not know what a figure, a document or a relation is, and it never rounds: ends are fractions.
Source of the rules: IEEE 1788-2015 (set-based intervals), with open and closed ends told apart.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import inf

End = Fraction | float  # a float only ever stands for an infinite end


@dataclass(frozen=True)
class Interval:
    """All numbers between `low` and `high`; an infinite end is always open, a single point always closed."""

    low: End
    high: End
    low_closed: bool = True
    high_closed: bool = True

    def __post_init__(self) -> None:
        """Refuse what holds no number at all. Raises ValueError."""
        if self.low > self.high:
            raise ValueError(f"an interval cannot run from {self.low} down to {self.high}")
        if self.low == self.high and not (self.low_closed and self.high_closed):
            raise ValueError(f"the interval at {self.low} is empty")
        if (self.low == -inf and self.low_closed) or (self.high == inf and self.high_closed):
            raise ValueError("an infinite end is open")

    @classmethod
    def point(cls, value: Fraction) -> "Interval":
        """Return the interval that holds exactly `value`."""
        return cls(value, value)

    @classmethod
    def around(cls, value: Fraction, step: Fraction) -> "Interval":
        """Return what rounds to `value` in steps of `step`: 33.78 by 0.01 is [33.775, 33.785)."""
        return cls(value - step / 2, value + step / 2, True, False) if step else cls.point(value)

    @property
    def exact(self) -> bool:
        """Whether it holds one number only."""
        return self.low == self.high

    def __contains__(self, value: Fraction) -> bool:
        """Whether `value` is one of the numbers."""
        above = value >= self.low if self.low_closed else value > self.low
        below = value <= self.high if self.high_closed else value < self.high
        return above and below

    def __add__(self, other: "Interval") -> "Interval":
        """Return all sums of a number here and one there; likewise the other signs."""
        return Interval(
            self.low + other.low,
            self.high + other.high,
            self.low_closed and other.low_closed,
            self.high_closed and other.high_closed,
        )

    def __neg__(self) -> "Interval":
        """Return all numbers with their signs changed."""
        return Interval(-self.high, -self.low, self.high_closed, self.low_closed)

    def __sub__(self, other: "Interval") -> "Interval":
        """Return all differences."""
        return self + -other

    def __mul__(self, other: "Interval") -> "Interval":
        """Return all products."""
        return _hull(self, other, _times)

    def __truediv__(self, other: "Interval") -> "Interval":
        """Return all quotients. Raises ZeroDivisionError if the divisor may be zero or next to it."""
        if other.low <= 0 <= other.high:
            raise ZeroDivisionError("the divisor may be zero")
        return _hull(self, other, _over)

    def meet(self, other: "Interval") -> "Interval | None":
        """Return what both hold, or None if that is nothing."""
        low, low_open = max((self.low, not self.low_closed), (other.low, not other.low_closed))
        high, high_closed = min((self.high, self.high_closed), (other.high, other.high_closed))
        if low > high or (low == high and (low_open or not high_closed)):
            return None
        return Interval(low, high, not low_open, high_closed)

    def within(self, other: "Interval") -> bool:
        """Whether everything it holds is held by `other` too."""
        return self.meet(other) == self


def _hull(left: Interval, right: Interval, combine: Callable[[End, End], End]) -> Interval:
    """Return the interval between the extremes of the four corners; products and quotients have them there.

    A corner is attained if both ends are; a zero end that is attained makes zero whatever the other is.
    """
    corners = [
        (combine(x, y), (x_closed and y_closed) or (x == 0 and x_closed) or (y == 0 and y_closed))
        for x, x_closed in ((left.low, left.low_closed), (left.high, left.high_closed))
        for y, y_closed in ((right.low, right.low_closed), (right.high, right.high_closed))
    ]
    low, high = min(value for value, _ in corners), max(value for value, _ in corners)
    low_closed, high_closed = (
        any(closed for value, closed in corners if value == end) for end in (low, high)
    )
    return Interval(low, high, low_closed, high_closed)


def _times(left: End, right: End) -> End:
    return Fraction(0) if left == 0 or right == 0 else left * right


def _over(left: End, right: End) -> End:
    """Divide two ends; `right` is never zero. A number over an infinite end tends to zero."""
    if right in (inf, -inf):
        return Fraction(0)  # ∞/∞ too: zero is its infimum, the other corner gives the infinite end
    return left / right
