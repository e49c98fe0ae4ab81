"""Says how a filing or duty stands: in time, on display, corrected; it judges nothing, `duties` does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mingbai import duties
from mingbai.duties import Duty
from mingbai.edition import Edition
from mingbai.matrix import newest_due
from mingbai.messages import say
from mingbai.privacy import PublicTable

GLYPHS = {"on_time": "ok", "late": "late", "missing": "miss", "nil": "nil", "not_due": "due"}


__all__ = ["GLYPHS", "Badge", "Display", "Slot", "newest_due", "tally"]


@dataclass(frozen=True)
class Badge:
    """Shape (`sort` names glyph and class) and words."""

    sort: str
    words: str


@dataclass(frozen=True)
class Slot:
    """One duty on a board: the titles of its kind and period, and how it stands."""

    sort: str
    kind: str
    period: str
    words: str
    address: str


@dataclass(frozen=True)
class Display:
    """From when to when a filing hangs, and how many days are left on the build's day (negative: over)."""

    first: date
    last: date
    left: int


def punctuality(edition: Edition, table: PublicTable) -> tuple[str, int] | None:
    """Return (status, days) of a filing; None for a kind that is not owed by a day."""
    duty = edition.duty_of.get(table.id)
    if duty is not None:
        return duty.status, duty.days
    if table.kind.shape != "event" or table.kind.due is None:
        return None
    return duties.judge(
        due_of(edition, table), edition.received[table.id], table.nil is not None, edition.as_of
    )


def due_of(edition: Edition, table: PublicTable) -> date:
    """Return the day by which the filing had to be there."""
    portal = edition.portal
    profile = portal.profile_of(portal.units.get(table.id.unit))
    return duties.due_date(table.kind, profile, table.id.period, portal.workdays).day


def display(edition: Edition, table: PublicTable) -> Display:
    """Return the span of display: what the sidecar says, else the law's days from the day it was received."""
    portal = edition.portal
    first = table.shown_from or edition.received[table.id].date()
    days = portal.profile_of(portal.units.get(table.id.unit)).display_days(table.kind.display_days, first)
    last = table.shown_until or first + timedelta(days=days)
    return Display(first, last, (last - edition.as_of).days)


def filing_badges(edition: Edition, table: PublicTable, lang: str) -> list[Badge]:
    """Return the answers to 还在公示吗 and 按时了吗, and how often it was corrected."""
    badges = []
    shown = display(edition, table)
    if shown.first <= edition.as_of and shown.left >= 0 and table.nil is None:
        badges.append(Badge("show", say("badge.show", lang, days=shown.left)))
    judged = punctuality(edition, table)
    if judged is not None and judged[0] != "nil":
        badges.append(status_badge(*judged, lang))
    if table.nil is not None:
        badges.append(Badge("nil", say("badge.nil", lang)))
    if edition.unsaid(table) is not None:
        badges.append(Badge("miss", say("badge.unsaid", lang)))
    return badges + change_badges(table, lang)


def change_badges(table: PublicTable, lang: str) -> list[Badge]:
    """Return how often a filing was corrected, updated, withdrawn: three things, told apart (design §2)."""
    sorts = [told.sort for told in table.corrections]
    return [
        Badge("new" if sort == "update" else "fix", say(f"badge.{sort}", lang, count=sorts.count(sort)))
        for sort in ("correction", "update", "withdrawal")
        if sort in sorts
    ]


def status_badge(status: str, days: int, lang: str) -> Badge:
    """Return the badge for a duty's status."""
    return Badge(GLYPHS[status], say(f"badge.{status}", lang, days=days))


def slot(duty: Duty, lang: str) -> Slot:
    """Return a duty as a slip on the board; it leads to its filing, or to the empty frame in its place."""
    return Slot(
        sort=GLYPHS[duty.status],
        kind=duty.kind.title.in_(lang),
        period=duty.period.title(lang),
        words=say(f"slot.{duty.status}", lang, days=duty.days),
        address=duty.place,
    )


def tally(owed: Sequence[Duty]) -> dict[str, int]:
    """Return how many duties have each status; every status is there."""
    return {status: sum(duty.status == status for duty in owed) for status in duties.STATUSES}
