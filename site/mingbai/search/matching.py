"""Answers a query over numbered documents, as its twin in `search.js` does; it knows no file and no index.

Truth: every term stands in a cell of the document or in what its source is called (unit, units above, kind, period),
and at least one stands in a cell of the document itself. No word list, no ranking by guess: newest first.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from mingbai.errors import MingbaiError
from mingbai.search import tokens
from mingbai.search.columns import Columns
from mingbai.search.documents import Document, Source
from mingbai.search.snippets import snippet

LONGEST_QUERY = 200  # characters
LONGEST_PAGE = 100  # rows
SORTS = ("newest", "oldest")
FACETS = ("unit", "kind", "year")


class QueryRefused(MingbaiError):
    """The query asks for something that no index answers: too long, or a page that cannot be."""


@dataclass(frozen=True)
class Query:
    """What is asked. Raises QueryRefused when it cannot be answered.

    `units`: documents of these or of units below them; `date_from` and `date_to` are inclusive and leave out what has
    no date; `lang`: the language of titles and the tree of addresses.
    """

    q: str
    units: frozenset[str] | None = None
    kind: str | None = None
    date_from: date | None = None
    date_to: date | None = None
    sort: str = "newest"
    offset: int = 0
    limit: int = 20
    lang: str = "zh"

    def __post_init__(self) -> None:
        """Refuse what cannot be answered."""
        if len(self.q) > LONGEST_QUERY:
            raise QueryRefused(f"q: at most {LONGEST_QUERY} characters / 最多 {LONGEST_QUERY} 个字")
        if self.sort not in SORTS:
            raise QueryRefused(f"sort: one of {', '.join(SORTS)} / 只有这几种排法")
        if self.offset < 0 or not 0 <= self.limit <= LONGEST_PAGE:
            raise QueryRefused(f"offset from 0, limit from 0 to {LONGEST_PAGE} / 页数超出范围")


@dataclass(frozen=True)
class Hit:
    """One row of an answer. `snippet`: HTML, escaped, with `<mark>` as its only element."""

    url: str
    title: str
    unit: str
    kind: str
    period: str
    date: str
    snippet: str
    document: Document

    def as_json(self) -> dict[str, str]:
        """Return the row as it stands in the API; the address begins with a slash and the tree of its language."""
        names = ("title", "unit", "kind", "period", "date", "snippet")
        return {"url": self.url, **{name: getattr(self, name) for name in names}}


@dataclass(frozen=True)
class Answer:
    """What was found. `total` counts all pages; `relaxed`: nothing holds the query as it was written, this is near it.

    `facets` count, for each filter, what the other filters leave, so that one can see where else there is something.
    """

    total: int
    exact: bool
    relaxed: bool
    rows: tuple[Hit, ...]
    facets: dict[str, dict[str, int]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the answer as it stands in the API."""
        rows = [row.as_json() for row in self.rows]
        return {
            "total": self.total,
            "exact": self.exact,
            "relaxed": self.relaxed,
            "rows": rows,
            "facets": self.facets,
        }


class Shelf(Protocol):
    """Where grams and documents lie."""

    def holding(self, gram: str) -> Collection[int]:
        """Return the documents in which the gram stands."""
        ...

    def beginning(self, symbol: str) -> Collection[int]:
        """Return the documents in which the symbol stands: those of all grams that begin with it."""
        ...

    def document(self, number: int) -> Document:
        """Return the document of that number."""
        ...


@dataclass(frozen=True)
class _Found:
    """Numbers of documents in order, and what to mark in them."""

    numbers: Sequence[int]
    needles: tuple[str, ...]
    relaxed: bool = False


def search(query: Query, columns: Columns, shelf: Shelf) -> Answer:
    """Return the answer to `query`. It is always exact: the texts are at hand."""
    found = _find(tokens.terms(query.q), columns, shelf)
    passing = {name: _passes(query, columns, leave_out=name) for name in (*FACETS, "")}
    kept = [n for n in found.numbers if passing[""][columns.source_of[n]] and _dated(query, columns, n)]
    if query.sort == "oldest" and not found.relaxed:
        kept.sort(key=lambda number: (columns.dates[number] or "9999", number))
    page = kept[query.offset : query.offset + query.limit]
    return Answer(
        total=len(kept),
        exact=True,
        relaxed=found.relaxed,
        rows=tuple(_hit(shelf.document(number), found.needles, query.lang) for number in page),
        facets={name: _facet(name, found.numbers, passing[name], query, columns) for name in FACETS},
    )


def _find(terms: tuple[str, ...], columns: Columns, shelf: Shelf) -> _Found:
    """Return what holds the terms; if nothing does, what they ask about, or its halves, or most of its pairs."""
    exact = matching(terms, columns, shelf)
    if exact or not terms:
        return _Found(exact, terms)
    about = tokens.subjects(terms)
    for needles in (about, _halved(about, late=True), _halved(about, late=False)):
        near = matching(needles, columns, shelf) if needles != terms else []
        if near:
            return _Found(near, needles, relaxed=True)
    pairs = tokens.pairs(about)
    near = _covering(pairs, shelf) if len(pairs) > 1 else []
    return _Found(near, pairs if near else terms, relaxed=bool(near))


def _halved(terms: Sequence[str], late: bool) -> tuple[str, ...]:
    return tuple(dict.fromkeys(half for term in terms for half in tokens.halves(term, late)))


def matching(terms: Sequence[str], columns: Columns, shelf: Shelf) -> list[int]:
    """Return the numbers of the documents that truly hold all terms, in order; without terms, all documents."""
    if not terms:
        return list(range(len(columns)))
    own = [_having(term, shelf) for term in terms]
    named = [_named(term, columns) for term in terms]
    long = any(tokens.is_long(term) for term in terms)
    return [
        number
        for number in sorted(set().union(*own))
        if all(number in own[n] or columns.source_of[number] in named[n] for n in range(len(terms)))
        and not (long and number in columns.misleading and not holds(shelf.document(number), terms))
    ]


def _having(term: str, shelf: Shelf) -> set[int]:
    """Return the documents that have all grams of a term."""
    if tokens.begins(term):
        return set(shelf.beginning(term))
    having = sorted((shelf.holding(gram) for gram in tokens.grams_of(term)), key=len)
    return set(having[0]).intersection(*having[1:])


def _named(term: str, columns: Columns) -> set[int]:
    """Return the sources in whose names a term stands."""
    return {
        n for n, words in enumerate(columns.words) if any(tokens.occurrences(word, term) for word in words)
    }


def holds(document: Document, terms: Iterable[str]) -> bool:
    """Return whether a document truly holds all folded terms; the truth that every index is measured by."""
    cells = [tokens.normalise(cell) for cell in document.cells]
    words = [tokens.normalise(word) for word in document.source.words]
    own = [any(tokens.occurrences(cell, term) for cell in cells) for term in terms]
    named = [any(tokens.occurrences(word, term) for word in words) for term in terms]
    return any(own) and all(here or there for here, there in zip(own, named, strict=True))


def _covering(pairs: Sequence[str], shelf: Shelf) -> list[int]:
    """Return the documents that hold at least half of the pairs, or as many as any holds; those with most first."""
    score = Counter(number for pair in pairs for number in _having(pair, shelf))
    most = max(score.values(), default=0)
    enough = [number for number, count in score.items() if 2 * count >= len(pairs) or count == most]
    return sorted(enough, key=lambda number: (-score[number], number))


def _passes(query: Query, columns: Columns, leave_out: str) -> list[bool]:
    """Return for each source whether it passes the filters on unit and kind, one of them left out."""
    return [
        (query.units is None or leave_out == "unit" or not query.units.isdisjoint(_places(source)))
        and (query.kind is None or leave_out == "kind" or source.kind.id == query.kind)
        for source in columns.sources
    ]


def _places(source: Source) -> list[str]:
    return [source.unit.id, *(unit.id for unit in source.above)]


def _dated(query: Query, columns: Columns, number: int) -> bool:
    """Return whether a document's date lies in the span asked for."""
    first = "" if query.date_from is None else query.date_from.isoformat()
    last = "" if query.date_to is None else query.date_to.isoformat()
    day = columns.dates[number]
    return not (first or last) or (day != "" and day >= first and (not last or day <= last))


def _facet(
    name: str, numbers: Iterable[int], passing: Sequence[bool], query: Query, columns: Columns
) -> dict[str, int]:
    """Return the count for each value of a filter, most first, equal ones by name."""
    counts: Counter[str] = Counter()
    for number in numbers:
        source = columns.sources[columns.source_of[number]]
        if passing[columns.source_of[number]] and (name == "year" or _dated(query, columns, number)):
            value = columns.dates[number][:4] if name == "year" else getattr(source, name).id
            counts[value] += bool(value)
    return dict(sorted((+counts).items(), key=lambda each: (-each[1], each[0])))


def _hit(document: Document, needles: Sequence[str], lang: str) -> Hit:
    tree = "/" if lang == "zh" else f"/{lang}/"
    title = document.title.in_(lang)
    return Hit(
        url=tree + document.url,
        title=title,
        unit=document.unit,
        kind=document.kind,
        period=document.period,
        date=document.date,
        snippet=snippet(document.cells, title, needles),
        document=document,
    )
