"""Turns what a clerk answers in the form into a request of the import, and a draft into what is to be answered.

It judges no answer: the import does, and says what is wrong with it like with a cell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forms_api.desk.filing.holding import Upload
from forms_api.submissions import clean
from mingbai.importing import Draft, Request
from mingbai.importing.labels import told
from mingbai.importing.taking import entries, unlabelled
from mingbai.kinds import Contract, Field
from mingbai.workbooks import column_name

COLUMN, FACT, EVERY = "map-", "fact-", "every-"
WHOLE = {
    "supervision": {"opinion": "opinion", "reviewed": "date"},
    "display": {"place": "place", "shown_from": "from", "shown_until": "until"},
}
NAMES = ("sheet", "blank", "hidden_rows", *(name for part in WHOLE.values() for name in part))
_MOST, _LONGEST = 300, 500  # answers, and characters of one


@dataclass(frozen=True)
class Column:
    """A column of the sheet, of which the clerk says which field it is; `chosen` is a field's name, "-" or ""."""

    name: str
    letter: str
    label: str
    chosen: str
    options: Sequence[Field]


@dataclass(frozen=True)
class Blank:
    """Something to be filled in: a fact about the whole, or what holds for every row."""

    name: str
    field: Field
    value: str


@dataclass(frozen=True)
class Questions:
    """All that the form asks; `hidden`, `blanks`: whether it is asked what becomes of hidden rows and of marks."""

    sheets: Sequence[str]
    columns: Sequence[Column]
    facts: Sequence[Blank]
    every: Sequence[Blank]
    hidden: bool
    blanks: bool


def read(form: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that stand in a form; what is empty is no answer."""
    ours = [name for name in form if name in NAMES or name.startswith((COLUMN, FACT, EVERY))]
    said = {name[:_LONGEST]: clean(form[name])[:_LONGEST] for name in ours[:_MOST]}
    return {name: value for name, value in said.items() if value}


def request(upload: Upload) -> Request:
    """Return what is to be imported, and what the clerk said about it."""
    said = upload.answers
    hidden = said.get("hidden_rows")
    return Request(
        file=told(upload.file),
        id=upload.id,
        sheet=said.get("sheet"),
        mapping=_after(said, COLUMN),
        facts=_after(said, FACT),
        every=_after(said, EVERY),
        blanks=frozenset(said.get("blank", "").split()),
        hidden_rows=hidden if hidden in ("take", "leave") else None,
        supervision=_part(said, "supervision"),
        display=_part(said, "display")
        if "place" in said
        else {},  # the days alone were suggested by the form
    )


def _after(said: Mapping[str, str], beginning: str) -> dict[str, str]:
    return {name.removeprefix(beginning): said[name] for name in said if name.startswith(beginning)}


def _part(said: Mapping[str, str], part: str) -> dict[str, str]:
    return {key: said[name] for name, key in WHOLE[part].items() if name in said}


def questions(made: Draft, said: Mapping[str, str]) -> Questions:
    """Return what is open, and what was answered before, so that it can be changed."""
    rules = {finding.rule for finding in made.findings}
    names = [grid.name for grid in made.book.grids] if made.book is not None else []
    return Questions(
        sheets=names if len(names) > 1 else [],
        columns=_columns(made, said),
        facts=_facts(made, said),
        every=_every(made, said),
        hidden="hidden_row" in rules or "hidden_rows" in said,
        blanks=bool(rules & {"cell_mark", "cell_formula", "noughts"}) or "blank" in said,
    )


def _columns(made: Draft, said: Mapping[str, str]) -> list[Column]:
    """Return the columns that are not certain or that nobody labelled, and those of which the clerk said something."""
    if made.table is None:
        return []
    fields = made.contract.schema.fields
    found = {match.column.number: (match.label, match.open, match.field) for match in made.matches}
    found |= {number: ("", True, None) for number in unlabelled(made.table, entries(made.lines))}
    asked = []
    for number, (label, is_open, field) in sorted(found.items()):
        letter = column_name(number)
        name = f"{COLUMN}{letter}"
        if is_open or name in said:
            chosen = said.get(name, "" if field is None else field.name)
            asked.append(Column(name, letter, label, chosen, fields))
    return asked


def _facts(made: Draft, said: Mapping[str, str]) -> list[Blank]:
    """Return every fact about the whole, filled in where it was said or stands in the sheet."""
    there = {each.field.name: each.text for each in made.found_facts}
    return [
        Blank(f"{FACT}{field.name}", field, said.get(f"{FACT}{field.name}", there.get(field.name, "")))
        for field in _headers(made.contract)
    ]


def _headers(contract: Contract) -> Sequence[Field]:
    """Return the facts about the whole that a clerk can type; what is declared for the engine is none."""
    fields = contract.header.fields if contract.header is not None else ()
    return [field for field in fields if field.type != "array"]


def _every(made: Draft, said: Mapping[str, str]) -> list[Blank]:
    missing = {finding.field for finding in made.findings if finding.rule == "field_missing"}
    return [
        Blank(f"{EVERY}{field.name}", field, said.get(f"{EVERY}{field.name}", ""))
        for field in made.contract.schema.fields
        if field.name in missing or f"{EVERY}{field.name}" in said
    ]
