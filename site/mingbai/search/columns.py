"""Puts documents in their one order and holds what every search needs of all of them; no text of a cell is in it.

Documents are numbered newest first, then by address, so the first numbers are the first hits. The same numbering, the
same labels and the same marks serve the shards and Whoosh.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mingbai.messages import Text
from mingbai.search.documents import Document, Label, Source
from mingbai.search.tokens import may_mislead, normalise

_NUMBERS = re.compile(r"(\d+)", re.ASCII)


def arrange(documents: Iterable[Document]) -> tuple[Document, ...]:
    """Return the documents newest first, then by address, numbers in it read as numbers (#9 before #10).

    Raises ValueError if two have one address.
    """
    ordered = sorted(documents, key=lambda each: _natural(each.url))
    for one, other in zip(ordered, ordered[1:], strict=False):
        if one.url == other.url:
            raise ValueError(f"two documents at {one.url}")
    return tuple(sorted(ordered, key=lambda each: each.date, reverse=True))


def _natural(url: str) -> list[tuple[int, int, str]]:
    parts = _NUMBERS.split(url)
    return [(0, int(part), part) if index % 2 else (1, 0, part) for index, part in enumerate(parts)]


@dataclass(frozen=True)
class Columns:
    """By document number: the number of its source, its date, and whether its text has to be read (`may_mislead`)."""

    sources: tuple[Source, ...]
    source_of: Sequence[int]
    dates: Sequence[str]
    misleading: frozenset[int]

    @classmethod
    def of(cls, documents: Sequence[Document]) -> "Columns":
        """Return the columns of arranged documents."""
        numbers: dict[Source, int] = {}
        source_of = [numbers.setdefault(each.source, len(numbers)) for each in documents]
        misleading = frozenset(n for n, each in enumerate(documents) if may_mislead(each.cells))
        return cls(tuple(numbers), source_of, [each.date for each in documents], misleading)

    def __len__(self) -> int:
        """Return how many documents there are."""
        return len(self.dates)

    @cached_property
    def words(self) -> tuple[tuple[str, ...], ...]:
        """What each source is called, folded."""
        return tuple(tuple(map(normalise, source.words)) for source in self.sources)

    @cached_property
    def titles(self) -> Mapping[tuple[str, str], Text]:
        """Names of facets by ("unit" or "kind", id), the newest source's name where it has changed."""
        found: dict[tuple[str, str], Text] = {}
        for number in dict.fromkeys(self.source_of):
            source = self.sources[number]
            found.setdefault(("unit", source.unit.id), source.unit.title)
            found.setdefault(("kind", source.kind.id), source.kind.title)
        return found

    def as_json(self) -> dict[str, Any]:
        """Return plain lists: labels once, sources as numbers of labels; read by `search.js` and `from_json`."""
        labels: dict[Label, int] = {}

        def number(label: Label) -> int:
            return labels.setdefault(label, len(labels))

        sources = [
            [number(each.unit), number(each.kind), number(each.period), [number(unit) for unit in each.above]]
            for each in self.sources
        ]
        return {
            "labels": [[each.id, each.title.zh, each.title.en] for each in labels],
            "sources": sources,
            "source_of": list(self.source_of),
            "dates": _stretches(self.dates),
            "misleading": sorted(self.misleading),
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Columns":
        """Return the columns that `as_json` wrote."""
        labels = [Label(id, Text(zh, en)) for id, zh, en in said["labels"]]
        sources = tuple(
            Source(labels[unit], labels[kind], labels[period], tuple(labels[each] for each in above))
            for unit, kind, period, above in said["sources"]
        )
        dates = [day for day, count in said["dates"] for _ in range(count)]
        return cls(sources, said["source_of"], dates, frozenset(said["misleading"]))


def _stretches(dates: Sequence[str]) -> list[list[str | int]]:
    """Return each date with the number of documents in a row that have it."""
    found: list[tuple[str, int]] = []
    for day in dates:
        if found and found[-1][0] == day:
            found[-1] = (day, found[-1][1] + 1)
        else:
            found.append((day, 1))
    return [[day, count] for day, count in found]
