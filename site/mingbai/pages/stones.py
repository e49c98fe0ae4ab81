"""Makes a page in the place of each filing that was withdrawn: that it was, when and why; nothing of what it held."""

from collections.abc import Iterator

from mingbai import withdrawn
from mingbai.edition import Edition
from mingbai.messages import say
from mingbai.pages.rendering import Here, Page
from mingbai.privacy import public_text
from mingbai.sentences import day

TEMPLATE = "stone.html"


def pages(edition: Edition, lang: str) -> Iterator[Page]:
    """Yield the page of every withdrawn filing that nothing has taken the place of."""
    portal = edition.portal
    for stone in withdrawn.read(portal.root):
        id = stone.id
        if id in edition.tables or id.kind not in portal.kinds or id.unit not in portal.units.slugs():
            continue
        unit = portal.units.at(id.unit, id.period.last).name.in_(lang)
        kind = portal.kinds[id.kind].title.in_(lang)
        heading = say("stone.heading", lang, unit=unit, kind=kind, period=id.period.title(lang))
        told = say("stone.told", lang, day=day(stone.withdrawn_on, lang))
        context = {"heading": heading, "told": told, "reason": public_text(stone.reason), "unit": id.unit}
        yield Page(Here(lang, id.address), TEMPLATE, heading, told, "units", context)
