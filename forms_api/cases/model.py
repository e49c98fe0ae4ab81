"""Says what a case is: its words, its events, and where it stands; it knows no database."""

from dataclasses import dataclass
from datetime import date, datetime

from forms_api.submissions import PRIVATE
from mingbai.errors import MingbaiError
from mingbai.messages import Text


@dataclass(frozen=True)
class Event:
    """One step of a case. `text` is what was said with it; `other` the number of another case that it names.

    `level`, `owner` and `due` stand where the step changes who has the case or until when.
    """

    at: datetime
    what: str
    by_unit: str
    step: int = 0
    account: str | None = None
    level: str | None = None
    owner: str | None = None
    due: date | None = None
    text: str | None = None
    other: int | None = None


@dataclass(frozen=True)
class Answer:
    """What the handler replied."""

    at: datetime
    by_unit: str
    text: str


@dataclass(frozen=True)
class Verdict:
    """What the writer said of the answer; `satisfied` is yes, fairly or no."""

    at: datetime
    solved: bool
    satisfied: str


@dataclass(frozen=True)
class Stay:
    """How a case left a unit that had it: its level there, None from before there were levels, and its last day."""

    level: str | None
    due: date


@dataclass(frozen=True)
class Case:
    """A submission as its holder and its handler may see it: never with name or contact.

    `handler` is who got it first and `answer_by` what the receipt promised; both never change. `released` is the
    address of its row, also while that holds an answer that no longer counts.
    """

    number: int
    type: str
    unit: str
    handler: str
    about: str | None
    text: str
    public: bool
    received_at: datetime
    answer_by: date
    calculation: Text
    events: tuple[Event, ...] = ()
    first_answer: Answer | None = None
    released: str | None = None
    first_verdict: Verdict | None = None
    photos: int = 0

    @property
    def confided(self) -> bool:
        """Whether it is said in confidence: a letter to the secretary or a report."""
        return self.type in PRIVATE

    @property
    def status(self) -> str:
        """Where the case stands: received, answered or released."""
        if self.is_released:
            return "released"
        return "received" if self.answer is None else "answered"

    @property
    def state(self) -> str:
        """Where the case stands for staff: merged, waiting, answered, withheld or released."""
        if self.merged is not None:
            return "merged"
        if self.answer is None:
            return "waiting"
        return "released" if self.is_released else "withheld" if self.last("withheld") else "answered"

    @property
    def is_released(self) -> bool:
        """Whether the answer that counts is public; of a case that was opened again only the second one is."""
        released, reopened = self.last("released"), self.reopened
        again = reopened is None or (released is not None and released.step > reopened.step)
        return self.released is not None and again

    @property
    def answer(self) -> Answer | None:
        """The answer that counts, which is the newest; None while one is awaited, after a reopening too."""
        since = 0 if self.reopened is None else self.reopened.step
        later = [
            event for event in self.events if event.what == "answered" and event.text and event.step > since
        ]
        if later:
            return Answer(later[-1].at, later[-1].by_unit, later[-1].text or "")
        return self.first_answer if self.reopened is None else None

    @property
    def verdict(self) -> Verdict | None:
        """What the writer said of the answer that counts."""
        if self.reopened is None:
            return self.first_verdict
        said = self.last("judged")
        if said is None or said.step < self.reopened.step:
            return None
        solved, _, satisfied = (said.text or "").partition(" ")
        return Verdict(said.at, solved == "solved", satisfied)

    @property
    def reopened(self) -> Event | None:
        """When the writer opened the case again, and why."""
        return self.last("reopened")

    @property
    def merged(self) -> int | None:
        """The number of the case with which this one is handled.

        What is said in confidence is handled by itself, whatever it was put beside: the answer to one would tell the
        writer of another, who may have written to find out, that there is one (design §6.13).
        """
        if self.confided:
            return None
        found = self.last("merged")
        parted = self.reopened is not None and found is not None and self.reopened.step > found.step
        return None if found is None or parted else found.other

    @property
    def level(self) -> str | None:
        """At which level it is handled; None for a case that was stored before there were levels."""
        return next((event.level for event in reversed(self.events) if event.level), None)

    @property
    def owner(self) -> str:
        """The unit that has it now."""
        return next((event.owner for event in reversed(self.events) if event.owner), self.handler)

    @property
    def due(self) -> date:
        """Until when its owner has to answer."""
        return next((event.due for event in reversed(self.events) if event.due), self.answer_by)

    def stay_at(self, unit: str) -> Stay | None:
        """Return how the case last stood while `unit` had it, None where it has never been."""
        owner, level, due, found = self.handler, None, self.answer_by, None
        for event in self.events:
            owner, level, due = event.owner or owner, event.level or level, event.due or due
            if owner == unit:
                found = Stay(level, due)
        return found

    def was_passed(self, giver: str, taker: str) -> bool:
        """Return whether one unit transferred the case to the other before."""
        return any(
            event.what == "transferred" and (event.by_unit, event.owner) == (giver, taker)
            for event in self.events
        )

    @property
    def answerers(self) -> frozenset[str]:
        """The units that answered it."""
        return frozenset(event.by_unit for event in self.events if event.what == "answered")

    @property
    def assignee(self) -> str | None:
        """The account that works on it, None while it is nobody's in particular or since it went to another owner."""
        for event in reversed(self.events):
            if event.what == "assigned":
                return event.text
            if event.owner:
                return None
        return None

    @property
    def drafted(self) -> Event | None:
        """The newest draft of what is to be published; one of an answer that no longer counts is none."""
        found, reopened = self.last("drafted"), self.reopened
        return None if found is None or (reopened is not None and reopened.step > found.step) else found

    @property
    def approved(self) -> Event | None:
        """Who approved the newest draft."""
        found, drafted = self.last("approved"), self.drafted
        return None if found is None or drafted is None or found.other != drafted.step else found

    @property
    def steps(self) -> int:
        """How many events there are: whoever acts says which they had seen."""
        return self.events[-1].step if self.events else 0

    def last(self, what: str) -> Event | None:
        """Return the newest event of a sort."""
        return next((event for event in reversed(self.events) if event.what == what), None)


@dataclass(frozen=True)
class Entry:
    """A submission as it is stored, with every hash and date already worked out."""

    receipt_hash: bytes
    request_hash: bytes | None
    content_hash: bytes
    type: str
    unit: str
    handler: str
    about: str | None
    text: str
    public: bool
    name: str | None
    contact: str | None
    received_at: datetime
    answer_by: date
    calculation: Text
    level: str
    level_due: date
    photos: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Stored:
    """What the database holds for an entry; `repeated` when an earlier request had stored it."""

    number: int
    received_at: datetime
    answer_by: date
    calculation: Text
    repeated: bool


class RequestReused(MingbaiError):
    """An Idempotency-Key came again with other content."""


def moment(at: datetime) -> str:
    """Return a moment as the database keeps it: ISO, whole seconds, with its offset."""
    return at.isoformat(timespec="seconds")
