"""Deletes what the privacy notice promises to delete, every day; it never touches what was released."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, delete, exists, insert, select, union

from forms_api.cases import moment
from forms_api.desk import audit
from forms_api.limits import Limits
from forms_api.tables import ANSWERS, EVENTS, FOLLOWERS, PHOTOS, ROUNDS, SUBMISSIONS, WRITERS

KEEPER = "mingbai"  # the service itself, in the audit trail
_BACK, _FORWARD, _TRUSTED = timedelta(hours=-2), timedelta(days=7), timedelta(days=3)


def is_steady(connection: Connection, now: datetime) -> bool:
    """Return whether the clock can be trusted enough to delete by it, and write down that it was looked at.

    A clock that jumped forward would delete what is not due, for ever. So after a jump, or a long sleep of the service,
    it has to run for three days without another one; whoever keeps the machine has time to notice.
    """
    row = connection.execute(select(ROUNDS)).first()
    steady = now if row is None else datetime.fromisoformat(row.steady_since)
    if row is not None and not _BACK <= now - datetime.fromisoformat(row.at) <= _FORWARD:
        steady = now
    connection.execute(delete(ROUNDS))
    connection.execute(insert(ROUNDS).values(number=1, at=moment(now), steady_since=moment(steady)))
    return now - steady >= _TRUSTED


def forget(connection: Connection, now: datetime, limits: Limits) -> None:
    """Delete names, contacts and photos, later the whole case, when its answer is old enough.

    What is deleted is overwritten in the database as well (`secure_delete`), and the audit trail says that it was.
    """

    def answered_before(days: int) -> Select[tuple[int]]:
        # A case that was opened again counts from its second answer.
        since = moment(now - timedelta(days=days))
        again = EVENTS.c.what.in_(("reopened", "answered"))
        later = exists().where(EVENTS.c.submission == ANSWERS.c.submission, EVENTS.c.at >= since, again)
        return select(ANSWERS.c.submission).where(ANSWERS.c.at < since, ~later)

    due = answered_before(limits.contact_days)
    personal = [table.c.submission for table in (WRITERS, PHOTOS)]
    for number in connection.scalars(union(*(select(each).where(each.in_(due)) for each in personal))).all():
        audit.note(connection, now, KEEPER, "forgot", number)
    for each in personal:
        connection.execute(delete(each.table).where(each.in_(due)))
    connection.execute(delete(FOLLOWERS).where(FOLLOWERS.c.submission.in_(due)))
    connection.execute(delete(SUBMISSIONS).where(SUBMISSIONS.c.number.in_(answered_before(limits.case_days))))
