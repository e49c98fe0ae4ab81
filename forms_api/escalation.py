"""Moves cases whose clock has run out to the next level, by rule and without anybody asking for it.

At the highest level nothing moves: the case stays there, overdue, and its page says so. A case moves one level at a
time, because each level gets a clock of its own when the case arrives.
"""

from datetime import datetime

from sqlalchemy import Connection

from forms_api import cases, levels, steps
from forms_api.cases import Event
from mingbai.portal import Portal


def escalate(connection: Connection, portal: Portal, now: datetime) -> int:
    """Move every open case whose last day is over and return how many moved."""
    moved = 0
    for case in cases.open_cases(connection, None):
        place = levels.above(portal, case, now.date()) if now.date() > case.due else None
        if place is not None:
            event = Event(now, "moved", case.owner, level=place.level, owner=place.owner, due=place.due)
            group = cases.together(connection, case)
            steps.take(connection, portal, group, event)
            steps.tell(connection, portal, group, now)
            moved += 1
    return moved
