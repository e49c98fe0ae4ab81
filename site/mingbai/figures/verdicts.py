"""Holds what all sorts of relations share: relation as declared, book of figures, verdict and its words.

It must not compute with figures; the sorts of relations do that.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil, floor, inf

from mingbai.errors import MingbaiError
from mingbai.figures.intervals import End, Interval
from mingbai.figures.readings import Figure
from mingbai.messages import LANGUAGES, Text, say

AGREES, UNEXPLAINED, CONTRADICTS, DERIVED, NOT_COMPARABLE = "一致", "需说明", "矛盾", "推算", "不可比"
WORDS = (AGREES, UNEXPLAINED, CONTRADICTS, DERIVED, NOT_COMPARABLE)
_PLAIN_NUMBER = re.compile(r"^\d{1,15}(\.\d{1,15})?$")  # no exponents: they could be endless
_NAMED = ("relation", "sort", "zh", "en", "figures")
_MOST_PLACES = 12


class RelationError(MingbaiError):
    """A relation is declared in a way that cannot be understood; the message names it."""


class NotComparable(Exception):  # noqa: N818 - not an error: it ends in the outcome 不可比
    """Raised by a sort of relation when the figures give nothing to compare; `sentence` says why."""

    def __init__(self, sentence: Text) -> None:
        """Keep the reason in both languages."""
        super().__init__(sentence.zh)
        self.sentence = sentence


@dataclass(frozen=True)
class Term:
    """A number to compute with, a figure or a result: `at` is the printed value, `range` what it may be."""

    key: str
    label: str
    at: Fraction
    range: Interval
    bases: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Verdict:
    """What a relation came to; `result` may be used by later relations."""

    outcome: str
    sentence: Text
    result: Term | None = None


@dataclass(frozen=True)
class Relation:
    """One relation as declared in the sidecar. `options` holds what only its sort understands, as text."""

    id: str
    sort: str
    figures: tuple[str, ...]
    claim: Text
    options: Mapping[str, object]

    @classmethod
    def read(cls, entry: object) -> "Relation":
        """Read one entry of the header fact `relations`. Raises RelationError."""
        if not isinstance(entry, Mapping):
            raise RelationError(say("figures.malformed", relation=entry, option="relation"))
        name, sort, zh, en = (entry.get(key) for key in ("relation", "sort", "zh", "en"))
        options = {key: value for key, value in entry.items() if key not in _NAMED}
        relation = cls(str(name), str(sort), (), Text(str(zh), str(en)), options)
        for option, value in zip(_NAMED, (name, sort, zh, en, entry.get("figures")), strict=True):
            if not value:
                raise relation.wrong(option)
        figures = replace(relation, options=entry).items("figures")
        return replace(relation, figures=tuple(str(each) for each in figures))

    def wrong(self, option: str) -> RelationError:
        """Return the error that says `option` cannot be understood."""
        return RelationError(say("figures.malformed", relation=self.id, option=option))

    def text(self, option: str, default: str = "") -> str:
        """Return an option as text."""
        return str(self.options.get(option, default))

    def number(self, option: str, default: str) -> Fraction:
        """Return an option as a number. Raises RelationError."""
        return self.fraction(option, self.text(option, default))

    def fraction(self, option: str, value: object) -> Fraction:
        """Return `value`, found in `option`, as a number of reasonable length. Raises RelationError."""
        if not _PLAIN_NUMBER.match(str(value)):
            raise self.wrong(option)
        return Fraction(str(value))

    def exactly(self, count: int) -> tuple[str, ...]:
        """Return the figures of a sort that needs `count` of them. Raises RelationError."""
        if len(self.figures) != count:
            raise self.wrong("figures")
        return self.figures

    def items(self, option: str) -> tuple[object, ...]:
        """Return an option that is a list, empty if absent. Raises RelationError."""
        value = self.options.get(option, ())
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise self.wrong(option)
        return tuple(value)

    def mapping(self, option: str) -> Mapping[str, object]:
        """Return an option that is a mapping, empty if absent. Raises RelationError."""
        value = self.options.get(option, {})
        if not isinstance(value, Mapping):
            raise self.wrong(option)
        return value


@dataclass(frozen=True)
class Book:
    """All figures by key, and the results of the relations judged so far by relation."""

    figures: Mapping[str, Figure]
    results: dict[str, Term] = field(default_factory=dict)

    def figure(self, key: str) -> Figure:
        """Return a figure. Raises NotComparable if there is no such row."""
        if key not in self.figures:
            raise NotComparable(sentence("figures.missing", figures=key))
        return self.figures[key]

    def term(self, key: str, relation: Relation) -> Term:
        """Return a figure or an earlier result. Raises NotComparable if it is missing or unpublished.

        The relation's option `read` tells what was meant where another unit was printed: {001-28: 10000}.
        """
        if key in self.results:
            return self.results[key]
        figure = self.figure(key)
        if figure.range is None or figure.value is None:
            raise NotComparable(sentence("figures.unpublished", figures=key))
        meant = relation.fraction("read", relation.mapping("read").get(key, 1))
        at = figure.value * meant * (Fraction(1, 100) if figure.unit == "%" else 1)
        label = figure.printed if meant == 1 else f"{figure.printed} × {meant}"
        return Term(key, label, at, figure.range * Interval.point(meant), frozenset({figure.basis} - {""}))


def sentence(key: str, **facts: object) -> Text:
    """Return a message in both languages; facts that are Text themselves are put in in the same language."""
    zh, en = (say(key, lang, **{name: _in(fact, lang) for name, fact in facts.items()}) for lang in LANGUAGES)
    return Text(zh, en)


def _in(fact: object, lang: str) -> object:
    return fact.in_(lang) if isinstance(fact, Text) else fact


def joined(parts: Sequence[Text], zh: str = "；", en: str = "; ") -> Text:
    """Return parts one after the other: 「甲；乙」, "a; b"."""
    return Text(zh.join(part.zh for part in parts), en.join(part.en for part in parts))


class Scale:
    """How a relation shows numbers: option `in: {zh, en, scale}` (10000 for 万元) and decimal `places`."""

    def __init__(self, relation: Relation) -> None:
        """Read both options. Raises RelationError."""
        shown = relation.mapping("in")
        self.per = relation.fraction("in", shown.get("scale", 1))
        places = relation.number("places", "2")
        if self.per == 0:
            raise relation.wrong("in")
        if places.denominator != 1 or places > _MOST_PLACES:
            raise relation.wrong("places")
        self.unit = Text(str(shown.get("zh", "")), str(shown.get("en", "")))
        self.places = int(places)

    def number(self, value: End) -> Text:
        """Return a number with its unit, rounded half up; five digits and more are grouped."""
        return self._with_unit(self._plain(value, lambda exact: floor(exact + Fraction(1, 2))))

    def between(self, found: Interval) -> Text:
        """Return the ends of an interval in words, rounded outward so that nothing possible is left out."""
        low, high = self._plain(found.low, floor), self._plain(found.high, ceil)
        if found.high == inf:
            key = "figures.at-least" if found.low_closed else "figures.above"
            return sentence(key, low=self._with_unit(low))
        return sentence("figures.between", low=low, high=self._with_unit(high))

    def _with_unit(self, plain: str) -> Text:
        spaced = self.unit.en if self.unit.en in ("", "%") else f" {self.unit.en}"
        return Text(f"{plain}{self.unit.zh}", f"{plain}{spaced}")

    def _plain(self, value: End, rounded: Callable[[Fraction], int]) -> str:
        if value in (inf, -inf):
            return "∞"
        steps = rounded(Fraction(value) / self.per * 10**self.places)
        whole, rest = divmod(abs(steps), 10**self.places)
        digits = f"{whole:,}" if whole >= 10000 else str(whole)
        decimals = f"{rest:0{self.places}d}".rstrip("0") if rest else ""
        return f"{'−' if steps < 0 else ''}{digits}{'.' if decimals else ''}{decimals}"
