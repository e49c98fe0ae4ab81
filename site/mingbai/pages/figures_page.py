"""Makes `/figures/`, published figures checked against each other; the computing is done by module `figures`.

The page exists only where the kind with the role `figures` has filings.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from mingbai.edition import Edition
from mingbai.figures import WORDS, Outcome, verify
from mingbai.filings import Value
from mingbai.messages import say
from mingbai.pages.rendering import Here, Page
from mingbai.privacy import PublicTable
from mingbai.sentences import quoting

RELATIONS = "relations"  # the header fact in which a filing of this role declares its relations
_SORTS = dict(zip(WORDS, ("ok", "late", "miss", "due", "nil"), strict=True))
_ASKING = ("late", "miss")  # 需说明 and 矛盾


@dataclass(frozen=True)
class Figure:
    """A figure that a relation uses, with its row."""

    key: str
    what: str
    printed: str
    place: str
    address: str


@dataclass(frozen=True)
class Relation:
    """One relation with its outcome: `sort` is the badge's shape."""

    id: str
    sort: str
    outcome: str
    explanation: Markup
    figures: Sequence[Figure]


@dataclass(frozen=True)
class Document:
    """The relations within one document: first those that ask for a word, then the others, each in order."""

    title: str
    asking: Sequence[Relation]
    others: Sequence[Relation]
    counts: Sequence[tuple[str, str, int]]


def pages(edition: Edition, lang: str) -> Iterator[Page]:
    """Yield the page of figures, where there are any."""
    _, tables = edition.of_role("figures")
    judged = [(table, outcome) for table in tables for outcome in _outcomes(table)]
    if not judged:
        return
    by_key = {
        str(row.cells["figure"]): _figure(table, row.anchor, row.cells)
        for table in tables
        for row in table.rows
    }
    titles = dict.fromkeys(outcome.document for _, outcome in judged)
    documents = [
        _document(title, [outcome for _, outcome in judged if outcome.document == title], by_key, lang)
        for title in titles
    ]
    outcomes = [outcome for _, outcome in judged]
    context: dict[str, object] = {
        "documents": documents,
        "counts": _counts(outcomes, lang),
        "count": len(outcomes),
        "filings": [(table.id.period.title(lang), table.id.address) for table in tables],
    }
    heading = say("figures_page.heading", lang)
    yield Page(
        Here(lang, "/figures/"), "figures.html", heading, say("figures.caveat", lang), "board", context
    )


def exists(edition: Edition) -> bool:
    """Return whether there is a page of figures: some filing of that role declares relations."""
    return any(_relations(table) for table in edition.of_role("figures")[1])


def _outcomes(table: PublicTable) -> Sequence[Outcome]:
    return verify([row.cells for row in table.rows], _relations(table))


def _relations(table: PublicTable) -> list[Mapping[str, object]]:
    declared = table.header.get(RELATIONS)
    return [each for each in declared if isinstance(each, Mapping)] if isinstance(declared, list) else []


def _figure(table: PublicTable, anchor: str, cells: Mapping[str, Value]) -> Figure:
    what, printed, place = (str(cells.get(name) or "") for name in ("what", "printed", "place"))
    return Figure(str(cells["figure"]), what, printed, place, f"{table.id.address}#{anchor}")


def _document(title: str, outcomes: Sequence[Outcome], by_key: Mapping[str, Figure], lang: str) -> Document:
    relations = [
        Relation(
            id=each.relation,
            sort=_SORTS[each.outcome],
            outcome=say(f"figures.word.{each.outcome}", lang),
            explanation=quoting(each.explanation.in_(lang), lang),
            figures=[by_key[key] for key in each.figures if key in by_key],
        )
        for each in outcomes
    ]
    asking = [each for each in relations if each.sort in _ASKING]
    others = [each for each in relations if each.sort not in _ASKING]
    return Document(title, asking, others, _counts(outcomes, lang))


def _counts(outcomes: Sequence[Outcome], lang: str) -> list[tuple[str, str, int]]:
    """Return (shape, word, how many) for each outcome that occurs, in the order of WORDS."""
    found = []
    for word in WORDS:
        count = sum(each.outcome == word for each in outcomes)
        if count:
            found.append((_SORTS[word], say(f"figures.word.{word}", lang), count))
    return found
