"""Tells which names of office-holders a filing may no longer show: from a year after the term on; it shows none.

Design §6.17. A term ends on the day on which one left the post, at the latest on the day of the next election of the
committee, and five years after it began at the latest (村民委员会组织法 Art. 14, 居民委员会组织法 Art. 13).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from mingbai.expressions import months_after
from mingbai.filings import RawTable
from mingbai.kinds import Names
from mingbai.messages import say

Place = tuple[str, str]  # the key of a row, "" for the header facts, and the name of a field
_YEAR = 12  # months
_TERM = 5 * _YEAR


def ended(raw: RawTable, as_of: date) -> frozenset[Place]:
    """Return where names stand whose time is over on a day."""
    names = raw.kind.names
    return frozenset() if names is None else frozenset(_ended(raw, names, as_of))


def without(cells: Mapping[str, Any], key: str, over: frozenset[Place]) -> dict[str, Any]:
    """Return the cells of a row with words in the place of names whose time is over."""
    return {
        name: say("privacy.term_over", "zh") if (key, name) in over else value
        for name, value in cells.items()
    }


def _ended(raw: RawTable, names: Names, as_of: date) -> Iterator[Place]:
    facts = {"": raw.header, **{row.key: row.cells for row in raw.rows}}
    for key, cells in facts.items():
        held, told = [name for name in names.fields if cells.get(name)], {**raw.header, **cells}
        if held and names.are_of_persons(told) and as_of > _last_day(raw, names, told):
            yield from ((key, name) for name in held)


def _last_day(raw: RawTable, names: Names, told: Mapping[str, Any]) -> date:
    """Return the last day on which the name may stand of whom a row, or the header, tells."""
    left, serving = (told.get(day or "") for day in (names.left, names.serving or names.elected))
    if isinstance(left, date):
        return months_after(left, _YEAR)
    seen = serving if isinstance(serving, date) else raw.id.period.last
    return months_after(
        min([months_after(seen, _TERM), *(day for day in raw.elections if day > seen)]), _YEAR
    )
