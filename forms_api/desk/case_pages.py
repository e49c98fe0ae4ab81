"""Shows one case and takes what staff do with it; what an act does stands in `acts`, who may do it in `sight`."""

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from forms_api import levels, markup, subjects
from forms_api.acceptance import Acceptance
from forms_api.cases import Case, by_number, draft_of, merged_into, open_cases
from forms_api.deadlines import moment_words
from forms_api.desk import audit, directory, duplicates, sight, tasks, trail
from forms_api.desk.accounts import Account
from forms_api.desk.acting import LONGEST, Act, Cannot
from forms_api.desk.acts import ACTS
from forms_api.desk.entrance import address, note, page, signed_in
from forms_api.desk.handling import colleagues
from forms_api.desk.publishing import ARTICLES
from forms_api.desk.queue import line
from forms_api.frames import plain_page
from forms_api.intake import acceptance
from forms_api.story import reader, whole
from forms_api.submissions import PRIVATE, clean
from mingbai.messages import say

case_pages = Blueprint("case", __name__)
_WORDS = ("answer", "question", "reason", "task", "body", "referral")  # what somebody took the time to write
CANNED = ("thanks", "where", "checked", "not_ours", "when", "sorry", "law")


class Hidden(Exception):
    """The case is not there, or not for this account: nobody is told which."""


class NotYours(Exception):
    """The account may see the case and not do this with it."""


@case_pages.get("/desk/cases/<int(max=999999999):number>", defaults={"lang": "zh"})
@case_pages.get("/en/desk/cases/<int(max=999999999):number>", defaults={"lang": "en"})
@signed_in
def show(account: Account, number: int, lang: str) -> Response:
    """Show one case."""
    case = seen(account, number)
    if case is None:
        return plain_page("desk_no_case", 404, lang)
    return _case(account, case, lang, 200, {})


@case_pages.post("/desk/cases/<int(max=999999999):number>", defaults={"lang": "zh"})
@case_pages.post("/en/desk/cases/<int(max=999999999):number>", defaults={"lang": "en"})
@signed_in
def do(account: Account, number: int, lang: str) -> AnyResponse:
    """Do what the pressed button says, `act`; `preview` and `canned` only show the page again, with more in it."""
    service, case = acceptance(), seen(account, number)
    typed = {name: clean(value) for name, value in request.form.items()}
    if case is None:
        return _refused(account, None, lang, typed)
    act = typed.get("act", "")
    if act in ("preview", "canned"):
        may = sight.may_handle(service.portal.units, account, case, service.clock().date())
        return _shown_again(account, case, lang, typed) if may else _refused(account, case, lang, typed)
    try:
        service.writer.run(lambda connection: perform(connection, service, account, number, typed))
    except (Hidden, NotYours):
        return _refused(account, seen(account, number), lang, typed)
    except Cannot as reason:
        status = 409 if reason.message in ("desk.cannot.changed", "desk.case.answered_before") else 422
        return _case(account, seen(account, number) or case, lang, status, typed, reason)
    kept = seen(account, number)
    return redirect(address(lang, f"/cases/{number}" if kept is not None else ""), 303)


def perform(
    connection: Connection, service: Acceptance, account: Account, number: int, typed: Mapping[str, str]
) -> None:
    """Do one act on a case as it is now, with its line in the audit trail. Raises Hidden, NotYours, Cannot."""
    case, now = by_number(connection, number), service.clock()
    units, today = service.portal.units, now.date()
    if case is None or not sight.may_see(units, account, case, today):
        raise Hidden
    right, act, audited = ACTS.get(typed.get("act", ""), (None, None, ""))
    if right is None or act is None or not right(units, account, case, today):
        raise NotYours
    if typed.get("steps") != str(case.steps):
        raise Cannot(
            "desk.case.answered_before" if case.answer and audited == "answered" else "desk.cannot.changed"
        )
    act(Act(connection, service.portal, now, account, case, typed))
    audit.note(connection, now, account.name, audited, number)


def seen(account: Account, number: int) -> Case | None:
    """Return the case when the account may see it: one that is hidden and one that is not there look the same."""
    service = acceptance()
    with service.database.reading() as connection:
        case = by_number(connection, number)
    visible = case is not None and sight.may_see(service.portal.units, account, case, service.clock().date())
    return case if visible else None


def _refused(account: Account, case: Case | None, lang: str, typed: Mapping[str, str]) -> Response:
    """Say that nothing was done and give the words back: the case may have gone on while they were written.

    Of a case that may not be seen there is nothing else, and nothing that tells it from one that is not there.
    """
    key, status = "desk_no_case", 404
    if case is not None:
        stale = typed.get("steps") != str(case.steps)
        key, status = ("desk_moved", 409) if stale else ("desk_not_yours", 403)
    words = [typed[name] for name in _WORDS if typed.get(name)]
    if not words:
        return plain_page(key, status, lang)
    facts = {"says": say(f"forms.error.{key}", lang), "number": case.number if case else None, "words": words}
    return page("desk_kept.html", lang, account, status, **facts)


def _shown_again(account: Account, case: Case, lang: str, typed: dict[str, str]) -> Response:
    if typed["act"] == "canned" and typed.get("canned") in CANNED:
        sentence = say(f"desk.canned.{typed['canned']}", "zh")
        typed["answer"] = "\n".join(part for part in (typed.get("answer", "").strip(), sentence) if part)
    return _case(account, case, lang, 200, typed)


def _case(
    account: Account,
    case: Case,
    lang: str,
    status: int,
    typed: Mapping[str, str],
    cannot: Cannot | None = None,
) -> Response:
    """Show a case, which leaves a line: whoever gets to this page has read it."""
    # Long because the page is: one fact a line, in the order in which the page tells them, and nothing decided here.
    service = acceptance()
    note(service, account, "read", case.number)
    units, today = service.portal.units, service.clock().date()
    subject = subjects.find(service.portal, case.about or "")
    handles = sight.may_handle(units, account, case, today)
    with service.database.reading() as connection:
        given = tasks.of_case(connection, case.number)
        together = [
            each
            for each in merged_into(connection, case.number)
            if sight.may_see(units, account, each, today)
        ]
        others = _others(connection, service, account, case, together) if handles else []
        people = colleagues(connection, service.portal, case, today) if handles else []
        draft = draft_of(connection, case)
        readings = trail.readings(connection, case.number, lang) if sight.may_know_readers(account) else []
    problem = None if cannot is None else cannot.said(lang)
    return page(
        "desk_case.html",
        lang,
        account,
        status,
        case=case,
        line=line(service, case, lang),
        private=case.type in PRIVATE,
        story=whole(service.portal, case, lang),
        subject=None if subject is None else subjects.title(service.portal, subject, lang),
        received=moment_words(case.received_at, lang),
        answered=None if case.answer is None else moment_words(case.answer.at, lang),
        plain_answer="" if case.answer is None else markup.plain(case.answer.text),
        answer_html=None if case.answer is None else markup.html(case.answer.text),
        handles=handles,
        urges=sight.may_urge(units, account, case, today),
        approves=sight.may_approve(units, account, case, today) and case.approved is None,
        unsettled=case.public and case.type not in PRIVATE and case.state == "answered",
        typed=typed,
        act=typed.get("act", ""),
        preview=markup.html(typed["answer"])
        if typed.get("act") == "preview" and typed.get("answer")
        else None,
        plain=markup.plain(typed["answer"]) if typed.get("act") == "preview" and case.public else None,
        problem=problem,
        most=LONGEST,
        task_days=tasks.DAYS,
        canned=[
            (name, say(f"desk.canned.{name}", "zh")) for name in CANNED
        ],  # residents read Chinese (design §6.11)
        articles=ARTICLES,
        like=[line(service, each, lang) for each in duplicates.like(case, others)],
        tasks=given,
        passes_on=handles and sight.may_pass_on(case),
        together=[(each.number, sum(event.what == "remarked" for event in each.events)) for each in together],
        people=people,
        draft=draft,
        readings=readings,
        bodies=directory.bodies(service.portal) if handles else [],
        targets=_targets(service, case, lang) if handles else [],
        above=_above(service, case, lang),
        latest=levels.latest(service.portal, case).isoformat(),
    )


def _others(
    connection: Connection, service: Acceptance, account: Account, case: Case, known: list[Case]
) -> list[Case]:
    """Return what waits where the case is now and may be seen as well, without what is known to go with it."""
    units, today = service.portal.units, service.clock().date()
    waiting = open_cases(connection, case.owner, (case.owner,))
    return [each for each in waiting if each not in known and sight.may_see(units, account, each, today)]


def _targets(service: Acceptance, case: Case, lang: str) -> list[tuple[str, str]]:
    units, today = service.portal.units, service.clock().date()
    return [
        (unit.slug, unit.name.in_(lang))
        for unit in units.on(today)
        if sight.may_send_to(units, case, unit.slug, today)
    ]


def _above(service: Acceptance, case: Case, lang: str) -> str | None:
    place = levels.above(service.portal, case, service.clock().date())
    if place is None:
        return None
    return f"{reader(service.portal, place.owner, lang)} · {say(f'forms.level.{place.level}', lang)}"
