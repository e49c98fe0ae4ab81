"""Says which cases an account may see; the only place that does, and every list and page asks it (design §6.13).

A letter or a report is never seen by the unit it concerns, nor by any unit below that: only by intake and supervisors
of a unit above. An administrator makes accounts and sees no case.
"""

from datetime import date

from forms_api.cases import Case
from forms_api.desk.accounts import Account
from forms_api.submissions import PRIVATE
from mingbai.units import Units


def may_see(units: Units, account: Account, case: Case, today: date) -> bool:
    """Return whether `account` may know of `case` at all."""
    if case.type in PRIVATE:
        return _is_confided(units, account, case)
    if account.role == "clerk":
        return account.unit == case.handler
    watches = account.role in ("intake", "township", "supervisor") and units.exists(account.unit, today)
    return watches and case.handler in units.within(account.unit, today)


def _is_confided(units: Units, account: Account, case: Case) -> bool:
    """Return whether a letter or report is for `account`: never for the unit concerned, whatever else is said of it."""
    if account.unit == case.unit:
        return False
    if account.role == "intake":
        return account.unit == case.handler
    above = {unit.slug for unit in units.ancestors(case.unit)}
    return account.role == "supervisor" and account.unit in above


def may_answer(units: Units, account: Account, case: Case, today: date) -> bool:
    """Return whether `account` may answer `case`: whoever sees it and sits at its handler; a supervisor only looks."""
    at_handler = account.unit == case.handler and account.role != "supervisor"
    return at_handler and may_see(units, account, case, today)
