"""Keeps the words in which a case is to be published; whether they may be, it does not judge."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from forms_api.cases.model import Case
from forms_api.tables import DRAFTS


@dataclass(frozen=True)
class Draft:
    """Question and answer as they would stand on the site."""

    question: str
    answer: str


def add_draft(connection: Connection, number: int, step: int, draft: Draft) -> None:
    """Keep a draft with the step of the case that made it."""
    values = {"submission": number, "step": step, "question": draft.question, "answer": draft.answer}
    connection.execute(insert(DRAFTS).values(**values))


def draft_of(connection: Connection, case: Case) -> Draft | None:
    """Return the newest draft of a case, None where there is none."""
    if case.drafted is None:
        return None
    mine = (DRAFTS.c.submission == case.number, DRAFTS.c.step == case.drafted.step)
    row = connection.execute(select(DRAFTS).where(*mine)).one()
    return Draft(row.question, row.answer)
