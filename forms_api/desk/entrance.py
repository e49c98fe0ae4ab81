"""Lets staff in and out, and gives every page of the desk the account of the session; it shows no case.

Whoever came in with a password that somebody else has seen comes to no page but the one on which it is changed.
"""

import hmac
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from flask import Blueprint, Response, g, redirect, request
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from forms_api.acceptance import Acceptance
from forms_api.desk import accounts, audit, sessions
from forms_api.desk.accounts import Account
from forms_api.frames import plain_page, render
from forms_api.intake import acceptance
from forms_api.story import reader
from forms_api.writer import Busy, Unstored
from mingbai.messages import say

entrance = Blueprint("entrance", __name__)

_WITH_ANY_PASSWORD = ("own_account.show", "own_account.do", "entrance.sign_out")

P = ParamSpec("P")
Page = Callable[Concatenate[Account, P], AnyResponse]


def signed_in(page: Page[P]) -> Callable[P, AnyResponse]:
    """Give the page the account of the session; without one, the form to sign in."""

    @wraps(page)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> AnyResponse:
        service, lang = acceptance(), str(kwargs["lang"])
        token = session_token()
        try:
            with service.database.reading() as connection:
                found = sessions.find(connection, token, service.clock())
            if found is None:
                return _sign_in_form(lang, 401 if request.method == "POST" else 200)
            account, seen = found
            if request.method == "POST" and not _is_our_form():
                answer: AnyResponse = plain_page("desk_stale", 403, lang)
            elif account.drawn and request.endpoint not in _WITH_ANY_PASSWORD:
                answer = redirect(address(lang, "/account"), 303)
            else:
                if service.clock() - seen >= sessions.SEEN_EVERY:
                    service.writer.run(lambda connection: sessions.see(connection, token, service.clock()))
                answer = page(account, *args, **kwargs)
            if answer.status_code in (403, 404):
                note(service, account, "denied", _case_asked_for())
            if session_token() != token:
                _let_in(answer, session_token())
            return answer
        except (Busy, Unstored, SQLAlchemyError):
            return later(plain_page("desk_busy", 503, lang), 5)

    return guarded


def _is_our_form() -> bool:
    brought = request.form.get("token", "").encode("utf-8", "replace")
    return hmac.compare_digest(brought, form_token().encode())


def _case_asked_for() -> int | None:
    """Return the number of the case in the address; a task's number is its own and says nothing of a case."""
    return None if request.blueprint == "task" else (request.view_args or {}).get("number")


def later(response: Response, seconds: int) -> Response:
    """Return `response` with the time after which to try again."""
    response.headers["Retry-After"] = str(seconds)
    return response


@entrance.post("/desk/sign-in", defaults={"lang": "zh"})
@entrance.post("/en/desk/sign-in", defaults={"lang": "en"})
def sign_in(lang: str) -> AnyResponse:
    """Open a session, or show the form again; what of the three was wrong is not told."""
    service, now = acceptance(), acceptance().clock()
    name, password, code = (
        request.form.get(field, "").replace("\0", "") for field in ("name", "password", "code")
    )  # a NUL is no character to PostgreSQL
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return plain_page("desk_stale", 403, lang)
    if not service.doors.opens(name):
        return later(_sign_in_form(lang, 429, "desk.sign_in.too_many"), 300)

    before = session_token()

    def enter(connection: Connection) -> str | None:
        account = accounts.take_code(connection, name, code, now) if known else None
        audit.note(connection, now, account.name if account else "", "signed_in" if account else "refused")
        if account is None:
            return None
        sessions.close_session(connection, before)
        return sessions.open_session(connection, account, now)

    try:
        with service.doors.inside(), service.database.reading() as connection:
            known = accounts.is_known(connection, name, password, now)
        token = service.writer.run(enter)
    except (Busy, Unstored, SQLAlchemyError):
        return later(_sign_in_form(lang, 503, "desk.sign_in.busy"), 5)
    if token is None:
        service.doors.knocked(name)
        return _sign_in_form(lang, 403, "desk.sign_in.wrong")
    response = redirect(address(lang, ""), 303)
    _let_in(response, token)
    return response


@entrance.post("/desk/sign-out", defaults={"lang": "zh"})
@entrance.post("/en/desk/sign-out", defaults={"lang": "en"})
@signed_in
def sign_out(account: Account, lang: str) -> AnyResponse:
    """End the session on the server and in the browser."""
    service, token = acceptance(), session_token()

    def leave(connection: Connection) -> None:
        sessions.close_session(connection, token)
        audit.note(connection, service.clock(), account.name, "signed_out")

    service.writer.run(leave)
    response = redirect(address(lang, ""), 303)
    response.delete_cookie(sessions.COOKIE, secure=True, httponly=True, samesite="Strict", path="/")
    return response


def note(service: Acceptance, account: Account, what: str, number: int | None = None) -> None:
    """Add a line to the audit trail, in a commit of its own."""
    service.writer.run(lambda connection: audit.note(connection, service.clock(), account.name, what, number))


def page(template: str, lang: str, account: Account, status: int, **facts: object) -> Response:
    """Return a page of the desk, with who is signed in."""
    where = reader(acceptance().portal, account.unit, lang)
    common = {"account": account, "where": where, "token": form_token(), "base": address(lang, "")}
    return render(template, lang, "desk", status, **common, **facts)


def _sign_in_form(lang: str, status: int, problem: str | None = None) -> Response:
    words = None if problem is None else say(problem, lang)
    return render("desk_sign_in.html", lang, "desk", status, problem=words, base=address(lang, ""))


def form_token() -> str:
    """Return what a form of this session must bring: another site cannot know it."""
    return acceptance().keys.sign("desk", session_token().encode()).hex()


def session_token() -> str:
    """Return the token of the session: what the browser brought, or what took its place since (`go_on_with`)."""
    return str(g.get("desk_session") or request.cookies.get(sessions.COOKIE, ""))


def go_on_with(token: str) -> None:
    """Let the browser go on with this session instead of the one it came with."""
    g.desk_session = token


def _let_in(response: AnyResponse, token: str) -> None:
    response.set_cookie(sessions.COOKIE, token, secure=True, httponly=True, samesite="Strict", path="/")


def address(lang: str, rest: str) -> str:
    """Return the address of a page of the desk in a language's tree."""
    return f"{'' if lang == 'zh' else '/en'}/desk{rest}"
