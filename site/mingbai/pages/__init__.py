"""Renders public tables into the frames; it accepts an `Edition` only and never opens a filing.

Templates lie in `theme/pages`, their words in `theme/messages/pages.yaml`: what is shown there is computed here.
"""

from collections.abc import Iterator
from pathlib import Path

from mingbai.edition import Edition, publish_all
from mingbai.pages import (
    board,
    figures_page,
    filing_pages,
    home,
    kind_pages,
    search_page,
    stones,
    systems_page,
    unit_pages,
)
from mingbai.pages.rendering import Frames, Page, Press

__all__ = ["Edition", "publish_all", "write"]


def write(edition: Edition, frames: Frames, out: Path) -> None:
    """Write every data page of the edition below `out`, and the templates that clerks fill in.

    Raises KindError for a sentence or page of a kind that does not work.
    """
    press = Press(edition, frames, out)
    for lang in edition.portal.settings.languages:
        for page in _pages(edition, press, lang):
            press.print(page)
    for path, data in kind_pages.files(edition):
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def _pages(edition: Edition, press: Press, lang: str) -> Iterator[Page]:
    yield from home.pages(edition, lang)
    yield from unit_pages.pages(edition, lang)
    yield from filing_pages.pages(edition, press, lang)
    yield from stones.pages(edition, lang)
    yield from kind_pages.pages(edition, lang)
    yield from board.pages(edition, lang)
    yield from figures_page.pages(edition, lang)
    yield from search_page.pages(edition, lang)
    yield from systems_page.pages(edition, lang)
