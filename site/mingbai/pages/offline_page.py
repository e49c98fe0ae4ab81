"""Makes `/offline/`, which a phone shows without a network in the place of a page that it has not kept."""

from collections.abc import Iterator

from mingbai.edition import Edition
from mingbai.messages import say
from mingbai.pages.rendering import Here, Page


def pages(edition: Edition, lang: str) -> Iterator[Page]:
    """Yield the page."""
    heading = say("offline.heading", lang)
    yield Page(Here(lang, "/offline/"), "offline.html", heading, heading, "", {"heading": heading})
