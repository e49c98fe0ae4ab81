"""Composes the two files of a filing from what was taken: rows in the order of the sheet, facts as they were said."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from mingbai.importing.aggregating import Register, aggregated
from mingbai.importing.conversion import Way
from mingbai.importing.figures import Unread
from mingbai.importing.households import Household
from mingbai.importing.lines import Line
from mingbai.importing.mapping import key_of
from mingbai.importing.request import Request
from mingbai.importing.taking import Taken, entries
from mingbai.kinds import Contract, Field, Kind
from mingbai.privacy.bands import is_bands
from mingbai.sheets.finding import Finding
from mingbai.workbooks import Cell


@dataclass(frozen=True)
class Composed:
    """The rows of a filing as text by field, and the row of the sheet each comes from (none for an aggregate)."""

    rows: tuple[Mapping[str, str], ...]
    sources: tuple[int | None, ...]


class _Plain(yaml.SafeDumper):
    """Writes every text without quotes where that is possible: a sidecar is read as text anyway."""

    yaml_implicit_resolvers: dict[str, Any] = {}


def values(
    said: Mapping[str, str], fields: Sequence[Field], request: Request, unknown: str
) -> tuple[dict[str, str], list[Finding]]:
    """Return what the clerk said for some fields by their names, converted like cells, and what cannot be."""
    names = {word: field for field in fields for word in (field.name, field.title.zh, field.title.en)}
    found: dict[str, str] = {}
    problems = []
    for word, text in said.items():
        field = names.get(word)
        if field is None:
            titles = "、".join(f"{each.title.zh}（{each.name}）" for each in fields)
            problems.append(Finding.of(unknown, request.file, None, None, names=titles))
            continue
        try:
            found[field.name] = Way(field, None, request.id.period, (), False).convert(Cell(text)).text
        except Unread:
            problems.append(
                Finding.of("importing.said_unread", request.file, None, field.name, title=field.title)
            )
    return found, problems


def unmapped(
    contract: Contract,
    kind: Kind,
    columns: Sequence[Taken],
    every: Mapping[str, str],
    by_person: bool,
    request: Request,
) -> list[Finding]:
    """Return a finding for every field that each row needs and no column gives."""
    given = {taken.field.name for taken in columns} | set(every)
    rule = kind.privacy or {}
    if by_person:
        given.add(str(rule["count"]))
        given |= {name for name in rule["merge"] if is_bands(contract.schema.by_name[name].options)}
    key = numbered(contract)
    return [
        Finding.of(
            "importing.field_missing", request.file, None, field.name, title=field.title, name=field.name
        )
        for field in contract.schema.fields
        if field.required and field.name not in given and field.name != key
    ]


def numbered(contract: Contract) -> str | None:
    """Return the key that is only a number in order, which can be given here; None where clerks give it."""
    key = key_of(contract)
    return key.name if key is not None and key.type == "integer" else None


def is_by_person(kind: Kind, outside: bool, every: Mapping[str, str]) -> bool:
    """Tell whether a row is a household: the list names persons, or the clerk says that each row counts as 1."""
    return kind.privacy is not None and (outside or every.get(str(kind.privacy["count"])) == "1")


def compose(
    contract: Contract,
    kind: Kind,
    lines: Sequence[Line],
    columns: Sequence[Taken],
    every: Mapping[str, str],
    households: Sequence[Household],
    request: Request,
) -> tuple[Composed, list[Finding]]:
    """Return the rows of the filing; a list of persons, which has households, becomes counts and sums."""
    typed = [taken for taken in columns if taken.field.name in contract.schema.by_name]
    problems: list[Finding] = []
    sources: list[int | None]
    if households:
        by_name = {taken.field.name: taken for taken in typed}
        made, problems = aggregated(Register(kind, contract, by_name, every, request), households)
        sources = [None] * len(made)
    else:
        sources = [*entries(lines)]
        made = [
            {**every, **{taken.field.name: taken.cells[row].text for taken in typed}}
            for row in entries(lines)
        ]
    key = numbered(contract)
    if key is not None and (households or key not in {taken.field.name for taken in typed}):
        made = [{**row, key: str(position)} for position, row in enumerate(made, 1)]
    return Composed(tuple(made), tuple(sources)), problems


def rows_bytes(contract: Contract, composed: Composed) -> bytes:
    """Return the CSV of a filing: every field of the kind, in its order."""
    names = [field.name for field in contract.schema.fields]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in composed.rows)
    return out.getvalue().encode("utf-8")


def facts_bytes(**parts: Mapping[str, str]) -> bytes | None:
    """Return the sidecar with which a filing begins, None where nothing is said; more is added when it is known."""
    said = {name: dict(part) for name, part in parts.items() if part}
    if not said:
        return None
    return yaml.dump(said, Dumper=_Plain, allow_unicode=True, sort_keys=False, encoding="utf-8")
