"""Asks whoever is signed in for the password and a code once more, before something that matters, and then does it.

Wrong tries count at the same doors as signing in. Whoever confirmed goes on with a new session (OWASP ASVS 5.0, 7.2.4).
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from sqlalchemy import Connection

from forms_api.desk import accounts, audit, sessions
from forms_api.desk.accounts import Account
from forms_api.desk.entrance import go_on_with, session_token
from forms_api.intake import acceptance
from mingbai.errors import MingbaiError

T = TypeVar("T")


class Unconfirmed(MingbaiError):
    """Password or code are wrong, or were wrong too often; the message is the key of the sentence."""

    def __init__(self, key: str, status: int) -> None:
        super().__init__(key)
        self.status = status


def confirmed(account: Account, typed: Mapping[str, str], act: Callable[[Connection], T]) -> T:
    """Do `act` in the writer when `password` and `code` are right, and return what it returned.

    Raises Unconfirmed, Busy, and what `act` raises: then nothing is stored and the code may be used again.
    """
    service, now, token = acceptance(), acceptance().clock(), session_token()
    if not service.doors.opens(account.name):
        raise Unconfirmed("desk.confirm.too_many", 429)
    with service.doors.inside(), service.database.reading() as connection:
        known = accounts.is_known(connection, account.name, typed.get("password", ""), now)

    def do(connection: Connection) -> tuple[T, str] | None:
        lasts = known and sessions.find(connection, token, now) is not None
        if not lasts or accounts.take_code(connection, account.name, typed.get("code", ""), now) is None:
            audit.note(connection, now, account.name, "refused")
            return None
        return act(connection), sessions.renew(connection, account, token, now)

    done: tuple[T, str] | None = service.writer.run(do)
    if done is None:
        service.doors.knocked(account.name)
        raise Unconfirmed("desk.confirm.wrong", 422)
    go_on_with(done[1])
    return done[0]
