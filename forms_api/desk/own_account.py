"""Shows staff their own account: password, recovery codes, where they are signed in; it knows no other account."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from forms_api.deadlines import moment_words
from forms_api.desk import accounts, audit, passwords, sessions
from forms_api.desk.accounts import Account
from forms_api.desk.confirming import Unconfirmed, confirmed
from forms_api.desk.entrance import address, later, page, session_token, signed_in
from forms_api.desk.passwords import Unusable
from forms_api.frames import plain_page
from forms_api.intake import acceptance
from mingbai.messages import say

own_account = Blueprint("own_account", __name__)
WAIT = 300  # seconds until the doors let the next try through


@own_account.get("/desk/account", defaults={"lang": "zh"})
@own_account.get("/en/desk/account", defaults={"lang": "en"})
@signed_in
def show(account: Account, lang: str) -> Response:
    """Show the own account."""
    return _page(account, lang, 200)


@own_account.post("/desk/account", defaults={"lang": "zh"})
@own_account.post("/en/desk/account", defaults={"lang": "en"})
@signed_in
def do(account: Account, lang: str) -> AnyResponse:
    """Do what the pressed button says, `act`."""
    typed = {name: value.replace("\0", "") for name, value in request.form.items()}
    act = typed.get("act", "")
    if account.drawn and act != "password":
        return redirect(address(lang, "/account"), 303)
    try:
        if act == "password":
            return _page(_change_password(account, typed), lang, 200, act, done="desk.account.password.done")
        if act == "recoveries":
            return _page(account, lang, 200, act, recoveries=_renew_recoveries(account, typed))
    except Unusable as reason:
        return _page(account, lang, 422, act, problem=reason.message)
    except Unconfirmed as reason:
        answer = _page(account, lang, reason.status, act, problem=reason.message)
        return later(answer, WAIT) if reason.status == 429 else answer
    if act in ("end", "end_others"):
        _end(account, act, typed.get("session", ""))
        return redirect(address(lang, "/account#sessions"), 303)
    return plain_page("desk_stale", 403, lang)


def _change_password(account: Account, typed: Mapping[str, str]) -> Account:
    """Change the password, end the other sessions, and return the account as it is then."""
    service, now, token = acceptance(), acceptance().clock(), session_token()
    chosen = typed.get("chosen", "")
    if chosen == typed.get("password", ""):
        raise Unusable("desk.account.password.same")
    passwords.judge(chosen, accounts.own_words(account))
    with service.doors.inside():
        kept = passwords.kept(chosen)

    def change(connection: Connection) -> None:
        accounts.change_password(connection, account, kept)
        sessions.close_others(connection, account.name, token)
        audit.note(connection, now, account.name, "password_changed")

    confirmed(account, typed, change)
    return Account(account.name, account.unit, account.role)


def _renew_recoveries(account: Account, typed: Mapping[str, str]) -> tuple[str, ...]:
    now = acceptance().clock()

    def renew(connection: Connection) -> tuple[str, ...]:
        audit.note(connection, now, account.name, "recoveries_renewed")
        return accounts.renew_recoveries(connection, account.name)

    return confirmed(account, typed, renew)


def _end(account: Account, act: str, id: str) -> None:
    """End one other session, or all others; the one that asks ends by signing out."""
    service, token = acceptance(), session_token()

    def end(connection: Connection) -> None:
        if act == "end_others":
            sessions.close_others(connection, account.name, token)
            audit.note(connection, service.clock(), account.name, "sessions_ended")
        elif id != sessions.hashed(token).hex() and sessions.close_one(connection, account.name, id):
            audit.note(connection, service.clock(), account.name, "session_ended")

    service.writer.run(end)


def _page(account: Account, lang: str, status: int, act: str = "", **facts: Any) -> Response:
    service, here = acceptance(), sessions.hashed(session_token()).hex()
    with service.database.reading() as connection:
        found = sessions.of(connection, account.name, service.clock())
        left = accounts.recoveries_left(connection, account.name)
    for key in ("problem", "done"):
        if key in facts:
            facts[key] = say(facts[key], lang, **passwords.RULES)
    return page(
        "desk_account.html",
        lang,
        account,
        status,
        act=act,
        left=left,
        rules=passwords.RULES,
        sessions=[
            {
                "id": each.id,
                "here": each.id == here,
                "opened": moment_words(each.opened_at, lang),
                "seen": moment_words(each.seen_at, lang),
            }
            for each in found
        ],
        **facts,
    )
