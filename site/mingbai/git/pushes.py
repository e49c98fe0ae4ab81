"""Reads what git hands to its hooks (githooks(5)), and knows the references that a server takes."""

from collections.abc import Iterable
from dataclasses import dataclass
from re import compile

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
