"""Writes several values of a field into one cell and reads them back; why they stand together it does not know.

Cells that count too few people are merged upward before a filing is written (design §6.6), so a cell may say 大病、残疾
or, where a dimension is no longer told, 合并公布.
"""

from collections.abc import Collection, Mapping
from typing import Any

from mingbai.messages import say

_BETWEEN = "、"


def written(values: Collection[str]) -> str:
    """Return the cell for these values; none of them: the cell that tells nothing."""
    return _BETWEEN.join(sorted(values)) if values else say("privacy.all", "zh")


def told(cell: str) -> frozenset[str]:
    """Return the values that a cell tells; empty for the cell that tells nothing."""
    return frozenset() if cell == say("privacy.all", "zh") else frozenset(cell.split(_BETWEEN))


def one_of(field: Mapping[str, Any], cell: str) -> str:
    """Return what the schema is to judge in place of a joined cell: its longest value, or the first not allowed.

    The cell that tells nothing is allowed whatever the schema lists.
    """
    options = field.get("constraints", {}).get("enum")
    parts = told(cell)
    if options is None:
        return max(parts, key=len, default=cell)
    return next(iter(sorted(parts - set(options))), options[0]) if parts or cell else cell
