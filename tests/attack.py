"""A curious reader: has every table that was ever published and works out what the merged cells held.

The unknowns are the finest cells; every published cell is an equation. A cell is recovered when a linear programme
gives its count no room. The reader knows more than any real one: which places, causes and bands there are, and that
counts are whole and not negative.
"""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

import numpy
from scipy.optimize import linprog

from mingbai.privacy.merging import Cell, K, Rule, merge_upward
from mingbai.privacy.settling import Region, settle

ORDER = ("band", "cause", "place")
CAUSES, BANDS = ("大病", "灾害", "助学"), ("低", "中", "高")
RULE = Rule(ORDER, frozenset({"cause"}))
Atom = tuple[str, str, str]  # place, cause, band


@dataclass(frozen=True)
class Table:
    """A published table: what each cell counts, and how many."""

    regions: tuple[Region, ...]
    counts: tuple[int, ...]


def region(cell: Cell) -> Region:
    return {dim: told or None for dim, told in cell.values.items()}


def people(places: Sequence[str], chance: random.Random) -> dict[Atom, int]:
    """Return how many households there really are in each finest cell; many of them few, as in villages."""
    return {atom: chance.choice((0, 0, 1, 2, 3, 4, 7, 12, 20)) for atom in product(places, CAUSES, BANDS)}


def changed(real: dict[Atom, int], chance: random.Random) -> dict[Atom, int]:
    """Return the same households, some of which were booked under a wrong cause or band."""
    moved = dict(real)
    for atom in chance.sample([atom for atom, count in real.items() if count], 3):
        others = [other for other in real if other[0] == atom[0] and other != atom]
        moved[chance.choice(others)] += moved[atom]
        moved[atom] = 0
    return moved


def cells_of(real: dict[Atom, int], coarser: dict[str, str] | None = None) -> list[Cell]:
    """Return the cells of a unit's table, places named as its level names them."""
    found: dict[tuple[str, str, str], int] = {}
    for (place, cause, band), count in real.items():
        if count:
            at = ((coarser or {}).get(place, place), cause, band)
            found[at] = found.get(at, 0) + count
    return [
        Cell(
            {"place": frozenset({at[0]}), "cause": frozenset({at[1]}), "band": frozenset({at[2]})},
            count,
            {"amount": Decimal(count)},
        )
        for at, count in found.items()
    ]


def spread(one: Region, members: dict[str, frozenset[str]]) -> Region:
    """Return a region whose places are villages, whatever the level that told it."""
    told = one["place"]
    return {**one, "place": None if told is None else frozenset().union(*(members.get(p, {p}) for p in told))}


def merged(cells: Sequence[Cell], earlier: Sequence[Table], members: dict[str, frozenset[str]]) -> Table:
    """Return the table as this project publishes it beside what was published before."""
    beside = [table.regions for table in earlier]
    found = settle(cells, RULE, lambda cell: spread(region(cell), members), beside)
    return Table(tuple(spread(region(cell), members) for cell in found), tuple(cell.count for cell in found))


def merged_alone(cells: Sequence[Cell], members: dict[str, frozenset[str]]) -> Table:
    """Return the table merged without a look at any other: the first planted leak."""
    found = merge_upward(cells, RULE)
    return Table(tuple(spread(region(cell), members) for cell in found), tuple(cell.count for cell in found))


def blanked(cells: Sequence[Cell]) -> Table:
    """Return the table with its small cells left out and its subtotals kept: the second planted leak."""
    shown = [cell for cell in cells if cell.count >= K]
    regions, counts = [region(cell) for cell in shown], [cell.count for cell in shown]
    for place, cause in sorted({(*cell.values["place"], *cell.values["cause"]) for cell in cells}):
        regions.append({"place": frozenset({place}), "cause": frozenset({cause}), "band": None})
        counts.append(
            sum(
                cell.count
                for cell in cells
                if place in cell.values["place"] and cause in cell.values["cause"]
            )
        )
    return Table(tuple(regions), tuple(counts))


def recovered(real: dict[Atom, int], tables: Sequence[Table]) -> Iterator[Atom]:
    """Yield every finest cell of fewer than k households whose count the tables leave no room for."""
    atoms = list(real)
    equations = numpy.array(
        [[holds(each, atom) for atom in atoms] for table in tables for each in table.regions], dtype=float
    )
    counts = numpy.array([count for table in tables for count in table.counts], dtype=float)
    for number, atom in enumerate(atoms):
        if 0 < real[atom] < K:
            aim = numpy.zeros(len(atoms))
            aim[number] = 1
            low, high = (
                linprog(sign * aim, A_eq=equations, b_eq=counts, bounds=(0, None), method="highs")
                for sign in (1, -1)
            )
            assert low.success and high.success, "the tables contradict each other"
            if math.ceil(low.fun - 1e-6) == math.floor(-high.fun + 1e-6):
                yield atom


def holds(one: Region, atom: Atom) -> bool:
    return all(
        told is None or value in told
        for value, told in zip(atom, (one["place"], one["cause"], one["band"]), strict=True)
    )
