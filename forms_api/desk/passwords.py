"""Judges, keeps and draws passwords (argon2id, RFC 9106); it knows no account and no database."""

import secrets
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from forms_api.desk import guessing
from mingbai.errors import MingbaiError

SHORTEST, LONGEST = 12, 128  # in characters (OWASP ASVS 5.0, 6.2)
LEFT = 8  # so many must be left when what is guessed first is taken out
RULES = {"least": SHORTEST, "most": LONGEST, "left": LEFT}  # as the sentences call them
_SYMBOLS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look like another
_DRAWN = 20  # 99 bits
_GROUP = 5


class Unusable(MingbaiError):
    """An account cannot be made or changed like this; the message is the key of the sentence."""


def judge(password: str, own: Iterable[str]) -> None:
    """Raise Unusable for a password that is too short, too long, or guessed first; `own`: the account's words."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Unusable("desk.add.password")
    if len(guessing.left(password, own)) < LEFT:
        raise Unusable("desk.add.guessed")


def draw() -> str:
    """Return a password of random symbols, to be written down once: abcde-fghjk-mnpqr-stuvw."""
    drawn = "".join(secrets.choice(_SYMBOLS) for _ in range(_DRAWN))
    return "-".join(drawn[start : start + _GROUP] for start in range(0, _DRAWN, _GROUP))


def kept(password: str) -> str:
    """Return a password as it is kept. It takes 64 MB and a tenth of a second: never in the writer's thread."""
    return _hasher().hash(password)


def is_right(kept: str | None, typed: str) -> bool:
    """Return whether this is the password, to its last character; without one it takes as long to say no."""
    right = _verified(_nobody() if kept is None else kept, typed[:LONGEST])
    return right and kept is not None and len(typed) <= LONGEST


def _verified(kept: str, typed: str) -> bool:
    try:
        return _hasher().verify(kept, typed)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    """A hash of no one's password, so that an unknown name takes as long as a known one."""
    return _hasher().hash(secrets.token_hex(16))
