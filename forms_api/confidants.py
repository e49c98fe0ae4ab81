"""Says who reads a letter or a report on a unit: the towns and counties above it, never itself (design §6.13)."""

from datetime import date

from mingbai.units import Units

SUPERVISOR = "supervisor:"  # stands before the highest unit where its own level above is meant
# A village's committee and its collective are often the same people: neither reads what is said about the other.
_SORTS = ("town", "county")


def confidants(units: Units, unit: str, day: date) -> tuple[str, ...]:
    """Return who is above `unit` on `day`, nearest first; where nobody is, whoever supervises the highest unit."""
    ancestors = units.ancestors(unit, day)
    above = tuple(each.slug for each in ancestors if each.sort in _SORTS)
    return above or (SUPERVISOR + (ancestors[-1].slug if ancestors else unit),)
