"""Says which cases and tasks an account may see and what it may do with them; the only place that does (design §6.13).

A letter or a report is never seen by the unit it concerns, nor by any unit below that: only by intake and supervisors
of a unit above. An administrator makes accounts and sees no case. Every list, page and act asks here.
"""

from datetime import date

from forms_api.cases import Case
from forms_api.desk.accounts import Account
from forms_api.levels import SUPERVISOR
from forms_api.submissions import PRIVATE
from mingbai.units import Units

HANDLERS = ("intake", "clerk", "township")
WATCHERS = ("intake", "township", "supervisor")


def reach(units: Units, account: Account, today: date) -> frozenset[str]:
    """Return the units whose cases come into question for `account`; which of them it may see, `may_see` says."""
    if account.role == "administrator":
        return frozenset()
    watches = account.role in WATCHERS and units.exists(account.unit, today)
    return frozenset(units.within(account.unit, today) if watches else ()) | {account.unit}


def may_see(units: Units, account: Account, case: Case, today: date) -> bool:
    """Return whether `account` may know of `case` at all."""
    had = {case.handler, case.owner}
    if case.type in PRIVATE:
        return _is_confided(units, account, case, had)
    if account.role == "clerk":
        return account.unit in had
    watches = account.role in WATCHERS and units.exists(account.unit, today)
    return watches and bool(had & units.within(account.unit, today))


def _is_confided(units: Units, account: Account, case: Case, had: set[str]) -> bool:
    """Return whether a letter or report is for `account`: never for the unit concerned, whatever else is said of it."""
    above = {unit.slug for unit in units.ancestors(case.unit)} or {SUPERVISOR + case.unit}
    if account.unit not in above:
        return False
    return account.role == "supervisor" or (account.role == "intake" and account.unit in had)


def may_handle(units: Units, account: Account, case: Case, today: date) -> bool:
    """Return whether `account` may answer `case` and send it on: whoever sees it and sits where it is now."""
    sits = account.unit == case.owner and account.role in HANDLERS
    return sits and may_see(units, account, case, today)


def may_urge(units: Units, account: Account, case: Case, today: date) -> bool:
    """Return whether `account` may urge the owner of `case` (督办): a supervisor that sees it."""
    return account.role == "supervisor" and may_see(units, account, case, today)


def may_approve(units: Units, account: Account, case: Case, today: date) -> bool:
    """Return whether `account` may approve what another drafted for release: a second pair of eyes, never the same."""
    drafted = case.drafted
    if drafted is None or drafted.account == account.name or case.type in PRIVATE:
        return False
    return account.role in HANDLERS and may_see(units, account, case, today)


def may_send_to(units: Units, case: Case, target: str, today: date) -> bool:
    """Return whether `case` may be transferred to `target`: in confidence only to a unit above whom it concerns.

    Never back to a unit whose answer its writer was not content with, and the same way only once: two units that do not
    agree on whose matter it is hand it up.
    """
    if target == case.owner or not units.exists(target, today):
        return False
    if target in case.answerers or case.was_passed(case.owner, target):
        return False
    return case.type not in PRIVATE or target in {unit.slug for unit in units.ancestors(case.unit)}


def may_enter(account: Account, handler: str) -> bool:
    """Return whether `account` may write down what somebody says in person: only what it will itself handle."""
    return account.role in HANDLERS and account.unit == handler


def may_do_task(account: Account, unit: str) -> bool:
    """Return whether `account` may see and do a task that was given to `unit`: those who sit there, nobody else."""
    return account.role in HANDLERS and account.unit == unit
