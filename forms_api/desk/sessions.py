"""Opens and ends the sessions of staff; the browser holds a random token, the database only its hash.

A session ends after half an hour without use, after eight hours in any case, and at once on the server when it is
closed (OWASP ASVS 5.0, V7). Each sign-in opens a new one and ends the one that the same browser had. An account may
have as many as it has browsers, at the counter and at home: each ends by itself, and the keeper can end them all.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select, update

from forms_api.cases import moment
from forms_api.desk.accounts import Account
from forms_api.tables import ACCOUNTS, SESSIONS

COOKIE = "__Host-mingbai-desk"
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)
SEEN_EVERY = timedelta(minutes=1)  # how often a use is written down: not every page costs a commit


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
        select(SESSIONS, ACCOUNTS.c.unit, ACCOUNTS.c.role)
        .join(ACCOUNTS, ACCOUNTS.c.name == SESSIONS.c.account)
        .where(SESSIONS.c.hash == hashed(token), ACCOUNTS.c.closed_at.is_(None))
    ).first()
    if row is None:
        return None
    opened, seen = (datetime.fromisoformat(each) for each in (row.opened_at, row.seen_at))
    if now >= opened + LONGEST or now >= seen + IDLE:
        return None
    return Account(row.account, row.unit, row.role), seen


def see(connection: Connection, token: str, now: datetime) -> None:
    """Note that a session was used."""
    connection.execute(update(SESSIONS).where(SESSIONS.c.hash == hashed(token)).values(seen_at=moment(now)))


def close_session(connection: Connection, token: str) -> None:
    """End a session on the server."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.hash == hashed(token)))


def close_all(connection: Connection, account: str) -> None:
    """End every session of an account on the server."""
    connection.execute(delete(SESSIONS).where(SESSIONS.c.account == account))


def hashed(token: str) -> bytes:
    """Return the hash under which a token is kept."""
    return sha256(token.encode()).digest()
