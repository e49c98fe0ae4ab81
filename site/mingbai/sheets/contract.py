"""Holds text cells against a Table Schema with Frictionless and casts them; the only module that knows Frictionless.

Frictionless sees one cell at a time, never a path and never a descriptor that somebody handed in: it would fetch URLs
and follow symlinks; and a resource made anew for each small file takes some 15 ms. Its messages are English and not for
clerks, so findings are made from the field and its constraints.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import frictionless

from mingbai.messages import Text
from mingbai.sheets.cells import Spot, Value, misread, value_of
from mingbai.sheets.finding import Finding
from mingbai.sheets.joining import one_of
from mingbai.sheets.labels import place_facts, place_labels, title_of

Cells = dict[str, Value]
Rows = Sequence[tuple[int, Sequence[Any]]]
Reader = Callable[[Any], tuple[Any, dict[str, str] | None]]
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_Places = set[tuple[int | None, str | None]]


def cast(
    descriptor: Mapping[str, Any],
    labels: Sequence[str],
    rows: Rows,
    file: str,
    joinable: Collection[str] = (),
) -> tuple[list[Cells], list[Finding]]:
    """Return typed cells in schema order and every finding; a cell with a finding is None.

    Amounts become `Decimal`, whole numbers `int`, days `date`, blanks None. `rows`: (line, cells as wide as `labels`).
    Fields in `joinable` may hold several of their values, or all of them (see `joining`).
    """
    fields = _fields(descriptor)
    places, findings = place_labels(fields, labels, rows[0][1] if rows else (), file)
    if not places:
        return [dict.fromkeys(fields) for _ in rows], findings
    kept = [[cells[places[name]] if name in places else "" for name in fields] for _, cells in rows]
    typed, misread_cells = _typed(fields, kept, [number for number, _ in rows], file)
    judged: _Places = {(finding.row, finding.field) for finding in misread_cells}
    judged |= {(number, name) for number, _ in rows for name in fields if name not in places}
    single = [
        [
            one_of(fields[name], cell) if name in joinable else cell
            for name, cell in zip(fields, row, strict=True)
        ]
        for row in kept
    ]
    findings += [
        *misread_cells,
        *_held(descriptor, fields, single, [number for number, _ in rows], judged, file),
    ]
    return typed, findings


def cast_facts(
    descriptor: Mapping[str, Any], facts: Mapping[str, Any], file: str
) -> tuple[Cells, list[Finding]]:
    """Return the typed header facts of a sidecar and every finding; a fact with a finding is None."""
    fields = _fields(descriptor)
    findings = place_facts(fields, list(facts), file)
    kept = [[facts.get(name, "") for name in fields]]
    typed, misread_facts = _typed(fields, kept, [None], file)
    judged: _Places = {(None, finding.field) for finding in misread_facts}
    judged |= {(None, name) for name in fields if name not in facts}
    return typed[0], [*findings, *misread_facts, *_held(descriptor, fields, kept, [None], judged, file)]


def _fields(descriptor: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {field["name"]: field for field in descriptor["fields"]}


def _typed(
    fields: Mapping[str, Mapping[str, Any]],
    rows: Sequence[Sequence[Any]],
    numbers: Sequence[int | None],
    file: str,
) -> tuple[list[Cells], list[Finding]]:
    typed: list[Cells] = []
    findings: list[Finding] = []
    for number, cells in zip(numbers, rows, strict=True):
        row: Cells = {}
        for (name, field), text in zip(fields.items(), cells, strict=True):
            found = misread(Spot(file, number, field), text)
            if found is not None:
                findings.append(found)
            row[name] = None if found is not None else value_of(field["type"], text)
        typed.append(row)
    return typed, findings


@cache
def _readers(descriptor: str) -> dict[str, Reader]:
    """Return what holds a cell of each field against its type and constraints, made once for all filings of a kind."""
    fields = frictionless.Schema.from_descriptor(json.loads(descriptor)).fields
    return {field.name: field.create_cell_reader() for field in fields}


def _held(
    descriptor: Mapping[str, Any],
    fields: Mapping[str, Mapping[str, Any]],
    rows: Sequence[Sequence[Any]],
    numbers: Sequence[int | None],
    judged: _Places,
    file: str,
) -> list[Finding]:
    """Hold the rows against the schema; cells in `judged` already have a better finding, or no column."""
    readers = _readers(json.dumps(descriptor, ensure_ascii=False, sort_keys=True))
    keys = _names(descriptor.get("primaryKey", ()))
    findings: list[Finding] = []
    seen: set[tuple[Any, ...]] = set()
    for number, row in zip(numbers, rows, strict=True):
        cells = dict(zip(fields, row, strict=True))
        sound: dict[str, Any] = {}
        for name, cell in cells.items():
            if (number, name) in judged:
                continue
            sound[name], wrong = readers[name](cell)
            if wrong:
                findings.append(_told(Spot(file, number, fields[name]), cell))
                sound[name] = None
        key = tuple(sound.get(name) for name in keys)
        if key in seen:
            findings.append(_double_key([fields[name] for name in keys], cells, number, file))
        if None not in key and key:
            seen.add(key)
    return findings


def _names(key: str | Sequence[str]) -> list[str]:
    return [key] if isinstance(key, str) else list(key)


def _double_key(
    fields: Sequence[Mapping[str, Any]], cells: Mapping[str, Any], number: int | None, file: str
) -> Finding:
    """Say that a key stands twice; one with a blank or unreadable part is none, and is told by that part."""
    names = [field["name"] for field in fields]
    titles = Text(*("、".join(title_of(field).in_(lang) for field in fields) for lang in ("zh", "en")))
    value = "、".join(str(cells[name]) for name in names)
    return Finding.of("sheets.double_key", file, number, names[0], row=number, title=titles, value=value)


def _told(spot: Spot, cell: Any) -> Finding:
    """Say an error of Frictionless in the clerk's words, from the field's own constraints."""
    constraints = spot.field.get("constraints", {})
    if cell in ("", None):
        return spot.finding("sheets.required")
    if cell not in constraints.get("enum", [cell]):
        return spot.finding("sheets.enum", value=cell, options=[*constraints["enum"]])
    if "minimum" in constraints and _below(cell, constraints["minimum"]):
        return spot.finding("sheets.minimum", value=cell, least=str(constraints["minimum"]))
    if "maximum" in constraints and _below(constraints["maximum"], cell):
        return spot.finding("sheets.maximum", value=cell, most=str(constraints["maximum"]))
    if len(str(cell)) > constraints.get("maxLength", len(str(cell))):
        return spot.finding("sheets.max_length", most=constraints["maxLength"], length=len(str(cell)))
    return spot.finding(
        "sheets.constraint", value=cell, hint=Text(spot.field["description"], spot.field["description_en"])
    )


def _below(one: object, other: object) -> bool:
    left, right = str(one), str(other)
    if _PLAIN_NUMBER.fullmatch(left) and _PLAIN_NUMBER.fullmatch(right):
        return Decimal(left) < Decimal(right)
    return left < right
