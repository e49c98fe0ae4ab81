"""Deletes what the privacy notice promises to delete, every day; it never touches what was released."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, delete, exists, select

from forms_api.cases import moment
from forms_api.desk import audit
from forms_api.limits import Limits
from forms_api.tables import ANSWERS, EVENTS, FOLLOWERS, SUBMISSIONS, WRITERS

KEEPER = "mingbai"  # the service itself, in the audit trail


def forget(connection: Connection, now: datetime, limits: Limits) -> None:
    """Delete names and contacts, later the whole case, when its answer is old enough.

    What is deleted is overwritten in the database as well (`secure_delete`), and the audit trail says that it was.
    """

    def answered_before(days: int) -> Select[tuple[int]]:
        # A case that was opened again counts from its second answer.
        since = moment(now - timedelta(days=days))
        again = EVENTS.c.what.in_(("reopened", "answered"))
        later = exists().where(EVENTS.c.submission == ANSWERS.c.submission, EVENTS.c.at >= since, again)
        return select(ANSWERS.c.submission).where(ANSWERS.c.at < since, ~later)

    named = WRITERS.c.submission.in_(answered_before(limits.contact_days))
    for number in connection.scalars(select(WRITERS.c.submission).where(named)).all():
        audit.note(connection, now, KEEPER, "forgot", number)
    connection.execute(delete(WRITERS).where(named))
    connection.execute(
        delete(FOLLOWERS).where(FOLLOWERS.c.submission.in_(answered_before(limits.contact_days)))
    )
    connection.execute(delete(SUBMISSIONS).where(SUBMISSIONS.c.number.in_(answered_before(limits.case_days))))
