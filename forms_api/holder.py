"""Does what the holder of a receipt may: add a remark, judge the answer, open the case again, follow it; shows no page.

Each act runs on the case as it is at that moment, inside the writer's transaction. It raises Unheard, with the key of
the sentence, and then nothing is stored.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from forms_api import cases, following, levels, steps, verdicts
from forms_api.cases import Case, Event
from forms_api.keys import Keys
from forms_api.limits import Limits
from forms_api.submissions import clean
from mingbai.errors import MingbaiError
from mingbai.messages import say
from mingbai.portal import Portal

MOST_REMARKS = 10
REOPEN_DAYS = 30  # after the answer


class Unheard(MingbaiError):
    """What the holder wants is not possible; the message is the key of the sentence."""

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(key)
        self.facts = facts


@dataclass(frozen=True)
class Wish:
    """What the holder of `receipt` asks for: the case as it is now, and what stands in the form."""

    connection: Connection
    portal: Portal
    limits: Limits
    keys: Keys
    now: datetime
    case: Case
    receipt: str
    typed: Mapping[str, str]

    def words(self) -> str:
        """Return the text of the form, cleaned. Raises Unheard."""
        text, most = clean(self.typed.get("text", "")), self.limits.text
        if not text:
            raise Unheard("forms.problem.missing.text")
        if len(text) > most:
            raise Unheard("forms.problem.long", most=most, over=len(text) - most)
        return text


def remark(wish: Wish) -> None:
    """Add a remark to a case that waits for its answer."""
    case = wish.case
    if case.answer is not None:
        raise Unheard("forms.holder.answered")
    if sum(event.what == "remarked" for event in case.events) >= MOST_REMARKS:
        raise Unheard("forms.holder.enough", most=MOST_REMARKS)
    cases.note(wish.connection, case.number, Event(wish.now, "remarked", case.owner, text=wish.words()))


def judge(wish: Wish) -> None:
    """Say, once for each answer, whether the matter is solved and how satisfied one is."""
    case, said = wish.case, verdicts.read(wish.typed)
    if case.answer is None:
        raise Unheard("forms.holder.unanswered")
    if case.verdict is not None:
        return  # sent twice: the first one stands, and is shown
    if said is None:
        raise Unheard("forms.verdict.missing")
    if case.reopened is None:
        verdicts.add(wish.connection, case.number, wish.now, said)
    else:
        words = f"{'solved' if said.solved else 'unsolved'} {said.satisfied}"
        cases.note(wish.connection, case.number, Event(wish.now, "judged", case.owner, text=words))


def reopen(wish: Wish) -> None:
    """Open the case again, once: it goes to the next level, and its clock begins anew."""
    case, today = wish.case, wish.now.date()
    if not may_reopen(case, wish.now):
        raise Unheard("forms.holder.no_reopening", days=REOPEN_DAYS)
    place = levels.after_answer(wish.portal, case, today)
    event = Event(
        wish.now,
        "reopened",
        case.owner,
        level=place.level,
        owner=place.owner,
        due=place.due,
        text=wish.words(),
    )
    cases.note(wish.connection, case.number, event)
    moved = replace(event, what="moved", text=say("forms.holder.together", "zh"))
    group = cases.together(wish.connection, case)
    steps.share(wish.connection, wish.portal, group, moved)
    steps.tell(wish.connection, wish.portal, group[1:], wish.now)


def may_reopen(case: Case, now: datetime) -> bool:
    """Return whether the holder may still open the case again."""
    answered = case.answer
    return answered is not None and case.reopened is None and now <= answered.at + timedelta(days=REOPEN_DAYS)


def follow(wish: Wish) -> None:
    """Send news to an e-mail address, or to none any more when the field is empty."""
    address = wish.typed.get("address", "").strip()
    if not address:
        following.leave(wish.connection, wish.case.number)
    elif following.is_address(address):
        following.follow(wish.connection, wish.case.number, address)
    else:
        raise Unheard("forms.holder.address")


def open_feed(wish: Wish) -> None:
    """Make the feed of the case readable."""
    token = following.feed_token(wish.keys, wish.receipt)
    following.open_feed(wish.connection, wish.keys, wish.case.number, token)


WISHES: dict[str, Callable[[Wish], None]] = {
    "remark": remark,
    "verdict": judge,
    "reopen": reopen,
    "follow": follow,
    "feed": open_feed,
}
