"""Makes the tree of units, each unit's page with its four questions, and each kind over time; no filing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from mingbai import downloads
from mingbai.duties import Duty
from mingbai.edition import Edition
from mingbai.kinds import Kind
from mingbai.messages import say
from mingbai.pages.board import past
from mingbai.pages.charts import Bars, Equation, Pillar, closing, equation, pillars
from mingbai.pages.filing_pages import drawn, laws
from mingbai.pages.home import days_words
from mingbai.pages.listing import (
    Card,
    Crumb,
    Gap,
    Standing,
    card,
    crumbs,
    gap,
    groups,
    standing,
    unit_now,
    unit_then,
)
from mingbai.pages.places import kinds_of
from mingbai.pages.rendering import Here, Page, flowing, marked
from mingbai.pages.replies import of_unit
from mingbai.pages.standing import newest_due, tally
from mingbai.pages.values import joined
from mingbai.privacy import PublicTable
from mingbai.sentences import day, marked_sentence, money
from mingbai.units import Unit

NEWEST = 5
SPAN = 8  # balances shown over time


@dataclass(frozen=True)
class Money:
    """The newest filing with a sum: its sentence, equation, bars, and the balances before it."""

    table: PublicTable
    sentence: Markup
    equation: Equation | None
    bars: Sequence[Bars]
    pillars: Sequence[Pillar]
    rows: int
    period: str
    spoken: str


@dataclass(frozen=True)
class Shelf:
    """One kind in a unit's list: how many filings there are."""

    kind: str
    title: str
    count: int


def pages(edition: Edition, lang: str) -> Iterator[Page]:
    """Yield the tree, every unit there ever was, and every kind of each that has or owes something."""
    yield _tree(edition, lang)
    for slug in edition.portal.units.slugs():
        unit = unit_now(edition, slug)
        yield _unit(edition, unit, lang)
        for kind in kinds_of(edition, slug):
            yield _over_time(edition, unit, kind, lang)


def _tree(edition: Edition, lang: str) -> Page:
    units = edition.portal.units
    gone = [unit for unit in units.latest() if _is_gone(edition, unit)]
    context: dict[str, object] = {
        "groups": [_below(edition, group.head, group.units, lang) for group in groups(edition)],
        "above": [standing(edition, root, lang) for root in units.roots(edition.as_of)],
        "gone": [_gone(edition, unit, lang) for unit in gone],
    }
    heading = say("units.heading", lang)
    return Page(Here(lang, "/u/"), "units.html", heading, say("units.description", lang), "units", context)


@dataclass(frozen=True)
class Below:
    """The units under one head, each with its standing."""

    head: Standing | None
    units: Sequence[Standing]


def _below(edition: Edition, head: Unit | None, units: Sequence[Unit], lang: str) -> Below:
    return Below(
        standing(edition, head, lang) if head else None, [standing(edition, unit, lang) for unit in units]
    )


@dataclass(frozen=True)
class Gone:
    """A unit that is no more, with the units that came after it."""

    name: str
    slug: str
    until: str
    successors: Sequence[tuple[str, str]]


def _gone(edition: Edition, unit: Unit, lang: str) -> Gone:
    return Gone(unit.name.in_(lang), unit.slug, day(unit.valid_to, lang), _heirs(edition, unit, lang))


def _is_gone(edition: Edition, unit: Unit) -> bool:
    return not unit.valid_on(edition.as_of) and unit.valid_to is not None


def _heirs(edition: Edition, unit: Unit, lang: str) -> list[tuple[str, str]]:
    """Return who answers for the unit, as name and slug: itself, or those that came after it."""
    slugs = unit.successors if _is_gone(edition, unit) else [unit.slug]
    return [(unit_now(edition, slug).name.in_(lang), slug) for slug in slugs]


def _unit(edition: Edition, unit: Unit, lang: str) -> Page:
    owed = edition.duties_of.get(unit.slug, ())
    name = unit.name.in_(lang)
    tables = edition.by_unit.get(unit.slug, ())
    below = edition.portal.units.children(unit.slug, edition.as_of)
    reply = edition.portal.profile_of(unit).reply_days("inquiry", edition.as_of)
    context: dict[str, object] = {
        "unit": unit,
        "name": name,
        "crumbs": crumbs(edition, unit, lang),
        "known": _known(unit, lang),
        "gone": _gone(edition, unit, lang) if _is_gone(edition, unit) else None,
        "heirs": _heirs(edition, unit, lang),
        "news": _news(edition, unit, owed, lang),
        "newest": [card(edition, table, lang) for table in tables[:NEWEST]],
        "count": len(tables),
        "past": list(past(edition, unit, lang)),
        "gaps": [
            (gap(duty, lang), laws(duty.kind.legal_basis[:1], lang), duty.kind.id) for duty in _missing(owed)
        ],
        "missing": tally(owed)["missing"],
        "owes": bool(owed),
        "money": _money(edition, unit, lang),
        "shelves": [
            Shelf(kind.id, kind.title.in_(lang), len(edition.of_kind(unit.slug, kind.id)))
            for kind in kinds_of(edition, unit.slug)
        ],
        "below": [standing(edition, each, lang) for each in below],
        "reply": days_words(reply, lang),
        "answers": of_unit(edition, unit.slug, lang),
        "replies": edition.of_role("replies")[0],
        "files": downloads.offered(edition, f"u/{unit.slug}/{unit.slug}", tables) if tables else [],
    }
    description = say("unit.description", lang, name=name)
    here = Here(lang, f"/u/{unit.slug}/")
    return Page(here, "unit.html", name, description, "units", context, feed=name)


def _missing(owed: Sequence[Duty]) -> list[Duty]:
    return [duty for duty in owed if duty.status == "missing"][:3]


def _known(unit: Unit, lang: str) -> list[str]:
    """Return what is known of the unit itself, in words; nothing for a blank."""
    found = [say(f"unit.sort.{unit.sort}", lang)]
    if unit.population is not None:
        found.append(say("unit.population", lang, count=f"{unit.population:,}"))
    if unit.households is not None:
        found.append(say("unit.households", lang, count=f"{unit.households:,}"))
    return found


def _news(edition: Edition, unit: Unit, owed: Sequence[Duty], lang: str) -> Markup:
    """Return the sentences that sum the unit up: what is new, how its duties stand, what is missing."""
    came = [edition.received[table.id].date() for table in edition.by_unit.get(unit.slug, ())]
    new = sum((edition.as_of - when).days < 30 for when in came)
    first = marked(lang, "unit.news" if new else "unit.news.none", count=new)
    if not owed:
        return first
    counts, missing = tally(newest_due(owed)), tally(owed)["missing"]
    second = marked(lang, "unit.kept", count=counts["on_time"] + counts["nil"], of=sum(counts.values()))
    if counts["late"]:
        second += marked(lang, "unit.late", count=counts["late"])
    second += marked(lang, "unit.missing" if missing else "unit.owes_nothing", count=missing)
    return flowing([first, second], lang)


def _money(edition: Edition, unit: Unit, lang: str) -> Money | None:
    """Return the newest filing with a sum; None for a unit that has published none."""
    sums = [
        table
        for table in edition.by_unit.get(unit.slug, ())
        if table.kind.equation is not None and table.nil is None and not table.withheld
    ]
    if not sums:
        return None
    table = max(sums, key=lambda each: (each.id.period.last, each.id.kind))
    over_time = [each for each in reversed(edition.of_kind(unit.slug, table.id.kind)) if each.nil is None]
    same = [each for each in over_time if each.id.period.cadence == table.id.period.cadence]
    found = drawn(table, lang)
    return Money(
        table=table,
        sentence=marked_sentence(table, unit_then(edition, table), lang),
        equation=equation(table, lang),
        bars=[each for each in found if each.ink == "out"] or found,
        pillars=pillars(same[-SPAN:], lang),
        rows=len(table.rows),
        period=table.id.period.title(lang),
        spoken=spoken(same[-SPAN:], lang),
    )


def spoken(tables: Sequence[PublicTable], lang: str) -> str:
    """Return the balances over time in words, for those who cannot see the chart."""
    ends = [(table, closing(table)) for table in tables]
    said = [
        f"{table.id.period.title(lang)} {money(end, lang)}" for table, end in ends if isinstance(end, Decimal)
    ]
    return joined(said, lang)


@dataclass(frozen=True)
class Shown:
    """One period in the list of a kind: a filing or a gap."""

    card: Card | None
    gap: Gap | None


def _over_time(edition: Edition, unit: Unit, kind: Kind, lang: str) -> Page:
    """Return one kind over time, newest first, with an empty frame for every filing that is missing."""
    there = {
        table.id.period: Shown(card(edition, table, lang), None)
        for table in edition.of_kind(unit.slug, kind.id)
    }
    owed = [duty for duty in edition.duties_of.get(unit.slug, ()) if duty.kind.id == kind.id]
    missing = {duty.period: Shown(None, gap(duty, lang)) for duty in owed if duty.period not in there}
    name, title, counts = unit.name.in_(lang), kind.title.in_(lang), tally(owed)
    tables = [each for each in reversed(edition.of_kind(unit.slug, kind.id)) if each.nil is None]
    context: dict[str, object] = {
        "unit": unit,
        "name": name,
        "kind": kind,
        "heirs": _heirs(edition, unit, lang),
        "crumbs": crumbs(edition, unit, lang, Crumb(title, None)),
        "periods": [each for _, each in sorted({**missing, **there}.items(), reverse=True)],
        "counts": counts | {"kept": counts["on_time"] + counts["nil"]},
        "owes": bool(owed),
        "count": len(there),
        "pillars": pillars(tables[-SPAN:], lang),
        "spoken": spoken(tables[-SPAN:], lang),
    }
    heading = say("filing.heading", lang, unit=name, title=title)
    return Page(
        Here(lang, f"/u/{unit.slug}/{kind.id}/"), "unit_kind.html", heading, heading, "units", context
    )
