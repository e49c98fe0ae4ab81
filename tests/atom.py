"""Judges a feed by RFC 4287: elements that must or may be there, dates, ids, order; it uses no code of the writer."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, fromstring

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
BASE = "{http://www.w3.org/XML/1998/namespace}base"

# 4.1.1 and 4.1.2: how often an element may stand, least and most; None is no limit.
FEED: dict[str, tuple[int, int | None]] = {
    "author": (0, None), "category": (0, None), "contributor": (0, None), "generator": (0, 1), "icon": (0, 1),
    "id": (1, 1), "link": (0, None), "logo": (0, 1), "rights": (0, 1), "subtitle": (0, 1), "title": (1, 1),
    "updated": (1, 1), "entry": (0, None),
}  # fmt: skip
ENTRY: dict[str, tuple[int, int | None]] = {
    "author": (0, None), "category": (0, None), "content": (0, 1), "contributor": (0, None), "id": (1, 1),
    "link": (0, None), "published": (0, 1), "rights": (0, 1), "source": (0, 1), "summary": (0, 1), "title": (1, 1),
    "updated": (1, 1),
}  # fmt: skip
TEXTS = ("title", "subtitle", "summary", "rights")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")  # 3.3, after RFC 3339
IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
# RFC 4151, 2.1: tag:<authority>,<date>:<specific>; hash and what follows are the fragment
TAG = re.compile(
    r"tag:[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*,"
    r"\d{4}(-\d\d(-\d\d)?)?:[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*(#[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*)?"
)
_VOID = ("br", "hr", "img")


class Html(HTMLParser):
    """Reads what stands in a text of type html: its words, which language they say they are, and what is left open."""

    def __init__(self, text: str, lang: str) -> None:
        super().__init__()
        self.words: list[tuple[str, str]] = []
        self._open = [("", lang)]
        self.wrong: list[str] = []
        self.feed(text)
        self.close()
        self.wrong += [f"<{tag}> is not closed" for tag, _ in self._open[1:]]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self._open.append((tag, dict(attrs).get("lang") or self._open[-1][1]))

    def handle_endtag(self, tag: str) -> None:
        if self._open[-1][0] == tag:
            self._open.pop()
        else:
            self.wrong.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self.words.append((data, self._open[-1][1]))


def problems(data: bytes) -> list[str]:
    """Return what is wrong with a feed, [] when it is sound. Raises ParseError for what is no XML."""
    root = fromstring(data)
    if root.tag != f"{ATOM}feed":
        return [f"the root is {root.tag}"]
    entries = root.findall(f"{ATOM}entry")
    authored = bool(root.findall(f"{ATOM}author"))
    found = [*_element(root, FEED, "feed"), *_ids(root, entries), *_order(root, entries)]
    if not _links(root, "self"):
        found.append("feed: no link to itself")
    if not authored and (not entries or not all(entry.findall(f"{ATOM}author") for entry in entries)):
        found.append("feed: no author")
    for number, entry in enumerate(entries):
        found += [*_element(entry, ENTRY, f"entry {number}"), *_entry(entry, f"entry {number}")]
    return found


def _element(element: Element, rules: dict[str, tuple[int, int | None]], where: str) -> Iterator[str]:
    counts = Counter(child.tag for child in element)
    for tag in counts:
        if tag.removeprefix(ATOM) not in rules or not tag.startswith(ATOM):
            yield f"{where}: {tag.removeprefix(ATOM)} may not stand here"
    for name, (least, most) in rules.items():
        count = counts[ATOM + name]
        if count < least or (most is not None and count > most):
            yield f"{where}: {count} × {name}"
    yield from _moments(element, where)
    for person in element.findall(f"{ATOM}author"):
        if len(person.findall(f"{ATOM}name")) != 1 or not (person.findtext(f"{ATOM}name") or "").strip():
            yield f"{where}: an author has no name"
    for name in TEXTS:
        for text in element.findall(ATOM + name):
            yield from _text(text, f"{where}: {name}")
    yield from _leads(element, where)


def _moments(element: Element, where: str) -> Iterator[str]:
    for name in ("updated", "published"):
        for moment in element.findall(ATOM + name):
            if not _is_moment(moment.text or ""):
                yield f"{where}: {name} is no date: {moment.text}"


def _leads(element: Element, where: str) -> Iterator[str]:
    alternates = Counter((each.get("type"), each.get("hreflang")) for each in _links(element, "alternate"))
    if any(count > 1 for count in alternates.values()):
        yield f"{where}: two alternates of one type and language"
    if not all(link.get("href") for link in element.findall(f"{ATOM}link")):
        yield f"{where}: a link leads nowhere"


def _entry(entry: Element, where: str) -> Iterator[str]:
    if entry.find(f"{ATOM}content") is None and not _links(entry, "alternate"):
        yield f"{where}: neither content nor a page"
    published, updated = (entry.findtext(f"{ATOM}{name}") or "" for name in ("published", "updated"))
    if _is_moment(published) and _is_moment(updated) and _at(published) > _at(updated):
        yield f"{where}: updated before it was published"


def _text(text: Element, where: str) -> Iterator[str]:
    sort = text.get("type", "text")
    if sort not in ("text", "html", "xhtml"):
        yield f"{where}: type {sort}"
    if sort != "xhtml" and len(text):
        yield f"{where}: holds elements"
    if not "".join(text.itertext()).strip():
        yield f"{where}: is empty"
    if sort == "html":
        yield from (f"{where}: {wrong}" for wrong in Html(text.text or "", "").wrong)


def _ids(root: Element, entries: list[Element]) -> Iterator[str]:
    ids = [element.findtext(f"{ATOM}id") or "" for element in (root, *entries)]
    for id in ids:
        if not IRI.fullmatch(id) or (id.startswith("tag:") and not TAG.fullmatch(id)):
            yield f"id: {id!r} is no IRI"
    for id, count in Counter(ids).items():
        if count > 1:
            yield f"id: {id} stands {count} times"


def _order(root: Element, entries: list[Element]) -> Iterator[str]:
    """Not of the RFC but promised: the newest first, and the feed as new as its newest entry."""
    moments = [_at(text) for entry in entries if _is_moment(text := entry.findtext(f"{ATOM}updated") or "")]
    if moments != sorted(moments, reverse=True):
        yield "feed: the newest does not come first"
    own = root.findtext(f"{ATOM}updated") or ""
    if moments and _is_moment(own) and _at(own) != max(moments):
        yield "feed: not as new as its newest entry"


def _links(element: Element, rel: str) -> list[Element]:
    return [link for link in element.findall(f"{ATOM}link") if link.get("rel", "alternate") == rel]


def _is_moment(text: str) -> bool:
    if not MOMENT.fullmatch(text):
        return False
    try:
        _at(text)
    except ValueError:
        return False
    return True


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
