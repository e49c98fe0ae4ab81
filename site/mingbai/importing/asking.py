"""Asks a clerk who sits at the terminal what is open: columns that are not certain, facts that are missing."""

from collections.abc import Callable
from dataclasses import replace

from mingbai.importing.mapping import CERTAIN
from mingbai.importing.request import Request
from mingbai.importing.understood import Draft
from mingbai.messages import say
from mingbai.workbooks import column_name
from mingbai.workbooks.grids import address

Ask = Callable[[str], str]


def answered(made: Draft, ask: Ask, lang: str) -> Request | None:
    """Return the request with what was answered; None where nothing is open, or nobody knows."""
    mapping = dict(_columns(made, ask, lang))
    facts = {} if mapping else dict(_facts(made, ask, lang))
    if not mapping and not facts:
        return None
    request = made.request
    return replace(request, mapping={**request.mapping, **mapping}, facts={**request.facts, **facts})


def _columns(made: Draft, ask: Ask, lang: str) -> list[tuple[str, str]]:
    said = []
    for match in made.matches:
        if match.percent < CERTAIN and made.table is not None:
            guess = ""
            if match.field is not None:
                title = match.field.title.in_(lang)
                guess = say("importing.ask_guess", lang, title=title, name=match.field.name)
            cell = address(made.table.bottom, match.column.number)
            answer = ask(say("importing.ask_column", lang, cell=cell, label=match.label, guess=guess)).strip()
            if answer:
                said.append((column_name(match.column.number), answer))
    return said


def _facts(made: Draft, ask: Ask, lang: str) -> list[tuple[str, str]]:
    said = []
    header = made.contract.header.by_name if made.contract.header is not None else {}
    for finding in made.findings:
        if finding.rule == "fact_missing" and finding.field is not None and finding.field in header:
            title = header[finding.field].title.in_(lang)
            answer = ask(say("importing.ask_fact", lang, title=title)).strip()
            if answer:
                said.append((finding.field, answer))
    return said
