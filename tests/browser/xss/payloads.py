"""Reads the payloads and deals them to fields; it knows no page.

A payload gets a token of its own for each field it is put into, so whatever runs names the field it came from.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

PAYLOADS = Path(__file__).parents[2] / "fixtures" / "xss.yaml"
STRIDE = 7  # so far apart the fields begin
MOST = 290  # characters that every field for words takes
TOKEN = re.compile(r"q[0-9]{6}q")


@dataclass(frozen=True)
class Payload:
    """One way to make a browser run something; `number` is its place in the file."""

    number: int
    group: str
    text: str

    def at(self, place: int) -> str:
        """Return it with the token for a field."""
        return self.text.replace("ID", f"q{self.number:03}{place:03}q")


def payloads() -> list[Payload]:
    """Read all of them."""
    groups = yaml.safe_load(PAYLOADS.read_text(encoding="utf-8"))
    pairs = [(group, text) for group, texts in groups.items() for text in texts]
    return [Payload(number, group, text) for number, (group, text) in enumerate(pairs)]


class Hand:
    """Deals payloads to fields, in every round the next; each field begins somewhere else and gets all in the end."""

    def __init__(self, payloads: Sequence[Payload]) -> None:
        self.payloads = payloads
        self.places: dict[str, int] = {}
        self.round = 0
        self._given: dict[str, int] = {}
        self._dealt: dict[str, list[Payload]] = {}

    def take(self, payloads: Sequence[Payload]) -> None:
        """Deal others from now on."""
        self.payloads = payloads
        self._dealt.clear()

    def next_round(self) -> None:
        """Take the cards back."""
        self.round += 1
        self._dealt.clear()

    def word(self, name: str) -> str:
        """Return the one payload that is written into a field in this round."""
        return self.words(name, 0)

    def words(self, name: str, most: int = MOST) -> str:
        """Return what is written into a field in this round: as many payloads as it takes, a line each."""
        if name not in self._dealt:
            self._dealt[name] = self._next(name, most)
        return self._written(name)

    def again(self, name: str, other: str) -> str:
        """Return the payloads of a field for another one."""
        self._dealt[other] = self._dealt[name]
        return self._written(other)

    def tokens(self, name: str) -> list[str]:
        """Return the tokens that a field carries in this round."""
        return TOKEN.findall(self._written(name))

    def place(self, name: str) -> int:
        """Return the number of a field."""
        return self.places.setdefault(name, len(self.places))

    def field_of(self, token: str) -> str | None:
        """Return the field that a token was made for, None for what only looks like one: pages hold random letters."""
        place = int(token[4:7])
        return list(self.places)[place] if place < len(self.places) else None

    def _written(self, name: str) -> str:
        return "\n".join(each.at(self.place(name)) for each in self._dealt[name])

    def _next(self, name: str, most: int) -> list[Payload]:
        place, count = self.place(name), len(self.payloads)
        at = self._given.get(name, STRIDE * place)
        dealt, length = [self.payloads[at % count]], len(self.payloads[at % count].at(place))
        while len(dealt) < count:
            more = self.payloads[(at + len(dealt)) % count]
            length += 1 + len(more.at(place))
            if length > most:
                break
            dealt.append(more)
        self._given[name] = at + len(dealt)
        return dealt
