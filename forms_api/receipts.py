"""Makes, reads and shows receipts, the codes that let their holder follow a submission; it never sees the database.

Twelve random symbols carry 58.9 bits; the thirteenth is their check symbol (see `mingbai.symbols`), which finds every
single wrong symbol before anything is looked up.
"""

from mingbai import symbols
from mingbai.symbols import ALPHABET, Mistyped, check_symbol

RANDOM = 12
GROUPS = (4, 4, 5)
PATTERN = "^" + "-".join(f"[{ALPHABET}]{{{size}}}" for size in GROUPS) + "$"
ReceiptMistyped = Mistyped


def draw() -> str:
    """Return a new random receipt, 13 symbols."""
    return symbols.draw(RANDOM)


def derive(digest: bytes) -> str:
    """Return the receipt that follows from a keyed `digest` (32 bytes): the same digest, the same receipt."""
    number = int.from_bytes(digest, "big")
    drawn = []
    for _ in range(RANDOM):
        number, place = divmod(number, len(ALPHABET))
        drawn.append(ALPHABET[place])
    body = "".join(drawn)
    return body + check_symbol(body)


def read(typed: str) -> str:
    """Return the 13 symbols behind what a person typed. Raises ReceiptMistyped."""
    return symbols.read(typed, RANDOM)


def groups(receipt: str) -> tuple[str, ...]:
    """Return a receipt in its groups of 4, 4 and 5 symbols."""
    return symbols.grouped(receipt, GROUPS)


def shown(receipt: str) -> str:
    """Return a receipt as it is shown: R4TN-8WQ2-6HXC5."""
    return "-".join(groups(receipt))
