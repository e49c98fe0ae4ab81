"""Deletes what the privacy notice promises to delete, in its time after the answer; never what was released.

A case that waits for its answer is left whole, however old it is: also one that was answered and opened again.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Select, delete, exists, select, union

from forms_api.cases import moment
from forms_api.desk import audit
from forms_api.limits import Limits
from forms_api.tables import ANSWERS, EVENTS, FOLLOWERS, PHOTOS, SUBMISSIONS, WRITERS

KEEPER = "mingbai"  # the service itself, in the audit trail


def forget(connection: Connection, now: datetime, limits: Limits) -> None:
    """Delete names, contacts and photos, later the whole case, when its answer is old enough.

    What is deleted is overwritten in the database as well (`secure_delete`), and the audit trail says that it was.
    """

    def answered_before(days: int) -> Select[tuple[int]]:
        # A case that was opened again counts from its second answer.
        since = moment(now - timedelta(days=days))
        again = EVENTS.c.what.in_(("reopened", "answered"))
        later = exists().where(EVENTS.c.submission == ANSWERS.c.submission, EVENTS.c.at >= since, again)
        return select(ANSWERS.c.submission).where(ANSWERS.c.at < since, ~later, ~_waits_again())

    due = answered_before(limits.contact_days)
    personal = [table.c.submission for table in (WRITERS, PHOTOS)]
    for number in connection.scalars(union(*(select(each).where(each.in_(due)) for each in personal))).all():
        audit.note(connection, now, KEEPER, "forgot", number)
    for each in personal:
        connection.execute(delete(each.table).where(each.in_(due)))
    connection.execute(delete(FOLLOWERS).where(FOLLOWERS.c.submission.in_(due)))
    connection.execute(delete(SUBMISSIONS).where(SUBMISSIONS.c.number.in_(answered_before(limits.case_days))))


def _waits_again() -> ColumnElement[bool]:
    """Return the condition that an answered case was opened again and has no answer since."""
    reopened, answered = EVENTS.alias(), EVENTS.alias()
    since = exists().where(
        answered.c.submission == reopened.c.submission,
        answered.c.what == "answered",
        answered.c.step > reopened.c.step,
    )
    mine = reopened.c.submission == ANSWERS.c.submission
    return exists().where(mine, reopened.c.what == "reopened", ~since)
