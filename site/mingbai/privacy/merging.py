"""Merges cells that count too few people upward until each counts enough; it never blanks and never drops a household.

The result is a partition: every household stands in exactly one published cell, and every cell counts at least k.
So no subtraction of published figures can isolate a smaller group, and totals still add up (design §6.6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce

K = 5  # fewest people or households a published cell may count
K_SENSITIVE = 10  # the same where health, disability or minors can be told from the cell
L = 2  # fewest different sensitive values among the cells of one place


@dataclass(frozen=True)
class Cell:
    """A count with its sums. `values` maps each dimension to the values joined in it; empty set: all of them."""

    values: Mapping[str, frozenset[str]]
    count: int
    sums: Mapping[str, Decimal]

    def joined(self, other: "Cell") -> "Cell":
        """Return both cells as one; a dimension that one of them no longer tells stays untold."""
        values = {dim: _union(mine, other.values[dim]) for dim, mine in self.values.items()}
        sums = {name: value + other.sums[name] for name, value in self.sums.items()}
        return Cell(values, self.count + other.count, sums)

    def without(self, dim: str) -> "Cell":
        """Return the cell with `dim` no longer told."""
        return Cell({**self.values, dim: frozenset()}, self.count, self.sums)


def merge_upward(cells: Sequence[Cell], order: Sequence[str], sensitive: frozenset[str]) -> list[Cell]:
    """Return cells that each count at least k, merging the dimensions away in `order`; [] if all together are too few.

    Cells with sensitive dimensions still told need `K_SENSITIVE`, and at least `L` different ones per place.
    """
    at = list(cells)
    for level, dim in enumerate(order):
        coarser = order[level + 1 :]
        groups: dict[tuple[frozenset[str], ...], list[Cell]] = {}
        for cell in at:
            groups.setdefault(tuple(cell.values[each] for each in coarser), []).append(cell)
        at = [cell for group in groups.values() for cell in _merge_group(group, dim, sensitive)]
    return [cell for cell in at if cell.count >= _needed(cell, sensitive)]


def as_before(before: Sequence[Cell], after: Sequence[Cell], order: Sequence[str]) -> list[Cell]:
    """Return merged cells in the order in which their values first stood in the table, coarsest dimension first."""
    seen = dict.fromkeys(
        (dim, value) for cell in before for dim in order for value in sorted(cell.values[dim])
    )
    first = {told: number for number, told in enumerate(seen)}
    return sorted(
        after,
        key=lambda cell: [
            min((first[(dim, each)] for each in cell.values[dim]), default=0) for dim in reversed(order)
        ],
    )


def count_short(cells: Sequence[Cell], sensitive: frozenset[str]) -> int:
    """Return how many cells count fewer than they need."""
    return sum(cell.count < _needed(cell, sensitive) for cell in cells)


def enough(cells: Sequence[Cell], order: Sequence[str], sensitive: frozenset[str]) -> bool:
    """Return whether every cell counts at least k and no place tells one sensitive value alone."""
    if any(cell.count < _needed(cell, sensitive) for cell in cells):
        return False
    for dim in sensitive:
        coarser = order[list(order).index(dim) + 1 :]
        told: dict[tuple[frozenset[str], ...], set[frozenset[str]]] = {}
        for cell in cells:
            told.setdefault(tuple(cell.values[each] for each in coarser), set()).add(cell.values[dim])
        if any(values != {frozenset()} and len(values) < L for values in told.values()):
            return False
    return True


def _merge_group(group: list[Cell], dim: str, sensitive: frozenset[str]) -> list[Cell]:
    """Join what counts too few with the smallest sibling, until all count enough or one cell is left.

    A sibling is taken whole: all cells that share its value of `dim` become one. Taking only a part of it would leave
    the rest telling one cause alone.
    """
    blocks = _blocks(group, dim)
    while len(blocks) > 1 and (short := _first_short(blocks, sensitive)) is not None:
        blocks.remove(short)
        blocks = sorted([[_join([*short, *blocks[0]])], *blocks[1:]], key=_size)
    kept = [cell for block in blocks for cell in block]
    if _first_short(blocks, sensitive) is not None:
        kept = [_join(kept).without(dim)]
    if dim in sensitive and len({cell.values[dim] for cell in kept}) < L:
        kept = [cell.without(dim) for cell in kept]
    return kept


def _blocks(group: list[Cell], dim: str) -> list[list[Cell]]:
    found: dict[frozenset[str], list[Cell]] = {}
    for cell in group:
        found.setdefault(cell.values[dim], []).append(cell)
    return sorted(found.values(), key=_size)


def _first_short(blocks: Sequence[list[Cell]], sensitive: frozenset[str]) -> list[Cell] | None:
    return next(
        (block for block in blocks if any(cell.count < _needed(cell, sensitive) for cell in block)), None
    )


def _join(cells: Sequence[Cell]) -> Cell:
    return reduce(Cell.joined, cells)


def _size(block: list[Cell]) -> tuple[int, list[list[list[str]]]]:
    """Order by count; the told values break ties, so that the same input merges the same way every time."""
    told = sorted([sorted(values) for values in cell.values.values()] for cell in block)
    return sum(cell.count for cell in block), told


def _needed(cell: Cell, sensitive: frozenset[str]) -> int:
    return K_SENSITIVE if any(cell.values[dim] for dim in sensitive) else K


def _union(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    return one | other if one and other else frozenset()
