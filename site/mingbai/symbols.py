"""Draws codes that people copy by hand and reads them back however they were typed; it knows not what a code is for.

Thirty symbols that are not mistaken for each other; the last one of a code is a Luhn mod N check symbol (ISO/IEC
7812-1, Annex B, with N = 30), which finds every single wrong symbol and nearly every swap of neighbours.
"""

import secrets
import unicodedata
from collections.abc import Sequence

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LONGEST = 64


class Mistyped(ValueError):
    """What was typed cannot be such a code; `reason` is "length", "symbol" or "check"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def draw(size: int) -> str:
    """Return `size` random symbols and their check symbol; each carries 4.9 bits."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(size))
    return body + check_symbol(body)


def check_symbol(body: str) -> str:
    """Return the Luhn mod 30 symbol for `body`."""
    size = len(ALPHABET)
    total = 0
    for position, symbol in enumerate(reversed(body)):
        code = ALPHABET.index(symbol) * (2 if position % 2 == 0 else 1)
        total += code // size + code % size
    return ALPHABET[-total % size]


def read(typed: str, size: int) -> str:
    """Return the `size` symbols and the check symbol behind what a person typed: any case, spaces, dashes, full width.

    Raises Mistyped.
    """
    if len(typed) > _LONGEST:
        raise Mistyped("length")
    plain = unicodedata.normalize("NFKC", typed).upper()
    symbols = "".join(each for each in plain if not _separates(each))
    if any(each not in ALPHABET for each in symbols):
        raise Mistyped("symbol")
    if len(symbols) != size + 1:
        raise Mistyped("length")
    if check_symbol(symbols[:-1]) != symbols[-1]:
        raise Mistyped("check")
    return symbols


def grouped(code: str, sizes: Sequence[int]) -> tuple[str, ...]:
    """Return a code in groups that the eye can hold."""
    starts = [sum(sizes[:number]) for number in range(len(sizes))]
    return tuple(code[start : start + size] for start, size in zip(starts, sizes, strict=True))


def _separates(symbol: str) -> bool:
    # Pd holds every dash there is, Cf the zero-width characters that come along when a code is copied.
    return symbol.isspace() or symbol in "_.·" or unicodedata.category(symbol) in ("Pd", "Cf")
