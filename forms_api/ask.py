"""Shows the form and takes what is sent from it, without JavaScript; after a problem nothing typed is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import unquote_to_bytes

from flask import Blueprint, Response, redirect, request
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from forms_api import receipts, subjects, tokens, work
from forms_api.acceptance import Acceptance, Accepted
from forms_api.cases import RequestReused
from forms_api.deadlines import day_words, deadline, moment_words
from forms_api.frames import render
from forms_api.intake import acceptance
from forms_api.rates import TooMany
from forms_api.story import reader
from forms_api.submissions import FIELDS, PRIVATE, TYPES, Problem, Refused, handler, judge
from forms_api.writer import Busy, Unstored
from mingbai.units import Unit

ask = Blueprint("ask", __name__)
TRAP = "website"  # a field no person sees; who fills it is a machine
_AGREED = "yes"


@dataclass(frozen=True)
class Alert:
    """What stands above the form when it could not be taken: a heading, a sentence, and the fields to change."""

    code: str
    problems: Sequence[Problem] = ()
    facts: tuple[tuple[str, object], ...] = ()


@ask.get("/ask", defaults={"lang": "zh"})
@ask.get("/en/ask", defaults={"lang": "en"})
def show(lang: str) -> Response:
    """Show the empty form, filled with what the link says: `type`, `unit`, `about`."""
    service = acceptance()
    typed = {name: request.args.get(name, "") for name in ("type", "unit", "about")}
    typed["about"] = typed["about"].removeprefix("/en")
    subject = subjects.find(service.portal, typed["about"])
    if subject is not None:
        typed |= {"about": subject.address, "unit": subject.unit, "type": typed["type"] or TYPES[0]}
    alert = Alert("about") if typed["about"] and subject is None else None
    if subject is None:
        typed["about"] = ""
    return _form(service, lang, typed, tokens.issue(service.keys, service.clock()), alert, 200)


@ask.get("/<any(ask, track):page>/", defaults={"tree": ""})
@ask.get("/en/<any(ask, track):page>/", defaults={"tree": "en/"})
def without_slash(page: str, tree: str) -> AnyResponse:
    """Lead on from the address with a slash at its end: all others of the site have one, so people type it here too."""
    asked = request.query_string.decode("ascii", "ignore")
    return redirect(f"/{tree}{page}{'?' if asked else ''}{asked}", 308)


@ask.post("/ask", defaults={"lang": "zh"})
@ask.post("/en/ask", defaults={"lang": "en"})
def send(lang: str) -> Response:
    """Take the form: 201 with the receipt after the durable commit, or the form again with all that was typed."""
    service = acceptance()
    _refuse_other_encodings()
    typed = {name: request.form.get(name, "") for name in FIELDS}
    token = request.form.get("token", "")
    now = service.clock()
    key = tokens.read(service.keys, token, now, service.limits.form_seconds)
    if key is None or request.form.get(TRAP):
        alert = Alert("trap" if request.form.get(TRAP) else "stale")
        return _form(service, lang, typed, tokens.issue(service.keys, now), alert, 422)
    try:
        draft = judge(said(typed), service.portal, service.limits, now.date())
        worked = work.is_done(token, request.form.get("work", ""))
        accepted = service.accept(draft, f"form:{key}", request.remote_addr or "", worked=worked)
    except Refused as reason:
        facts = (("count", len(reason.problems)),)
        return _form(service, lang, typed, token, Alert("fields", reason.problems, facts), 422)
    except RequestReused:
        return _form(service, lang, typed, tokens.issue(service.keys, now), Alert("reused"), 409)
    except (TooMany, Busy) as reason:
        return _later(service, lang, typed, token, reason)
    except (Unstored, IntegrityError):
        return _later(service, lang, typed, token, Busy("not stored"))
    return receipt(service, lang, typed, accepted)


def _refuse_other_encodings() -> None:
    """Raise BadRequest for words that are not UTF-8: they would be stored as escapes that nobody can read."""
    try:
        unquote_to_bytes(request.get_data()).decode("utf-8")
    except UnicodeDecodeError:
        raise BadRequest from None


def said(typed: Mapping[str, str]) -> dict[str, object]:
    """Return the fields of a form as the API would say them: a box that is not ticked is false."""
    return {**typed, "public": typed["public"] == _AGREED}


def _later(
    service: Acceptance, lang: str, typed: Mapping[str, str], token: str, reason: TooMany | Busy
) -> Response:
    code, status = ("too_many", 429) if isinstance(reason, TooMany) else ("busy", 503)
    minutes = -(-reason.retry_after // 60)
    response = _form(service, lang, typed, token, Alert(code, facts=(("minutes", minutes),)), status)
    response.headers["Retry-After"] = str(reason.retry_after)
    return response


def _form(
    service: Acceptance, lang: str, typed: Mapping[str, str], token: str, alert: Alert | None, status: int
) -> Response:
    today = service.clock().date()
    subject = subjects.find(service.portal, typed.get("about", ""))
    unit = _unit(service, typed.get("unit", ""), today)
    sort = typed.get("type") if typed.get("type") in TYPES else None
    quoted = (
        None
        if subject is None
        else (subjects.title(service.portal, subject, lang), subjects.values(subject, lang))
    )
    return render(
        "ask.html",
        lang,
        "ask",
        status,
        typed=typed,
        token=token,
        trap=TRAP,
        bits=work.BITS if status == 429 else None,
        types=TYPES,
        private=PRIVATE,
        limits=service.limits,
        alert=alert,
        wrong={each.field: each.message(lang) for each in reversed(alert.problems)} if alert else {},
        alert_facts=dict(alert.facts) if alert else {},
        subject=subject,
        quoted=quoted,
        unit=None if unit is None else unit.name.in_(lang),
        above=None
        if unit is None
        else reader(service.portal, handler(service.portal, PRIVATE[0], unit, today), lang),
        groups=groups(service, today, lang),
        due=None if unit is None else _due(service, unit, sort or "inquiry", lang),
        phone=service.portal.settings.phone,
    )


def receipt(service: Acceptance, lang: str, typed: Mapping[str, str], accepted: Accepted) -> Response:
    """Show the receipt of what was stored; it is shown this once."""
    subject = subjects.find(service.portal, typed["about"])
    unit = service.portal.units.get(typed["unit"])
    by = handler(service.portal, typed["type"], unit, accepted.received_at.date())
    return render(
        "receipt.html",
        lang,
        "receipt",
        201,
        groups=receipts.groups(accepted.receipt),
        receipt=receipts.shown(accepted.receipt),
        received=moment_words(accepted.received_at, lang),
        day=day_words(accepted.answer_by, lang),
        calculation=accepted.calculation.in_(lang),
        handler=reader(service.portal, by, lang),
        subject=None if subject is None else subjects.title(service.portal, subject, lang),
        type=typed["type"],
        private=typed["type"] in PRIVATE,
        public=typed["public"] == _AGREED,
        unit=unit.name.in_(lang),
    )


def _unit(service: Acceptance, slug: str, today: date) -> Unit | None:
    try:
        return service.portal.units.get(slug, today)
    except KeyError:
        return None


def _due(service: Acceptance, unit: Unit, sort: str, lang: str) -> str:
    return day_words(deadline(service.portal, unit, sort, service.clock()).day, lang)


def groups(service: Acceptance, today: date, lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the units one can write to, each town with what lies below it, the root by itself."""
    units = service.portal.units.on(today)
    parents = {each.parent for each in units}
    groups = []
    for head in (each for each in units if each.slug in parents or each.parent is None):
        below = [each for each in units if each.parent == head.slug and each.slug not in parents]
        groups.append((head.name.in_(lang), [(each.slug, each.name.in_(lang)) for each in (head, *below)]))
    return groups
