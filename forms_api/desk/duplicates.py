"""Finds letters that seem to speak of the same matter; it suggests, and a person decides.

Likeness is the share of character pairs that two letters have in common (Dice): it needs no words to be told apart, and
so no dictionary. It compares only what the same account may see.
"""

from collections.abc import Sequence

from forms_api.cases import Case
from forms_api.submissions import PRIVATE

LIKE = 0.4  # of twenty hand-made pairs it suggests all ten on one matter, and one of the ten others
MOST = 3
# What questions are made of, whatever they ask about: left out, or every 为什么 would look like every other.
_EMPTY = frozenset(
    "的了吗呢吧啊么什怎为哪里去到是不没有无能会要想请问我们你您还也就都在和跟这那几多少谁一个今年现"
)


def like(case: Case, others: Sequence[Case]) -> list[Case]:
    """Return at most three of `others` on the same unit that resemble `case`, the most alike first."""
    found = [
        (likeness(case.text, other.text), other)
        for other in others
        if other.number != case.number
        and other.unit == case.unit
        and (other.type in PRIVATE) == (case.type in PRIVATE)
    ]
    near = sorted((pair for pair in found if pair[0] >= LIKE), key=lambda pair: -pair[0])
    return [other for _, other in near[:MOST]]


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 1."""
    left, right = _pairs(one), _pairs(other)
    return 2 * len(left & right) / (len(left) + len(right)) if left and right else float(one == other)


def _pairs(text: str) -> set[str]:
    bare = "".join(symbol for symbol in text.casefold() if symbol.isalnum() and symbol not in _EMPTY)
    return {bare[place : place + 2] for place in range(len(bare) - 1)}
