"""Renders public tables into the frames; it accepts an `Edition` only and never opens a filing.

Templates lie in `theme/pages`, their words in `theme/messages/pages.yaml`: what is shown there is computed here.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from mingbai.edition import Edition, publish_all
from mingbai.memory import Memory
from mingbai.pages import (
    board,
    figures_page,
    filing_pages,
    fix_pages,
    home,
    kind_pages,
    offline_page,
    search_page,
    stones,
    systems_page,
    unit_pages,
)
from mingbai.pages.rendering import Frames, Page, Press
from mingbai.sharing import share_out

__all__ = ["Edition", "publish_all", "write"]


def write(edition: Edition, frames: Frames, out: Path) -> None:
    """Write every data page of the edition below `out`, and the templates that clerks fill in.

    Raises KindError for a sentence or page of a kind that does not work.
    """
    portal = edition.portal
    drawings = Memory.open(portal.root / "build" / "codes", portal.state / "keys")
    press = Press(edition, frames, out, drawings)
    by_language = [_sorts(edition, press, lang) for lang in portal.settings.languages]
    share_out(partial(_print, press), [pages for both in zip(*by_language, strict=True) for pages in both], 2)
    for path, data in kind_pages.files(edition):
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def _print(press: Press, pages: Iterator[Page]) -> None:
    for page in pages:
        press.print(page)


def _sorts(edition: Edition, press: Press, lang: str) -> list[Iterator[Page]]:
    """Return the pages in one language, sort by sort; none is made before it is asked for."""
    return [
        home.pages(edition, lang),
        unit_pages.pages(edition, lang),
        filing_pages.pages(edition, press, lang),
        stones.pages(edition, lang),
        kind_pages.pages(edition, lang),
        fix_pages.pages(edition, lang),
        board.pages(edition, lang),
        figures_page.pages(edition, lang),
        search_page.pages(edition, lang),
        systems_page.pages(edition, lang),
        offline_page.pages(edition, lang),
    ]
