"""Reads an address of this portal and says what stands there, in words; it makes no address up."""

from dataclasses import dataclass
from urllib.parse import quote, unquote

from markupsafe import Markup, escape

from mingbai.edition import Edition
from mingbai.filings import FilingId
from mingbai.kinds import Kind
from mingbai.messages import say
from mingbai.pages.rendering import flowing, marked
from mingbai.periods import Period
from mingbai.sentences import in_chinese


@dataclass(frozen=True)
class Place:
    """A unit, one of its kinds, a filing or a row. `address` is the one that a page has."""

    words: Markup
    address: str


def place(edition: Edition, address: str, lang: str) -> Place | None:
    """Return what stands at `/u/<unit>/[<kind>/[<period>/[#<key>]]]`, None when nothing is there."""
    path, _, key = address.partition("#")
    parts = path.strip("/").split("/")
    if parts[0] != "u" or len(parts) < 2 or parts[1] not in edition.portal.units.slugs():
        return None
    unit = edition.portal.units.get(parts[1]).name.in_(lang)
    if len(parts) == 2:
        return Place(escape(unit), f"/u/{parts[1]}/")
    kind = {each.id: each for each in kinds_of(edition, parts[1])}.get(parts[2])
    if kind is None:
        return None
    title = kind.title.in_(lang)
    if len(parts) == 3:
        return Place(marked(lang, "filing.name", unit=unit, kind=title), f"/u/{parts[1]}/{kind.id}/")
    period = _period(parts[3])
    return None if period is None else _filing(edition, FilingId(parts[1], kind.id, period), key, lang)


def kinds_of(edition: Edition, slug: str) -> list[Kind]:
    """Return the kinds of which the unit has filings or duties, or owes a register: each has a page."""
    portal = edition.portal
    found = {table.id.kind for table in edition.by_unit.get(slug, ())}
    found |= {duty.kind.id for duty in edition.duties_of.get(slug, ())}
    here = [
        unit for unit in portal.units.spans(slug) if unit.valid_on(edition.as_of) and portal.is_ours(unit)
    ]
    registers = [kind for kind in portal.kinds.values() if kind.shape == "register"]
    begun = [kind for kind in registers if portal.settings.since(kind) <= edition.as_of]
    found |= {kind.id for kind in begun if any(unit.sort in kind.owed_by for unit in here)}
    return [kind for id, kind in portal.kinds.items() if id in found]


def row_words(key: str, lang: str) -> Markup:
    """Return a row's key as one speaks of it: a number counts rows, anything else is a name."""
    if key.isdigit():
        return marked(lang, "fix.row", key=key)
    return marked(lang, "fix.named", key=in_chinese(key, lang))


def _filing(edition: Edition, id: FilingId, key: str, lang: str) -> Place | None:
    table = edition.tables.get(id)
    if table is None:
        return None
    facts = {"period": id.period.title(lang), "kind": table.kind.title.in_(lang)}
    unit = edition.portal.units.get(id.unit).name.in_(lang)
    words = marked(lang, "filing.heading", unit=unit, title=say("listing.title", lang, **facts))
    anchor = quote(unquote(key), safe="")
    if not anchor:
        return Place(words, id.address)
    if anchor not in {row.anchor for row in table.rows}:
        return None
    return Place(flowing([words, row_words(unquote(key), lang)], lang), f"{id.address}#{anchor}")


def _period(label: str) -> Period | None:
    try:
        return Period.parse(label)
    except ValueError:
        return None
