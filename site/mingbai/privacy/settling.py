"""Merges a release so that it can be laid beside every earlier one; it reads no file and knows no unit.

Two tables that count the same households are safe side by side when each cell of one lies inside, around or apart from
each cell of the other: then every difference is a sum of cells that are published themselves, and counts at least k.
Cells that cross could be subtracted from each other (for two-way tables see Duncan et al., Statistical Confidentiality,
2011, ch. 4). What crosses is merged further upward, in the kind's own order, until nothing does.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce

from mingbai.privacy.merging import Cell, Rule, enough, gathered, merge_upward

# What a cell counts: for each dimension the values it tells, None for all of them.
Region = Mapping[str, frozenset[str] | None]
Partition = Sequence[Region]


def inside(one: Region, other: Region) -> bool:
    """Return whether everything that `one` counts is counted by `other` too."""
    return all(
        told is None or (mine is not None and mine <= told)
        for mine, told in ((one.get(dim), told) for dim, told in other.items())
    )


def apart(one: Region, other: Region) -> bool:
    """Return whether nothing is counted by both."""
    return any(
        mine is not None and told is not None and not mine & told
        for mine, told in ((one.get(dim), told) for dim, told in other.items())
    )


def crosses(one: Region, other: Region) -> bool:
    """Return whether two cells overlap and neither holds the other."""
    return not (apart(one, other) or inside(one, other) or inside(other, one))


def settle(
    cells: Sequence[Cell],
    rule: Rule,
    region: Callable[[Cell], Region],
    earlier: Sequence[Partition],
    patterns: Sequence[Sequence[Cell]] = (),
) -> list[Cell]:
    """Return the cells merged so that each counts enough and crosses no cell of `earlier`; [] if all are too few.

    `patterns`: tables that this one may follow, the nearest first; following one keeps the more. Where no earlier table
    reaches beyond this one's own households, the last candidate, one cell for all, crosses nothing.
    """
    merged: list[Cell] = []
    for merged in _candidates(cells, rule, patterns):
        regions = [region(cell) for cell in merged]
        if not any(crosses(one, other) for one in regions for table in earlier for other in table):
            break
    return merged


def _candidates(
    cells: Sequence[Cell], rule: Rule, patterns: Sequence[Sequence[Cell]]
) -> Iterator[list[Cell]]:
    yield merge_upward(cells, rule)
    for pattern in patterns:
        followed = _follow(cells, pattern)
        if followed and enough(followed, rule):
            yield followed
    for level in range(1, len(rule.order) + 1):
        yield merge_upward(_untold(cells, rule.order[:level]), rule)


def _untold(cells: Sequence[Cell], dims: Sequence[str]) -> list[Cell]:
    """Return the cells with some dimensions no longer told; those that then tell the same are one."""
    return gathered(reduce(Cell.without, dims, cell) for cell in cells)


def _follow(cells: Sequence[Cell], pattern: Sequence[Cell]) -> list[Cell] | None:
    """Return the cells put together as in `pattern`; None when one of them has no place there."""
    groups: dict[int, Cell] = {}
    for cell in cells:
        at = next((number for number, each in enumerate(pattern) if _fits(cell, each)), None)
        if at is None:
            return None
        mine = Cell(pattern[at].values, cell.count, cell.sums)
        groups[at] = groups[at].joined(mine) if at in groups else mine
    return [groups[at] for at in sorted(groups)]


def _fits(cell: Cell, other: Cell) -> bool:
    return all(
        not told or (cell.values[dim] and cell.values[dim] <= told) for dim, told in other.values.items()
    )
