"""Holds what every act of the desk is given, and how it says no; it does nothing to a case by itself.

An act runs inside the writer's transaction on the case as it is at that moment, so two who act at once cannot undo each
other. It raises Cannot, with the key of the sentence, and then nothing is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from forms_api import cases, levels, steps
from forms_api.cases import Case, Event
from forms_api.desk.accounts import Account
from forms_api.submissions import clean
from mingbai.errors import MingbaiError
from mingbai.messages import Text, say
from mingbai.portal import Portal

LONGEST = 4000  # characters of an answer
LONGEST_REASON = 300


class Cannot(MingbaiError):
    """An act is not possible; the message is the key of its sentence."""

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(key)
        self._facts = facts

    def said(self, lang: str) -> str:
        """Return the sentence."""
        facts = {
            name: fact.in_(lang) if isinstance(fact, Text) else fact for name, fact in self._facts.items()
        }
        return say(self.message, lang, **facts)


@dataclass(frozen=True)
class Act:
    """What one person is about to do: the case as it is now, and what stands in the form."""

    connection: Connection
    portal: Portal
    now: datetime
    account: Account
    case: Case
    typed: Mapping[str, str]

    @property
    def today(self) -> date:
        """The day on which it happens."""
        return self.now.date()

    @property
    def group(self) -> list[Case]:
        """The case and those that are handled with it."""
        return cases.together(self.connection, self.case)

    def words(self, name: str, most: int = LONGEST_REASON) -> str:
        """Return a text of the form, cleaned. Raises Cannot when there is none or too much."""
        text = clean(self.typed.get(name, ""))
        if not text:
            raise Cannot(f"desk.cannot.none.{name}")
        if len(text) > most:
            raise Cannot("desk.cannot.long", most=most, over=len(text) - most)
        return text

    def day(self, name: str) -> date | None:
        """Return a day of the form, written like 2026-01-31; None for anything else."""
        typed = self.typed.get(name, "")
        try:
            return date.fromisoformat(typed) if typed[4:5] == typed[7:8] == "-" else None  # no week dates
        except ValueError:
            return None

    def note(self, what: str, case: Case | None = None, **details: object) -> int:
        """Add an event in the name of the account's unit."""
        return cases.note(self.connection, (case or self.case).number, self._event(what, **details))

    def take(self, what: str, **details: object) -> None:
        """Add an event to the case and to those that are handled with it."""
        steps.take(self.connection, self.portal, self.group, self._event(what, **details))

    def tell(self) -> None:
        """Tell who follows the case, or one that is handled with it, that there is news."""
        steps.tell(self.connection, self.portal, self.group, self.now)

    def move(self, what: str, place: levels.Place, reason: str) -> None:
        """Give the case, and those handled with it, another owner, level or clock, and tell who follows them."""
        self.take(what, level=place.level, owner=place.owner, due=place.due, text=reason)
        self.tell()

    def _event(self, what: str, **details: object) -> Event:
        return Event(self.now, what, self.account.unit, account=self.account.name, **details)  # type: ignore[arg-type]


def still_open(case: Case) -> None:
    """Raise Cannot for a case that has its answer or goes with another."""
    if case.answer is not None or case.merged is not None:
        raise Cannot("desk.cannot.closed")
