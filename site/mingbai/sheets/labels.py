"""Compares the header of a sheet, or the names of header facts, with the fields of a schema; it reads no cell below."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from mingbai.kinds.contracts import PERSON
from mingbai.messages import Text
from mingbai.sheets.finding import Finding
from mingbai.sheets.hidden import HIDDEN, hidden_in

Fields = Mapping[str, Mapping[str, Any]]
_OTHER_SEPARATORS = re.compile("[;；\t，|、]")


def place_labels(
    fields: Fields, labels: Sequence[str], first: Sequence[Any], file: str
) -> tuple[dict[str, int], list[Finding]]:
    """Return the index of each field's column and what is wrong with the header.

    A column whose label is only written otherwise (its Chinese title, capitals) is placed all the same, so that its
    cells are checked too. `first` is the first row below: it tells a title line from a missing header.
    """
    meant = {label: name for label in labels if (name := _meant(fields, label)) is not None}
    if not meant:
        return {}, [_no_header(fields, labels, first, file)] if labels else []
    findings: list[Finding] = []
    places: dict[str, int] = {}
    for index, label in enumerate(labels):
        name = meant.get(label)
        if name is not None and name in places:
            findings.append(Finding.of("sheets.double_label", file, 1, name, label=label))
        else:
            findings += _label(fields, label, name, index, file)
        if name is not None:
            places.setdefault(name, index)
    for name in fields:
        if name not in places:
            findings.append(_absent(fields[name], file))
    return places, findings


def place_facts(fields: Fields, facts: Sequence[str], file: str) -> list[Finding]:
    """Return what is wrong with the names of header facts."""
    findings: list[Finding] = []
    for fact in facts:
        name = _meant(fields, fact)
        if fact not in fields and name is not None:
            findings.append(Finding.of("sheets.title_fact", file, None, name, label=fact, name=name))
        elif fact not in fields:
            findings.append(Finding.of("sheets.extra_fact", file, None, fact, label=fact, names=[*fields]))
    for name, field in fields.items():
        if (
            name not in facts
            and is_required(field)
            and not any(_meant(fields, fact) == name for fact in facts)
        ):
            findings.append(
                Finding.of("sheets.missing_fact", file, None, name, name=name, title=title_of(field))
            )
    return findings


def is_required(field: Mapping[str, Any]) -> bool:
    """Return whether the schema asks for a value in every row."""
    return bool(field.get("constraints", {}).get("required"))


def title_of(field: Mapping[str, Any]) -> Text:
    """Return the title of a field in both languages."""
    return Text(field["title"], field["title_en"])


def _meant(fields: Fields, label: str) -> str | None:
    """Return the field that a label stands for: its name or title, whatever its case, width and hidden marks."""
    if label in fields:
        return label
    plain = _plain(label)
    for name, field in fields.items():
        if plain in (name, _plain(field["title"]), _plain(field["title_en"])):
            return name
    return None


def _plain(label: str) -> str:
    return unicodedata.normalize("NFKC", HIDDEN.sub("", label)).strip().casefold()


def _label(fields: Fields, label: str, name: str | None, index: int, file: str) -> list[Finding]:
    if label == "":
        return [Finding.of("sheets.blank_label", file, 1, column=index + 1)]
    if name is None and PERSON.search(_plain(label)):
        return [Finding.of("sheets.person_label", file, 1, label, label=label)]
    if name is None:
        return [Finding.of("sheets.extra_label", file, 1, label, label=label, names=[*fields])]
    if label in fields:
        return []
    code = hidden_in(label)
    if code is not None:
        return [Finding.of("sheets.hidden_label", file, 1, name, name=name, code=code)]
    return [Finding.of("sheets.title_label", file, 1, name, label=label, name=name)]


def _absent(field: Mapping[str, Any], file: str) -> Finding:
    """A required column that is not there is an error; any other counts as blank, which is told."""
    facts = {"name": field["name"], "title": title_of(field)}
    if is_required(field):
        return Finding.of("sheets.missing_label", file, 1, field["name"], **facts)
    return Finding.of("sheets.absent_label", file, 1, field["name"], **facts).as_warning()


def _no_header(fields: Fields, labels: Sequence[str], first: Sequence[Any], file: str) -> Finding:
    """Say why no column is known: another separator, a title line on top, or no header at all."""
    names = "、".join(fields)
    separator = _OTHER_SEPARATORS.search(labels[0])
    if len(labels) == 1 and separator is not None:
        shown = "Tab" if separator[0] == "\t" else separator[0]
        return Finding.of("sheets.separator", file, 1, separator=shown)
    if any(isinstance(cell, str) and _meant(fields, cell.strip()) for cell in first):
        return Finding.of("sheets.title_row", file, 1, label=next((label for label in labels if label), ""))
    return Finding.of("sheets.not_header", file, 1, names=names)
