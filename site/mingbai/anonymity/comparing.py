"""Subtracts tables from each other as a curious reader would, and names every difference that counts too few.

A difference is small where one table's cell is made up of another's cells and the counts do not agree: households that
came in between two versions or two periods, or that one level counts and the other does not. Merging cannot take such a
difference away, since totals themselves differ; so it is told, and a person decides.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mingbai.anonymity.releases import MONTHS, PLACE, Release
from mingbai.filings import FilingId
from mingbai.privacy.merging import Cell, K
from mingbai.privacy.settling import Region, crosses, inside


@dataclass(frozen=True)
class Gap:
    """`households` more or fewer than in a filing's version; `sums_differ`: so their amount can be worked out."""

    id: FilingId
    version: str
    households: int
    sums_differ: bool


def gaps(cells: Sequence[Cell], regions: Sequence[Region], releases: Sequence[Release]) -> list[Gap]:
    """Return the differences below k between a table and every release beside it."""
    return list(dict.fromkeys(gap for release in releases for gap in _between(cells, regions, release)))


def _between(cells: Sequence[Cell], regions: Sequence[Region], release: Release) -> Iterator[Gap]:
    mine = list(zip(cells, map(_timeless, regions), strict=True))
    its = list(zip(release.cells, map(_timeless, release.regions), strict=True))
    for outer, parts in (*_made_up(mine, its), *_made_up(its, mine)):
        count = sum(part.count for part in parts)
        if 0 < abs(outer.count - count) < K:
            sums = any(value != sum(part.sums[name] for part in parts) for name, value in outer.sums.items())
            yield Gap(release.id, release.version, abs(outer.count - count), sums)


Placed = Sequence[tuple[Cell, Region]]


def _made_up(outer: Placed, inner: Placed) -> Iterator[tuple[Cell, list[Cell]]]:
    """Yield each cell of `outer` with the cells of `inner` that make it up, where nothing of it is left over."""
    covered = {place for _, region in inner for place in region[PLACE] or ()}
    for cell, region in outer:
        parts = [part for part, its in inner if inside(its, region)]
        cut = any(crosses(its, region) for _, its in inner)
        whole = (region[PLACE] or frozenset()) <= covered or any(inside(region, its) for _, its in inner)
        if parts and whole and not cut:
            yield cell, parts


def _timeless(region: Region) -> Region:
    return {dim: told for dim, told in region.items() if dim != MONTHS}
