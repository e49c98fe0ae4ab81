"""Reckons how much of what a unit owed came in time; it ranks nobody and knows no reason for being late.

The method stands beside the score wherever it is shown: `METHOD` is that text, and a test runs it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from mingbai.duties import STATUSES, Duty
from mingbai.expressions import months_after

CREDIT = {"on_time": Decimal(1), "nil": Decimal(1), "late": Decimal("0.5"), "missing": Decimal(0)}

METHOD = """\
counted = [duty for duty in duties if a_year_ago < duty.due <= today and duty.status != "not_due"]
if not counted:
    score = None
else:
    credit = {"on_time": 1, "nil": 1, "late": 0.5, "missing": 0}
    score = int(100 * sum(credit[duty.status] for duty in counted) / len(counted) + 0.5)
"""


@dataclass(frozen=True)
class Score:
    """`value` from 0 to 100, None where nothing fell due in the year; `counts` by status."""

    value: int | None
    counted: int
    counts: dict[str, int]


def score(duties: Iterable[Duty], day: date) -> Score:
    """Return the score on `day` over what fell due in the year before it, as things stood on that day."""
    start = months_after(day, -12)
    stood = [duty.on(day)[0] for duty in duties if start < duty.due <= day]
    found = [status for status in stood if status in CREDIT]
    counts = {status: found.count(status) for status in STATUSES}
    if not found:
        return Score(None, 0, counts)
    earned = sum((CREDIT[status] for status in found), Decimal(0))
    value = (100 * earned / len(found)).to_integral_value(ROUND_HALF_UP)
    return Score(int(value), len(found), counts)


def change(duties: Iterable[Duty], day: date) -> int | None:
    """Return by how many points the score moved since the same day of last month; None without one then or now."""
    owed = list(duties)
    now, before = score(owed, day).value, score(owed, months_after(day, -1)).value
    return None if now is None or before is None else now - before
