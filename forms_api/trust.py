"""Judges how far the clock can be trusted, by whether it has jumped; it moves no case and deletes nothing.

A clock that is ahead would give a case a last day a year from now, or delete what is not due, for ever. So after a
jump, or a sleep of the service that looks like one, the clock has to run on without another: for half an hour before a
case moves by it, which people can mend, for three days before anything is deleted by it; whoever keeps the machine has
time to notice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from forms_api.cases import moment
from forms_api.tables import ROUNDS

_BACK, _FORWARD = timedelta(hours=-2), timedelta(days=7)  # from one round to the next; beyond it is a jump
_MOVES, _DELETES = timedelta(minutes=30), timedelta(days=3)  # less than the hour between two rounds


@dataclass(frozen=True)
class Trust:
    """What may be done by the clock now."""

    moves: bool
    deletes: bool


def judge(connection: Connection, now: datetime) -> Trust:
    """Return what the clock is good for, and write down that it was looked at."""
    row = connection.execute(select(ROUNDS)).first()
    steady = now if row is None else datetime.fromisoformat(row.steady_since)
    if row is not None and not _BACK <= now - datetime.fromisoformat(row.at) <= _FORWARD:
        steady = now
    connection.execute(delete(ROUNDS))
    connection.execute(insert(ROUNDS).values(number=1, at=moment(now), steady_since=moment(steady)))
    run = now - steady
    return Trust(moves=run >= _MOVES, deletes=run >= _DELETES)
