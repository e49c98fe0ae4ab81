"""Merges cells that count too few people upward until each counts enough; it never blanks and never drops a household.

The result is a partition: every household stands in exactly one published cell, and every cell counts at least k.
So no subtraction of published figures can isolate a smaller group, and totals still add up (design §6.6).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce

from mingbai.privacy.bands import Span, gives_away

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


@dataclass(frozen=True)
class Rule:
    """How a kind's cells are merged: dimensions in the order in which they go, and what each of them gives away.

    `bands`: for a dimension of bands of money, what each band spans; the amounts are the cell's only sum.
    """

    order: Sequence[str]
    sensitive: frozenset[str] = frozenset()
    bands: Mapping[str, Mapping[str, Span]] = field(default_factory=dict)

    def needed(self, cell: Cell) -> int:
        """Return the fewest that a cell may count."""
        return K_SENSITIVE if any(cell.values[dim] for dim in self.sensitive) else K

    def is_short(self, cell: Cell) -> bool:
        """Tell whether a cell may not stand alone: it counts too few, or its sum tells what each household got."""
        if cell.count < self.needed(cell):
            return True
        totals = [*cell.sums.values()]
        return any(
            gives_away(cell.count, totals[0], cell.values[dim], known) for dim, known in self.bands.items()
        )


def merge_upward(cells: Sequence[Cell], rule: Rule) -> list[Cell]:
    """Return cells that may each stand alone, dimensions merged away in order; [] if all together are too few.

    Cells with sensitive dimensions still told need `K_SENSITIVE`, and at least `L` different ones per place.
    """
    at = list(cells)
    for level, dim in enumerate(rule.order):
        coarser = rule.order[level + 1 :]
        groups: dict[tuple[frozenset[str], ...], list[Cell]] = {}
        for cell in at:
            groups.setdefault(tuple(cell.values[each] for each in coarser), []).append(cell)
        at = [cell for group in groups.values() for cell in _merge_group(group, dim, rule)]
    return [cell for cell in at if not rule.is_short(cell)]


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


def gathered(cells: Iterable[Cell]) -> list[Cell]:
    """Return the cells; those that tell the same are one."""
    found: dict[tuple[frozenset[str], ...], Cell] = {}
    for cell in cells:
        told = tuple(cell.values.values())
        found[told] = found[told].joined(cell) if told in found else cell
    return list(found.values())


def enough(cells: Sequence[Cell], rule: Rule) -> bool:
    """Return whether every cell may stand alone and no place tells one sensitive value alone."""
    if any(map(rule.is_short, cells)):
        return False
    for dim in rule.sensitive:
        coarser = rule.order[list(rule.order).index(dim) + 1 :]
        told: dict[tuple[frozenset[str], ...], set[frozenset[str]]] = {}
        for cell in cells:
            told.setdefault(tuple(cell.values[each] for each in coarser), set()).add(cell.values[dim])
        if any(values != {frozenset()} and len(values) < L for values in told.values()):
            return False
    return True


def _merge_group(group: list[Cell], dim: str, rule: Rule) -> list[Cell]:
    """Join what may not stand alone with the smallest sibling, until all may or one cell is left.

    A sibling is taken whole: all cells that share its value of `dim` become one. Taking only a part of it would leave
    the rest telling one cause alone.
    """
    blocks = _blocks(group, dim)
    while len(blocks) > 1 and (short := _first_short(blocks, rule)) is not None:
        blocks.remove(short)
        blocks = sorted([[_join([*short, *blocks[0]])], *blocks[1:]], key=_size)
    kept = [cell for block in blocks for cell in block]
    if _first_short(blocks, rule) is not None:
        kept = [_join(kept).without(dim)]
    if dim in rule.sensitive and len({cell.values[dim] for cell in kept}) < L:
        kept = [cell.without(dim) for cell in kept]
    return kept


def _blocks(group: list[Cell], dim: str) -> list[list[Cell]]:
    found: dict[frozenset[str], list[Cell]] = {}
    for cell in group:
        found.setdefault(cell.values[dim], []).append(cell)
    return sorted(found.values(), key=_size)


def _first_short(blocks: Sequence[list[Cell]], rule: Rule) -> list[Cell] | None:
    return next((block for block in blocks if any(map(rule.is_short, block))), None)


def _join(cells: Sequence[Cell]) -> Cell:
    return reduce(Cell.joined, cells)


def _size(block: list[Cell]) -> tuple[int, list[list[list[str]]]]:
    """Order by count; the told values break ties, so that the same input merges the same way every time."""
    told = sorted([sorted(values) for values in cell.values.values()] for cell in block)
    return sum(cell.count for cell in block), told


def _union(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    return one | other if one and other else frozenset()
