"""Renders a template for an address and a language and pours it into its frame; it computes nothing.

Every template is autoescaped; values reach it through contexts computed in Python (design §6.1).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from mingbai.edition import Edition
from mingbai.errors import KindError
from mingbai.kinds import Kind
from mingbai.memory import Memory
from mingbai.messages import catalogue, counted, say
from mingbai.pages.glossary import meanings

SECTIONS = ("home", "units", "board", "search", "ask")  # the five words of the navigation


class Frame(Protocol):
    """One built frame (module `frames`)."""

    def fill(self, *, title: str, meta: Markup, nav: Markup, languages: Markup, body: Markup) -> str:
        """Return the whole page."""
        ...


Frames = Mapping[tuple[str, int], Frame]


@dataclass(frozen=True)
class Here:
    """Where a page stands: `address` is the same in both languages, English lies below `/en/`."""

    lang: str
    address: str

    @property
    def path(self) -> str:
        """The folder of the page below the site, without slashes at the ends."""
        return f"{_prefix(self.lang)}{self.address.strip('/')}".strip("/")

    @property
    def depth(self) -> int:
        """How many folders the page lies below the site's root."""
        return len(self.path.split("/")) if self.path else 0

    @property
    def root(self) -> str:
        """The relative way to the site's root; never absolute, so that any prefix and file:// work."""
        return "../" * self.depth or "./"

    @property
    def in_tree(self) -> str:
        """The address from the site's root in the tree of its language: `/u/…/`, `/en/u/…/`."""
        return f"/{_prefix(self.lang)}{self.address.lstrip('/')}"

    def link(self, address: str) -> str:
        """Return the way to the page at `address` in this page's language."""
        return self._to(f"{_prefix(self.lang)}{address.lstrip('/')}")

    def file(self, path: str) -> str:
        """Return the way to a file that exists once for both languages."""
        return self._to(path.lstrip("/"))

    def in_(self, lang: str) -> str:
        """Return the way to this page in the other language."""
        return self._to(f"{_prefix(lang)}{self.address.lstrip('/')}")

    def ask(self, about: str = "", unit: str = "") -> str:
        """Return the way to the form, quoting the filing or row at the address `about`, or naming a unit."""
        given = (("about", about), ("unit", unit))
        asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in given if value)
        return self.link("/ask" + ("?" + asked if asked else ""))

    def _to(self, target: str) -> str:
        return f"{self.root}{target}" if target or self.depth else "./"


def _prefix(lang: str) -> str:
    return "" if lang == "zh" else f"{lang}/"


@dataclass(frozen=True)
class Page:
    """One page to print: `context` is what its template shows, `section` the word that is current.

    `feed` is the name of what the Atom feed beside the page follows, empty where there is none. `described`: what the
    page is about as JSON-LD, for machines. A chat is told of every page by Open Graph, to show it as a card.
    """

    here: Here
    template: str
    title: str
    description: str
    section: str
    context: Mapping[str, object]
    feed: str = ""
    described: str = ""


class Press:
    """Prints pages into frames below `out`. Templates are compiled once; `memory` is for what is drawn slowly."""

    def __init__(self, edition: Edition, frames: Frames, out: Path, memory: Memory | None = None) -> None:
        self._edition, self._frames, self._out, self.memory = edition, frames, out, memory

    @cached_property
    def _templates(self) -> Environment:
        return Environment(
            loader=FileSystemLoader(self._edition.portal.theme / "pages"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def print(self, page: Page) -> None:
        """Render the page, pour it into the frame of its depth and write `<address>/index.html`."""
        here = page.here
        text = self._frames[here.lang, here.depth].fill(
            title=page.title,
            meta=self._part("_meta.html", here, page),
            nav=self._part("_nav.html", here, page),
            languages=self._part("_languages.html", here, page),
            body=self.body(page),
        )
        target = self._out / here.path / "index.html"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def body(self, page: Page) -> Markup:
        """Return what stands between head and foot of a page."""
        template = self._templates.get_template(page.template)
        return Markup(template.render(self._given(page.here) | dict(page.context)))

    def own_page(self, kind: Kind, here: Here, context: Mapping[str, object]) -> Markup:
        """Return what the kind's own `page.html` makes of the context, in Jinja's sandbox. Raises KindError."""
        source = (kind.folder / "page.html").read_text(encoding="utf-8")
        sandbox = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
        try:
            return Markup(sandbox.from_string(source).render(self._given(here) | dict(context)))
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as reason:
            raise KindError(f"{kind.id}/page.html: {reason} / 这一页写不出来") from reason

    def _part(self, template: str, here: Here, page: Page) -> Markup:
        settings = self._edition.portal.settings
        given = self._given(here) | {
            "page": page,
            "sections": SECTIONS,
            "others": [
                # Search engines take whole addresses only; without one a browser still finds the other language.
                (lang, settings.absolute(f"/{_prefix(lang)}{here.address.lstrip('/')}") or here.in_(lang))
                for lang in settings.languages
                if lang != here.lang
            ],
            "hidden": settings.demo,
            "portal": settings.title.in_(here.lang),
            "whole": settings.absolute(here.in_tree),
            "picture": settings.absolute("/assets/images/seal.png"),  # chats take no SVG
        }
        return Markup(self._templates.get_template(template).render(given))

    def _given(self, here: Here) -> dict[str, object]:
        """Return what every template may use."""
        return {
            "here": here,
            "lang": here.lang,
            "zh": Markup("" if here.lang == "zh" else ' lang="zh"'),
            "gap": "" if here.lang == "zh" else " ",  # between words that stand in one line
            "t": partial(_say, here.lang),
            "meanings": meanings(self._edition.portal.root, here.lang),
            "marked": partial(marked, here.lang),
            "flowing": partial(flowing, lang=here.lang),
            "as_of": self._edition.as_of,
            "mails": self._edition.portal.settings.url is not None,  # a mail needs whole addresses
        }


def _say(lang: str, key: str, /, **facts: object) -> str:
    return say(key, lang, **facts)


def flowing(sentences: Iterable[str], lang: str) -> Markup:
    """Return sentences one after the other, escaped unless they are markup; English puts a space between."""
    return Markup("" if lang == "zh" else " ").join(sentences)


def marked(lang: str, key: str, /, **facts: object) -> Markup:
    """Return a sentence of the catalogue whose own `<b>` is kept while every fact is escaped."""
    return Markup(catalogue()[key].in_(lang)).format(**counted(facts, lang))
