"""Looks over all that the service needs before it starts; it starts nothing.

What cannot be used stops the start with one sentence for whoever keeps the machine, and not later a resident.
"""

from sqlalchemy import ColumnElement, Connection, select
from sqlalchemy.exc import SQLAlchemyError

from forms_api import mailing
from forms_api.backup.restoring import is_half_done
from forms_api.confidants import SUPERVISOR
from forms_api.database import Database, cause
from forms_api.desk.filing import sending
from forms_api.keys import Keys
from forms_api.levels import LEAD, OVERSEE, SUPPORT
from forms_api.limits import Limits
from forms_api.submissions import TYPES
from forms_api.tables import ACCOUNTS, ANSWERS, DETAILS, EVENTS, SUBMISSIONS, TASKS
from mingbai.errors import PortalError
from mingbai.messages import say
from mingbai.portal import Portal
from mingbai.profiles import EXTENSION

_UNITS: tuple[ColumnElement[str], ...] = (
    SUBMISSIONS.c.unit,
    SUBMISSIONS.c.handler,
    EVENTS.c.by_unit,
    DETAILS.c.owner,
    ANSWERS.c.by_unit,
    TASKS.c.unit,
)


def look_over(portal: Portal) -> None:
    """Read all that the service needs now. Raises PortalError."""
    _ = portal.kinds, portal.workdays
    sending.configured()
    for unit in portal.units.on(portal.today):
        for type in TYPES:
            portal.profile_of(unit).reply_days(type, portal.today)
        for clock in (LEAD, SUPPORT, OVERSEE, EXTENSION):
            portal.profile_of(unit).level_days(clock, portal.today)
    if is_half_done(portal.state):
        raise PortalError(say("restore.half", state=portal.state))
    try:
        portal.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        Keys.load(portal.state)
        with Database.of(portal.state).changing() as connection:
            Limits.load(portal.state)
            mailing.Server.load(portal.state)
            _hold_to_units(portal, connection)
    except (OSError, SQLAlchemyError) as reason:
        raise PortalError(say("forms.serve.state", folder=portal.state, reason=cause(reason))) from None


def _hold_to_units(portal: Portal, connection: Connection) -> None:
    """Raise PortalError when a letter or an open account is of a unit that `units.csv` has never heard of."""
    asked = [select(column).where(column.is_not(None)).distinct() for column in _UNITS]
    asked.append(select(ACCOUNTS.c.unit).where(ACCOUNTS.c.closed_at.is_(None)).distinct())
    named = {slug.removeprefix(SUPERVISOR) for each in asked for slug in connection.scalars(each)}
    strange = sorted(named - set(portal.units.slugs()))
    if strange:
        raise PortalError(say("forms.serve.units", units="、".join(strange)))
