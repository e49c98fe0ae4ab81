"""Says what is new, one entry for each filing and one for each released answer, newest first; it writes no file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from markupsafe import Markup

from mingbai.edition import Edition
from mingbai.messages import say
from mingbai.pages.filing_pages import fix
from mingbai.pages.listing import title, unit_then
from mingbai.pages.rendering import marked
from mingbai.pages.replies import ANSWERED, Letter, letters
from mingbai.privacy import PublicRow, PublicTable
from mingbai.sentences import in_chinese, marked_sentence


@dataclass(frozen=True)
class Entry:
    """One thing that is new. `published`: when it came; `updated`: when it was last changed, never after the edition.

    `title` and `summary` are HTML; words of cells in them are marked as Chinese where the feed is English.
    """

    unit: str
    kind: str
    address: str
    published: datetime
    updated: datetime
    title: Markup
    summary: Markup
    body: str


def entries(edition: Edition, lang: str) -> list[Entry]:
    """Return everything that is new, the last change first; the same moment is ordered by address."""
    found: list[Entry] = []
    for table in edition.tables.values():
        found += [_filing(edition, table, lang), *_answers(edition, table, lang)]
    found.sort(key=lambda entry: entry.address)
    return sorted(found, key=lambda entry: entry.updated, reverse=True)


def _filing(edition: Edition, table: PublicTable, lang: str) -> Entry:
    """Return the entry of one filing; what was changed after publication is an update of it."""
    unit, called, came = unit_then(edition, table), title(table, lang), edition.received[table.id]
    changed = [number for number, each in enumerate(table.corrections) if each.date <= edition.as_of]
    parts = [marked_sentence(table, unit, lang), *(_changed(table, number, lang) for number in changed)]
    return Entry(
        unit=table.id.unit,
        kind=table.id.kind,
        address=table.id.address,
        published=came,
        updated=max([came, *(_begun(edition, table.corrections[number].date) for number in changed)]),
        title=marked(
            lang,
            "filing.heading",
            unit=unit.name.in_(lang),
            title=in_chinese(called.text, lang) if called.chinese else called.text,
        ),
        summary=_paragraphs([*parts, *_doubt(edition, table, lang)]),
        body=_body(edition, table, lang),
    )


def _changed(table: PublicTable, number: int, lang: str) -> Markup:
    told = fix(table, number, lang)
    return marked(lang, "feeds.fix", day=told.day, sort=told.sort, reason=in_chinese(told.reason, lang))


def _answers(edition: Edition, table: PublicTable, lang: str) -> Iterator[Entry]:
    """Yield the answers given by the edition's day, so that one can follow what is answered in an area."""
    for letter, row in zip(letters(edition, table, lang), table.rows, strict=False):
        answered = row.cells.get(ANSWERED)
        if isinstance(answered, date) and answered <= edition.as_of:
            yield _answer(edition, table, letter, row, _begun(edition, answered), lang)


def _answer(
    edition: Edition, table: PublicTable, letter: Letter, row: PublicRow, answered: datetime, lang: str
) -> Entry:
    """Return the entry of one answer. It was public no sooner than the filing that holds it came."""
    said, place = letter.answer, letter.answer.about
    when = max(answered, edition.received[table.id])
    unit = unit_then(edition, table).name.in_(lang)
    lines = [
        marked(lang, "words.pair", a=say("reply.q", lang), b=in_chinese(said.question, lang)),
        marked(lang, "words.pair", a=say("reply.a", lang), b=in_chinese(said.answer, lang)),
        said.clock,
    ]
    return Entry(
        unit=table.id.unit,
        kind=table.id.kind,
        address=f"{table.id.address}#{row.anchor}",
        published=when,
        updated=when,
        title=marked(lang, "feeds.answer", place=unit if place is None else place.words),
        summary=_paragraphs([*lines, *_doubt(edition, table, lang)]),
        body=_body(edition, table, lang),
    )


def _body(edition: Edition, table: PublicTable, lang: str) -> str:
    """Return who publishes: a body, never a person (design §6.8)."""
    unit = unit_then(edition, table)
    return say(f"body.{unit.sort}", lang, name=unit.name.in_(lang))


def _doubt(edition: Edition, table: PublicTable, lang: str) -> list[Markup]:
    """Return the words that stand wherever a day is shown that nobody witnessed (design §6.5)."""
    received = edition.portal.received
    return [] if received.is_witnessed(table.id) else [marked(lang, "filing.unwitnessed")]


def _begun(edition: Edition, day: date) -> datetime:
    return datetime.combine(day, time(), edition.portal.settings.timezone)


def _paragraphs(parts: list[Markup]) -> Markup:
    return Markup("").join(Markup("<p>{}</p>").format(part) for part in parts)
