"""Writes down the steps that a case and those handled with it go together, and tells who follows them; it decides none.

So a merged letter stands where the one stands that is answered for both: its page, the API and the desk read its own
story and need not know another. Only what it was first promised stays its own.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from forms_api import cases, following, levels
from forms_api.cases import Case, Event
from mingbai.portal import Portal

Group = Sequence[Case]  # as `cases.together` gives it: the one that is answered for all, then the others


def take(connection: Connection, portal: Portal, group: Group, event: Event) -> None:
    """Add an event to a case and to those that are handled with it."""
    cases.note(connection, group[0].number, event)
    share(connection, portal, group, event)


def share(connection: Connection, portal: Portal, group: Group, event: Event) -> None:
    """Add an event to those that are handled with a case which has gone this step already.

    They carry what their writers may expect and not the shorter clock of the first hands: nothing but the case with
    which they go moves them.
    """
    lead = cases.by_number(connection, group[0].number) if group[1:] and event.due else None
    if lead is not None:
        event = replace(event, due=levels.promised(portal, lead))
    for each in group[1:]:
        cases.note(connection, each.number, event)


def tell(connection: Connection, portal: Portal, group: Group, at: datetime) -> None:
    """Tell who follows one of them that there is news."""
    for each in group:
        following.tell(connection, portal, each, at)
