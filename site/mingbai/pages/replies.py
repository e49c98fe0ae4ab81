"""Collects released questions and answers by the address they are about; it releases nothing itself.

They come from the kind with the role `replies`, whose rows must have the fields named below.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from mingbai.edition import Edition
from mingbai.filings import Value
from mingbai.kinds import Kind
from mingbai.pages.places import Place, place
from mingbai.pages.rendering import marked
from mingbai.pages.values import Shown, short_day, shown
from mingbai.privacy import PublicRow, PublicTable
from mingbai.sentences import in_chinese

ABOUT, QUESTION, ANSWER, ASKED, ANSWERED, BY = (
    "about",
    "question",
    "answer",
    "received",
    "answered",
    "answered_by",
)


@dataclass(frozen=True)
class Answer:
    """A question and its answer, and when both came. `about` is what it asks about, if that is published."""

    question: str
    answer: str
    clock: Markup
    about: Place | None


@dataclass(frozen=True)
class Letter:
    """One released letter on its own page; `more` holds what else its row says."""

    key: str
    anchor: str
    address: str
    answer: Answer
    more: Sequence[tuple[str, Shown]]


def answers(edition: Edition, lang: str) -> Mapping[str, Sequence[Answer]]:
    """Return released answers by the address of the filing or row they are about, oldest first."""
    found: dict[str, list[Answer]] = {}
    for _, row in _rows(edition):
        one = answer(edition, row, lang)
        if one.about is not None:
            found.setdefault(one.about.address, []).append(one)
    return found


def of_unit(edition: Edition, slug: str, lang: str) -> list[Answer]:
    """Return the answers of one unit, the newest first."""
    mine = [(_day(row.cells.get(ANSWERED)), row) for table, row in _rows(edition) if table.id.unit == slug]
    mine.sort(key=lambda each: (each[0], each[1].key), reverse=True)
    return [answer(edition, row, lang) for _, row in mine]


def letters(edition: Edition, table: PublicTable, lang: str) -> list[Letter]:
    """Return the rows of one filing of replies as letters; [] for a filing of any other kind."""
    if table.kind.role != "replies" or not _speaks(table.kind):
        return []
    fields = {field.name: field for field in table.fields}
    shown_already = {ABOUT, QUESTION, ANSWER, ASKED, ANSWERED, BY, *table.kind.schema.primary_key}
    return [
        Letter(
            row.key,
            row.anchor,
            f"{table.id.address}#{row.anchor}",
            answer(edition, row, lang),
            [
                (field.title.in_(lang), shown(field, row.cells[name], lang))
                for name, field in fields.items()
                if name not in shown_already and row.cells.get(name) not in (None, "")
            ],
        )
        for row in table.rows
    ]


def _speaks(kind: Kind) -> bool:
    return {QUESTION, ANSWER} <= set(kind.schema.by_name)


def _rows(edition: Edition) -> list[tuple[PublicTable, PublicRow]]:
    kind, tables = edition.of_role("replies")
    if kind is None or not _speaks(kind):
        return []
    return [(table, row) for table in tables for row in table.rows]


def answer(edition: Edition, row: PublicRow, lang: str) -> Answer:
    """Return one released question with its answer."""
    asked, answered = row.cells.get(ASKED), row.cells.get(ANSWERED)
    return Answer(
        question=_text(row.cells.get(QUESTION)),
        answer=_text(row.cells.get(ANSWER)),
        clock=_clock(asked, answered, _text(row.cells.get(BY)), lang),
        about=place(edition, _text(row.cells.get(ABOUT)), lang),
    )


def _clock(asked: Value, answered: Value, by: str, lang: str) -> Markup:
    if not isinstance(asked, date):
        return Markup("")
    came = short_day(asked, lang)
    if not isinstance(answered, date):
        return marked(lang, "reply.asked", asked=came)
    facts = {"asked": came, "answered": short_day(answered, lang), "days": (answered - asked).days}
    if not by:
        return marked(lang, "reply.answered_plain", **facts)
    return marked(lang, "reply.answered", by=in_chinese(by, lang), **facts)


def _day(value: Value) -> date:
    return value if isinstance(value, date) else date.min


def _text(value: Value) -> str:
    return "" if value is None else str(value)
