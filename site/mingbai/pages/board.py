"""Makes the board 应公开: what each unit owes, newest period and the last eight; it judges nothing itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mingbai.duties import Duty
from mingbai.edition import Edition
from mingbai.messages import say
from mingbai.pages.listing import above, groups
from mingbai.pages.rendering import Here, Page
from mingbai.pages.standing import Slot, newest_due, slot, tally
from mingbai.sentences import day
from mingbai.units import Unit

PAST = 8  # periods shown of each kind


@dataclass(frozen=True)
class Heading:
    """A column of the board: a kind that is owed by period."""

    kind: str
    title: str
    cadence: str


@dataclass(frozen=True)
class Told:
    """What is not in order, in words beside the unit's name."""

    sort: str
    words: str


@dataclass(frozen=True)
class Line:
    """One unit on the board; a cell is None for a kind that it does not owe."""

    name: str
    slug: str
    cells: Sequence[Slot | None]
    told: Sequence[Told]


@dataclass(frozen=True)
class Part:
    """A town with its units."""

    name: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Past:
    """The last periods of one kind of one unit, oldest first."""

    unit: str
    slug: str
    title: str
    kind: str
    slots: Sequence[tuple[str, Slot]]


def pages(edition: Edition, lang: str) -> Iterator[Page]:
    """Yield the board."""
    kinds = {duty.kind.id: duty.kind for duty in edition.duties}
    columns = [
        Heading(id, kind.title.in_(lang), _cadence(kind.cadence["usual"], lang))
        for id, kind in sorted(kinds.items())
    ]
    parts = []
    for group in groups(edition):
        units = [*([group.head] if group.head else []), *group.units]
        lines = [_line(edition, unit, columns, lang) for unit in units if unit.slug in edition.duties_of]
        parts.append(Part(group.head.name.in_(lang) if group.head else "", lines))
    own = _above(edition, columns, lang)
    newest = [duty for owed in edition.duties_of.values() for duty in newest_due(owed)]
    context: dict[str, object] = {
        "columns": columns,
        "parts_of": [part for part in [own, *parts] if part.lines],
        "span": len(columns) + 1,
        "counts": tally(newest),
        "count": len(newest),
        "units": len({duty.unit.slug for duty in newest}),
        "older": _older(edition.duties, newest),
        "today": day(edition.as_of, lang),
        "past": [each for part in _units(edition) for each in past(edition, part, lang)],
        "witnessed": edition.portal.received.witnessed,
    }
    heading = say("board.heading", lang)
    yield Page(Here(lang, "/board/"), "board.html", heading, say("board.description", lang), "board", context)


def _cadence(cadence: str, lang: str) -> str:
    return say(f"cadence.{cadence}", lang)


def _above(edition: Edition, columns: Sequence[Heading], lang: str) -> Part:
    """Return the units above the towns, such as the county itself."""
    owing = [unit for unit in above(edition) if unit.slug in edition.duties_of]
    return Part("", [_line(edition, unit, columns, lang) for unit in owing])


def _units(edition: Edition) -> list[Unit]:
    return [unit for unit in edition.portal.units.on(edition.as_of) if unit.slug in edition.duties_of]


def _line(edition: Edition, unit: Unit, columns: Sequence[Heading], lang: str) -> Line:
    newest = {duty.kind.id: duty for duty in newest_due(edition.duties_of[unit.slug])}
    cells = [slot(newest[column.kind], lang) if column.kind in newest else None for column in columns]
    return Line(
        unit.name.in_(lang),
        unit.slug,
        cells,
        _told(edition.duties_of[unit.slug], list(newest.values()), lang),
    )


def _told(owed: Sequence[Duty], newest: Sequence[Duty], lang: str) -> list[Told]:
    """Return what is late or missing among the newest, and how many older ones are missing still."""
    found = [
        Told(
            "miss" if duty.status == "missing" else "late",
            say(f"board.told.{duty.status}", lang, kind=duty.kind.title.in_(lang), days=duty.days),
        )
        for duty in newest
        if duty.status in ("missing", "late")
    ]
    older = _older(owed, newest)
    if older:
        found.append(Told("miss", say("board.told.older", lang, count=older)))
    return found or [Told("ok", say("board.told.nothing", lang))]


def _older(owed: Sequence[Duty], newest: Sequence[Duty]) -> int:
    """Return how many are missing besides the newest of each kind."""
    return tally(owed)["missing"] - tally(newest)["missing"]


def past(edition: Edition, unit: Unit, lang: str) -> Iterator[Past]:
    """Yield the last periods of each kind that the unit owes."""
    by_kind: dict[str, list[Duty]] = {}
    for duty in edition.duties_of.get(unit.slug, ()):
        by_kind.setdefault(duty.kind.id, []).append(duty)
    for id, owed in sorted(by_kind.items()):
        last = list(reversed(owed[:PAST]))
        slots = [(_short(duty, lang), slot(duty, lang)) for duty in last]
        yield Past(unit.name.in_(lang), unit.slug, owed[0].kind.title.in_(lang), id, slots)


def _short(duty: Duty, lang: str) -> str:
    period = duty.period
    months = {"annual": 12, "half": 6, "quarterly": 3, "monthly": 1}[period.cadence]
    number = (period.first.month - 1) // months + 1
    return say(f"board.short.{period.cadence}", lang, year=f"{period.year % 100:02}", number=number)
