"""Leaves untold what a table would say of nearly everybody in a place; it reads no file and counts nobody itself.

A cell may count hundreds and still hide nobody: where 48 of 50 households of a village got help after a fire, whoever
lives there is told: homogeneity (Machanavajjhala et al., l-diversity, 2007), δ-presence (Nergiz et al., 2007).
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import reduce

from mingbai.privacy.merging import Cell, gathered

CROWD = Decimal("0.8")  # the share of a place's households of which one thing may be told

Places = frozenset[str]


Crowds = frozenset[tuple[str, Places]]  # the dimension that may not be told, and where


def crowds(cells: Sequence[Cell], place: str, homes: Mapping[str, int]) -> Crowds:
    """Return every dimension of which one value counts more than `CROWD` of the households of a place.

    `homes`: how many households live in a place, by its name, "" for all places together; where a number is missing
    nothing can be said.
    """
    return frozenset(
        (dim, places)
        for (dim, places, _), count in _shared(cells, place).items()
        if all(each in homes for each in places or {""})
        and count > CROWD * sum(homes[each] for each in places or {""})
    )


def thinned(cells: Sequence[Cell], place: str, found: Crowds) -> list[Cell]:
    """Return the cells without the dimensions that may not be told of their place."""
    return gathered(
        reduce(Cell.without, [dim for dim in cell.values if (dim, cell.values[place]) in found], cell)
        for cell in cells
    )


def _shared(cells: Sequence[Cell], place: str) -> dict[tuple[str, Places, str], int]:
    """Return how many households of a place have a value in common."""
    found: dict[tuple[str, Places, str], int] = {}
    for cell in cells:
        for dim, value in _told(cell, place):
            key = (dim, cell.values[place], value)
            found[key] = found.get(key, 0) + cell.count
    return found


def _told(cell: Cell, place: str) -> Iterator[tuple[str, str]]:
    return ((dim, value) for dim, values in cell.values.items() if dim != place for value in values)
