"""Reads the counting cells of a filing by its kind's `privacy` rule, and merges them; it makes nothing public."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from mingbai.filings import RawTable, Value
from mingbai.messages import say
from mingbai.privacy.bands import is_bands, spans
from mingbai.privacy.merging import Cell, Rule, merge_upward
from mingbai.sheets.joining import told, written


def cells_of(raw: RawTable) -> list[Cell]:
    """Return the counting cells of a filing of a kind with a `privacy` rule, as they stand in its file."""
    rule = raw.kind.privacy or {}
    count, sums, order = str(rule["count"]), fields_in(rule["sums"]), fields_in(rule["merge"])
    return [_cell(row.cells, count, sums, order) for row in raw.rows]


def short_cells(raw: RawTable) -> int:
    """Return how many cells of a filing, as its file holds them, may not stand alone."""
    return sum(map(rule_of(raw).is_short, cells_of(raw)))


def shown_cells(raw: RawTable) -> list[Cell]:
    """Return the counting cells of a filing as its page shows them."""
    return merge_upward(cells_of(raw), rule_of(raw))


def rule_of(raw: RawTable) -> Rule:
    """Return how the cells of a filing are merged. A band is of the amount per household, so of the only sum."""
    said, fields = raw.kind.privacy or {}, raw.contract.schema.by_name
    order = fields_in(said["merge"])
    bands = [name for name in order if is_bands(fields[name].options) and len(fields_in(said["sums"])) == 1]
    return Rule(
        order,
        frozenset(name for name in order if fields[name].cls == "sensitive"),
        {name: spans(fields[name].options) for name in bands},
    )


def label(values: frozenset[str]) -> str:
    """Return what stands in a cell for one value of a dimension, or for several that were merged."""
    return written(values) if len(values) < 2 else say("privacy.joined", "zh", values=written(values))


def fields_in(value: object) -> list[str]:
    """Return the field names that a part of a rule lists."""
    return [str(each) for each in value] if isinstance(value, Sequence) else []


def _cell(cells: Mapping[str, Value], count: str, sums: Sequence[str], order: Sequence[str]) -> Cell:
    number = cells[count]
    return Cell(
        values={dim: told(str(cells[dim])) for dim in order},
        count=number if isinstance(number, int) else int(str(number)),
        sums={name: value if isinstance(value := cells[name], Decimal) else Decimal(0) for name in sums},
    )
