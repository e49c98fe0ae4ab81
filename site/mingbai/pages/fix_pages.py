"""Makes the pages that explain every message of a check: what it means, what to do, why; it checks nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from mingbai.checks.advice import GENERAL, Advice, general, of_kind
from mingbai.edition import Edition
from mingbai.kinds import Kind
from mingbai.messages import say
from mingbai.pages.kind_pages import counterexamples
from mingbai.pages.rendering import Here, Page
from mingbai.sentences import quoting


@dataclass(frozen=True)
class Entry:
    """A message in one language; `files`: those that break its rule and nothing else."""

    name: str
    sort: str
    says: Markup
    does: Markup
    why: Markup
    files: Sequence[str]


def pages(edition: Edition, lang: str) -> Iterator[Page]:
    """Yield the page of what is asked of every file, and one for the rules of each kind."""
    heading = say("fix_pages.heading", lang)
    told = [_entry(each, lang, ()) for each in general()]
    kinds = [kind for kind in edition.kinds if kind.rules]
    yield Page(
        Here(lang, GENERAL),
        "fixes.html",
        heading,
        heading,
        "board",
        {"entries": told, "kind": None, "kinds": kinds},
    )
    for kind in kinds:
        yield _of_kind(kind, lang)


def _of_kind(kind: Kind, lang: str) -> Page:
    heading = say("fix_pages.of_kind", lang, kind=kind.title.in_(lang))
    told = [_entry(each, lang, counterexamples(kind, each.name)) for each in of_kind(kind)]
    context: dict[str, object] = {"entries": told, "kind": kind, "kinds": ()}
    return Page(Here(lang, f"/k/{kind.id}/fix/"), "fixes.html", heading, heading, "units", context)


def _entry(advice: Advice, lang: str, files: Sequence[str]) -> Entry:
    why = advice.why.in_(lang) if advice.why else ""
    says, does, why = (quoting(each, lang) for each in (advice.says.in_(lang), advice.does.in_(lang), why))
    return Entry(advice.name, advice.severity, says, does, why, files)
