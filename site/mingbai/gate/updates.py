"""Reads what a push asks for and refuses references that nobody may push; it looks at no object."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from re import compile

from mingbai.messages import say

MAIN = "refs/heads/main"
_OF_UNIT = compile(r"refs/heads/u/([a-z0-9-]{1,40})")
_NOTHING = "0"


@dataclass(frozen=True)
class Update:
    """One line of what git hands to `pre-receive`: a reference that moves from `old` to `new`."""

    old: str
    new: str
    ref: str

    @property
    def creates(self) -> bool:
        """Whether the reference was not there before."""
        return not self.old.strip(_NOTHING)

    @property
    def deletes(self) -> bool:
        """Whether the reference is to go."""
        return not self.new.strip(_NOTHING)

    @property
    def unit(self) -> str | None:
        """The unit whose branch this is, None for `main`."""
        found = _OF_UNIT.fullmatch(self.ref)
        return found[1] if found else None


def read(lines: Iterable[str]) -> list[Update]:
    """Return the updates of a push, `old new ref` a line (githooks(5))."""
    return [Update(*line.rstrip("\n").split(" ", 2)) for line in lines if line.strip()]


def refused(updates: Sequence[Update]) -> Iterator[str]:
    """Say which references may not move: only `main` and the branches of units, one at a time, never backwards."""
    if len(updates) > 1:
        yield say("gate.many_refs", count=len(updates))
    for each in updates:
        if each.ref != MAIN and each.unit is None:
            yield say("gate.ref", ref=each.ref[:80])
        elif each.deletes:
            yield say("gate.deletes", ref=each.ref)
