"""Shows what waits at the desk: letters by deadline, tasks, and questions and answers to be published."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from flask import Blueprint, Response

from forms_api.acceptance import Acceptance
from forms_api.cases import Case, drafted_cases, open_cases, undrafted_cases
from forms_api.deadlines import day_words
from forms_api.desk import sight, tasks
from forms_api.desk.accounts import Account
from forms_api.desk.entrance import note, page, signed_in
from forms_api.intake import acceptance
from forms_api.story import level_words, reader
from forms_api.submissions import PRIVATE
from mingbai.messages import say

queue = Blueprint("queue", __name__)
MOST = 50  # of each list, as an old phone has to show it; the others stand where one looks for letters


@queue.get("/desk", defaults={"lang": "zh"})
@queue.get("/en/desk", defaults={"lang": "en"})
@signed_in
def show(account: Account, lang: str) -> Response:
    """Show everything that waits and that the account may see, the earliest deadline first."""
    service = acceptance()
    today, units = service.clock().date(), service.portal.units
    reach = sight.reach(units, account, today)
    with service.database.snapshot() as connection:
        waiting = [
            case for case in open_cases(connection, None, reach) if sight.may_see(units, account, case, today)
        ]
        given = tasks.of_unit(connection, account)
        approvable = _first(
            case for case in drafted_cases(connection, reach) if _approves(service, account, case)
        )
        draftable = _first(
            case
            for case in undrafted_cases(connection, sight.seat(units, account, today))
            if _drafts(service, account, case)
        )
    note(service, account, "listed")
    return page(
        "desk_queue.html",
        lang,
        account,
        200,
        lines=[line(service, case, lang) for case in waiting[:MOST]],
        count=len(waiting),
        mine=sum(case.assignee == account.name for case in waiting),
        pressing=sum(case.due <= today for case in waiting),
        tasks=[(task, left_words((task.due - today).days, lang)) for task in given],
        approvable=[line(service, case, lang) for case in approvable],
        draftable=[line(service, case, lang) for case in draftable],
        most=MOST,
        may_enter=account.role in sight.HANDLERS,
        may_publish=sight.may_publish(units, account, account.unit, today),
    )


def _first(found: Iterable[Case]) -> list[Case]:
    """Return as many as are shown, and one more where there are more."""
    return list(islice(found, MOST + 1))


def _approves(service: Acceptance, account: Account, case: Case) -> bool:
    may = sight.may_approve(service.portal.units, account, case, service.clock().date())
    return may and case.approved is None


def _drafts(service: Acceptance, account: Account, case: Case) -> bool:
    return sight.may_handle(service.portal.units, account, case, service.clock().date())


def line(service: Acceptance, case: Case, lang: str) -> dict[str, Any]:
    """Return one case in words, as lists and its own page begin with it; no list holds what was said in confidence.

    Who reads that leaves a line with the number of the case, and a list leaves one line for all.
    """
    left = (case.due - service.clock().date()).days
    waits = case.state == "waiting"
    return {
        "number": case.number,
        "type": say(f"forms.type.{case.type}", lang),
        "unit": service.portal.units.get(case.unit).name.in_(lang),
        "handler": reader(service.portal, case.owner, lang),
        "level": level_words(service.portal, case, lang),
        "due": day_words(case.due, lang),
        "left": left,
        "standing": left_words(left, lang) if waits else say(f"desk.state.{case.state}", lang),
        "badge": "" if not waits else "badge--late" if left < 0 else "badge--due",
        "text": None if case.type in PRIVATE else case.text,
        "assignee": case.assignee,
    }


def left_words(days: int, lang: str) -> str:
    """Return how many days are left, or over."""
    key = "today" if days == 0 else "left" if days > 0 else "over"
    return say(f"forms.case.{key}", lang, days=abs(days))
