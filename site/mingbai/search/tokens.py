"""Cuts cells and queries into the same symbols and grams, as its twin in `search.js` does; it knows no index.

A *symbol* is a whole run of digits, or any other single character. A term stands in a cell when its symbols follow one
another there. Because a run of digits is one symbol, `2月` does not stand in `12月`, and no word list is needed.
Both twins are held to `tests/fixtures/search_vectors.json`.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SPACE = re.compile("[\t-\r\x1c- \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_SYMBOL = re.compile("[0-9]+|[^0-9]")
_DIGITS = frozenset("0123456789")
# With what people ask, and what stands nearly nowhere in a table; the longer one first where one begins another.
_ASKING = re.compile(
    "请问|我家|我们|花了多少钱|花了多少|花多少|多少钱|多少|什么时候|为什么|什么|怎么|哪里|哪些|哪个|哪天|几个|几次"
    "|谁|吗|呢|了|的|上个季度|上季度|这个季度|本季度|今年|去年|上个月|最近|[?!。、]"
)

Span = tuple[int, int]


@lru_cache(maxsize=1 << 16)
def fold(character: str) -> str:
    """Return one character in its one form: NFKC, lower case; any space is " ", an invisible one is "".

    Characters are folded one by one, never across, so that every part of a text is a part of the folded text.
    """
    folded = unicodedata.normalize("NFKC", character).lower()
    return _SPACE.sub(" ", _INVISIBLE.sub("", folded))


def normalise(text: str) -> str:
    """Return `text` with every character folded."""
    return "".join(map(fold, text))


def symbols(run: str) -> list[str]:
    """Return the symbols of a folded text."""
    return _SYMBOL.findall(run)


def runs(cell: str) -> list[list[str]]:
    """Return the symbols of a cell, one list for each stretch between spaces; grams never cross a space."""
    return [symbols(run) for run in normalise(cell).split(" ") if run]


def grams(cell: str) -> set[str]:
    """Return what is indexed: pairs and triples of symbols, every run of digits, and the lone last symbol of a run.

    The lone last one lets a query of one character, which looks up all that begins with it, miss nothing.
    """
    found: set[str] = set()
    for run in runs(cell):
        found.update(map("".join, zip(run, run[1:], strict=False)))
        found.update(map("".join, zip(run, run[1:], run[2:], strict=False)))
        found.update(symbol for symbol in run if symbol[0] in _DIGITS)
        found.add(run[-1])
    return found


def terms(query: str) -> tuple[str, ...]:
    """Return the folded terms of a query in their order, each once. All of them must be found."""
    return tuple(dict.fromkeys(term for term in normalise(query).split(" ") if term))


def grams_of(term: str) -> tuple[str, ...]:
    """Return the grams to look up for a folded term; all of them stand in every cell in which the term stands.

    One gram answers a term of up to three symbols exactly; see `begins` for the case of one symbol.
    """
    parts = symbols(term)
    if len(parts) <= 3:
        return ("".join(parts),)
    return tuple(dict.fromkeys(map("".join, zip(parts, parts[1:], parts[2:], strict=False))))


def begins(term: str) -> bool:
    """Return whether a term is answered by every gram that begins with it: a single symbol that is no number."""
    return len(symbols(term)) == 1 and term[0] not in _DIGITS


def is_long(term: str) -> bool:
    """Return whether having all its grams does not yet prove that a term is there."""
    return len(symbols(term)) > 3


def subjects(wanted: Sequence[str]) -> tuple[str, ...]:
    """Return what folded terms ask about, without the words of asking; the terms themselves where nothing is left."""
    found = tuple(dict.fromkeys(part for term in wanted for part in _ASKING.split(term) if part))
    return found or tuple(wanted)


def halves(term: str, late: bool) -> tuple[str, ...]:
    """Return a folded term cut in two between symbols, an odd one past its middle or, if not `late`, before it.

    Two symbols stay together: apart they stand nearly everywhere and say nothing.
    """
    parts = symbols(term)
    if len(parts) < 3:
        return (term,)
    cut = (len(parts) + late) // 2
    return "".join(parts[:cut]), "".join(parts[cut:])


def pairs(wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the pairs of symbols of folded terms, each once; a term of one symbol stands for itself."""
    found: dict[str, None] = {}
    for term in wanted:
        parts = symbols(term)
        found.update(
            dict.fromkeys(map("".join, zip(parts, parts[1:], strict=False)) if len(parts) > 1 else [term])
        )
    return tuple(found)


def occurrences(folded: str, term: str) -> list[int]:
    """Return where a folded term stands in a folded text; a digit at its edge may not touch another digit."""
    found = []
    at = folded.find(term)
    while at >= 0:
        end = at + len(term)
        if not (_touch(folded[at - 1 : at], term[0]) or _touch(term[-1], folded[end : end + 1])):
            found.append(at)
        at = folded.find(term, at + 1)
    return found


def _touch(left: str, right: str) -> bool:
    return left in _DIGITS and right in _DIGITS


def contains(cell: str, term: str) -> bool:
    """Return whether a folded term stands in a cell."""
    return bool(occurrences(normalise(cell), term))


def spans(text: str, wanted: Iterable[str]) -> list[Span]:
    """Return where folded terms stand, as (first, past the last) in characters of `text`, joined and in order."""
    source: list[int] = []
    for position, character in enumerate(text):
        source.extend([position] * len(fold(character)))
    folded = normalise(text)
    found = sorted(
        (source[at], source[at + len(term) - 1] + 1) for term in wanted for at in occurrences(folded, term)
    )
    joined: list[Span] = []
    for first, last in found:
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def may_mislead(cells: Iterable[str]) -> bool:
    """Return whether all triples of some longer term could stand in `cells` although the term does not.

    That takes two places where the same two or more symbols stand between different neighbours: `1月、2月、3月` has
    all triples of `1月、3月`. Without such places triples prove the term: a·w and w·b both occur, so a stands before
    that w too or b after this one, else the two would be such places; and so on by length.
    """
    stretches = [
        run for run in dict.fromkeys(tuple(run) for cell in cells for run in runs(cell)) if len(run) > 2
    ]
    places: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for number, run in enumerate(stretches):
        for at in range(len(run) - 1):
            places.setdefault((run[at], run[at + 1]), []).append((number, at))
    return any(
        _differ_on_both_sides(stretches, one, other)
        for same in places.values()
        for index, one in enumerate(same)
        for other in same[:index]
    )


def _differ_on_both_sides(
    stretches: Sequence[Sequence[str]], one: tuple[int, int], other: tuple[int, int]
) -> bool:
    """Return whether two places of a pair, widened as far as they agree, have a left and a right to be mixed up."""
    (a, i), (b, j) = one, other
    run, twin = stretches[a], stretches[b]
    before = 1
    while min(i, j) >= before and run[i - before] == twin[j - before]:
        before += 1
    after = 2
    while i + after < len(run) and j + after < len(twin) and run[i + after] == twin[j + after]:
        after += 1
    left, right = (i >= before, j >= before), (i + after < len(run), j + after < len(twin))
    return (left[0] and right[1]) or (left[1] and right[0])
