"""Judges what a resident sends, from the form and from the API by the same rules; it stores and answers nothing.

All problems are found at once. Cleaning is silent and loses no word: line ends become one sort, and characters that
cannot be seen (control, zero-width, bidirectional marks) are dropped.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from forms_api import subjects
from forms_api.confidants import confidants
from forms_api.limits import Limits
from mingbai.kinds import SUBMISSIONS
from mingbai.messages import say
from mingbai.portal import Portal
from mingbai.sheets.hidden import HIDDEN
from mingbai.units import Unit

TYPES = SUBMISSIONS
PRIVATE = ("letter", "report")
FIELDS = ("type", "unit", "about", "text", "name", "contact", "public")
_SHOWN_NAMES = 10
_LINE_END = re.compile("\r\n|[\r\u2028\u2029]")


@dataclass(frozen=True)
class Draft:
    """A submission that keeps the rules. `about` is canonical; `handler` is who will read it."""

    type: str
    unit: str
    about: str | None
    text: str
    name: str | None
    contact: str | None
    public: bool
    handler: str

    def facts(self) -> dict[str, Any]:
        """Return all of it as plain values, for the hash under an Idempotency-Key."""
        return asdict(self)


@dataclass(frozen=True)
class Problem:
    """One thing to change: the field and the key of its sentence."""

    field: str
    key: str
    facts: tuple[tuple[str, object], ...] = ()

    def message(self, lang: str) -> str:
        """Return the sentence."""
        return say(f"forms.problem.{self.key}", lang, **dict(self.facts))


class Refused(ValueError):
    """A submission breaks rules; `problems` holds all of them in the order of the form."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


def judge(said: Mapping[str, object], portal: Portal, limits: Limits, today: date) -> Draft:
    """Return the draft in `said`. Raises Refused."""
    problems: list[Problem] = [
        _unknown(name) for name in list(said)[: _SHOWN_NAMES * 10] if name not in FIELDS
    ]
    del problems[_SHOWN_NAMES:]
    type_ = _type(said.get("type"), problems)
    unit = _unit(said.get("unit"), portal, today, problems)
    about = _about(said.get("about"), portal, unit, problems)
    text = _text("text", said.get("text"), limits.text, problems)
    name = _text("name", said.get("name"), limits.name, problems)
    contact = _text("contact", said.get("contact"), limits.contact, problems)
    public = _public(said.get("public"), type_, problems)
    if problems or type_ is None or unit is None or text is None:
        raise Refused(problems)
    return Draft(type_, unit.slug, about, text, name, contact, public, handler(portal, type_, unit, today))


def handler(portal: Portal, type: str, unit: Unit, today: date) -> str:
    """Return who reads a submission: the unit; for letter and report the nearest above it that may."""
    return confidants(portal.units, unit.slug, today)[0] if type in PRIVATE else unit.slug


def clean(text: str) -> str:
    """Return `text` with one sort of line end, no characters that cannot be seen, and no space around it."""
    lines = _LINE_END.sub("\n", text)
    return "".join(each for each in lines if each in "\n\t" or not invisible(each)).strip()


def invisible(symbol: str) -> bool:
    """Return whether a character cannot be seen."""
    # Cc control, Cf format (zero-width, bidi), Cs half of a pair: a half cannot even be written as UTF-8. HIDDEN
    # has letters that show nothing, such as U+3164. ZWJ and variation selectors inside emoji are lost, the words not.
    return unicodedata.category(symbol) in ("Cc", "Cf", "Cs") or HIDDEN.match(symbol) is not None


def _unknown(name: str) -> Problem:
    return Problem(clean(name)[:40], "unknown")


def _type(value: object, problems: list[Problem]) -> str | None:
    if isinstance(value, str) and value in TYPES:
        return value
    problems.append(Problem("type", "missing.type" if value in (None, "") else "type"))
    return None


def _unit(value: object, portal: Portal, today: date, problems: list[Problem]) -> Unit | None:
    if value is None or value == "":
        problems.append(Problem("unit", "missing.unit"))
        return None
    if not isinstance(value, str) or value not in portal.units.slugs():
        problems.append(Problem("unit", "unit"))
        return None
    try:
        return portal.units.get(value, today)
    except KeyError:
        problems.append(Problem("unit", *_gone(portal, value)))
        return None


def _gone(portal: Portal, slug: str) -> tuple[str, tuple[tuple[str, object], ...]]:
    unit = portal.units.get(slug)
    names = "、".join(portal.units.get(each).name.zh for each in unit.successors)
    return ("unit_gone", (("name", unit.name.zh), ("successors", names))) if names else ("unit", ())


def _about(value: object, portal: Portal, unit: Unit | None, problems: list[Problem]) -> str | None:
    if value is None or value == "":
        return None
    subject = subjects.find(portal, value) if isinstance(value, str) else None
    if subject is None:
        problems.append(Problem("about", "about"))
        return None
    if unit is not None and subject.unit != unit.slug:
        problems.append(Problem("about", "about_other", (("name", portal.units.get(subject.unit).name.zh),)))
    return subject.address


def _text(field: str, value: object, most: int, problems: list[Problem]) -> str | None:
    if value is None:
        value = ""
    if not isinstance(value, str):
        problems.append(Problem(field, "not_text"))
        return None
    cleaned = clean(value)
    if len(cleaned) > most:
        problems.append(Problem(field, "long", (("most", most), ("over", len(cleaned) - most))))
        return None
    if not cleaned:
        if field == "text":
            problems.append(Problem(field, "missing.text"))
        return None
    return cleaned


def _public(value: object, type: str | None, problems: list[Problem]) -> bool:
    if not isinstance(value, bool):
        problems.append(Problem("public", "missing.public" if value is None else "public"))
        return False
    if value and type in PRIVATE:
        problems.append(Problem("public", "private", (("type", type),)))
    return value
