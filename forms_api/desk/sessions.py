"""Opens and ends the sessions of staff; the browser holds a random token, the database only its hash.

A session ends after half an hour without use, after eight hours in any case, and at once on the server when it is
closed (OWASP ASVS 5.0, V7). Each sign-in opens a new one and ends the one that the same browser had. An account may
have as many as it has browsers, at the counter and at home: each ends by itself, and the keeper can end them all.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from forms_api.cases import moment
from forms_api.desk.accounts import Account
from forms_api.tables import ACCOUNTS, DRAWN, SESSIONS

COOKIE = "__Host-mingbai-desk"
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)
SEEN_EVERY = timedelta(minutes=1)  # how often a use is written down: not every page costs a commit


@dataclass(frozen=True)
class Open:
    """A session that has not ended; `id` names it in a form and opens nothing: it is the hash of the token, in hex."""

    id: str
    opened_at: datetime
    seen_at: datetime


def open_session(connection: Connection, account: Account, now: datetime) -> str:
    """Open a session and return its token; sessions that ended long ago are cleared away."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.opened_at < moment(now - LONGEST)))
    token = secrets.token_urlsafe(32)
    connection.execute(
        insert(SESSIONS).values(
            hash=hashed(token), account=account.name, opened_at=moment(now), seen_at=moment(now)
        )
    )
    return token


def find(connection: Connection, token: str, now: datetime) -> tuple[Account, datetime] | None:
    """Return whose session it is and when it was last seen; None when it ended or there never was one."""
    row = connection.execute(
        select(SESSIONS, ACCOUNTS.c.unit, ACCOUNTS.c.role, DRAWN.c.at.label("drawn_at"))
        .join(ACCOUNTS, ACCOUNTS.c.name == SESSIONS.c.account)
        .outerjoin(DRAWN, DRAWN.c.account == SESSIONS.c.account)
        .where(SESSIONS.c.hash == hashed(token), ACCOUNTS.c.closed_at.is_(None))
    ).first()
    if row is None or not _is_open(_session(row), now):
        return None
    return Account(row.account, row.unit, row.role, row.drawn_at is not None), _session(row).seen_at


def of(connection: Connection, account: str, now: datetime) -> list[Open]:
    """Return the open sessions of an account, the one used last first."""
    rows = connection.execute(select(SESSIONS).where(SESSIONS.c.account == account))
    found = [each for each in map(_session, rows) if _is_open(each, now)]
    return sorted(found, key=lambda each: (each.seen_at, each.opened_at, each.id), reverse=True)


def renew(connection: Connection, account: Account, token: str, now: datetime) -> str:
    """Return the token of a new session in the place of this one: whoever has confirmed who they are gets another."""
    close_session(connection, token)
    return open_session(connection, account, now)


def _session(row: Any) -> Open:
    opened, seen = (datetime.fromisoformat(each) for each in (row.opened_at, row.seen_at))
    return Open(row.hash.hex(), opened, seen)


def _is_open(session: Open, now: datetime) -> bool:
    return now < session.opened_at + LONGEST and now < session.seen_at + IDLE


def see(connection: Connection, token: str, now: datetime) -> None:
    """Note that a session was used."""
    connection.execute(update(SESSIONS).where(SESSIONS.c.hash == hashed(token)).values(seen_at=moment(now)))


def close_session(connection: Connection, token: str) -> None:
    """End a session on the server."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.hash == hashed(token)))


def close_all(connection: Connection, account: str) -> None:
    """End every session of an account on the server."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.account == account))


def close_others(connection: Connection, account: str, token: str) -> None:
    """End every session of an account but this one."""
    connection.execute(
        delete(SESSIONS).where(SESSIONS.c.account == account, SESSIONS.c.hash != hashed(token))
    )


def close_one(connection: Connection, account: str, id: str) -> bool:
    """End the session `id` of an account; return whether it had such a one."""
    try:
        mine = (SESSIONS.c.account == account, SESSIONS.c.hash == bytes.fromhex(id))
    except ValueError:
        return False
    return connection.execute(delete(SESSIONS).where(*mine)).rowcount == 1


def hashed(token: str) -> bytes:
    """Return the hash under which a token is kept."""
    return sha256(token.encode()).digest()
