"""Reads bands of money, and tells when a sum says more of each household than its band does; it merges nothing.

Eleven households who got 1,000 yuan or more each and 11,000 together got exactly 1,000 each: the band hides nothing.
It is held to the p% rule of statistical offices (Hundepool et al., Statistical Disclosure Control, 2012, ch. 4).
"""

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

_FROM = re.compile(r"([0-9]+)(万?)元(?:\(含\))?以上")
_BELOW = re.compile(r"(?:不满|不足)([0-9]+)(万?)元")

Span = tuple[Decimal, Decimal]  # yuan: the first that lies in the band, the first above it
P = Decimal("0.1")  # what a household got must stay open by at least this share of the mean


def band_of(amount: Decimal, options: Sequence[str]) -> str | None:
    """Return the band in which an amount lies: 以上 includes the number, 不满 does not (民法典 Art. 1259)."""
    return next((each for each, (least, most) in spans(options).items() if least <= amount < most), None)


def spans(options: Collection[str]) -> dict[str, Span]:
    """Return the span of every option that is a band of money."""
    return {each: span for each in options if (span := _span(each)) is not None}


def is_bands(options: Collection[str]) -> bool:
    """Tell whether options are bands of money, each of them."""
    return bool(options) and len(spans(options)) == len(options)


def gives_away(count: int, total: Decimal, told: Collection[str], known: Mapping[str, Span]) -> bool:
    """Tell whether `count` amounts that lie in the bands `told` and add up to `total` are each known within P.

    The most that one can be is what is left when all others got the least, and the other way round.
    """
    if not told or not set(told) <= set(known):
        return False
    lowest, highest = min(known[each][0] for each in told), max(known[each][1] for each in told)
    least = max(lowest, total - (count - 1) * highest)
    most = min(highest, total - (count - 1) * lowest)
    return (most - least) * count < P * total


def _span(option: str) -> Span | None:
    start, end = _FROM.search(option), _BELOW.search(option)
    if start is None and end is None:
        return None
    return _yuan(start) or Decimal(0), _yuan(end) or Decimal("Infinity")


def _yuan(found: "re.Match[str] | None") -> Decimal | None:
    return None if found is None else Decimal(found[1]) * (10_000 if found[2] else 1)
