"""Makes, reads and shows receipts, the codes that let their holder follow a submission; it never sees the database.

Twelve random symbols carry 58.9 bits; the thirteenth is a Luhn mod N check symbol (ISO/IEC 7812-1, Annex B, with
N = 30), which finds every single wrong symbol and nearly every swap of neighbours before anything is looked up.
"""

import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM = 12
GROUPS = (4, 4, 5)
PATTERN = "^" + "-".join(f"[{ALPHABET}]{{{size}}}" for size in GROUPS) + "$"
_LONGEST = 64


class ReceiptMistyped(ValueError):
    """What was typed cannot be a receipt; `reason` is "length", "symbol" or "check"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def draw() -> str:
    """Return a new random receipt, 13 symbols."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM))
    return body + check_symbol(body)


def derive(digest: bytes) -> str:
    """Return the receipt that follows from a keyed `digest` (32 bytes): the same digest, the same receipt."""
    number = int.from_bytes(digest, "big")
    symbols = []
    for _ in range(RANDOM):
        number, place = divmod(number, len(ALPHABET))
        symbols.append(ALPHABET[place])
    body = "".join(symbols)
    return body + check_symbol(body)


def check_symbol(body: str) -> str:
    """Return the Luhn mod 30 symbol for `body`."""
    size = len(ALPHABET)
    total = 0
    for position, symbol in enumerate(reversed(body)):
        code = ALPHABET.index(symbol) * (2 if position % 2 == 0 else 1)
        total += code // size + code % size
    return ALPHABET[-total % size]


def read(typed: str) -> str:
    """Return the 13 symbols behind what a person typed: any case, spaces, dashes, full-width forms.

    Raises ReceiptMistyped.
    """
    if len(typed) > _LONGEST:
        raise ReceiptMistyped("length")
    plain = unicodedata.normalize("NFKC", typed).upper()
    symbols = "".join(each for each in plain if not _separates(each))
    if any(each not in ALPHABET for each in symbols):
        raise ReceiptMistyped("symbol")
    if len(symbols) != RANDOM + 1:
        raise ReceiptMistyped("length")
    if check_symbol(symbols[:-1]) != symbols[-1]:
        raise ReceiptMistyped("check")
    return symbols


def groups(receipt: str) -> tuple[str, ...]:
    """Return a receipt in its groups of 4, 4 and 5 symbols."""
    first, second, _ = GROUPS
    return receipt[:first], receipt[first : first + second], receipt[first + second :]


def shown(receipt: str) -> str:
    """Return a receipt as it is shown: R4TN-8WQ2-6HXC5."""
    return "-".join(groups(receipt))


def _separates(symbol: str) -> bool:
    # Pd holds every dash there is, Cf the zero-width characters that come along when a code is copied.
    return symbol.isspace() or symbol in "_.·" or unicodedata.category(symbol) in ("Pd", "Cf")
