"""Works out by when a submission is answered and says how that was counted; it stores nothing.

A time in calendar days that ends on a day of rest ends on the next working day (民法典 Art. 203), at every level too.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mingbai.messages import Text, say
from mingbai.pages.values import weekday
from mingbai.portal import Portal
from mingbai.profiles import ReplyRule
from mingbai.sentences import day
from mingbai.units import Unit
from mingbai.workdays import DueDate


@dataclass(frozen=True)
class Deadline:
    """The last day for an answer, and the sentence that counts it out."""

    day: date
    calculation: Text


def deadline(portal: Portal, unit: Unit, type: str, received_at: datetime) -> Deadline:
    """Return the deadline that the unit's profile sets for `type`; the day of receipt does not count.

    Source: the profile's reply rule; counting from the next day: 民法典 Art. 201. Raises PortalError without a rule.
    """
    received = received_at.date()
    rule = portal.profile_of(unit).reply_days(type, received)
    due, end = last_day(portal, rule, received), received + timedelta(days=rule.days)
    sort = "workdays" if rule.workdays else "days" if due.day == end else "rest"

    def sentence(lang: str) -> str:
        counted = say(
            f"forms.deadline.{sort}",
            lang,
            received=day_words(received, lang),
            days=rule.days,
            end=day_words(end, lang),
            day=day_words(due.day, lang),
            basis=rule.basis.in_(lang),
        )
        return counted + (say("forms.deadline.provisional", lang) if due.provisional else "")

    return Deadline(due.day, Text(sentence("zh"), sentence("en")))


def last_day(portal: Portal, rule: ReplyRule, since: date) -> DueDate:
    """Return the last day of a rule's time that runs from `since`, which does not count."""
    if rule.workdays:
        return portal.workdays.add(since, rule.days)
    return portal.workdays.ending(since + timedelta(days=rule.days))


def day_words(value: date, lang: str) -> str:
    """Return a day as people say it, with its weekday."""
    return say("forms.day", lang, day=day(value, lang), weekday=weekday(value, lang))


def due_words(portal: Portal, value: date, lang: str) -> str:
    """Return a last day; it says so when the holidays of its year are not known yet (design §7, `workdays`)."""
    sort = "forms.day" if value.year in portal.workdays.years else "forms.day.provisional"
    return say(sort, lang, day=day(value, lang), weekday=weekday(value, lang))


def moment_words(moment: datetime, lang: str) -> str:
    """Return a moment as people say it, to the minute."""
    return f"{day(moment.date(), lang)} {moment:%H:%M}"
