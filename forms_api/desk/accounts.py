"""Keeps the accounts of staff: password (argon2id, RFC 9106), one-time code (RFC 6238), recovery codes.

It shows no page. A wrong name and a wrong password take the same time and are not told apart.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Select, delete, insert, select, update

from forms_api.cases import moment
from forms_api.tables import ACCOUNTS, RECOVERIES
from mingbai.errors import MingbaiError

ROLES = ("intake", "clerk", "township", "supervisor", "administrator")
SHORTEST, LONGEST = 12, 128  # of a password, in characters (OWASP ASVS 5.0, 6.2)
_RECOVERIES = 10
# Words that whoever guesses tries first; with them go the account's own name and its unit (OWASP ASVS 5.0, 6.1.2).
_GUESSED = ("mingbai", "明白", *ROLES)
_STEP = 30  # seconds a code is good for; the one before and after are taken too, for clocks that differ


class Unusable(MingbaiError):
    """An account cannot be made like this; the message is the key of the sentence."""


@dataclass(frozen=True)
class Account:
    """Somebody who may sign in: for which unit, in which role."""

    name: str
    unit: str
    role: str


@dataclass(frozen=True)
class Enrolment:
    """What is shown once when an account is made: the address for the code app and the recovery codes."""

    uri: str
    recoveries: tuple[str, ...]


def add(connection: Connection, account: Account, password: str, now: datetime) -> Enrolment:
    """Make an account. Raises Unusable."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Unusable("desk.add.password")
    if len(_unguessed(password, account)) < SHORTEST:
        raise Unusable("desk.add.guessed")
    if account.role not in ROLES or not account.name.strip():
        raise Unusable("desk.add.role")
    if connection.scalar(select(ACCOUNTS.c.name).where(ACCOUNTS.c.name == account.name)) is not None:
        raise Unusable("desk.add.taken")
    secret = pyotp.random_base32(32)
    connection.execute(
        insert(ACCOUNTS).values(
            name=account.name,
            unit=account.unit,
            role=account.role,
            password=_hasher().hash(password),
            totp_secret=secret,
            totp_step=0,
            created_at=moment(now),
        )
    )
    codes = tuple("-".join(secrets.token_hex(4) for _ in range(4)) for _ in range(_RECOVERIES))
    for code in codes:
        connection.execute(insert(RECOVERIES).values(account=account.name, hash=_hash(code)))
    return Enrolment(pyotp.TOTP(secret).provisioning_uri(name=account.name, issuer_name="Mingbai"), codes)


def close(connection: Connection, name: str, now: datetime) -> None:
    """Close an account for good; its lines in the audit trail keep its name."""
    connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.name == name).values(closed_at=moment(now)))


def any_open(connection: Connection) -> bool:
    """Return whether anybody may sign in."""
    return (
        connection.scalar(select(ACCOUNTS.c.name).where(ACCOUNTS.c.closed_at.is_(None)).limit(1)) is not None
    )


def is_known(connection: Connection, name: str, password: str) -> bool:
    """Return whether there is such an account, still open, with this password, to its last character."""
    row = connection.execute(_open(name)).first()
    right = _is_password(row.password if row is not None else _nobody(), password[:LONGEST])
    return right and row is not None and len(password) <= LONGEST


def take_code(connection: Connection, name: str, code: str, now: datetime) -> Account | None:
    """Return the account, still open, when the code is right, and use the code up; None otherwise."""
    row = connection.execute(_open(name)).first()
    if row is None or not _takes(connection, row.name, row.totp_secret, row.totp_step, code, now):
        return None
    return Account(row.name, row.unit, row.role)


def _open(name: str) -> Select[Any]:
    return select(ACCOUNTS).where(ACCOUNTS.c.name == name, ACCOUNTS.c.closed_at.is_(None))


def _unguessed(password: str, account: Account) -> str:
    """Return what is left of a password without the words that are tried first."""
    left = password.casefold()
    for word in (*_GUESSED, account.name.casefold(), account.unit):
        left = left.replace(word, "")
    return left


def _takes(connection: Connection, name: str, secret: str, used: int, code: str, now: datetime) -> bool:
    """Use a one-time code up, or a recovery code, and return whether it was good."""
    typed = "".join(code.split())
    at = int(now.timestamp()) // _STEP
    for step in (at - 1, at, at + 1):
        good = pyotp.TOTP(secret).at(step * _STEP)
        if step > used and secrets.compare_digest(good.encode(), typed.encode()):
            connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.name == name).values(totp_step=step))
            return True
    mine = (RECOVERIES.c.account == name, RECOVERIES.c.hash == _hash(typed.lower()))
    return connection.execute(delete(RECOVERIES).where(*mine)).rowcount == 1


def _is_password(kept: str, typed: str) -> bool:
    try:
        return _hasher().verify(kept, typed)
    except (VerificationError, InvalidHashError):
        return False


def _hash(code: str) -> bytes:
    return sha256(code.encode()).digest()  # 128 random bits: nothing to guess, so no slow hash


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    """A hash of no one's password, so that an unknown name takes as long as a known one."""
    return _hasher().hash(secrets.token_hex(16))
