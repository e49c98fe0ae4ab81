"""Turns a `RawTable` into a `PublicTable`; the only door. Nothing else may make one, and nothing else may be published.

What it does on the way: merges cells that count too few people, computes the columns that follow by rule, drops
what is classed `never`, leaves out names whose term is long over, and stops when a text holds an identity, mobile or
card number (design §6.4, §6.6, §6.8, §6.17).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self
from urllib.parse import quote

from mingbai.computed import Facts, add_computed
from mingbai.errors import FilingUnreadable, MingbaiError
from mingbai.filings import Correction, FilingId, RawTable, Value
from mingbai.kinds import Field, Kind
from mingbai.messages import say, spoken
from mingbai.privacy.bodies import is_anothers, is_column_of_others
from mingbai.privacy.columns import holds_figures, is_personal, sort_of_column
from mingbai.privacy.counting import cells_of, fields_in, label, rule_of, short_cells, shown_cells
from mingbai.privacy.folding import CELL, NOTHING, fold, skeleton
from mingbai.privacy.identifiers import Mark, found_in, identifiers
from mingbai.privacy.merging import as_before
from mingbai.privacy.sieve import headings, suspects
from mingbai.privacy.terms import Place, ended, without
from mingbai.privacy.things import has_unit, is_label, is_of_a_thing, is_permit

__all__ = [
    "CELL",
    "Mark",
    "NOTHING",
    "PrivacyStop",
    "PublicRow",
    "PublicTable",
    "PublicText",
    "cells_of",
    "fold",
    "found_in",
    "has_unit",
    "headings",
    "holds_figures",
    "identifiers",
    "is_anothers",
    "is_column_of_others",
    "is_label",
    "is_of_a_thing",
    "is_permit",
    "is_personal",
    "public_text",
    "publish",
    "rule_of",
    "short_cells",
    "shown_cells",
    "skeleton",
    "sort_of_column",
    "suspects",
]

_DOOR = object()


class PrivacyStop(MingbaiError):
    """A value could not be shown to be public, so nothing was made."""


class PublicText(str):
    """Text that may stand on a page. Only this module makes one."""

    __slots__ = ()

    def __new__(cls, value: str, door: object = None) -> Self:
        """Refuse to be made anywhere else."""
        if door is not _DOOR:
            raise PrivacyStop("PublicText is made by mingbai.privacy only")
        return super().__new__(cls, value)


@dataclass(frozen=True)
class PublicRow:
    """One published row. `anchor` is the key as it stands in an address; `merged`: several cells stand together."""

    key: str
    anchor: str
    cells: Mapping[str, Value]
    merged: bool


@dataclass(frozen=True)
class PublicTable:
    """A filing that may be published: pages, search, downloads and feeds accept nothing else.

    `ended`: where names stood whose time is over.
    """

    id: FilingId
    kind: Kind
    fields: tuple[Field, ...]
    header_fields: tuple[Field, ...]
    rows: tuple[PublicRow, ...]
    header: Mapping[str, Value]
    totals: Mapping[str, Decimal]
    withheld: bool
    nil: PublicText | None
    opinion: PublicText | None
    reviewed: date | None
    place: PublicText | None
    shown_from: date | None
    shown_until: date | None
    corrections: tuple[Correction, ...]
    ended: frozenset[Place]
    door: object

    def __post_init__(self) -> None:
        """Refuse to be made anywhere else."""
        if self.door is not _DOOR:
            raise PrivacyStop("PublicTable is made by mingbai.privacy only")

    @property
    def computed_names(self) -> frozenset[str]:
        """Names of the columns that were computed, not typed."""
        return frozenset(each.field.name for each in self.kind.computed)


def public_text(text: str) -> PublicText:
    """Return `text` as public text. Raises PrivacyStop, naming the sort but not the number, if it holds one."""
    found = identifiers(text)
    if found:
        raise PrivacyStop(say("privacy.number", what=say(f"privacy.{found[0]}")))
    return PublicText(text, _DOOR)


def publish(raw: RawTable, as_of: date) -> PublicTable:
    """Return the public form of a filing on a day.

    Raises FilingUnreadable when it has errors, PrivacyStop when a cell holds a personal number.
    """
    errors = [finding for finding in raw.findings if finding.severity == "error"]
    if errors:
        raise FilingUnreadable(f"{errors[0].file}: {errors[0].message('zh')}")
    _stop_at_numbers(raw)
    rule = raw.kind.privacy
    fields = tuple(field for field in raw.contract.schema.fields if field.cls != "never")
    header = tuple(
        field for field in (raw.contract.header.fields if raw.contract.header else ()) if field.cls != "never"
    )
    over = ended(raw, as_of)
    rows = _merged(raw, rule) if rule else _as_they_are(raw, over)
    withheld = bool(raw.rows) and not rows
    facts = Facts(raw.facts, raw.settings, raw.contract)
    cells = add_computed([row.cells for row in rows], facts)
    computed = [each.field for each in raw.contract.computed if not each.inner]
    shown = {field.name for field in (*fields, *computed)}
    said = raw.sidecar
    return PublicTable(
        id=raw.id,
        kind=raw.kind,
        fields=(*fields, *computed),
        header_fields=header,
        rows=tuple(
            PublicRow(
                row.key,
                row.anchor,
                {name: value for name, value in cell.items() if name in shown},
                row.merged,
            )
            for row, cell in zip(rows, cells, strict=True)
        ),
        header=without({field.name: raw.header.get(field.name) for field in header}, "", over),
        totals=_totals(raw, cells, rule, withheld),
        withheld=withheld,
        nil=_optional(said.nil),
        opinion=_optional(said.opinion),
        reviewed=said.reviewed,
        place=_optional(said.place),
        shown_from=said.shown_from,
        shown_until=said.shown_until,
        corrections=tuple(
            Correction(each.date, each.sort, each.rows, public_text(each.reason)) for each in said.corrections
        ),
        ended=over,
        door=_DOOR,
    )


def _optional(text: str | None) -> PublicText | None:
    return None if text is None else public_text(text)


def _stop_at_numbers(raw: RawTable) -> None:
    fields = raw.contract.schema.by_name
    for row in raw.rows:
        for name, value in row.cells.items():
            declared = fields[name].looks_like if name in fields else ()
            if any(set(identifiers(text)).difference(declared) for text in _texts(value)):
                called = fields[name].title.in_(spoken()) if name in fields else name
                where = say("privacy.at", row=row.number, field=called)
                raise PrivacyStop(f"{raw.id.path}.csv: {where}")
    for value in raw.header.values():
        for text in _texts(value):
            public_text(text)


def _texts(value: object) -> Iterator[str]:
    """Yield every text in a value; a whole number is one too, for a column of numbers can hold a telephone's."""
    if isinstance(value, str | int):
        yield str(value)
    elif isinstance(value, Mapping):
        for each in (*value.keys(), *value.values()):
            yield from _texts(each)
    elif isinstance(value, Sequence):
        for each in value:
            yield from _texts(each)


def _as_they_are(raw: RawTable, over: frozenset[Place]) -> list[PublicRow]:
    return [
        PublicRow(row.key, row.anchor, without(row.cells, row.key, over), merged=False) for row in raw.rows
    ]


def _merged(raw: RawTable, rule: Mapping[str, object]) -> list[PublicRow]:
    """Return the rows as a partition of cells that each count enough; keys are numbered anew, so none tells a gap."""
    count, order = str(rule["count"]), fields_in(rule["merge"])
    schema = raw.contract.schema
    after = as_before(cells_of(raw), shown_cells(raw), order)
    key = schema.primary_key[0]
    rows = []
    for position, cell in enumerate(after, 1):
        cells: dict[str, Value] = dict.fromkeys(schema.by_name)
        cells |= {dim: label(cell.values[dim]) for dim in order}
        cells |= {count: cell.count, **cell.sums}
        cells[key] = position if schema.by_name[key].type == "integer" else str(position)
        merged = any(len(cell.values[dim]) != 1 for dim in order)
        rows.append(PublicRow(str(position), quote(str(position), safe=""), cells, merged))
    return rows


def _totals(
    raw: RawTable, cells: Sequence[Mapping[str, Value]], rule: Mapping[str, object] | None, withheld: bool
) -> dict[str, Decimal]:
    """Return column totals: typed columns as they came, computed ones as they are shown.

    The count of people is left out when all of them together are too few to tell.
    """
    computed = {each.field.name for each in raw.contract.computed}
    names = [name for name in raw.kind.totals if not (withheld and rule and name == rule["count"])]
    columns = {
        name: [row[name] for row in cells] if name in computed else [row.cells.get(name) for row in raw.rows]
        for name in names
    }
    equation = raw.kind.equation or {}
    sides = [*equation.get("plus", ()), *equation.get("minus", ())]
    return {name: _sum(values) for name, values in columns.items() if _is_known(values) or name in sides}


def _is_known(values: Sequence[Value]) -> bool:
    """Tell whether a column has a total: where no row says anything, nought would be a statement of ours."""
    return not values or any(value is not None for value in values)


def _sum(values: Sequence[Value]) -> Decimal:
    return sum((Decimal(value) for value in values if isinstance(value, int | Decimal)), Decimal(0))
