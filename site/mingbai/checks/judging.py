"""Finds everything that is wrong in one filing: contract, files together, personal numbers, rules; it reads no file."""

from collections.abc import Iterator, Sequence
from datetime import date

from mingbai.checks import structure
from mingbai.checks.cases import Case, Elsewhere
from mingbai.checks.rules import Rule
from mingbai.filings import RawTable
from mingbai.messages import LANGUAGES, Text, say
from mingbai.privacy.identifiers import identifiers
from mingbai.sheets.finding import Finding


def judge(
    raw: RawTable,
    previous: RawTable | None,
    rules: Sequence[Rule],
    as_of: date,
    elsewhere: Elsewhere | None = None,
    *,
    has_rows: bool,
    has_facts: bool,
) -> list[Finding]:
    """Return every finding of one filing that has been read; `previous` is the one just before it.

    `elsewhere` are the names that its rules look up in other filings of the unit; `has_rows` and `has_facts` say which
    of its two files are there.
    """
    found = [*raw.findings, *structure.together(raw, has_rows, has_facts), *_personal(raw)]
    if has_rows:
        case = Case.of(raw, previous, as_of, elsewhere)
        found += [finding for rule in rules for finding in rule.findings(case)]
    return found


def _personal(raw: RawTable) -> Iterator[Finding]:
    """Find identity, mobile and card numbers anywhere in the filing; the number itself is never told."""
    fields = raw.contract.schema.by_name
    for row in raw.rows:
        for name, value in row.cells.items():
            if isinstance(value, str | int):
                for what in _sorts(str(value), fields[name].looks_like):
                    facts = {"row": row.number, "title": fields[name].title, "what": what}
                    yield Finding.of("checks.personal", f"{raw.id.path}.csv", row.number, name, **facts)
    for name, text in _said(raw):
        for what in _sorts(text):
            yield Finding.of("checks.personal_said", f"{raw.id.path}.yaml", None, name, name=name, what=what)


def _sorts(text: str, declared: Sequence[str] = ()) -> list[Text]:
    """Return what a text holds, but for what the schema declares that its numbers only look like."""
    found = [sort for sort in identifiers(text) if sort not in declared]
    return [Text(*(say(f"privacy.{sort}", lang) for lang in LANGUAGES)) for sort in found]


def _said(raw: RawTable) -> Iterator[tuple[str, str]]:
    """Yield every text of the sidecar with the name of the part in which it stands."""
    said = raw.sidecar
    parts = [("nil", said.nil), ("supervision", said.opinion), ("display", said.place)]
    parts += [("corrections", each.reason) for each in said.corrections]
    for name, value in [*parts, *raw.header.items()]:
        yield from ((name, text) for text in _texts(value))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
