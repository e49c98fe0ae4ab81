"""Makes the home page: one sentence of news, the board in miniature, villages, what is new and due."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from mingbai.duties import Duty
from mingbai.edition import Edition
from mingbai.kinds import SHAPES
from mingbai.messages import say
from mingbai.pages import figures_page
from mingbai.pages.listing import Group, Standing, above, card, groups, standing
from mingbai.pages.rendering import Here, Page
from mingbai.pages.standing import GLYPHS, tally
from mingbai.pages.values import joined, weekday
from mingbai.profiles import ReplyRule
from mingbai.sentences import day
from mingbai.units import Unit

RECENT = 7  # slips of a unit in the miniature: as many as a wall board has columns
NEWEST = 5
SOON = 7  # days ahead that the calendar looks


@dataclass(frozen=True)
class Column:
    """One unit in the miniature: its slips, the newest first."""

    name: str
    slips: Sequence[str]


@dataclass(frozen=True)
class Town:
    """One town in the miniature and in the list of villages."""

    name: str | None
    slug: str | None
    own: Standing | None
    columns: Sequence[Column]
    villages: Sequence[Standing]


@dataclass(frozen=True)
class Leaf:
    """A leaf of the calendar: what is due or overdue on one day."""

    month: str
    day: int
    over: bool
    words: str
    names: str
    address: str


def pages(edition: Edition, lang: str) -> Iterator[Page]:
    """Yield the home page."""
    settings = edition.portal.settings
    towns = [_town(edition, group, lang) for group in groups(edition)]
    columns = [_column(edition, unit, lang) for unit in above(edition) if _recent(edition, unit.slug)]
    units = [*above(edition), *(unit for group in groups(edition) for unit in _owing(group))]
    shown = [duty for unit in units for duty in _recent(edition, unit.slug)]
    context: dict[str, object] = {
        "today": say("home.today", lang, day=day(edition.as_of, lang), weekday=weekday(edition.as_of, lang)),
        "news": _news(edition, lang),
        "owed": _owed(edition, lang),
        "towns": towns,
        "parts_of": [each for each in (columns, *(town.columns for town in towns)) if each],
        "counts": tally(shown),
        "shown": len(shown),
        "newest": [card(edition, table, lang) for table in edition.newest[:NEWEST]],
        "leaves": [*_overdue(edition, lang), *_coming(edition, lang)],
        "kinds": _kinds(edition, lang),
        "reply": reply_words(edition, lang),
    }
    title = settings.title.in_(lang)
    description = say("home.description", lang, title=title)
    yield Page(Here(lang, "/"), "home.html", title, description, "home", context, feed=title)


def _kinds(edition: Edition, lang: str) -> list[tuple[str, str]]:
    """Return title and address of what is published, statements first; checked figures lead to their own page."""
    kinds = sorted(edition.kinds, key=lambda kind: (SHAPES.index(kind.shape), kind.id))
    checked = figures_page.exists(edition)
    return [
        (kind.title.in_(lang), "/figures/" if kind.role == "figures" and checked else f"/k/{kind.id}/")
        for kind in kinds
    ]


def reply_words(edition: Edition, lang: str) -> str:
    """Return within how many days an inquiry is answered, by the rules of the county."""
    portal = edition.portal
    rule = portal.profile_of(portal.units.get(portal.settings.county)).reply_days("inquiry", edition.as_of)
    return days_words(rule, lang)


def days_words(rule: ReplyRule, lang: str) -> str:
    """Return 10 天 or 10 个工作日."""
    return say("home.workdays" if rule.workdays else "home.days", lang, days=rule.days)


def _news(edition: Edition, lang: str) -> str:
    for span, key in ((7, "home.news.week"), (30, "home.news.month")):
        since = edition.as_of - timedelta(days=span - 1)
        count = sum(when.date() >= since for when in edition.received.values())
        if count:
            return say(key, lang, count=count)
    return say("home.news.none", lang)


def _owed(edition: Edition, lang: str) -> str:
    missing = tally(edition.duties)["missing"]
    return say("home.owed", lang, count=missing) if missing else say("home.owed.none", lang)


def _owing(group: Group) -> list[Unit]:
    return ([group.head] if group.head else []) + list(group.units)


def _recent(edition: Edition, slug: str) -> Sequence[Duty]:
    return edition.duties_of.get(slug, ())[:RECENT]


def _town(edition: Edition, group: Group, lang: str) -> Town:
    units = [unit for unit in _owing(group) if _recent(edition, unit.slug)]
    columns = [_column(edition, unit, lang) for unit in units]
    head = group.head
    return Town(
        name=head.name.in_(lang) if head else None,
        slug=head.slug if head else None,
        own=standing(edition, head, lang) if head and edition.duties_of.get(head.slug) else None,
        columns=columns,
        villages=[standing(edition, unit, lang) for unit in group.units],
    )


def _column(edition: Edition, unit: Unit, lang: str) -> Column:
    return Column(
        _short(unit.name.in_(lang), lang), [GLYPHS[duty.status] for duty in _recent(edition, unit.slug)]
    )


def _short(name: str, lang: str) -> str:
    """Return a village's name without the word that all share: it stands upright under its slips."""
    return name[:2] if lang == "zh" else name.split()[0]


def _overdue(edition: Edition, lang: str) -> Iterator[Leaf]:
    missing = sorted((duty for duty in edition.duties if duty.status == "missing"), key=_due, reverse=True)
    for due, together in list(_by_day(missing))[:3]:
        yield _leaf(due, together, "home.overdue", lang)


def _coming(edition: Edition, lang: str) -> Iterator[Leaf]:
    soon = sorted(
        (duty for duty in edition.duties if duty.status == "not_due" and duty.days <= SOON), key=_due
    )
    for due, together in list(_by_day(soon))[:3]:
        yield _leaf(due, together, "home.coming", lang)


def _due(duty: Duty) -> date:
    return duty.due


def _by_day(owed: Sequence[Duty]) -> Iterator[tuple[date, list[Duty]]]:
    for due, together in groupby(owed, key=_due):
        yield due, list(together)


def _leaf(due: date, together: Sequence[Duty], key: str, lang: str) -> Leaf:
    first = together[0]
    names = [
        say("filing.name", lang, unit=duty.unit.name.in_(lang), kind=duty.kind.title.in_(lang))
        for duty in together
    ]
    few = joined(names[:3], lang)
    return Leaf(
        month=say("words.month", lang, month=due.month if lang == "zh" else f"{due:%b}"),
        day=due.day,
        over=key == "home.overdue",
        words=say(key, lang, count=len(together), days=first.days),
        names=say("home.more_names", lang, names=few, count=len(names) - 3) if len(names) > 3 else few,
        address=f"/u/{first.unit.slug}/{first.kind.id}/#{first.period.label}"
        if len(together) == 1
        else "/board/",
    )
