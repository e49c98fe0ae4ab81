"""Mails what was newly published to whoever asked for it; it reads the feeds of the built site and knows no case.

A subscription is one feed and one address. It counts after its owner opened the key in a first mail, so nobody can be
signed up by somebody else, and every mail brings the key that ends it. The key itself is kept as a hash.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

from markupsafe import Markup
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from forms_api.cases import moment
from forms_api.keys import Keys
from forms_api.tables import NEWS, OUTBOX, SUBSCRIPTIONS
from mingbai.feeds.atom import NAME
from mingbai.messages import say
from mingbai.portal import Portal

PENDING = timedelta(days=2)
MOST_PENDING = 3  # first mails that one address gets before one of them is opened
_ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True)
class Subscription:
    """News of `feed`, the folder of a page of the site ("u/lianqiao", "en/k/decision", "en", ""), for `address`."""

    feed: str
    address: str

    @property
    def lang(self) -> str:
        """The language of the feed."""
        return "en" if self.feed.split("/")[0] == "en" else "zh"

    def key(self, keys: Keys) -> str:
        """Return what its owner holds."""
        return keys.sign("news", f"{self.feed}\n{self.address.lower()}".encode()).hex()[:32]


@dataclass(frozen=True)
class Entry:
    """One entry of a feed; `mark` tells it from every other and from itself before a change."""

    mark: str
    title: str
    address: str


def title_of(release: Path, feed: str) -> str | None:
    """Return the title of a feed of the built site, None if there is no such feed."""
    root = _read(release, feed)
    return None if root is None else root.findtext(f"{_ATOM}title", "")


def entries_of(release: Path, feed: str) -> list[Entry]:
    """Return what a feed holds, the newest first; nothing if it is gone."""
    root = _read(release, feed)
    return [] if root is None else list(_entries(root))


def _read(release: Path, feed: str) -> ElementTree.Element | None:
    try:
        # Written by our own build, in a folder that no push reaches.
        return ElementTree.parse(release / feed / NAME).getroot()
    except (OSError, ElementTree.ParseError):
        return None


def _entries(root: ElementTree.Element) -> Iterator[Entry]:
    for each in root.iter(f"{_ATOM}entry"):
        link = each.find(f"{_ATOM}link")
        mark = f"{each.findtext(f'{_ATOM}id')} {each.findtext(f'{_ATOM}updated')}"
        title = Markup(each.findtext(f"{_ATOM}title", "")).striptags()
        yield Entry(mark, title, "" if link is None else link.get("href", ""))


def ask(
    connection: Connection, portal: Portal, keys: Keys, wanted: Subscription, name: str, at: datetime
) -> None:
    """Write down who wants what and send the first mail; none where one is there already or too many wait."""
    table, key = SUBSCRIPTIONS.c, wanted.key(keys)
    pending = select(func.count()).where(table.address == wanted.address, table.confirmed_at.is_(None))
    if _find(connection, keys, key) is not None or (connection.scalar(pending) or 0) >= MOST_PENDING:
        return
    row = {"key_hash": _hashed(keys, key), "feed": wanted.feed, "address": wanted.address, "at": moment(at)}
    connection.execute(insert(SUBSCRIPTIONS).values(**row))
    facts = {
        "title": portal.settings.title.in_(wanted.lang),
        "name": name,
        "link": _link(portal, wanted, key),
    }
    _post(connection, wanted, at, "confirm", facts)


def find(connection: Connection, keys: Keys, key: str) -> tuple[Subscription, bool] | None:
    """Return the subscription behind a key, and whether it counts."""
    row = _find(connection, keys, key)
    return None if row is None else (Subscription(row.feed, row.address), row.confirmed_at is not None)


def confirm(connection: Connection, keys: Keys, key: str, now_there: list[Entry], at: datetime) -> None:
    """Let a subscription count: from now on, what is not yet in its feed is news."""
    row = _find(connection, keys, key)
    if row is None or row.confirmed_at is not None:
        return
    chosen = SUBSCRIPTIONS.c.key_hash == row.key_hash
    connection.execute(update(SUBSCRIPTIONS).where(chosen).values(confirmed_at=moment(at)))
    if connection.scalar(select(NEWS.c.mark).where(NEWS.c.feed == row.feed).limit(1)) is None:
        _fresh(connection, row.feed, now_there)


def stop(connection: Connection, keys: Keys, key: str) -> None:
    """End a subscription and forget its address."""
    connection.execute(delete(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.key_hash == _hashed(keys, key)))


def feeds(connection: Connection) -> list[str]:
    """Return the feeds that somebody follows."""
    wanted = select(SUBSCRIPTIONS.c.feed).where(SUBSCRIPTIONS.c.confirmed_at.is_not(None)).distinct()
    return list(connection.scalars(wanted))


def tell(
    connection: Connection,
    portal: Portal,
    keys: Keys,
    feed: str,
    there: tuple[str, list[Entry]],
    at: datetime,
) -> None:
    """Put a mail about what is new in `feed` (its title and entries) into the outbox for each who follows it."""
    name, fresh = there[0], _fresh(connection, feed, there[1])
    if not fresh:
        return
    told = "\n".join(f"· {each.title}\n  {each.address}" for each in fresh)
    table = SUBSCRIPTIONS.c
    for row in connection.execute(
        select(SUBSCRIPTIONS).where(table.feed == feed, table.confirmed_at.is_not(None))
    ).all():
        mine = Subscription(row.feed, row.address)
        facts = {"name": name, "count": len(fresh), "told": told, "link": _link(portal, mine, mine.key(keys))}
        _post(connection, mine, at, "fresh", facts)


def forget(connection: Connection, now: datetime) -> None:
    """Delete the addresses of those who never opened the first mail."""
    table = SUBSCRIPTIONS.c
    connection.execute(
        delete(SUBSCRIPTIONS).where(table.confirmed_at.is_(None), table.at < moment(now - PENDING))
    )


def _fresh(connection: Connection, feed: str, there: list[Entry]) -> list[Entry]:
    """Return the entries that nobody was told of, and note that they are known from now on."""
    known = set(connection.scalars(select(NEWS.c.mark).where(NEWS.c.feed == feed)))
    fresh = [each for each in there if each.mark not in known]
    if fresh:
        connection.execute(insert(NEWS), [{"feed": feed, "mark": each.mark} for each in fresh])
    return fresh


def _find(connection: Connection, keys: Keys, key: str) -> Row[tuple[object, ...]] | None:
    return connection.execute(
        select(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.key_hash == _hashed(keys, key))
    ).first()


def _hashed(keys: Keys, key: str) -> bytes:
    return keys.sign("news key", key.encode("utf-8", "replace"))


def _link(portal: Portal, wanted: Subscription, key: str) -> str:
    tree = "/en" if wanted.lang == "en" else ""
    return portal.settings.absolute(f"{tree}/follow/{key}") or ""


def _post(
    connection: Connection, to: Subscription, at: datetime, sort: str, facts: Mapping[str, object]
) -> None:
    subject, text = (say(f"forms.news.{sort}.{part}", to.lang, **facts) for part in ("subject", "text"))
    row = {"at": moment(at), "address": to.address, "subject": subject, "text": text}
    connection.execute(insert(OUTBOX).values(**row))
