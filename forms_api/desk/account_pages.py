"""Shows an administrator the accounts of the own tree, makes, resets and closes them; no page here knows a case."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from forms_api.confidants import SUPERVISOR
from forms_api.deadlines import moment_words
from forms_api.desk import accounts, audit, passwords, sessions, sight
from forms_api.desk.accounts import ROLES, Account, Enrolment, Kept
from forms_api.desk.confirming import Unconfirmed, confirmed
from forms_api.desk.entrance import address, later, page, signed_in
from forms_api.desk.own_account import WAIT
from forms_api.desk.passwords import Unusable
from forms_api.frames import plain_page
from forms_api.intake import acceptance
from forms_api.story import reader
from mingbai import qr
from mingbai.messages import say

account_pages = Blueprint("account_pages", __name__)
ADMINISTRATOR = "administrator"


@account_pages.get("/desk/accounts", defaults={"lang": "zh"})
@account_pages.get("/en/desk/accounts", defaults={"lang": "en"})
@signed_in
def show(account: Account, lang: str) -> Response:
    """Show the accounts of the own tree, or the one whose name is asked for."""
    if account.role != ADMINISTRATOR:
        return plain_page("desk_no_accounts", 403, lang)
    name = request.args.get("name", "").replace("\0", "")  # a NUL is no character to PostgreSQL
    if not name:
        return _list(account, lang, 200, {})
    kept = _kept(account, name)
    return plain_page("desk_no_account", 404, lang) if kept is None else _one(account, kept, lang, 200)


@account_pages.post("/desk/accounts", defaults={"lang": "zh"})
@account_pages.post("/en/desk/accounts", defaults={"lang": "en"})
@signed_in
def do(account: Account, lang: str) -> AnyResponse:
    """Do what the pressed button says, `act`."""
    typed = {name: value.replace("\0", "") for name, value in request.form.items()}
    if account.role != ADMINISTRATOR:
        return plain_page("desk_no_accounts", 403, lang)
    if typed.get("act") == "add":
        return _add(account, typed, lang)
    kept = _kept(account, typed.get("name", ""))
    if kept is None or kept.account.name == account.name:
        return plain_page("desk_no_account", 404, lang)
    act = _ACTS.get(typed.get("act", ""))
    return plain_page("desk_stale", 403, lang) if act is None else act(account, kept, typed, lang)


def _add(account: Account, typed: Mapping[str, str], lang: str) -> Response:
    service, name = acceptance(), typed.get("name", "").strip()
    made = Account(name, typed.get("unit", ""), typed.get("role", ""), drawn=True)
    if made.unit not in _slugs(account):
        return _list(account, lang, 422, typed, say("desk.accounts.unit", lang))

    def add(connection: Connection, password: str) -> Enrolment:
        audit.note(connection, service.clock(), account.name, "added", named=name)
        return accounts.make(connection, made, password, service.clock())

    try:
        return _handed_over(account, made, typed, lang, add)
    except (Unusable, Unconfirmed) as reason:
        status = reason.status if isinstance(reason, Unconfirmed) else 422
        return _later(
            _list(account, lang, status, typed, say(reason.message, lang, longest=accounts.LONGEST_NAME))
        )


def _reset(account: Account, kept: Kept, typed: Mapping[str, str], lang: str) -> AnyResponse:
    service = acceptance()
    other = Account(kept.account.name, kept.account.unit, kept.account.role, drawn=True)

    def reset(connection: Connection, password: str) -> Enrolment:
        sessions.close_all(connection, other.name)
        audit.note(connection, service.clock(), account.name, "reset", named=other.name)
        return accounts.reset(connection, other, password, service.clock())

    try:
        return _handed_over(account, other, typed, lang, reset)
    except (Unusable, Unconfirmed) as reason:
        status = reason.status if isinstance(reason, Unconfirmed) else 422
        return _later(_one(account, kept, lang, status, say(reason.message, lang), "reset"))


def _later(answer: Response) -> Response:
    return later(answer, WAIT) if answer.status_code == 429 else answer


def _handed_over(account: Account, other: Account, typed: Mapping[str, str], lang: str, act: Any) -> Response:
    """Do `act` with a password that is drawn here, and show once what is to be handed over."""
    service, password = acceptance(), passwords.draw()
    with service.doors.inside():
        kept = passwords.kept(password)
    made: Enrolment = confirmed(account, typed, lambda connection: act(connection, kept))
    return page(
        "desk_handover.html",
        lang,
        account,
        200,
        other=other,
        password=password,
        made=made,
        days=accounts.DRAWN_SERVES.days,
        code=qr.drawn(made.uri, say("desk.handover.code", lang, name=other.name)),
    )


def _close(account: Account, kept: Kept, typed: Mapping[str, str], lang: str) -> AnyResponse:
    service, name = acceptance(), kept.account.name

    def close(connection: Connection) -> None:
        accounts.close(connection, name, service.clock())
        sessions.close_all(connection, name)
        audit.note(connection, service.clock(), account.name, "closed", named=name)

    try:
        service.writer.run(close)
    except Unusable as reason:
        return _one(account, kept, lang, 422, say(reason.message, lang))
    return redirect(address(lang, "/accounts"), 303)


def _put_out(account: Account, kept: Kept, typed: Mapping[str, str], lang: str) -> AnyResponse:
    service, name = acceptance(), kept.account.name

    def put_out(connection: Connection) -> None:
        sessions.close_all(connection, name)
        audit.note(connection, service.clock(), account.name, "put_out", named=name)

    service.writer.run(put_out)
    return redirect(address(lang, "/accounts"), 303)


_ACTS = {"reset": _reset, "close": _close, "put_out": _put_out}


def _kept(account: Account, name: str) -> Kept | None:
    """Return an account of the own tree: one outside it and one that is not there look the same."""
    service = acceptance()
    with service.database.reading() as connection:
        kept = accounts.find(connection, name)
    may = kept is not None and _may(account, kept)
    return kept if may else None


def _may(account: Account, kept: Kept) -> bool:
    service = acceptance()
    return sight.may_keep(service.portal.units, account, kept.account.unit, service.clock().date())


def _slugs(account: Account) -> list[str]:
    """Return the units for which `account` may make accounts today, the own one first."""
    service = acceptance()
    today, units = service.clock().date(), service.portal.units
    mine = [each.slug for each in units.on(today) if sight.may_keep(units, account, each.slug, today)]
    return [account.unit, *mine] if account.unit.startswith(SUPERVISOR) else mine


def _list(
    account: Account, lang: str, status: int, typed: Mapping[str, str], problem: str | None = None
) -> Response:
    service = acceptance()
    with service.database.reading() as connection:
        mine = [each for each in accounts.every(connection) if _may(account, each)]
    return page(
        "desk_accounts.html",
        lang,
        account,
        status,
        units=_by_unit([each for each in mine if each.closed_at is None], lang),
        closed=[each.account for each in mine if each.closed_at is not None],
        choices=[(slug, reader(service.portal, slug, lang)) for slug in _slugs(account)],
        roles=ROLES,
        typed=typed,
        problem=problem,
    )


def _by_unit(found: list[Kept], lang: str) -> list[tuple[str, list[Account]]]:
    """Return open accounts under the names of their units, in the order of the units."""
    portal, order = acceptance().portal, acceptance().portal.units.slugs()
    by: dict[str, list[Account]] = {}
    for each in found:
        by.setdefault(each.account.unit, []).append(each.account)
    slugs = sorted(by, key=lambda slug: (order.index(slug.removeprefix(SUPERVISOR)), -len(slug)))
    return [(reader(portal, slug, lang), by[slug]) for slug in slugs]


def _one(
    account: Account, kept: Kept, lang: str, status: int, problem: str | None = None, act: str = ""
) -> Response:
    service = acceptance()
    with service.database.reading() as connection:
        found = sessions.of(connection, kept.account.name, service.clock())
    return page(
        "desk_accounts_one.html",
        lang,
        account,
        status,
        other=kept.account,
        other_where=reader(service.portal, kept.account.unit, lang),
        created=moment_words(kept.created_at, lang),
        closed=None if kept.closed_at is None else moment_words(kept.closed_at, lang),
        sessions=len(found),
        act=act,
        problem=problem,
    )
