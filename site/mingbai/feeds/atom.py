"""Writes Atom feeds (RFC 4287) of what is new: one for all, for each unit and for each kind, in every language.

A feed lies beside the page that it follows. Without an address of the portal its links are relative (XML Base) and its
ids are tag URIs (RFC 4151) under `.invalid`, a name that nobody can own (RFC 2606).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mingbai.edition import Edition
from mingbai.feeds.entries import Entry, entries
from mingbai.messages import say
from mingbai.pages.listing import unit_now
from mingbai.pages.rendering import Here

NAME = "feed.xml"
MOST = 50  # entries in a feed; a reader that asks once a week misses nothing
_ATOM = "http://www.w3.org/2005/Atom"
_LANGUAGE = {"zh": "zh-CN", "en": "en"}
_SINCE = "2026"  # the year in tag URIs, never changed: it only keeps them apart from those of later owners
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2


@dataclass(frozen=True)
class Feed:
    """One feed. `here` is the page that it follows and beside which it lies."""

    here: Here
    name: str
    author: str
    entries: Sequence[Entry]


def write(edition: Edition, out: Path) -> None:
    """Write `feed.xml` for all, `u/<unit>/feed.xml` and `k/<kind>/feed.xml`, and the same below `en/`."""
    for lang in edition.portal.settings.languages:
        for feed in _feeds(edition, lang):
            target = out / feed.here.path / NAME
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(document(edition, feed))


def _feeds(edition: Edition, lang: str) -> Iterator[Feed]:
    settings, news = edition.portal.settings, entries(edition, lang)
    whose = settings.title.in_(lang)
    yield Feed(Here(lang, "/"), whose, whose, news[:MOST])
    for kind in edition.kinds:
        mine = [entry for entry in news if entry.kind == kind.id]
        yield Feed(Here(lang, f"/k/{kind.id}/"), kind.title.in_(lang), whose, mine[:MOST])
    for slug, mine in _of_units(edition, news).items():
        unit = unit_now(edition, slug)
        name = unit.name.in_(lang)
        body = say(f"body.{unit.sort}", lang, name=name)
        yield Feed(Here(lang, f"/u/{slug}/"), name, body, mine)


def _of_units(edition: Edition, news: Sequence[Entry]) -> dict[str, list[Entry]]:
    """Return the newest of every unit, a town's with those of its villages; each entry is looked at once."""
    units = edition.portal.units
    found: dict[str, list[Entry]] = {slug: [] for slug in units.slugs()}
    into: dict[str, list[list[Entry]]] = {}
    for slug, mine in found.items():
        for below in units.within(slug, edition.as_of):
            into.setdefault(below, []).append(mine)
    for entry in news:
        for mine in into[entry.unit]:
            if len(mine) < MOST:
                mine.append(entry)
    return found


def document(edition: Edition, feed: Feed) -> bytes:
    """Return the feed as XML; the same edition gives the same bytes."""
    settings, lang = edition.portal.settings, feed.here.lang
    root = Element("feed", {"xmlns": _ATOM, "xml:lang": _LANGUAGE[lang]})
    if settings.url is None:
        root.set("xml:base", feed.here.root)
    own = feed.here.address
    begun = datetime.combine(edition.as_of, time(), settings.timezone)
    _add(root, "id", _id(edition, lang, own + NAME))
    _add(root, "title", say("feeds.title", lang, name=feed.name))
    notes = [say("feeds.subtitle", lang, count=MOST), *([say("theme.demo", lang)] if settings.demo else [])]
    _add(root, "subtitle", (" " if lang == "en" else "").join(notes))
    _add(root, "updated", _moment(max((entry.updated for entry in feed.entries), default=begun)))
    _add(SubElement(root, "author"), "name", feed.author)
    _link(root, "self", "application/atom+xml", _address(edition, lang, own + NAME))
    _link(root, "alternate", "text/html", _address(edition, lang, own))
    _add(root, "rights", say("theme.licence", lang, licence=settings.licence))
    for entry in feed.entries:
        _entry(SubElement(root, "entry"), edition, entry, lang)
    indent(root, "")
    xml: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"


def _entry(into: Element, edition: Edition, entry: Entry, lang: str) -> None:
    _add(into, "id", _id(edition, lang, entry.address))
    _add(into, "title", entry.title, "html")
    _add(into, "published", _moment(entry.published))
    _add(into, "updated", _moment(entry.updated))
    _add(SubElement(into, "author"), "name", entry.body)
    _link(into, "alternate", "text/html", _address(edition, lang, entry.address))
    _add(into, "summary", entry.summary, "html")


def _add(into: Element, tag: str, words: str, sort: str | None = None) -> None:
    """Add an element with words; `sort` is the type of a text construct, None for plain text (RFC 4287, 3.1.1)."""
    SubElement(into, tag, {} if sort is None else {"type": sort}).text = _NOT_XML.sub("", words)


def _link(into: Element, rel: str, sort: str, address: str) -> None:
    SubElement(into, "link", {"rel": rel, "type": sort, "href": address})


def _address(edition: Edition, lang: str, address: str) -> str:
    """Return where something stands: absolute, or from the root of the site, where `xml:base` leads."""
    there = Here(lang, address).in_tree
    return edition.portal.settings.absolute(there) or there.lstrip("/") or "./"


def _id(edition: Edition, lang: str, address: str) -> str:
    """Return what names a feed or an entry for good: its address, or a tag URI."""
    there, settings = Here(lang, address).in_tree, edition.portal.settings
    return settings.absolute(there) or f"tag:{settings.county}.mingbai.invalid,{_SINCE}:{there}"


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
