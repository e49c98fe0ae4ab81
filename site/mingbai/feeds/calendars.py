"""Writes calendars of due days (iCalendar, RFC 5545), a town's with those of its villages."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from icalendar import Calendar, Event

from mingbai.duties import Duty
from mingbai.edition import Edition
from mingbai.expressions import months_after
from mingbai.kinds import Kind
from mingbai.messages import say
from mingbai.periods import Period
from mingbai.sentences import day
from mingbai.units import Unit
from mingbai.workdays import DueDate

LANG = "zh"  # a calendar is one file for both languages; Chinese is canonical (design §6.11)
NAME = "calendar.ics"


def write(edition: Edition, out: Path) -> None:
    """Write `u/<unit>/calendar.ics`: what is missing, and what falls due within twelve months of the edition's day."""
    until = months_after(edition.as_of, 12)
    coming = edition.portal.coming(edition.as_of, until)
    missing = [duty for duty in edition.duties if duty.status == "missing"]
    for unit in edition.portal.units.on(edition.as_of):
        below = edition.portal.units.within(unit.slug, edition.as_of)
        events = [
            *(_missing(edition, duty) for duty in missing if duty.unit.slug in below),
            *(_coming(edition, *each) for each in coming if each[0].slug in below),
        ]
        if events:
            target = out / "u" / unit.slug / NAME
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(_calendar(edition, unit, events).to_ical())


def _calendar(edition: Edition, unit: Unit, events: Iterable[Event]) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Mingbai//due days//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", say("calendar.name", LANG, unit=unit.name.in_(LANG)))
    for event in events:
        calendar.add_component(event)
    return calendar


def _coming(edition: Edition, unit: Unit, kind: Kind, period: Period, due: DueDate) -> Event:
    words = say(
        "calendar.due", LANG, unit=unit.name.in_(LANG), kind=kind.title.in_(LANG), period=period.title(LANG)
    )
    note = say("calendar.provisional", LANG) if due.provisional else ""
    return _event(edition, unit, kind, period, due.day, words, note)


def _missing(edition: Edition, duty: Duty) -> Event:
    facts = {
        "unit": duty.unit.name.in_(LANG),
        "kind": duty.kind.title.in_(LANG),
        "period": duty.period.title(LANG),
    }
    note = say("calendar.late", LANG, due=day(duty.due, LANG), days=duty.days)
    return _event(
        edition, duty.unit, duty.kind, duty.period, duty.due, say("calendar.missing", LANG, **facts), note
    )


def _event(
    edition: Edition, unit: Unit, kind: Kind, period: Period, due: date, words: str, note: str
) -> Event:
    """Return an event of a whole day. Its stamp is the edition's day, so that the same edition gives the same bytes."""
    settings = edition.portal.settings
    event = Event()
    event.add("uid", f"{unit.slug}.{kind.id}.{period.label}@{settings.county}.mingbai")
    event.add("dtstamp", datetime.combine(edition.as_of, datetime.min.time(), UTC))
    event.add("dtstart", due)
    event.add("dtend", due + timedelta(days=1))
    event.add("summary", words)
    if note:
        event.add("description", note)
    if settings.url:
        event.add("url", f"{settings.url.rstrip('/')}/u/{unit.slug}/{kind.id}/#{period.label}")
    return event
