"""Writes down what somebody says in person, on the telephone or on paper, and gives out the same receipt; marked so.

Staff may enter only what they would handle themselves: a letter on their own village is written at the level above.
"""

from flask import Blueprint, Response, request
from sqlalchemy import Connection

from forms_api import cases, tokens
from forms_api.ask import groups, receipt, said
from forms_api.cases import Event, RequestReused
from forms_api.desk import audit, sight
from forms_api.desk.accounts import Account
from forms_api.desk.entrance import later, page, signed_in
from forms_api.frames import plain_page
from forms_api.intake import acceptance
from forms_api.rates import TooMany, at_desk
from forms_api.submissions import FIELDS, TYPES, Problem, Refused, judge
from forms_api.writer import Busy, Unstored

entering = Blueprint("entering", __name__)
CHANNELS = ("spoken", "phone", "paper")
_WAIT = 5  # seconds


@entering.get("/desk/new", defaults={"lang": "zh"})
@entering.get("/en/desk/new", defaults={"lang": "en"})
@signed_in
def show(account: Account, lang: str) -> Response:
    """Show the empty form."""
    if account.role not in sight.HANDLERS:
        return plain_page("desk_not_yours", 403, lang)
    return _form(account, lang, 200, dict.fromkeys((*FIELDS, "channel"), ""), [])


@entering.post("/desk/new", defaults={"lang": "zh"})
@entering.post("/en/desk/new", defaults={"lang": "en"})
@signed_in
def enter(account: Account, lang: str) -> Response:
    """Store it and show the receipt to be handed over."""
    service = acceptance()
    if account.role not in sight.HANDLERS:
        return plain_page("desk_not_yours", 403, lang)
    typed = {name: request.form.get(name, "") for name in (*FIELDS, "channel", "once")}
    now = service.clock()
    key = tokens.read(service.keys, typed["once"], now, service.limits.form_seconds)
    problems = [] if typed["channel"] in CHANNELS else [Problem("channel", "missing.channel")]
    if key is None:
        typed["once"] = ""
        problems.append(Problem("once", "stale"))
    try:
        fields = {name: typed[name] for name in FIELDS}
        draft = judge(said(fields), service.portal, service.limits, now.date())
    except Refused as reason:
        return _form(account, lang, 422, typed, [*reason.problems, *problems])
    if not sight.may_enter(account, draft.handler):
        problems.append(Problem("unit", "not_here"))
    if problems:
        return _form(account, lang, 422, typed, problems)

    def entered(connection: Connection, number: int) -> None:
        event = Event(now, "entered", draft.handler, account=account.name, text=typed["channel"])
        cases.note(connection, number, event)
        audit.note(connection, now, account.name, "entered", number)

    try:
        accepted = service.accept(draft, f"desk:{key}", at_desk(account.name), entered)
    except RequestReused:
        return _form(account, lang, 409, typed | {"once": ""}, [Problem("text", "entered_before")])
    except TooMany as reason:
        minutes = -(-reason.retry_after // 60)
        many = Problem("once", "many", (("minutes", minutes),))
        return later(_form(account, lang, 429, typed, [many]), reason.retry_after)
    except (Busy, Unstored) as reason:
        # Perhaps it was stored: the same form sent again gives the same receipt.
        wait = reason.retry_after if isinstance(reason, Busy) else _WAIT
        return later(_form(account, lang, 503, typed, [Problem("once", "busy")]), wait)
    return receipt(service, lang, typed, accepted)


def _form(
    account: Account, lang: str, status: int, typed: dict[str, str], problems: list[Problem]
) -> Response:
    service = acceptance()
    today = service.clock().date()
    return page(
        "desk_new.html",
        lang,
        account,
        status,
        typed=typed,
        once=typed.get("once") or tokens.issue(service.keys, service.clock()),
        channels=CHANNELS,
        types=TYPES,
        groups=groups(service, today, lang),
        problems=[problem.message(lang) for problem in problems],
        wrong={problem.field for problem in problems},
        limits=service.limits,
    )
