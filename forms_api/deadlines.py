"""Works out by when a submission is answered and says how that was counted; it stores nothing."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mingbai.messages import Text, say
from mingbai.pages.values import weekday
from mingbai.portal import Portal
from mingbai.sentences import day
from mingbai.units import Unit


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
    if rule.workdays:
        due = portal.workdays.add(received, rule.days)
        last, provisional = due.day, due.provisional
    else:
        last, provisional = received + timedelta(days=rule.days), False
    sort = "workdays" if rule.workdays else "days"

    def sentence(lang: str) -> str:
        counted = say(
            f"forms.deadline.{sort}",
            lang,
            received=day_words(received, lang),
            days=rule.days,
            day=day_words(last, lang),
            basis=rule.basis.in_(lang),
        )
        return counted + (say("forms.deadline.provisional", lang) if provisional else "")

    return Deadline(last, Text(sentence("zh"), sentence("en")))


def day_words(value: date, lang: str) -> str:
    """Return a day as people say it, with its weekday."""
    return say("forms.day", lang, day=day(value, lang), weekday=weekday(value, lang))


def moment_words(moment: datetime, lang: str) -> str:
    """Return a moment as people say it, to the minute."""
    return f"{day(moment.date(), lang)} {moment:%H:%M}"
