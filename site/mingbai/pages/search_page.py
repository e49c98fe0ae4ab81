"""Makes `/search/`, the box and the place for hits; finding is the work of the script and of `search`."""

from collections.abc import Iterator

from mingbai.edition import Edition
from mingbai.messages import say
from mingbai.pages.rendering import Here, Page

TEMPLATE = "search.html"


def pages(edition: Edition, lang: str) -> Iterator[Page]:
    """Yield the search page."""
    heading = say("search_page.heading", lang)
    description = say("search_page.description", lang)
    yield Page(Here(lang, "/search/"), TEMPLATE, heading, description, "search", {})
