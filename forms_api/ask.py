"""Shows the form and takes what is sent from it, without JavaScript; after a problem nothing typed is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, redirect, request
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as AnyResponse

from forms_api import receipts, subjects, tokens, work
from forms_api.acceptance import DISK_LOW_RETRY, Acceptance, Accepted
from forms_api.cases import RequestReused
from forms_api.deadlines import day_words, deadline, moment_words
from forms_api.frames import render
from forms_api.intake import acceptance
from forms_api.photos.arriving import FIELD, read_form
from forms_api.photos.ingest import Unfit
from forms_api.rates import TooMany
from forms_api.slip import slip
from forms_api.story import reader
from forms_api.submissions import FIELDS, PRIVATE, TYPES, Problem, Refused, handler, judge
from forms_api.writer import Busy, Unstored
from mingbai.errors import MingbaiError
from mingbai.units import Unit

ask = Blueprint("ask", __name__)
TRAP = "website"  # a field no person sees; who fills it is a machine
_AGREED = "yes"


@dataclass(frozen=True)
class Alert:
    """What stands above the form when it could not be taken: a heading, a sentence, and the fields to change.

    `photos`: whether some came along, which a form cannot give back.
    """

    code: str
    problems: Sequence[Problem] = ()
    facts: tuple[tuple[str, object], ...] = ()
    photos: bool = False


class NoRoom(MingbaiError):
    """The disk has room for words but not for photos."""


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
    posted = read_form(service.limits)
    typed = {name: posted.words.get(name, "") for name in FIELDS}
    token, trap = (posted.words.get(name, "") for name in ("token", TRAP))
    sheet = _Sheet(service, lang, typed, bool(posted.photos))
    now = service.clock()
    key = tokens.read(service.keys, token, now, service.limits.form_seconds)
    if key is None or trap:
        return sheet.back(422, "trap" if trap else "stale", tokens.issue(service.keys, now))
    try:
        draft = judge(said(typed), service.portal, service.limits, now.date())
        photos = _repainted(service, posted.photos)
        worked = work.is_done(token, posted.words.get("work", ""))
        accepted = service.accept(
            draft, f"form:{key}", request.remote_addr or "", worked=worked, photos=photos
        )
    except Refused as reason:
        return sheet.back(422, "fields", token, reason.problems, count=len(reason.problems))
    except RequestReused:
        return sheet.back(409, "reused", tokens.issue(service.keys, now))
    except NoRoom:
        return sheet.later(503, "no_room", token, DISK_LOW_RETRY)
    except TooMany as reason:
        return sheet.later(429, "too_many", token, reason.retry_after)
    except Busy as reason:
        return sheet.later(503, "busy", token, reason.retry_after)
    except (Unstored, IntegrityError):
        return sheet.later(503, "busy", token, Busy("not stored").retry_after)
    return receipt(service, lang, typed, accepted, len(photos))


@dataclass(frozen=True)
class _Sheet:
    """A form as it came in, to be given back with what is wrong and with every word in it."""

    service: Acceptance
    lang: str
    typed: Mapping[str, str]
    photos: bool

    def back(
        self, status: int, code: str, token: str, problems: Sequence[Problem] = (), **facts: object
    ) -> Response:
        """Give it back with an alert."""
        alert = Alert(code, problems, tuple(facts.items()), self.photos)
        return _form(self.service, self.lang, self.typed, token, alert, status)

    def later(self, status: int, code: str, token: str, seconds: int) -> Response:
        """Give it back, to be sent once more after some time."""
        response = self.back(status, code, token, minutes=-(-seconds // 60))
        response.headers["Retry-After"] = str(seconds)
        return response


def _repainted(service: Acceptance, sent: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return the photos as they may be kept. Raises Refused for all that cannot be; NoRoom, TooMany, Busy.

    Photos that are refused use up the allowance of a letter: opening them costs as much.
    """
    if not sent:
        return ()
    address = request.remote_addr or ""
    service.rates.check(address)
    if service.free_disk < service.limits.photo_free_disk:
        raise NoRoom("disk low")
    most = service.limits.photos
    if len(sent) > most:
        raise Refused([Problem(FIELD, "photo.many", (("most", most), ("count", len(sent))))])
    kept, problems = [], []
    for place, photo in enumerate(sent, 1):
        try:
            kept.append(service.ingest.repaint(photo))
        except Unfit as reason:
            problems.append(Problem(FIELD, f"photo.{reason.reason}", (("place", place), *_bounds(service))))
    if problems:
        service.rates.count(address)
        raise Refused(problems)
    return tuple(kept)


def _bounds(service: Acceptance) -> tuple[tuple[str, object], ...]:
    """Return how large a photo may be, in the numbers people know."""
    limits = service.limits
    return ("megabytes", limits.photo_size // 1024**2), ("megapixels", limits.photo_pixels // 1024**2)


def said(typed: Mapping[str, str]) -> dict[str, object]:
    """Return the fields of a form as the API would say them: a box that is not ticked is false."""
    return {**typed, "public": typed["public"] == _AGREED}


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
        photo=FIELD,
        bounds=dict(_bounds(service)),
        room=service.free_disk >= service.limits.photo_free_disk,
    )


def receipt(
    service: Acceptance, lang: str, typed: Mapping[str, str], accepted: Accepted, photos: int = 0
) -> Response:
    """Show the receipt of what was stored; it is shown this once."""
    subject = subjects.find(service.portal, typed["about"])
    unit = service.portal.units.get(typed["unit"])
    by = handler(service.portal, typed["type"], unit, accepted.received_at.date())
    code = receipts.shown(accepted.receipt)
    return render(
        "receipt.html",
        lang,
        "receipt",
        201,
        groups=receipts.groups(accepted.receipt),
        receipt=code,
        slip=slip(service.portal.settings, code, lang),
        received=moment_words(accepted.received_at, lang),
        day=day_words(accepted.answer_by, lang),
        calculation=accepted.calculation.in_(lang),
        handler=reader(service.portal, by, lang),
        subject=None if subject is None else subjects.title(service.portal, subject, lang),
        type=typed["type"],
        private=typed["type"] in PRIVATE,
        public=typed["public"] == _AGREED,
        unit=unit.name.in_(lang),
        photos=photos,
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
