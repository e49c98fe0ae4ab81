"""Says the story of a case in plain words, step by step, for its holder and for staff; it decides nothing.

What staff note for themselves, who of them works on it and what is drafted for release is theirs: the holder does not
see it, nor ever the name of an account. That a letter in confidence was put beside another is a step for nobody: its
holder may have written to find out, and whoever may see both finds them beside each other.
"""

from dataclasses import dataclass

from forms_api import levels
from forms_api.cases import Case, Event
from forms_api.confidants import SUPERVISOR
from forms_api.deadlines import due_words, moment_words
from mingbai.messages import say
from mingbai.portal import Portal

INNER = ("assigned", "noted", "drafted", "approved", "passed_on")
WORDED = (
    "moved",
    "extended",
    "transferred",
    "referred",
    "remarked",
    "urged",
    "reopened",
)  # with a reason, or words
BARE = ("received", "entered", "merged", "answered", "judged", "released", "withheld")


@dataclass(frozen=True)
class Step:
    """One step as it is shown: a mark of one character, a heading, sentences, and the words that somebody wrote."""

    mark: str
    title: str
    says: str
    words: str | None
    when: str
    account: str | None


def reader(portal: Portal, by: str, lang: str) -> str:
    """Return the name of a unit that has a case; above the highest unit there is only its supervisor."""
    slug = by.removeprefix(SUPERVISOR)
    name = portal.units.get(slug).name.in_(lang)
    return name if slug == by else say("forms.supervisor", lang, unit=name)


def outer(case: Case) -> list[Event]:
    """Return the events of which the holder of the receipt may know."""
    return [event for event in _steps(case) if event.what not in INNER]


def _steps(case: Case) -> list[Event]:
    return [event for event in case.events if event.what != "merged" or not case.confided]


def told(portal: Portal, case: Case, lang: str) -> list[Step]:
    """Return the steps that the holder of the receipt reads."""
    return [_step(portal, case, event, lang) for event in outer(case)]


def whole(portal: Portal, case: Case, lang: str) -> list[Step]:
    """Return every step, for staff."""
    return [_step(portal, case, event, lang) for event in _steps(case)]


def level_words(portal: Portal, case: Case, lang: str) -> str:
    """Return the level at which a case stands: 领办, 议办, 协办 or 督办."""
    return say(f"forms.level.{levels.current(portal, case).level}", lang)


def _step(portal: Portal, case: Case, event: Event, lang: str) -> Step:
    due = event.due
    if event.level and event.owner and due:
        due = levels.promised_at(portal, case, levels.Place(event.level, event.owner, due))
    facts = {
        "by": reader(portal, event.by_unit, lang),
        "owner": reader(portal, event.owner or event.by_unit, lang),
        "level": say(f"forms.level.{event.level}", lang) if event.level else "",
        "due": due_words(portal, due, lang) if due else "",
        "other": event.other or "",
    }
    what, words = event.what, event.text
    if what == "moved" and event.account is None and words is None:
        what = "ran_out"
    elif what in ("answered", "approved", "passed_on"):
        words = None  # these words stand on the page by themselves
    elif what == "entered":
        facts["channel"], words = say(f"desk.channel.{event.text}", lang), None
    elif what == "withheld":
        what, words = f"withheld.{event.text}", None
    elif what == "judged" and case.verdict is not None:
        words = None
    mark = event.level if event.what == "moved" else event.what
    title, says = (say(f"forms.story.{what}{part}", lang, **facts) for part in ("", ".says"))
    return Step(
        say(f"forms.mark.{mark}", lang), title, says, words, moment_words(event.at, lang), event.account
    )
