"""Makes the page 制度对照: every mechanism of the documents, where it stands, what guards it; it judges nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from mingbai import systems
from mingbai.edition import Edition
from mingbai.messages import say
from mingbai.pages.rendering import Here, Page
from mingbai.systems import Mechanism

ADDRESS = "/systems/"
_DOCUMENTS = ("0", "1", "2", "3", "4")


@dataclass(frozen=True)
class Row:
    """A mechanism with the words of its kind and rule."""

    told: Mechanism
    kind: str
    why: str
    place: str


def mechanisms(edition: Edition) -> list[Mechanism]:
    """Return the portal's mechanisms; a portal of one's own need not have any."""
    return systems.read(edition.portal.root / "datasets" / "systems.csv", edition.portal.kinds)


def exists(edition: Edition) -> bool:
    """Return whether there is such a page."""
    return bool(mechanisms(edition))


def pages(edition: Edition, lang: str) -> Iterator[Page]:
    """Yield the page if there is anything to show."""
    found = mechanisms(edition)
    if not found:
        return
    parts = [
        (
            say(f"systems.document.{number}", lang),
            [_row(edition, each, lang) for each in found if each.id[0] == number],
        )
        for number in _DOCUMENTS
    ]
    served = [each for each in found if not each.out]
    context: dict[str, object] = {
        "parts_of": [(title, rows) for title, rows in parts if rows],
        "count": len(found),
        "served": len(served),
        "kinds": len({each.kind for each in served if each.kind}),
        "guarded": sum(bool(each.rule) for each in served),
        "left": len(found) - len(served),
    }
    heading = say("systems.heading", lang)
    yield Page(
        Here(lang, ADDRESS), "systems.html", heading, say("systems.description", lang), "board", context
    )


def _row(edition: Edition, told: Mechanism, lang: str) -> Row:
    kind = edition.portal.kinds.get(told.kind)
    rule = next((each for each in kind.rules if each["name"] == told.rule), None) if kind else None
    title = kind.title.in_(lang) if kind else ""
    return Row(told, title, str(rule["why"][lang]) if rule else "", told.evidence.partition("#")[2])
