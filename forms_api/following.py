"""Tells those who follow a case that something happened, by feed or by e-mail; it never says what.

Neither holds a word of the letter or the answer, nor the receipt: who reads along learns that there is news and where
to look. The address of a feed is a key of its own, kept as a hash.
"""

import re
from datetime import datetime
from email.errors import HeaderParseError, MessageError
from email.headerregistry import Address

from sqlalchemy import Connection, delete, insert, select

from forms_api.cases import Case, by_number, moment
from forms_api.keys import Keys
from forms_api.tables import FEEDS, FOLLOWERS, OUTBOX
from mingbai.messages import say
from mingbai.portal import Portal

_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,63}", re.I)
LONGEST_ADDRESS = 254  # RFC 5321 §4.5.3.1.3


def feed_token(keys: Keys, receipt: str) -> str:
    """Return the key of the feed that belongs to a receipt: nobody can get back from it to the receipt."""
    return keys.sign("feed", receipt.encode()).hex()[:32]


def open_feed(connection: Connection, keys: Keys, number: int, token: str) -> None:
    """Make the feed of a case readable under its token."""
    connection.execute(delete(FEEDS).where(FEEDS.c.submission == number))
    connection.execute(insert(FEEDS).values(submission=number, token_hash=_hashed(keys, token)))


def by_feed(connection: Connection, keys: Keys, token: str) -> Case | None:
    """Return the case that a feed follows."""
    number = connection.scalar(select(FEEDS.c.submission).where(FEEDS.c.token_hash == _hashed(keys, token)))
    return by_number(connection, -1 if number is None else number)


def _hashed(keys: Keys, token: str) -> bytes:
    return keys.sign("feed token", token.encode("utf-8", "replace"))


def is_address(typed: str) -> bool:
    """Return whether `typed` is one plain e-mail address, and nothing that could end a header."""
    if len(typed) > LONGEST_ADDRESS or not typed.isascii() or not typed.isprintable() or " " in typed:
        return False
    try:
        parsed = Address(addr_spec=typed)
    except (HeaderParseError, MessageError, ValueError, IndexError):
        return False
    return bool(parsed.username) and _DOMAIN.fullmatch(parsed.domain) is not None


def follow(connection: Connection, number: int, address: str) -> None:
    """Send news of a case to an address, in place of the one before."""
    leave(connection, number)
    connection.execute(insert(FOLLOWERS).values(submission=number, address=address))


def leave(connection: Connection, number: int) -> None:
    """Send no more news of a case."""
    connection.execute(delete(FOLLOWERS).where(FOLLOWERS.c.submission == number))


def tell(connection: Connection, portal: Portal, case: Case, at: datetime) -> None:
    """Put a mail for whoever follows the case into the outbox, in the transaction of what it tells of."""
    address = connection.scalar(select(FOLLOWERS.c.address).where(FOLLOWERS.c.submission == case.number))
    if address is None:
        return
    where = f"{(portal.settings.url or '').rstrip('/')}/track"
    subject = say("forms.mail.subject", "zh", title=portal.settings.title.zh)
    text = say("forms.mail.text", "zh", title=portal.settings.title.zh, where=where)
    connection.execute(insert(OUTBOX).values(at=moment(at), address=address, subject=subject, text=text))
