"""Prepares what is published of a case: one person drafts the words, another approves them; it writes no filing.

A draft that differs from what was written carries the reason and who changed it. What is not published although its
writer allowed it is counted in public, under the article that forbids it.
"""

from forms_api.cases import Case, Draft, add_draft, draft_of
from forms_api.desk.acting import LONGEST, Act, Cannot
from forms_api.replies import reply_rows
from forms_api.replies.reply_rows import ROLE
from forms_api.submissions import PRIVATE
from mingbai.privacy import identifiers

# Why something is not published: 政府信息公开条例 Art. 14 (state secrets, safety), 15 (others' rights), 16 (internal).
ARTICLES = ("privacy", "trade", "state", "internal")


def draft(act: Act) -> None:
    """Write down in which words question and answer are to be published; another person approves them."""
    case = act.case
    _may_be_public(case)
    if case.answer is None:
        raise Cannot("desk.cannot.unanswered")
    question, reply = act.words("question", LONGEST), act.words("answer", LONGEST)
    _must_be_fit(act, question, reply)
    changed = (question, reply) != (case.text, case.answer.text)
    reason = act.words("reason") if changed else None
    step = act.note("drafted", text=reason)
    add_draft(act.connection, case.number, step, Draft(question, reply))


def approve(act: Act) -> None:
    """Approve the newest draft; the public site gets it with the next release."""
    _may_be_public(act.case)
    drafted, words = act.case.drafted, draft_of(act.connection, act.case)
    if drafted is None or words is None or act.case.approved is not None:
        raise Cannot("desk.cannot.no_draft")
    if act.typed.get("draft") != str(drafted.step):
        raise Cannot("desk.cannot.changed")
    _must_be_fit(act, words.question, words.answer)
    act.note("approved", other=drafted.step)


def withhold(act: Act) -> None:
    """Do not publish what the writer allowed to publish, and say under which article."""
    _may_be_public(act.case)
    if act.case.released is not None:
        raise Cannot("desk.cannot.public_already")
    article = act.typed.get("article", "")
    if article not in ARTICLES:
        raise Cannot("desk.cannot.no_article")
    act.note("withheld", text=article)


def _may_be_public(case: Case) -> None:
    if not case.public or case.type in PRIVATE or case.merged is not None:
        raise Cannot("desk.cannot.not_public")
    if case.is_released or case.last("withheld") is not None:
        raise Cannot("desk.cannot.settled")


def _must_be_fit(act: Act, question: str, reply: str) -> None:
    """Refuse words that could not stand in a filing: personal numbers, and whatever the kind's own contract refuses."""
    for text in (question, reply):
        if identifiers(text):
            raise Cannot("desk.cannot.personal")
    kind = act.portal.kind_by_role(ROLE)
    contract = None if kind is None else kind.contract_for(f"{act.case.received_at.year:04}")
    for found in () if contract is None else reply_rows.findings(contract, question, reply):
        raise Cannot("desk.cannot.unfit", says=found.says, does=found.does)
