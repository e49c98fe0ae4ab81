"""Adds lines to the audit trail: who, what, which case, when; never a word of a case, and nothing is ever taken out."""

from datetime import datetime

from sqlalchemy import Connection, insert

from forms_api.cases import moment
from forms_api.tables import AUDIT, FILED, NAMED

ACTS = (
    *("signed_in", "refused", "signed_out", "added", "closed", "put_out", "denied", "reset"),  # accounts
    *("password_changed", "recoveries_renewed", "session_ended", "sessions_ended"),  # the own account
    *("listed", "read", "read_task", "looked", "met", "entered", "reported"),  # the desk
    *(
        "answered",
        "extended",
        "moved",
        "transferred",
        "referred",
        "merged",
        "assigned",
        "noted",
        "urged",
        "passed_on",
    ),
    *("offered", "published", "turned_back"),  # filings
    *("drafted", "approved", "withheld", "released", "counted"),  # what is published
    "forgot",
)


def note(
    connection: Connection,
    at: datetime,
    account: str,
    what: str,
    submission: int | None = None,
    named: str | None = None,
    filing: str | None = None,
) -> None:
    """Add one line; `named` is the account to which it was done, `filing` which one it was done with.

    Raises ValueError for an act that has no name.
    """
    if what not in ACTS:
        raise ValueError(what)
    line = insert(AUDIT).values(at=moment(at), account=account, what=what, submission=submission)
    added = connection.execute(line).inserted_primary_key
    if named is not None and added is not None:
        connection.execute(insert(NAMED).values(line=added[0], account=named))
    if filing is not None and added is not None:
        connection.execute(insert(FILED).values(line=added[0], filing=filing))
