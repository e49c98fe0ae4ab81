"""Knows by which words a table may name a place and how many live there; names rows whose place is none of them."""

from datetime import date

from mingbai.filings import RawTable
from mingbai.sheets.joining import told
from mingbai.units import Units

WHOLE = frozenset({"全村", "全社区", "全镇", "全乡", "全街道", "全县", "全区", "全市"})


def names(units: Units, slug: str, day: date) -> frozenset[str]:
    """Return the words by which a table of the unit `slug` may name a place on `day`."""
    return WHOLE | {units.at(each, day).name.zh for each in units.within(slug, day)}


def homes(units: Units, slug: str, day: date) -> dict[str, int]:
    """Return how many households live in a place, by each word that names it, "" for all; only where it is known."""
    rows = [units.at(each, day) for each in units.within(slug, day)]
    found = {row.name.zh: row.households for row in rows if row.households is not None}
    all_of_it = found.get(units.at(slug, day).name.zh)
    return found if all_of_it is None else found | dict.fromkeys((*WHOLE, ""), all_of_it)


def strange_rows(raw: RawTable, known: frozenset[str]) -> list[int]:
    """Return the rows of a table that counts people whose place is named by no word of `known`: perhaps a name.

    A place is free text in a file; only the names of units are known to be nobody's.
    """
    place = (raw.kind.privacy or {}).get("place")
    if place is None:
        return []
    return [row.number for row in raw.rows if not told(str(row.cells.get(place) or "")) <= known | {""}]
