"""Shows what waits at the desk: letters by deadline, tasks, and questions and answers to be published."""

from typing import Any

from flask import Blueprint, Response

from forms_api.acceptance import Acceptance
from forms_api.cases import Case, closed_cases, open_cases
from forms_api.deadlines import day_words
from forms_api.desk import sight, tasks
from forms_api.desk.accounts import Account
from forms_api.desk.entrance import note, page, signed_in
from forms_api.intake import acceptance
from forms_api.story import level_words, reader
from mingbai.messages import say

queue = Blueprint("queue", __name__)


@queue.get("/desk", defaults={"lang": "zh"})
@queue.get("/en/desk", defaults={"lang": "en"})
@signed_in
def show(account: Account, lang: str) -> Response:
    """Show everything that waits and that the account may see, the earliest deadline first."""
    service = acceptance()
    today, units = service.clock().date(), service.portal.units
    with service.database.snapshot() as connection:
        waiting = [
            case for case in open_cases(connection, None) if sight.may_see(units, account, case, today)
        ]
        answered = [case for case in closed_cases(connection) if sight.may_see(units, account, case, today)]
        given = tasks.of_unit(connection, account)
    note(service, account, "listed")
    lines = [line(service, case, lang) for case in waiting]
    return page(
        "desk_queue.html",
        lang,
        account,
        200,
        lines=lines,
        mine=sum(each["assignee"] == account.name for each in lines),
        pressing=sum(each["left"] <= 0 for each in lines),
        tasks=[(task, left_words((task.due - today).days, lang)) for task in given],
        approvable=[
            line(service, case, lang) for case in answered if _awaits_approval(service, account, case)
        ],
        draftable=[line(service, case, lang) for case in answered if _awaits_draft(service, account, case)],
        may_enter=account.role in sight.HANDLERS,
    )


def _awaits_approval(service: Acceptance, account: Account, case: Case) -> bool:
    may = sight.may_approve(service.portal.units, account, case, service.clock().date())
    return may and case.approved is None and unsettled(case)


def _awaits_draft(service: Acceptance, account: Account, case: Case) -> bool:
    may = sight.may_handle(service.portal.units, account, case, service.clock().date())
    return may and case.public and case.drafted is None and unsettled(case)


def unsettled(case: Case) -> bool:
    """Return whether it is still open if and how the case is published."""
    return case.released is None and case.last("withheld") is None and case.merged is None


def line(service: Acceptance, case: Case, lang: str) -> dict[str, Any]:
    """Return one case in words, as lists and its own page begin with it."""
    left = (case.due - service.clock().date()).days
    return {
        "number": case.number,
        "type": say(f"forms.type.{case.type}", lang),
        "unit": service.portal.units.get(case.unit).name.in_(lang),
        "handler": reader(service.portal, case.owner, lang),
        "level": level_words(service.portal, case, lang),
        "due": day_words(case.due, lang),
        "left": left,
        "left_words": left_words(left, lang),
        "text": case.text,
        "assignee": case.assignee,
    }


def left_words(days: int, lang: str) -> str:
    """Return how many days are left, or over."""
    key = "today" if days == 0 else "left" if days > 0 else "over"
    return say(f"forms.case.{key}", lang, days=abs(days))
