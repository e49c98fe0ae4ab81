"""Lists filings and units the way several pages show them; it reads the edition and judges nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from mingbai.duties import Duty
from mingbai.edition import Edition
from mingbai.messages import say
from mingbai.pages.standing import Badge, filing_badges, newest_due, tally
from mingbai.pages.values import short_day
from mingbai.privacy import PublicTable
from mingbai.sentences import marked_sentence
from mingbai.units import Unit


@dataclass(frozen=True)
class Title:
    """What a filing is called; `chinese` when the words come from a cell and are not translated."""

    text: str
    chinese: bool


@dataclass(frozen=True)
class Card:
    """A filing in a list: what it is, its plain sentence, how it stands."""

    unit: str
    title: Title
    address: str
    anchor: str
    sentence: Markup
    meta: str
    badges: Sequence[Badge]


@dataclass(frozen=True)
class Gap:
    """A duty without a filing, in the place where the filing would be."""

    title: str
    anchor: str
    sort: str
    badge: Badge
    words: str
    unit: str


@dataclass(frozen=True)
class Standing:
    """A unit in a list with the one thing to know about it."""

    slug: str
    name: str
    sort: str
    words: str


@dataclass(frozen=True)
class Group:
    """A town with its villages; `head` is None where units have nothing above them."""

    head: Unit | None
    units: Sequence[Unit]


def unit_now(edition: Edition, slug: str) -> Unit:
    """Return the unit as it is on the day of the build, or as it was last."""
    return edition.portal.units.about(slug, edition.as_of)


def unit_then(edition: Edition, table: PublicTable) -> Unit:
    """Return the unit as it was when the period of the filing ended: an old filing keeps its old name."""
    return edition.portal.units.about(table.id.unit, table.id.period.last)


def title(table: PublicTable, lang: str) -> Title:
    """Return the filing's title: its own for an event that has one, else period and kind."""
    named = table.kind.show.get("title")
    own = table.header.get(named) if isinstance(named, str) else None
    if isinstance(own, str) and own:
        return Title(own, chinese=True)
    facts = {"period": table.id.period.title(lang), "kind": table.kind.title.in_(lang)}
    return Title(say("listing.title", lang, **facts), chinese=False)


def card(edition: Edition, table: PublicTable, lang: str) -> Card:
    """Return the filing as it stands in a list."""
    came = short_day(edition.received[table.id].date(), lang)
    witnessed = edition.portal.received.witnessed
    return Card(
        unit=unit_then(edition, table).name.in_(lang),
        title=title(table, lang),
        address=table.id.address,
        anchor=table.id.period.label,
        sentence=marked_sentence(table, unit_then(edition, table), lang),
        meta=say("listing.came" if witnessed else "listing.came_unwitnessed", lang, day=came),
        badges=filing_badges(edition, table, lang),
    )


def gap(duty: Duty, lang: str) -> Gap:
    """Return the empty frame of a duty that is missing or not yet due."""
    facts = {"period": duty.period.title(lang), "kind": duty.kind.title.in_(lang)}
    due = short_day(duty.due, lang)
    words = say(f"gap.{duty.status}", lang, due=due, days=duty.days)
    badge = Badge(
        "miss" if duty.status == "missing" else "due", say(f"badge.{duty.status}", lang, days=duty.days)
    )
    name = duty.unit.name.in_(lang)
    return Gap(say("listing.title", lang, **facts), duty.period.label, duty.status, badge, words, name)


def groups(edition: Edition) -> list[Group]:
    """Return the units that exist on the day, under the unit above them, in file order."""
    day, units = edition.as_of, edition.portal.units
    found: dict[str, list[Unit]] = {}
    heads = {unit.parent for unit in units.on(day)}
    for unit in units.on(day):
        if unit.slug not in heads:
            found.setdefault(unit.parent or "", []).append(unit)
    return [Group(unit_now(edition, slug) if slug else None, below) for slug, below in found.items()]


def above(edition: Edition) -> list[Unit]:
    """Return the units that stand above every group, such as the county."""
    told = {
        unit.slug
        for group in groups(edition)
        for unit in ([group.head] if group.head else []) + list(group.units)
    }
    return [unit for unit in edition.portal.units.on(edition.as_of) if unit.slug not in told]


def standing(edition: Edition, unit: Unit, lang: str) -> Standing:
    """Return the unit with what it owes in words: missing before late before nothing owed."""
    owed = edition.duties_of.get(unit.slug, ())
    missing, late = tally(owed)["missing"], tally(newest_due(owed))["late"]
    if missing:
        sort, count = "miss", missing
    elif late:
        sort, count = "late", late
    elif owed:
        sort, count = "ok", 0
    else:
        sort, count = "none", 0
    words = "" if sort == "none" else say(f"standing.{sort}", lang, count=count)
    return Standing(unit.slug, unit.name.in_(lang), sort, words)


@dataclass(frozen=True)
class Crumb:
    """One step of the way from the county to the page; no address for the page itself."""

    words: str
    address: str | None


def crumbs(edition: Edition, unit: Unit, lang: str, *below: Crumb) -> list[Crumb]:
    """Return the way to a page below `unit`."""
    above = reversed(edition.portal.units.ancestors(unit.slug))
    way = [Crumb(each.name.in_(lang), f"/u/{each.slug}/") for each in above]
    own = Crumb(unit.name.in_(lang), f"/u/{unit.slug}/" if below else None)
    return [*way, own, *below]
