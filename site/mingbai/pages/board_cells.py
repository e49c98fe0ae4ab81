"""Words the cells of the board: a slot of the seven, a month of the last twelve, an overdue row; it judges nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from mingbai import matrix
from mingbai.duties import Duty
from mingbai.edition import Edition
from mingbai.expressions import months_after
from mingbai.matrix import Thing
from mingbai.messages import say
from mingbai.pages.places import row_words
from mingbai.pages.standing import GLYPHS, Slot
from mingbai.pages.values import joined
from mingbai.sentences import day
from mingbai.stages import Overdue
from mingbai.units import Unit

_GLYPHS = {**GLYPHS, "overdue": "late", "never": "nil"}


@dataclass(frozen=True)
class Month:
    """A month of the last twelve; `year` is set on the first of a year."""

    words: str
    year: str
    first: date
    last: date


@dataclass(frozen=True)
class Stage:
    """An overdue row in words."""

    unit: str
    kind: str
    row: Markup
    what: str
    due: str
    days: int
    address: str


def cells(edition: Edition, units: Sequence[Unit], lang: str) -> list[Slot | None]:
    """Return a cell for every column: what is worst in it; None where none of the units owes any of its kinds."""
    return [
        cell(matrix.things(edition, units, column.kinds), column.title.in_(lang), lang)
        for column in matrix.columns(edition)
    ]


def cell(things: Sequence[Thing], title: str, lang: str) -> Slot | None:
    """Return the worst of what stands in a cell; it leads to the first of that sort."""
    worst = matrix.worst(things)
    if not worst:
        return None
    status = worst[0].status
    several = len(worst) > 1 and status in ("missing", "late", "overdue")
    words = say(
        f"cell.{status}.several" if several else f"cell.{status}",
        lang,
        count=len(worst),
        days=max(thing.days for thing in worst),
    )
    told = joined(list(dict.fromkeys(_called(thing, lang) for thing in worst[:3])), lang)
    return Slot(_GLYPHS[status], title, told, words, worst[0].address)


def _called(thing: Thing, lang: str) -> str:
    title = thing.kind.title.in_(lang)
    if thing.filing is None:
        return title
    return say("listing.title", lang, period=thing.filing.period.title(lang), kind=title)


def months(as_of: date, lang: str) -> list[Month]:
    """Return the last twelve months, oldest first; the last is the one of the build and ends on its day."""
    found: list[Month] = []
    for back in range(11, -1, -1):
        first = months_after(as_of.replace(day=1), -back)
        last = months_after(first, 1) - timedelta(days=1) if back else as_of
        new = not found or first.month == 1
        words = say("board.month", lang, month=first.month)
        found.append(Month(words, str(first.year) if new else "", first, last))
    return found


def year(edition: Edition, units: Sequence[Unit], lang: str) -> list[Slot | None]:
    """Return a cell for each of the last twelve months: the worst of what fell due in it, None where nothing did."""
    owed = [duty for unit in units for duty in edition.duties_of.get(unit.slug, ())]
    return [
        cell(
            [matrix.of_duty(duty) for duty in owed if month.first <= duty.due <= month.last],
            month.words,
            lang,
        )
        for month in months(edition.as_of, lang)
    ]


def stage(edition: Edition, late: Overdue, lang: str) -> Stage:
    """Return an overdue row in words."""
    return Stage(
        edition.portal.units.get(late.table.id.unit).name.in_(lang),
        late.table.kind.title.in_(lang),
        row_words(late.row.key, lang),
        late.clock.what.in_(lang),
        day(late.due, lang),
        late.days,
        late.address,
    )


def provisional(duty: Duty, lang: str) -> str:
    """Return the sentence for a due day counted by weekends for now."""
    facts = {"unit": duty.unit.name.in_(lang), "kind": duty.kind.title.in_(lang), "day": day(duty.due, lang)}
    return say("board.provisional", lang, **facts)
