"""Shows the holder of a receipt where the letter stands, takes what the holder says; a receipt comes by POST only."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import NotFound

from forms_api import following, holder, levels, markup, receipts, subjects, verdicts
from forms_api.acceptance import Acceptance
from forms_api.cases import Case, by_number
from forms_api.deadlines import day_words, due_words, moment_words
from forms_api.frames import render
from forms_api.holder import Unheard, Wish
from forms_api.intake import acceptance, mistyped
from forms_api.rates import TooMany
from forms_api.story import level_words, outer, reader, told
from forms_api.writer import Busy, Unstored
from mingbai.messages import say

track = Blueprint("track", __name__)


@track.get("/track", defaults={"lang": "zh"})
@track.get("/en/track", defaults={"lang": "en"})
def show(lang: str) -> Response:
    """Show the field for a receipt."""
    return _field(lang, 200)


@track.post("/track", defaults={"lang": "zh", "wish": ""})
@track.post("/en/track", defaults={"lang": "en", "wish": ""})
@track.post("/track/<any(remark, verdict, reopen, follow, feed):wish>", defaults={"lang": "zh"})
@track.post("/en/track/<any(remark, verdict, reopen, follow, feed):wish>", defaults={"lang": "en"})
def look_up(lang: str, wish: str) -> Response:
    """Show the case, after doing what the holder wishes; or the field again with what is wrong."""
    service, typed = acceptance(), request.form.get("receipt", "")
    try:
        receipt = receipts.read(typed)
        case = service.find(receipt, request.remote_addr or "")
    except receipts.ReceiptMistyped as reason:
        return _field(lang, 404, typed, mistyped(reason, lang))
    except TooMany as reason:
        return _too_many(lang, typed, reason)
    except SQLAlchemyError:
        return _busy(_field(lang, 503, typed, say("forms.track.busy", lang)))
    if case is None:
        return _field(lang, 404, typed, say("forms.track.unknown", lang))
    return _state(service, case, lang, receipt) if not wish else _grant(service, case, lang, receipt, wish)


@track.get("/track/feed/<token>.xml")
def feed(token: str) -> Response:
    """Give the Atom feed (RFC 4287) of the case behind a feed's key: that there is news, and where to look."""
    service, address = acceptance(), request.remote_addr or ""
    try:
        service.guesses.check(address)
        with service.database.reading() as connection:
            case = following.by_feed(connection, service.keys, token)
    except (TooMany, SQLAlchemyError):
        return _busy(Response(status=503))
    if case is None:
        service.guesses.count(address)
        raise NotFound
    page = render_template("case_feed.xml", events=outer(case), key=token, t=say, portal=service.portal)
    response = Response(page, mimetype="application/atom+xml")
    response.headers["Cache-Control"] = "no-store"
    return response


def _grant(service: Acceptance, case: Case, lang: str, receipt: str, wish: str) -> Response:
    """Do what the holder wishes and show the case as it is then."""
    typed = request.form.to_dict()  # here, not in the writer's thread, which serves no request

    def do(connection: Connection) -> None:
        now = by_number(connection, case.number)
        if now is None:
            raise NotFound
        facts = (service.portal, service.limits, service.keys, service.clock(), now, receipt, typed)
        holder.WISHES[wish](Wish(connection, *facts))

    try:
        service.writer.run(do)
    except Unheard as reason:
        return _state(service, case, lang, receipt, 422, wish, say(reason.message, lang, **reason.facts))
    except (Busy, Unstored):
        return _busy(_state(service, case, lang, receipt, 503, wish, say("forms.track.busy", lang)))
    return _state(service, service.find(receipt, request.remote_addr or "") or case, lang, receipt, wish=wish)


def _too_many(lang: str, typed: str, reason: TooMany) -> Response:
    minutes = -(-reason.retry_after // 60)
    response = _field(lang, 429, typed, say("forms.track.too_many", lang, minutes=minutes))
    response.headers["Retry-After"] = str(reason.retry_after)
    return response


def _busy(response: Response) -> Response:
    response.headers["Retry-After"] = "5"
    return response


def _field(lang: str, status: int, typed: str = "", problem: str | None = None) -> Response:
    return render("track.html", lang, "track", status, typed=typed[:64], problem=problem)


def _state(
    service: Acceptance,
    case: Case,
    lang: str,
    receipt: str,
    status: int = 200,
    wish: str = "",
    problem: str | None = None,
) -> Response:
    portal, feed = service.portal, None
    subject = subjects.find(portal, case.about or "")
    if wish == "feed" and not problem:
        feed = f"/track/feed/{following.feed_token(service.keys, receipt)}.xml"
    return render(
        "case.html",
        lang,
        "track",
        status,
        case=case,
        receipt=receipts.shown(receipt),
        wish=wish,
        problem=problem,
        typed=request.form.get("text", "") if problem else "",
        base=f"{'' if lang == 'zh' else '/en'}/track",
        satisfied=verdicts.SATISFIED,
        handler=reader(portal, case.owner, lang),
        level=level_words(portal, case, lang),
        unit=portal.units.get(case.unit).name.in_(lang),
        subject=None if subject is None else subjects.title(portal, subject, lang),
        steps=told(portal, case, lang),
        above=_above(service, case, lang),
        feed=feed,
        feed_whole=None if feed is None else portal.settings.absolute(feed) or feed,
        limits=service.limits,
        **_days(service, case, lang),
        **_answer(service, case, lang),
    )


def _days(service: Acceptance, case: Case, lang: str) -> dict[str, Any]:
    """Return what the page says of time: received, promised, how long still, and what happens then."""
    today, open, extended = service.clock().date(), case.answer is None, case.last("extended")
    promised = levels.promised(service.portal, case)
    return {
        "received": moment_words(case.received_at, lang),
        "day": due_words(service.portal, promised, lang),
        "first_promised": day_words(case.answer_by, lang),
        "calculation": case.calculation.in_(lang),
        "left": _left(promised, today, lang),
        "overdue": open and today > promised,
        "late": open and today > case.answer_by,
        "extended": extended if extended and case.answer_by < promised == extended.due else None,
        "may_remark": open,
        "next_level": _next(service, case, lang),
    }


def _answer(service: Acceptance, case: Case, lang: str) -> dict[str, Any]:
    """Return what the page says of the answer, and whether it may be objected to."""
    answer, first = case.answer, case.first_answer
    return {
        "answered": None if answer is None else moment_words(answer.at, lang),
        "answerer": None if answer is None else reader(service.portal, answer.by_unit, lang),
        "answer_html": None if answer is None else markup.html(answer.text),
        "earlier": None if first in (None, answer) else markup.html(first.text),
        "may_reopen": holder.may_reopen(case, service.clock()),
        "reopen_days": holder.REOPEN_DAYS,
    }


def _left(promised: date, today: date, lang: str) -> str:
    days = (promised - today).days
    key = "today" if days == 0 else "left" if days > 0 else "over"
    return say(f"forms.case.{key}", lang, days=abs(days))


def _above(service: Acceptance, case: Case, lang: str) -> str | None:
    """Return the name of the level above the owner, None where there is none."""
    above = service.portal.units.ancestors(case.owner) if ":" not in case.owner else ()
    return above[0].name.in_(lang) if above else None


def _next(service: Acceptance, case: Case, lang: str) -> str | None:
    """Return what happens when the clock of this level runs out, None at the highest one and after the answer."""
    place = None if case.answer else levels.above(service.portal, case, service.clock().date())
    if place is None or place.owner == case.owner:
        return None
    facts = {
        "owner": reader(service.portal, place.owner, lang),
        "level": say(f"forms.level.{place.level}", lang),
    }
    return say("forms.case.next", lang, day=day_words(case.due, lang), **facts)
