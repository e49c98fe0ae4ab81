"""Shows the desk: signing in, the queue by deadline, one case with its answer; who sees what is decided in `sight`."""

import hmac
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from flask import Blueprint, Response, redirect, request
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from forms_api import subjects
from forms_api.acceptance import Acceptance
from forms_api.ask import reader
from forms_api.cases import Case, answer, by_number, open_cases
from forms_api.deadlines import day_words, moment_words
from forms_api.desk import accounts, audit, sessions
from forms_api.desk.accounts import Account
from forms_api.desk.sight import may_answer, may_see
from forms_api.frames import plain_page, render
from forms_api.intake import acceptance
from forms_api.submissions import clean
from forms_api.writer import Busy, Unstored
from mingbai.messages import say

desk = Blueprint("desk", __name__)
LONGEST_ANSWER = 4000

P = ParamSpec("P")
Page = Callable[Concatenate[Account, P], AnyResponse]


def signed_in(page: Page[P]) -> Callable[P, AnyResponse]:
    """Give the page the account of the session; without one, the form to sign in."""

    @wraps(page)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> AnyResponse:
        service, lang = acceptance(), str(kwargs["lang"])
        token = request.cookies.get(sessions.COOKIE, "")
        try:
            with service.database.reading() as connection:
                found = sessions.find(connection, token, service.clock())
            if found is None:
                return _sign_in_form(lang, 401 if request.method == "POST" else 200)
            account, seen = found
            if request.method == "POST" and not hmac.compare_digest(
                request.form.get("token", ""), _form_token()
            ):
                return plain_page("desk_stale", 403, lang)
            if service.clock() - seen >= sessions.SEEN_EVERY:
                service.writer.run(lambda connection: sessions.see(connection, token, service.clock()))
            return page(account, *args, **kwargs)
        except (Busy, Unstored, SQLAlchemyError):
            return _later(plain_page("busy", 503, lang), 5)

    return guarded


def _later(response: Response, seconds: int) -> Response:
    response.headers["Retry-After"] = str(seconds)
    return response


@desk.get("/desk", defaults={"lang": "zh"})
@desk.get("/en/desk", defaults={"lang": "en"})
@signed_in
def queue(account: Account, lang: str) -> Response:
    """Show the open cases that the account may see, the earliest deadline first."""
    service = acceptance()
    today = service.clock().date()
    with service.database.reading() as connection:
        mine = [
            case
            for case in open_cases(connection, None)
            if may_see(service.portal.units, account, case, today)
        ]
    _note(service, account, "listed")
    lines = [_line(service, case, lang) for case in mine]
    return _page("desk_queue.html", lang, account, 200, lines=lines)


@desk.get("/desk/cases/<int:number>", defaults={"lang": "zh"})
@desk.get("/en/desk/cases/<int:number>", defaults={"lang": "en"})
@signed_in
def show(account: Account, number: int, lang: str) -> Response:
    """Show one case."""
    case = _seen(account, number)
    if case is None:
        return plain_page("desk_no_case", 404, lang)
    _note(acceptance(), account, "read", number)
    return _case(account, case, lang, 200)


@desk.post("/desk/cases/<int:number>", defaults={"lang": "zh"})
@desk.post("/en/desk/cases/<int:number>", defaults={"lang": "en"})
@signed_in
def reply(account: Account, number: int, lang: str) -> AnyResponse:
    """Show the answer as it will stand, or store it: `act` is preview or answer."""
    service, case = acceptance(), _seen(account, number)
    if case is None:
        return plain_page("desk_no_case", 404, lang)
    if not may_answer(service.portal.units, account, case, service.clock().date()):
        return plain_page("desk_not_yours", 403, lang)
    text = clean(request.form.get("answer", ""))
    problem = _problem(case, text)
    if problem is not None or request.form.get("act") != "answer":
        return _case(account, case, lang, 200 if problem is None else 422, text, problem)
    try:
        service.writer.run(lambda connection: _answer(connection, service, account, case, text))
    except IntegrityError:  # somebody else was quicker
        return _case(account, case, lang, 409, text, "desk.case.answered_before")
    return redirect(_address(lang, f"/cases/{number}"), 303)


@desk.post("/desk/sign-in", defaults={"lang": "zh"})
@desk.post("/en/desk/sign-in", defaults={"lang": "en"})
def sign_in(lang: str) -> AnyResponse:
    """Open a session, always a new one; what was wrong is not told."""
    service, now = acceptance(), acceptance().clock()
    name, password, code = (request.form.get(field, "") for field in ("name", "password", "code"))
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return plain_page("desk_stale", 403, lang)
    if not service.doors.opens(name):
        return _later(_sign_in_form(lang, 429, "desk.sign_in.too_many"), 300)

    def enter(connection: Connection) -> str | None:
        account = accounts.sign_in(connection, name, password, code, now)
        audit.note(connection, now, account.name if account else "", "signed_in" if account else "refused")
        return None if account is None else sessions.open_session(connection, account, now)

    try:
        token = service.writer.run(enter)
    except (Busy, Unstored):
        return _later(_sign_in_form(lang, 503, "desk.sign_in.busy"), 5)
    if token is None:
        service.doors.knocked(name)
        return _sign_in_form(lang, 403, "desk.sign_in.wrong")
    response = redirect(_address(lang, ""), 303)
    response.set_cookie(sessions.COOKIE, token, secure=True, httponly=True, samesite="Strict", path="/")
    return response


@desk.post("/desk/sign-out", defaults={"lang": "zh"})
@desk.post("/en/desk/sign-out", defaults={"lang": "en"})
@signed_in
def sign_out(account: Account, lang: str) -> AnyResponse:
    """End the session on the server and in the browser."""
    service, token = acceptance(), request.cookies.get(sessions.COOKIE, "")

    def leave(connection: Connection) -> None:
        sessions.close_session(connection, token)
        audit.note(connection, service.clock(), account.name, "signed_out")

    service.writer.run(leave)
    response = redirect(_address(lang, ""), 303)
    response.delete_cookie(sessions.COOKIE, secure=True, httponly=True, samesite="Strict", path="/")
    return response


def _answer(connection: Connection, service: Acceptance, account: Account, case: Case, text: str) -> None:
    answer(connection, case.number, service.clock(), case.handler, text)
    audit.note(connection, service.clock(), account.name, "answered", case.number)


def _problem(case: Case, text: str) -> str | None:
    """Return the key of what keeps an answer from being stored."""
    if case.answer is not None:
        return "desk.case.answered_before"
    return "desk.case.empty" if not text else "desk.case.long" if len(text) > LONGEST_ANSWER else None


def _seen(account: Account, number: int) -> Case | None:
    """Return the case when the account may see it: one that is hidden and one that is not there look the same."""
    service = acceptance()
    with service.database.reading() as connection:
        case = by_number(connection, number)
    visible = case is not None and may_see(service.portal.units, account, case, service.clock().date())
    return case if visible else None


def _note(service: Acceptance, account: Account, what: str, number: int | None = None) -> None:
    service.writer.run(lambda connection: audit.note(connection, service.clock(), account.name, what, number))


def _line(service: Acceptance, case: Case, lang: str) -> dict[str, object]:
    left = (case.answer_by - service.clock().date()).days
    return {
        "number": case.number,
        "type": say(f"forms.type.{case.type}", lang),
        "unit": service.portal.units.get(case.unit).name.in_(lang),
        "handler": reader(service, case.handler, lang),
        "due": day_words(case.answer_by, lang),
        "left": left,
        "left_words": say(
            "forms.case.today" if left == 0 else "forms.case.left" if left > 0 else "forms.case.over",
            lang,
            days=abs(left),
        ),
        "text": case.text,
    }


def _case(
    account: Account, case: Case, lang: str, status: int, text: str = "", problem: str | None = None
) -> Response:
    service = acceptance()
    subject = subjects.find(service.portal, case.about or "")
    return _page(
        "desk_case.html",
        lang,
        account,
        status,
        case=case,
        line=_line(service, case, lang),
        subject=None if subject is None else subjects.title(service.portal, subject, lang),
        received=moment_words(case.received_at, lang),
        answered=None if case.answer is None else moment_words(case.answer.at, lang),
        mine=may_answer(service.portal.units, account, case, service.clock().date()),
        typed=text,
        problem=None if problem is None else say(problem, lang, most=LONGEST_ANSWER, length=len(text)),
        most=LONGEST_ANSWER,
    )


def _page(template: str, lang: str, account: Account, status: int, **facts: object) -> Response:
    units = acceptance().portal.units
    slug = account.unit.rpartition(":")[2]
    where = units.get(slug).name.in_(lang)
    return render(
        template,
        lang,
        "desk",
        status,
        account=account,
        where=where,
        token=_form_token(),
        base=_address(lang, ""),
        **facts,
    )


def _sign_in_form(lang: str, status: int, problem: str | None = None) -> Response:
    words = None if problem is None else say(problem, lang)
    return render("desk_sign_in.html", lang, "desk", status, problem=words, base=_address(lang, ""))


def _form_token() -> str:
    """Return what a form of this session must bring: another site cannot know it."""
    token = request.cookies.get(sessions.COOKIE, "")
    return acceptance().keys.sign("desk", token.encode()).hex()


def _address(lang: str, rest: str) -> str:
    return f"{'' if lang == 'zh' else '/en'}/desk{rest}"
