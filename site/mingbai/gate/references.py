"""Refuses references that nobody may push; it looks at no object."""

from collections.abc import Iterator, Sequence

from mingbai.git import MAIN, Update
from mingbai.messages import say


def refused(updates: Sequence[Update]) -> Iterator[str]:
    """Say which references may not move: only `main` and the branches of units, one at a time, never backwards."""
    if len(updates) > 1:
        yield say("gate.many_refs", count=len(updates))
    for each in updates:
        if each.ref != MAIN and each.unit is None:
            yield say("gate.ref", ref=each.ref[:80])
        elif each.deletes:
            yield say("gate.deletes", ref=each.ref)
