"""Reads from the built page of a filing what a card shows; it opens no filing.

The templates of the page mark it: `data-card` names the part, Open Graph says title and address.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from markupsafe import Markup, escape

# The figures that say most come first, and only one sort is shown: a sum whole or not at all, else totals, else facts.
_MOST = {"sum": 99, "total": 4, "fact": 3}


@dataclass(frozen=True)
class Figure:
    """One figure: its sign in a sum ("", ＋, －, ＝), words, the figure as the page writes it, its unit."""

    sign: str
    words: str
    text: str
    unit: str


@dataclass(frozen=True)
class Told:
    """What a page tells of its filing. `heading` names unit and period too; `address` is None without `site_url`."""

    heading: str
    sentence: str
    spoken: Markup
    title: str
    figures: tuple[Figure, ...]
    display: str
    address: str | None


def told(html: str) -> Told | None:
    """Return what the page tells; None for a page without the marks, such as one built by an earlier version."""
    page = _Page()
    page.feed(html)
    page.close()
    heading, sentence = page.metas.get("og:title"), page.metas.get("og:description")
    if heading is None or sentence is None or "sentence" not in page.parts:
        return None
    return Told(
        heading=heading,
        sentence=sentence,
        spoken=page.parts["sentence"],
        title=page.parts.get("title", Markup("")).striptags(),
        figures=page.chosen(),
        display=page.parts.get("display", Markup("")).striptags(),
        address=page.metas.get("og:url"),
    )


@dataclass
class _Open:
    """A marked element that is being read: `depth` counts the elements open in it, itself included."""

    tag: str
    facts: dict[str, str]
    depth: int = 1
    pieces: list[Markup] = field(default_factory=list)


class _Page(HTMLParser):
    """Collects metas and marked elements. Of markup `b` is kept, and `span` where it says the language."""

    def __init__(self) -> None:
        super().__init__()
        self.metas: dict[str, str] = {}
        self.parts: dict[str, Markup] = {}
        self._figures: dict[str, list[Figure]] = {}
        self._open: _Open | None = None

    def chosen(self) -> tuple[Figure, ...]:
        """Return the figures of the first sort that the page has; a single fact is no key to anything."""
        sort = next((sort for sort in _MOST if sort in self._figures), "fact")
        found = self._figures.get(sort, [])
        return () if sort == "fact" and len(found) < 2 else tuple(found[: _MOST[sort]])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a meta, open a marked element, or go deeper into one."""
        facts = {name: value or "" for name, value in attrs}
        if tag == "meta" and "property" in facts:
            self.metas[facts["property"]] = facts.get("content", "")
        elif self._open is None and "data-card" in facts:
            self._open = _Open(tag, facts)
        elif self._open is not None:
            self._open.depth += tag == self._open.tag
            self._open.pieces += _kept(tag, facts)

    def handle_endtag(self, tag: str) -> None:
        """Close what is open."""
        if self._open is None:
            return
        self._open.depth -= tag == self._open.tag
        if self._open.depth == 0:
            self._close(self._open)
        elif tag in ("b", "span"):
            self._open.pieces.append(Markup(f"</{tag}>"))

    def handle_data(self, data: str) -> None:
        """Take the words of a marked element."""
        if self._open is not None:
            self._open.pieces.append(escape(data))

    def _close(self, one: _Open) -> None:
        self._open = None
        sort, words = one.facts["data-card"], Markup("").join(one.pieces)
        if sort not in _MOST:
            self.parts[sort] = words
            return
        figure = Figure(
            one.facts.get("data-sign", ""),
            one.facts.get("data-words", ""),
            words.striptags(),
            one.facts.get("data-unit", ""),
        )
        self._figures.setdefault(sort, []).append(figure)


def _kept(tag: str, facts: dict[str, str]) -> list[Markup]:
    if tag == "b":
        return [Markup("<b>")]
    if tag == "span":
        return [Markup('<span lang="{}">').format(facts["lang"]) if "lang" in facts else Markup("<span>")]
    return []
