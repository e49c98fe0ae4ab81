"""Says what prose may lie in `content`, what comes without it, what surrounds it and how it is found; it renders none.

Prose arrives with a push, so it is read like a letter: HTML in it is shown as text, and it passes the door of privacy.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from html import unescape
from pathlib import Path

from markdown import Extension, Markdown  # type: ignore[import-untyped]

from mingbai.errors import BuildRefused, PortalError
from mingbai.messages import Text, packaged, say
from mingbai.privacy import PrivacyStop, PublicText, public_text
from mingbai.search import Document, from_page
from mingbai.sentences import day

EXTENSIONS = ("admonition", "def_list", "footnotes", "tables", "toc")
DECISIONS = "decisions/"  # records for developers, built into the demo only (design §3)

# What every portal has, for residents and clerks, unless its own `content` holds a page of that name (design §3).
COMMON = ("method.md", "privacy.md", "glossary.md", "handbook.md", "first.md")
_PICTURES = "images/handbook"

# What the foot of every page leads to, where it is there.
_READING = ("method", "privacy", "glossary", "first", "handbook", "about")
_SORTS = (".md", ".png", ".jpg", ".jpeg", ".webp")  # design §6.9
# First parts of addresses that belong to data pages, to the theme and to the forms service (design §3).
_TAKEN = frozenset(
    "u k catalogue board search figures systems ask track desk api open311 assets index.html".split()
)
_BLOCK = re.compile(r"</(?:p|li|h[1-6]|td|th|dt|dd|pre|caption)>")
_TAG = re.compile(r"<[^>]+>")


class PlainMarkdown(Extension):  # type: ignore[misc]
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


@dataclass(frozen=True)
class Shelf:
    """All pages of prose of one build: titles by address, and the addresses in the navigation."""

    languages: Sequence[str]
    as_of: date
    titles: Mapping[str, str]
    in_nav: Sequence[str]

    def around(self, lang: str, url: str) -> dict[str, object]:
        """Return the words and ways that a template needs at `url`; ways are written from the site's root."""
        tree = tree_of(lang)
        reading = [f"{tree}{name}/" for name in _READING]
        beside = [each for each in self.in_nav if lang_of(each) == lang]
        return {
            "tongue": lang,
            "t": partial(_say, lang),
            "tree": tree,
            "home": tree or "./",
            "others": [(other, self._same(url, lang, other)) for other in self.languages if other != lang],
            "reading": [(self.titles[each], each) for each in reading if each in self.titles],
            "beside": [(self.titles[each], each) for each in beside],
            "built": day(self.as_of, lang),
        }

    def _same(self, url: str, lang: str, other: str) -> str:
        """Return the way to the same prose in another language, or to that language's home page."""
        same = tree_of(other) + url.removeprefix(tree_of(lang))
        return same if same in self.titles else tree_of(other) or "./"


def tree_of(lang: str) -> str:
    """Return the first part of a language's addresses: Chinese lies at the root (design §6.11)."""
    return "" if lang == "zh" else f"{lang}/"


def lang_of(url: str) -> str:
    """Return the language of an address."""
    return "en" if url.startswith("en/") else "zh"


def _say(lang: str, key: str, **facts: object) -> str:
    return say(key, lang, **facts)


def common_folder() -> Path:
    """Return where the prose that every portal has lies, in a checkout and in a wheel alike."""
    beside = Path(__file__).resolve().parents[2] / "content"
    return beside if beside.is_dir() else packaged("content")


def common(languages: Sequence[str]) -> list[str]:
    """Return the pages and pictures that every portal has, as paths below `common_folder`."""
    pages = [f"{tree_of(lang)}{name}" for lang in languages for name in COMMON]
    pictures = sorted((common_folder() / _PICTURES).glob("*.webp"))
    return [*pages, *(f"{_PICTURES}/{each.name}" for each in pictures)]


def admit(folder: Path, source: str, target: str) -> None:
    """Raise PortalError when the file `source` below `folder` may not be built into the address `target`.

    A link would bring files of the server into the site (design §6.9).
    """
    if (folder / source).resolve() != folder.resolve() / source:
        raise PortalError(say("prose.link", file=f"content/{source}"))
    if not source.endswith(_SORTS):
        raise PortalError(say("prose.sort", file=f"content/{source}"))
    if target.removeprefix("en/").split("/")[0] in _TAKEN:
        raise PortalError(say("prose.taken", file=f"content/{source}"))


def read(source: str, markdown: str, meta: Mapping[str, object]) -> None:
    """Raise BuildRefused when `content/<source>` holds a personal number, or sets more than words above its text.

    MkDocs would let a page choose its own template there.
    """
    if not meta.keys() <= {"title", "description"} or not all(
        isinstance(each, str) for each in meta.values()
    ):
        raise BuildRefused(say("prose.meta", file=f"content/{source}"))
    try:
        public_text("\n".join([*map(str, meta.values()), markdown]))
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
            found.append(
                from_page(address, title, [each for one in languages.values() for each in paragraphs(one)])
            )
    return found


def paragraphs(page: Prose) -> list[PublicText]:
    """Return the page's text block by block, without markup."""
    blocks = (
        " ".join(unescape(_TAG.sub("", block)).replace("¶", "").split()) for block in _BLOCK.split(page.html)
    )
    return [public_text(block) for block in blocks if block]
