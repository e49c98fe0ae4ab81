"""Collects released questions and answers by the address they are about; it releases nothing itself.

They come from the kind with the role `replies`, whose rows must have the fields named below.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mingbai.edition import Edition
from mingbai.filings import Value
from mingbai.messages import say
from mingbai.pages.values import short_day
from mingbai.privacy import PublicRow, PublicTable

ABOUT, QUESTION, ANSWER, ASKED, ANSWERED, BY = "about", "question", "answer", "received", "answered", "answered_by"


@dataclass(frozen=True)
class Answer:
    """A question and its answer, and when both came. `address` is its own row among the replies."""

    question: str
    answer: str
    clock: str
    address: str
    about: str


def answers(edition: Edition, lang: str) -> Mapping[str, Sequence[Answer]]:
    """Return released answers by the address of the filing or row they are about, oldest first."""
    found: dict[str, list[Answer]] = {}
    for table, row in _rows(edition):
        about = row.cells.get(ABOUT)
        if isinstance(about, str) and about:
            found.setdefault(about, []).append(_answer(table, row, lang))
    return found


def of_unit(edition: Edition, slug: str, lang: str) -> list[Answer]:
    """Return the answers of one unit, the newest first."""
    mine = [(_day(row.cells.get(ANSWERED)), table, row) for table, row in _rows(edition) if table.id.unit == slug]
    mine.sort(key=lambda each: (each[0], each[2].key), reverse=True)
    return [_answer(table, row, lang) for _, table, row in mine]


def _rows(edition: Edition) -> list[tuple[PublicTable, PublicRow]]:
    kind, tables = edition.of_role("replies")
    if kind is None or not {QUESTION, ANSWER} <= set(kind.schema.by_name):
        return []
    return [(table, row) for table in tables for row in table.rows]


def _answer(table: PublicTable, row: PublicRow, lang: str) -> Answer:
    asked, answered = row.cells.get(ASKED), row.cells.get(ANSWERED)
    return Answer(
        question=_text(row.cells.get(QUESTION)),
        answer=_text(row.cells.get(ANSWER)),
        clock=_clock(asked, answered, _text(row.cells.get(BY)), lang),
        address=f"{table.id.address}#{row.anchor}",
        about=_text(row.cells.get(ABOUT)),
    )


def _clock(asked: Value, answered: Value, by: str, lang: str) -> str:
    if not isinstance(asked, date):
        return ""
    facts = {"asked": short_day(asked, lang)}
    if not isinstance(answered, date):
        return say("reply.asked", lang, **facts)
    facts |= {"answered": short_day(answered, lang), "days": str((answered - asked).days), "by": by}
    return say("reply.answered" if by else "reply.answered_plain", lang, **facts)


def _day(value: Value) -> date:
    return value if isinstance(value, date) else date.min


def _text(value: Value) -> str:
    return "" if value is None else str(value)
