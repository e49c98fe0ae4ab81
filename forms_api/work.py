"""Checks a proof of work: it raises the allowance of who has used theirs up, and never stands before the first letter.

A browser looks for a number that, hashed after the form's own token (SHA-256), gives enough zero bits. A token serves
for one submission, so work cannot be used twice. It is a price, not a proof: moderation is the wall.
"""

from hashlib import sha256

BITS = 16  # 65,536 hashes on average: about a second on a phone of 2020
LONGEST = 20


def is_done(token: str, work: str) -> bool:
    """Return whether `work`, decimal digits, is a proof for `token`."""
    if not (work.isascii() and work.isdecimal() and len(work) <= LONGEST):
        return False
    digest = sha256(f"{token}:{work}".encode("utf-8", "replace")).digest()
    return int.from_bytes(digest, "big") >> (256 - BITS) == 0
