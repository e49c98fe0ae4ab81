"""Says what prose may lie in `content`, and turns built prose into documents of the index; it renders nothing itself.

Prose arrives with a push, so it is read like a letter: HTML in it is shown as text, and it passes the door of privacy.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape

from markdown import Extension, Markdown

from mingbai.errors import BuildRefused, PortalError
from mingbai.messages import Text, say
from mingbai.privacy import PrivacyStop, PublicText, public_text
from mingbai.search import Document, from_page

EXTENSIONS = ("admonition", "def_list", "footnotes", "tables", "toc")
DECISIONS = "decisions/"  # records for developers, built into the demo only (design §3)

_SORTS = (".md", ".png", ".jpg", ".jpeg", ".webp")  # design §6.9
# First parts of addresses that belong to data pages, to the theme and to the forms service (design §3).
_TAKEN = frozenset("u k catalogue board search figures systems ask track desk api open311 assets index.html".split())
_BLOCK = re.compile(r"</(?:p|li|h[1-6]|td|th|dt|dd|pre|caption)>")
_TAG = re.compile(r"<[^>]+>")


class PlainMarkdown(Extension):
    """Shows HTML in prose as the text it is: what a push brings must not become a live element (design §6.9)."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Take the parts out of Markdown that let HTML through."""
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")


@dataclass(frozen=True)
class Prose:
    """One built page of prose. `address` is the same in both languages: `method/`."""

    lang: str
    address: str
    title: str
    html: str


def admit(source: str, target: str) -> None:
    """Raise PortalError when the file `source` below `content` may not be built into the address `target`."""
    if not source.endswith(_SORTS):
        raise PortalError(say("prose.sort", file=f"content/{source}"))
    if target.removeprefix("en/").split("/")[0] in _TAKEN:
        raise PortalError(say("prose.taken", file=f"content/{source}"))


def read(source: str, markdown: str) -> None:
    """Raise BuildRefused when the text of `content/<source>` holds a personal number."""
    try:
        public_text(markdown)
    except PrivacyStop as stop:
        raise BuildRefused(say("prose.number", file=f"content/{source}", reason=stop.message)) from stop


def documents(pages: Iterable[Prose]) -> list[Document]:
    """Return one document for each address, found by the words of both languages."""
    together: dict[str, dict[str, Prose]] = {}
    for page in pages:
        together.setdefault(page.address, {})[page.lang] = page
    found = []
    for address, languages in sorted(together.items()):
        first = languages.get("zh") or languages["en"]
        title = Text(first.title, languages.get("en", first).title)
        # A page that stands in one tree only is not an address in both, and the index serves both.
        if len(languages) > 1:
            found.append(from_page(address, title, [each for one in languages.values() for each in paragraphs(one)]))
    return found


def paragraphs(page: Prose) -> list[PublicText]:
    """Return the page's text block by block, without markup."""
    blocks = (" ".join(unescape(_TAG.sub("", block)).replace("¶", "").split()) for block in _BLOCK.split(page.html))
    return [public_text(block) for block in blocks if block]
