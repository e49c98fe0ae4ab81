"""Keeps the accounts of staff: name, unit, role, password, one-time code (RFC 6238), recovery codes.

It shows no page and asks nobody who may. A wrong name and a wrong password take the same time and are not told apart.
"""

import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pyotp
from sqlalchemy import Connection, Select, delete, func, insert, select, update

from forms_api.cases import moment
from forms_api.desk import passwords
from forms_api.desk.passwords import Unusable
from forms_api.submissions import clean
from forms_api.tables import ACCOUNTS, DRAWN, RECOVERIES

ROLES = ("intake", "clerk", "township", "supervisor", "administrator")
LONGEST_NAME = 40
DRAWN_SERVES = timedelta(
    days=7
)  # a password that somebody else has seen lets its owner in so long (ASVS 6.4.1)
_RECOVERIES = 10
_KEEPER = "mingbai"  # who sits at the server, in the audit trail: nobody at the desk is called like it
_STEP = 30  # seconds a code is good for; the one before and after are taken too, for clocks that differ


@dataclass(frozen=True)
class Account:
    """Somebody who may sign in: for which unit, in which role; `drawn`: with a password that is still to be changed."""

    name: str
    unit: str
    role: str
    drawn: bool = False


@dataclass(frozen=True)
class Kept:
    """An account as its administrator sees it; `closed_at` is None while it is open."""

    account: Account
    created_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class Enrolment:
    """What is shown once when an account is made: the address for the code app and the recovery codes."""

    uri: str
    recoveries: tuple[str, ...]


def add(connection: Connection, account: Account, password: str, now: datetime) -> Enrolment:
    """Make an account whose owner chose the password. Raises Unusable."""
    passwords.judge(password, own_words(account))
    return make(connection, account, passwords.kept(password), now)


def make(connection: Connection, account: Account, kept: str, now: datetime) -> Enrolment:
    """Make an account with a password as it is kept. Raises Unusable."""
    if account.role not in ROLES or not account.name.strip():
        raise Unusable("desk.add.role")
    if not _is_a_name(account.name):
        raise Unusable("desk.add.name")
    if connection.scalar(select(ACCOUNTS.c.name).where(ACCOUNTS.c.name == account.name)) is not None:
        raise Unusable("desk.add.taken")
    secret = pyotp.random_base32(32)
    connection.execute(
        insert(ACCOUNTS).values(
            name=account.name,
            unit=account.unit,
            role=account.role,
            password=kept,
            totp_secret=secret,
            totp_step=0,
            created_at=moment(now),
        )
    )
    _mark(connection, account, now)
    return Enrolment(_uri(account.name, secret), renew_recoveries(connection, account.name))


def reset(connection: Connection, account: Account, kept: str, now: datetime) -> Enrolment:
    """Give an open account another password, another secret, other recovery codes: the old ones serve no more.

    Raises Unusable when it is closed or was never there.
    """
    secret = pyotp.random_base32(32)
    changed = (
        update(ACCOUNTS).where(*_is_open(account.name)).values(password=kept, totp_secret=secret, totp_step=0)
    )
    if connection.execute(changed).rowcount != 1:
        raise Unusable("desk.no_account")
    _mark(connection, account, now)
    return Enrolment(_uri(account.name, secret), renew_recoveries(connection, account.name))


def change_password(connection: Connection, account: Account, kept: str) -> None:
    """Give an account the password that its owner chose."""
    connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.name == account.name).values(password=kept))
    connection.execute(delete(DRAWN).where(DRAWN.c.account == account.name))


def renew_recoveries(connection: Connection, name: str) -> tuple[str, ...]:
    """Return new recovery codes of an account; the old ones serve no more."""
    connection.execute(delete(RECOVERIES).where(RECOVERIES.c.account == name))
    codes = tuple("-".join(secrets.token_hex(4) for _ in range(4)) for _ in range(_RECOVERIES))
    for code in codes:
        connection.execute(insert(RECOVERIES).values(account=name, hash=_hash(code)))
    return codes


def recoveries_left(connection: Connection, name: str) -> int:
    """Return how many recovery codes an account still has."""
    mine = select(func.count()).select_from(RECOVERIES).where(RECOVERIES.c.account == name)
    return int(connection.scalar(mine) or 0)


def close(connection: Connection, name: str, now: datetime) -> None:
    """Close an account for good; its lines in the audit trail keep its name. Raises Unusable when it is not open."""
    if (
        connection.execute(update(ACCOUNTS).where(*_is_open(name)).values(closed_at=moment(now))).rowcount
        != 1
    ):
        raise Unusable("desk.no_account")


def any_open(connection: Connection) -> bool:
    """Return whether anybody may sign in."""
    return (
        connection.scalar(select(ACCOUNTS.c.name).where(ACCOUNTS.c.closed_at.is_(None)).limit(1)) is not None
    )


def find(connection: Connection, name: str) -> Kept | None:
    """Return an account, open or closed."""
    row = connection.execute(_KEPT.where(ACCOUNTS.c.name == name)).first()
    return None if row is None else _kept(row)


def every(connection: Connection) -> list[Kept]:
    """Return all accounts, open and closed, by name."""
    return [_kept(row) for row in connection.execute(_KEPT.order_by(ACCOUNTS.c.name))]


def is_known(connection: Connection, name: str, password: str, now: datetime) -> bool:
    """Return whether there is such an account, still open, with this password, to its last character.

    A drawn password is right for a week only.
    """
    row = connection.execute(_open(name)).first()
    right = passwords.is_right(None if row is None else row.password, password)
    return right and row is not None and (row.drawn_at is None or now < _until(row.drawn_at))


def take_code(connection: Connection, name: str, code: str, now: datetime) -> Account | None:
    """Return the account, still open, when the code is right, and use the code up; None otherwise."""
    row = connection.execute(_open(name)).first()
    if row is None or not _takes(connection, row.name, row.totp_secret, row.totp_step, code, now):
        return None
    return Account(row.name, row.unit, row.role, row.drawn_at is not None)


def own_words(account: Account) -> Sequence[str]:
    """Return the words that make a password of this account easy to guess (OWASP ASVS 5.0, 6.1.2)."""
    return (*ROLES, account.name, account.unit)


def _is_a_name(name: str) -> bool:
    """Return whether a name can be told from every other one at sight, and from those who sit at the server."""
    plain = name == clean(name) and name.isprintable() and name == unicodedata.normalize("NFKC", name)
    return plain and len(name) <= LONGEST_NAME and not name.casefold().startswith(_KEEPER)


def _mark(connection: Connection, account: Account, now: datetime) -> None:
    """Note whether the password is still to be changed."""
    connection.execute(delete(DRAWN).where(DRAWN.c.account == account.name))
    if account.drawn:
        connection.execute(insert(DRAWN).values(account=account.name, at=moment(now)))


def _is_open(name: str) -> tuple[Any, ...]:
    return (ACCOUNTS.c.name == name, ACCOUNTS.c.closed_at.is_(None))


def _open(name: str) -> Select[Any]:
    both = ACCOUNTS.outerjoin(DRAWN)
    return select(ACCOUNTS, DRAWN.c.at.label("drawn_at")).select_from(both).where(*_is_open(name))


def _until(drawn_at: str) -> datetime:
    return datetime.fromisoformat(drawn_at) + DRAWN_SERVES


def _uri(name: str, secret: str) -> str:
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="Mingbai")


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


def _hash(code: str) -> bytes:
    return sha256(code.encode()).digest()  # 128 random bits: nothing to guess, so no slow hash


_KEPT = select(ACCOUNTS, DRAWN.c.at.label("drawn_at")).select_from(ACCOUNTS.outerjoin(DRAWN))


def _kept(row: Any) -> Kept:
    closed = None if row.closed_at is None else datetime.fromisoformat(row.closed_at)
    account = Account(row.name, row.unit, row.role, row.drawn_at is not None)
    return Kept(account, datetime.fromisoformat(row.created_at), closed)
