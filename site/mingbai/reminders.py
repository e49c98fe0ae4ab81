"""Writes a reminder that a clerk can paste into a group chat: what is missing, what is due soon; it blames nobody."""

from collections.abc import Iterator
from datetime import date, timedelta

from mingbai.filings import FilingId
from mingbai.kinds import Kind
from mingbai.messages import say
from mingbai.periods import Period
from mingbai.portal import Portal
from mingbai.sentences import day
from mingbai.units import Unit

SOON = 14  # days


def digest(portal: Portal, as_of: date, slug: str, lang: str) -> str:
    """Return the reminder for a unit and all below it. `slug` is a unit of that day; the caller has checked it."""
    below = portal.units.within(slug, as_of)
    missing = [duty for duty in portal.duties(as_of) if duty.status == "missing" and duty.unit.slug in below]
    lines = [
        say("reminder.missing", lang, **_named(duty.unit, duty.kind, duty.period, lang), days=duty.days)
        for duty in sorted(missing, key=lambda duty: -duty.days)
    ]
    soon = [
        say("reminder.soon", lang, **_named(unit, kind, period, lang), due=day(due, lang))
        for unit, kind, period, due in _soon(portal, as_of)
        if unit.slug in below
    ]
    told = [
        say("reminder.head", lang, unit=portal.units.get(slug, as_of).name.in_(lang), day=day(as_of, lang)),
        *([say("reminder.missing.head", lang, count=len(lines)), *lines] if lines else []),
        *([say("reminder.soon.head", lang, count=len(soon), days=SOON), *soon] if soon else []),
        *([] if lines or soon else [say("reminder.nothing", lang, days=SOON)]),
        say("reminder.foot", lang),
    ]
    return "\n".join(told)


def _soon(portal: Portal, as_of: date) -> Iterator[tuple[Unit, Kind, Period, date]]:
    """Yield what falls due within the next days and has not come, the nearest first."""
    coming = portal.coming(as_of - timedelta(days=1), as_of + timedelta(days=SOON))
    for unit, kind, period, due in sorted(coming, key=lambda each: each[3].day):
        if not portal.has(FilingId(unit.slug, kind.id, period)):
            yield unit, kind, period, due.day


def _named(unit: Unit, kind: Kind, period: Period, lang: str) -> dict[str, str]:
    return {"unit": unit.name.in_(lang), "kind": kind.title.in_(lang), "period": period.title(lang)}
