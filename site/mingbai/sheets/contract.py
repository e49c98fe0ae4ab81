"""Holds text cells against a Table Schema with Frictionless and casts them; the only module that knows Frictionless.

Frictionless sees rows in memory only, never a path and never a descriptor that somebody handed in: it would fetch
URLs and follow symlinks. Its messages are English and not for clerks, so findings are made from the error's type and field.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import frictionless

from mingbai.messages import Text
from mingbai.sheets.finding import Finding

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_WAN = re.compile(r"(-?[0-9][0-9,]*(?:\.[0-9]+)?)\s*(万|亿)?元?")
_TWO_DECIMALS = ("元", "亩")
_LONGEST_NUMBER = 24
Cells = dict[str, Any]
_Rows = Sequence[tuple[int, Sequence[Any]]]


def cast(
    descriptor: Mapping[str, Any], labels: Sequence[str], rows: _Rows, file: str
) -> tuple[list[Cells], list[Finding]]:
    """Return typed cells in schema order and every finding; a cell with a finding is None.

    Amounts become `Decimal`, whole numbers `int`, days `date`, blanks None.
    """
    fields = {field["name"]: field for field in descriptor["fields"]}
    findings = _labels(fields, labels, file)
    places = {label: index for index, label in reversed(list(enumerate(labels)))}
    kept: list[list[Any]] = []
    typed: list[Cells] = []
    judged: set[tuple[int, str]] = set()
    for number, cells in rows:
        row: Cells = {}
        for name, field in fields.items():
            text = cells[places[name]] if name in places else ""
            found = _lint(field, text, file, number)
            if found is not None:
                findings.append(found)
                judged.add((number, name))
            row[name] = None if found is not None or text == "" else _typed(field["type"], text)
        typed.append(row)
        kept.append([cells[places[name]] if name in places else "" for name in fields])
    absent = {name for name in fields if name not in places}
    numbers = [number for number, _ in rows]
    findings += _frictionless(descriptor, fields, kept, numbers, judged, absent, file)
    return typed, findings


def _labels(fields: Mapping[str, Mapping[str, Any]], labels: Sequence[str], file: str) -> list[Finding]:
    """Compare the header with the schema: unknown, doubled, blank and missing columns, titles used as names."""
    findings: list[Finding] = []
    by_title = {field["title"]: name for name, field in fields.items()}
    for index, label in enumerate(labels, 1):
        if label == "":
            findings.append(Finding.of("sheets.blank_label", file, 1, column=index))
        elif label in labels[: index - 1]:
            findings.append(Finding.of("sheets.double_label", file, 1, label, label=label))
        elif label not in fields and label in by_title:
            findings.append(
                Finding.of("sheets.title_label", file, 1, label, label=label, name=by_title[label])
            )
        elif label not in fields:
            findings.append(
                Finding.of("sheets.extra_label", file, 1, label, label=label, names="、".join(fields))
            )
    for name, field in fields.items():
        if name not in labels and field["title"] not in labels and _required(field):
            findings.append(Finding.of("sheets.missing_label", file, 1, name, name=name, title=_title(field)))
    return findings


def _lint(field: Mapping[str, Any], text: Any, file: str, row: int) -> Finding | None:
    """Return the one finding that says best why a cell cannot be read, None if it can."""
    if text == "":
        return None
    where = (file, row, field["name"])
    facts = {"row": row, "title": _title(field), "value": text}
    if field["type"] == "array":
        return None if isinstance(text, list) else Finding.of("sheets.list_cell", *where, **facts)
    if not isinstance(text, str):
        return Finding.of("sheets.plain_cell", *where, **(facts | {"value": "…"}))
    if text != text.strip():
        return Finding.of("sheets.spaces", *where, **facts)
    if field["type"] == "number":
        return _lint_number(field, text, where, facts)
    if field["type"] == "integer":
        fits = _INTEGER.fullmatch(text) and len(text) <= _LONGEST_NUMBER
        return None if fits else Finding.of("sheets.integer", *where, **facts, hint=_hint(text))
    if field["type"] == "date":
        return _lint_date(text, where, facts)
    if text[0] in "=+-@＝＋－＠":
        return Finding.of("sheets.formula", *where, **facts)
    return None


def _lint_number(
    field: Mapping[str, Any], text: str, where: tuple[str, int, str], facts: Mapping[str, object]
) -> Finding | None:
    if not _NUMBER.fullmatch(text) or len(text) > _LONGEST_NUMBER:
        return Finding.of("sheets.number", *where, **facts, hint=_hint(text))
    if field.get("unit") in _TWO_DECIMALS and len(text.partition(".")[2]) > 2:
        return Finding.of("sheets.decimals", *where, **facts)
    return None


def _hint(text: str) -> Text:
    """Say how the number should be written, when that is plain: 3.2万 is 32000.00."""
    folded = unicodedata.normalize("NFKC", text).replace("¥", "").replace(" ", "")
    match = _WAN.fullmatch(folded)
    if match is None:
        return Text("只写数字，例如 1234.50", "digits only, for example 1234.50")
    times = {"万": 10_000, "亿": 100_000_000, None: 1}[match[2]]
    value = Decimal(match[1].replace(",", "")) * times
    return Text(f"写成 {value:.2f}", f"write {value:.2f}")


def _lint_date(text: str, where: tuple[str, int, str], facts: Mapping[str, object]) -> Finding | None:
    folded = unicodedata.normalize("NFKC", text)
    parts = re.fullmatch(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?", folded)
    try:
        day = date(*(int(part) for part in parts.groups())) if parts else None
    except ValueError:
        return Finding.of("sheets.no_such_day", *where, **facts)
    if day is None:
        return Finding.of("sheets.date", *where, **facts, hint="2026-03-18")
    if day.isoformat() != text:
        return Finding.of("sheets.date", *where, **facts, hint=day.isoformat())
    return None


def _typed(type: str, text: Any) -> Any:
    if type == "number":
        return Decimal(text)
    if type == "integer":
        return int(text)
    if type == "date":
        return date.fromisoformat(text)
    return {"true": True, "false": False}.get(text) if type == "boolean" else text


@cache
def _schema(descriptor: str) -> frictionless.Schema:
    return frictionless.Schema.from_descriptor(json.loads(descriptor))


def _frictionless(
    descriptor: Mapping[str, Any],
    fields: Mapping[str, Mapping[str, Any]],
    rows: Sequence[Sequence[Any]],
    numbers: Sequence[int],
    judged: set[tuple[int, str]],
    absent: set[str],
    file: str,
) -> list[Finding]:
    """Validate with Frictionless; leave out cells that already have a better finding and columns that are not there."""
    if not rows:
        return []
    schema = _schema(json.dumps(descriptor, ensure_ascii=False, sort_keys=True)).to_copy()
    resource = frictionless.Resource(data=[list(fields), *[list(row) for row in rows]], schema=schema)
    report = resource.validate(limit_errors=1000)
    findings = []
    for error in report.flatten(["type", "rowNumber", "fieldName"]):
        sort, at, name = error
        number = numbers[at - 2] if isinstance(at, int) and 2 <= at < len(numbers) + 2 else None
        if number is not None and (number, name) not in judged and name not in absent:
            index = at - 2
            cell = rows[index][list(fields).index(name)] if name in fields else None
            findings.append(_translated(sort, fields.get(name), cell, file, number, descriptor))
    return findings


def _translated(
    sort: str, field: Mapping[str, Any] | None, cell: Any, file: str, row: int, descriptor: Mapping[str, Any]
) -> Finding:
    """Say an error of Frictionless in the clerk's words, from its type and the field's own constraints."""
    if sort == "primary-key":
        keys = descriptor.get("primaryKey", [])
        name = keys if isinstance(keys, str) else keys[0]
        title = _title(next(each for each in descriptor["fields"] if each["name"] == name))
        return Finding.of("sheets.double_key", file, row, name, row=row, title=title)
    if field is None:
        return Finding.of("sheets.other", file, row, None, row=row, sort=sort)
    facts = {"row": row, "title": _title(field), "value": cell}
    constraints = field.get("constraints", {})
    where = (file, row, field["name"])
    if cell == "" or cell is None:
        return Finding.of("sheets.required", *where, **facts)
    if cell not in constraints.get("enum", [cell]):
        return Finding.of("sheets.enum", *where, **facts, options="、".join(map(str, constraints["enum"])))
    if "minimum" in constraints and isinstance(cell, str) and _below(cell, constraints["minimum"]):
        return Finding.of("sheets.minimum", *where, **facts, least=str(constraints["minimum"]))
    if "maximum" in constraints and isinstance(cell, str) and _below(constraints["maximum"], cell):
        return Finding.of("sheets.maximum", *where, **facts, most=str(constraints["maximum"]))
    if len(str(cell)) > constraints.get("maxLength", len(str(cell))):
        most = constraints["maxLength"]
        return Finding.of(
            "sheets.max_length", *where, row=row, title=facts["title"], most=most, length=len(str(cell))
        )
    return Finding.of(
        "sheets.constraint", *where, **facts, hint=Text(field["description"], field["description_en"])
    )


def _below(one: Any, other: Any) -> bool:
    one, other = str(one), str(other)
    if _NUMBER.fullmatch(one) and _NUMBER.fullmatch(other):
        return Decimal(one) < Decimal(other)
    return one < other


def _required(field: Mapping[str, Any]) -> bool:
    return bool(field.get("constraints", {}).get("required"))


def _title(field: Mapping[str, Any]) -> Text:
    return Text(field["title"], field["title_en"])
