"""Makes the board 应公开 of all and of every town: what is owed, what came, twelve months back; it judges nothing.

A county of hundreds of villages has a line for each town on the first page, and a page for each town.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mingbai import matrix, scores
from mingbai.duties import Duty
from mingbai.edition import Edition
from mingbai.messages import say
from mingbai.pages import board_cells
from mingbai.pages.listing import above, groups, unit_now
from mingbai.pages.rendering import Here, Page
from mingbai.pages.standing import Slot, slot, tally
from mingbai.sentences import day
from mingbai.units import Unit

PAST = 8  # periods shown of each kind on the page of a unit
MANY = 60  # units beyond which the first page has a line for each town only


@dataclass(frozen=True)
class Line:
    """A unit or a town on the board. `score` in words, `moved`: points since last month ("" for none)."""

    name: str
    slug: str
    address: str
    cells: Sequence[Slot | None]
    told: Sequence["Told"]
    year: Sequence[Slot | None]
    score: str
    moved: str


@dataclass(frozen=True)
class Told:
    """What is not in order, in words beside the unit's name."""

    sort: str
    words: str


@dataclass(frozen=True)
class Part:
    """A town with its units; `slug` leads to its own board, empty where there is none."""

    name: str
    slug: str
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
    """Yield the board of all, and one for every town."""
    parts = [(group.head, [*([group.head] if group.head else []), *group.units]) for group in groups(edition)]
    units = [unit for _, below in parts for unit in below] + above(edition)
    if len(units) > MANY:
        heads = [head for head, _ in parts if head is not None]
        whole = [Part("", "", [_town(edition, head, lang) for head in heads])]
    else:
        whole = [
            Part(head.name.in_(lang) if head else "", head.slug if head else "", _lines(edition, below, lang))
            for head, below in parts
        ]
    own = Part("", "", _lines(edition, above(edition), lang))
    yield _page(edition, "/board/", say("board.heading", lang), [own, *whole], units, lang)
    for head, below in parts:
        if head is not None:
            name = head.name.in_(lang)
            heading = say("board.heading.of", lang, name=name)
            part = Part(name, "", _lines(edition, below, lang))
            yield _page(edition, f"/board/{head.slug}/", heading, [part], below, lang)


def _page(
    edition: Edition, address: str, heading: str, parts: Sequence[Part], units: Sequence[Unit], lang: str
) -> Page:
    owing = [unit for unit in units if unit.slug in edition.duties_of]
    newest = [duty for unit in owing for duty in matrix.newest_due(edition.duties_of[unit.slug])]
    columns = matrix.columns(edition)
    note = matrix.note(edition)
    shown = [part for part in parts if part.lines]
    stages = [each for unit in units for each in edition.overdue_of.get(unit.slug, ())]
    context: dict[str, object] = {
        "heading": heading,
        "columns": [column.title.in_(lang) for column in columns],
        "parts_of": shown,
        "span": len(columns) + 1,
        "counts": tally(newest),
        "count": len(newest),
        "units": len(owing),
        "older": sum(_older(edition.duties_of[unit.slug]) for unit in owing),
        "today": day(edition.as_of, lang),
        "months": board_cells.months(edition.as_of, lang),
        "note": note.in_(lang) if note else "",
        "stages": [board_cells.stage(edition, each, lang) for each in stages[:MOST_STAGES]],
        "stages_more": max(len(stages) - MOST_STAGES, 0),
        "method": scores.METHOD,
        "whole": address == "/board/",
        "calendar": units[0].slug if owing and units else "",
        "witnessed": edition.portal.received.witnessed,
        "provisional": [
            board_cells.provisional(duty, lang)
            for duty in newest
            if duty.provisional and duty.status != "on_time"
        ],
    }
    return Page(Here(lang, address), "board.html", heading, say("board.description", lang), "board", context)


MOST_STAGES = 40  # overdue rows listed on one board; all of them are in the download


def _lines(edition: Edition, units: Sequence[Unit], lang: str) -> list[Line]:
    owing = {unit.slug for unit in matrix.units(edition)}
    return [_line(edition, unit, lang) for unit in units if unit.slug in owing]


def _line(edition: Edition, unit: Unit, lang: str) -> Line:
    owed = edition.duties_of.get(unit.slug, ())
    return Line(
        unit.name.in_(lang),
        unit.slug,
        f"/u/{unit.slug}/",
        board_cells.cells(edition, [unit], lang),
        _told(owed, len(edition.overdue_of.get(unit.slug, ())), lang),
        board_cells.year(edition, [unit], lang),
        *_score(edition, [unit], lang),
    )


def _town(edition: Edition, head: Unit, lang: str) -> Line:
    """Return a town with all its units in one line."""
    slugs = sorted(edition.portal.units.within(head.slug, edition.as_of))
    units = [unit_now(edition, slug) for slug in slugs]
    owed = [duty for unit in units for duty in edition.duties_of.get(unit.slug, ())]
    missing = tally(owed)["missing"]
    overdue = sum(len(edition.overdue_of.get(slug, ())) for slug in slugs)
    told = [Told("miss", say("board.told.older", lang, count=missing))] if missing else []
    told += [Told("late", say("board.told.overdue", lang, count=overdue))] if overdue else []
    return Line(
        head.name.in_(lang),
        head.slug,
        f"/board/{head.slug}/",
        board_cells.cells(edition, units, lang),
        told or [Told("ok", say("board.told.nothing", lang))],
        board_cells.year(edition, units, lang),
        *_score(edition, units, lang),
    )


def _score(edition: Edition, units: Sequence[Unit], lang: str) -> tuple[str, str]:
    owed = [duty for unit in units for duty in edition.duties_of.get(unit.slug, ())]
    value, moved = scores.score(owed, edition.as_of).value, scores.change(owed, edition.as_of)
    if value is None:
        return say("board.score.none", lang), ""
    return str(value), "" if not moved else say(
        f"board.moved.{'up' if moved > 0 else 'down'}", lang, points=abs(moved)
    )


def _told(owed: Sequence[Duty], overdue: int, lang: str) -> list[Told]:
    """Return what is late or missing among the newest, how many older ones are missing still, and overdue rows."""
    found = [
        Told(
            "miss" if duty.status == "missing" else "late",
            say(f"board.told.{duty.status}", lang, kind=duty.kind.title.in_(lang), days=duty.days),
        )
        for duty in matrix.newest_due(owed)
        if duty.status in ("missing", "late")
    ]
    older = _older(owed)
    if older:
        found.append(Told("miss", say("board.told.older", lang, count=older)))
    if overdue:
        found.append(Told("late", say("board.told.overdue", lang, count=overdue)))
    return found or [Told("ok", say("board.told.nothing", lang))]


def _older(owed: Sequence[Duty]) -> int:
    """Return how many are missing besides the newest of each kind."""
    return tally(owed)["missing"] - tally(matrix.newest_due(owed))["missing"]


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
