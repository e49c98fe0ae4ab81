"""Shows the holder of a receipt where the letter stands and takes the verdict; a receipt comes by POST only."""

from datetime import date

from flask import Blueprint, Response, request
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from forms_api import receipts, subjects, verdicts
from forms_api.acceptance import Acceptance
from forms_api.ask import reader
from forms_api.cases import Case
from forms_api.deadlines import day_words, moment_words
from forms_api.frames import render
from forms_api.intake import acceptance, mistyped
from forms_api.rates import TooMany
from forms_api.writer import Busy, Unstored
from mingbai.messages import say

track = Blueprint("track", __name__)


@track.get("/track", defaults={"lang": "zh"})
@track.get("/en/track", defaults={"lang": "en"})
def show(lang: str) -> Response:
    """Show the field for a receipt."""
    return _field(lang, 200)


@track.post("/track", defaults={"lang": "zh"})
@track.post("/en/track", defaults={"lang": "en"})
def look_up(lang: str) -> Response:
    """Show the case, or the field again with what is wrong."""
    typed = request.form.get("receipt", "")
    try:
        case = acceptance().find(receipts.read(typed))
    except receipts.ReceiptMistyped as reason:
        return _field(lang, 404, typed, mistyped(reason, lang))
    except TooMany as reason:
        minutes = -(-reason.retry_after // 60)
        response = _field(lang, 429, typed, say("forms.track.too_many", lang, minutes=minutes))
        response.headers["Retry-After"] = str(reason.retry_after)
        return response
    except SQLAlchemyError:
        response = _field(lang, 503, typed, say("forms.track.busy", lang))
        response.headers["Retry-After"] = "5"
        return response
    if case is None:
        return _field(lang, 404, typed, say("forms.track.unknown", lang))
    return _state(acceptance(), case, lang, typed)


@track.post("/track/verdict", defaults={"lang": "zh"})
@track.post("/en/track/verdict", defaults={"lang": "en"})
def judge(lang: str) -> Response:
    """Take what the holder of the receipt says of the answer, once, and show the case again."""
    service, typed = acceptance(), request.form.get("receipt", "")
    try:
        case = service.find(receipts.read(typed))
    except (receipts.ReceiptMistyped, TooMany, SQLAlchemyError):
        case = None
    if case is None or case.answer is None:
        return _field(lang, 404, typed, say("forms.track.unknown", lang))
    verdict = verdicts.read(request.form)
    if verdict is None:
        return _state(service, case, lang, typed, 422, say("forms.verdict.missing", lang))
    try:
        service.writer.run(lambda connection: verdicts.add(connection, case.number, service.clock(), verdict))
    except IntegrityError:
        pass  # sent twice: the first one stands, and is shown
    except (Busy, Unstored):
        return _state(service, case, lang, typed, 503, say("forms.track.busy", lang))
    return _state(service, service.find(receipts.read(typed)) or case, lang, typed)


def _field(lang: str, status: int, typed: str = "", problem: str | None = None) -> Response:
    return render("track.html", lang, "track", status, typed=typed[:64], problem=problem)


def _state(
    service: Acceptance, case: Case, lang: str, receipt: str, status: int = 200, problem: str | None = None
) -> Response:
    today = service.clock().date()
    subject = subjects.find(service.portal, case.about or "")
    return render(
        "case.html",
        lang,
        "track",
        status,
        case=case,
        receipt=receipt,
        problem=problem,
        verdict_address=f"{'' if lang == 'zh' else '/en'}/track/verdict",
        satisfied=verdicts.SATISFIED,
        handler=reader(service, case.handler, lang),
        unit=service.portal.units.get(case.unit).name.in_(lang),
        subject=None if subject is None else subjects.title(service.portal, subject, lang),
        received=moment_words(case.received_at, lang),
        day=day_words(case.answer_by, lang),
        calculation=case.calculation.in_(lang),
        left=_left(case, today, lang),
        overdue=case.answer is None and today > case.answer_by,
        answered=None if case.answer is None else moment_words(case.answer.at, lang),
        answerer=None if case.answer is None else reader(service, case.answer.by_unit, lang),
        above=_above(service, case, lang),
    )


def _left(case: Case, today: date, lang: str) -> str:
    days = (case.answer_by - today).days
    key = "today" if days == 0 else "left" if days > 0 else "over"
    return say(f"forms.case.{key}", lang, days=abs(days))


def _above(service: Acceptance, case: Case, lang: str) -> str | None:
    """Return the name of the level above the handler, None where there is none."""
    above = service.portal.units.ancestors(case.handler) if ":" not in case.handler else ()
    return above[0].name.in_(lang) if above else None
