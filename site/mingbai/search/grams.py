"""Turns arranged documents into a table from gram to document numbers; it writes nothing."""

from array import array
from collections.abc import Mapping, MutableSequence, Sequence

from mingbai.search import tokens
from mingbai.search.documents import Document


def table(documents: Sequence[Document]) -> Mapping[str, Sequence[int]]:
    """Return the numbers of the documents that hold each gram, ascending; grams in the order of `key`."""
    found: dict[str, MutableSequence[int]] = {}
    for number, document in enumerate(documents):
        held: set[str] = set()
        for cell in document.cells:
            held |= tokens.grams(cell)
        for gram in held:
            found.setdefault(gram, array("I")).append(number)
    return {gram: found[gram] for gram in sorted(found, key=key)}


def key(gram: str) -> bytes:
    """Return what grams are ordered by: UTF-16 code units, because that is how JavaScript compares strings."""
    return gram.encode("utf-16-be")
