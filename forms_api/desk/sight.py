"""Says which cases, tasks and filings are for an account, and what it may do there; nobody else does (design §6.13).

A letter or a report is never seen by the unit it concerns, nor by any unit below that: only by intake and supervisors
of a unit above. An administrator makes accounts and sees no case, and makes none that could see what is said of the
own unit. Every list, page and act asks here.

Units end and move. What a unit had that is no more, its successors have; what was said in confidence may be read by
who was above when it came to them and by who is above today.
"""

from datetime import date

from forms_api.cases import Case
from forms_api.confidants import SUPERVISOR, confidants
from forms_api.desk.accounts import Account
from forms_api.submissions import PRIVATE
from mingbai.units import Units

HANDLERS = ("intake", "clerk", "township")
PUBLISHERS = ("clerk", "township")
WATCHERS = ("intake", "township", "supervisor")


def seat(units: Units, account: Account, today: date) -> frozenset[str]:
    """Return the units in whose place `account` sits: its own, and those that ended and that its unit succeeds."""
    ended = (slug for slug in units.slugs() if not units.exists(slug, today))
    return frozenset(slug for slug in ended if account.unit in units.heirs(slug, today)) | {account.unit}


def reach(units: Units, account: Account, today: date) -> frozenset[str]:
    """Return the units whose cases come into question for `account`; which of them it may see, `may_see` says."""
    if account.role == "administrator":
        return frozenset()
    if account.role not in WATCHERS or not units.exists(account.unit, today):
        return seat(units, account, today)
    below = units.within(account.unit, today)
    return below | {slug for slug in units.slugs() if units.heirs(slug, today) & below}


def may_see(units: Units, account: Account, case: Case, today: date) -> bool:
    """Return whether `account` may know of `case` at all."""
    had = _heirs(units, case.handler, today) | _heirs(units, case.owner, today)
    if case.type in PRIVATE:
        return _is_confided(units, account, case, had, today)
    if account.role == "clerk":
        return account.unit in had
    watches = account.role in WATCHERS and units.exists(account.unit, today)
    return watches and bool(had & units.within(account.unit, today))


def _is_confided(units: Units, account: Account, case: Case, had: frozenset[str], today: date) -> bool:
    """Return whether a letter or report is for `account`: never for the unit concerned, whatever else is said of it."""
    above = {*confidants(units, case.unit, today), case.handler, case.owner}
    if account.unit not in above - {case.unit} - _heirs(units, case.unit, today):
        return False
    return account.role == "supervisor" or (account.role == "intake" and account.unit in had)


def _heirs(units: Units, slug: str, today: date) -> frozenset[str]:
    return frozenset({slug}) if slug.startswith(SUPERVISOR) else units.heirs(slug, today)


def may_handle(units: Units, account: Account, case: Case, today: date) -> bool:
    """Return whether `account` may answer `case` and send it on: whoever sees it and sits where it is now."""
    sits = account.role in HANDLERS and account.unit in _heirs(units, case.owner, today)
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


def may_know_readers(account: Account) -> bool:
    """Return whether `account` is told who read a case that it may see: who answers for what is said in confidence."""
    return account.role in ("intake", "supervisor")


def may_send_to(units: Units, case: Case, target: str, today: date) -> bool:
    """Return whether `case` may be transferred to `target`: in confidence only to a unit above whom it concerns.

    Never back to a unit whose answer its writer was not content with, and the same way only once: two units that do not
    agree on whose matter it is hand it up.
    """
    if target == case.owner or not units.exists(target, today):
        return False
    if target in case.answerers or case.was_passed(case.owner, target):
        return False
    return case.type not in PRIVATE or target in confidants(units, case.unit, today)


def may_enter(account: Account, handler: str) -> bool:
    """Return whether `account` may write down what somebody says in person: only what it will itself handle."""
    return account.role in HANDLERS and account.unit == handler


def may_pass_on(case: Case) -> bool:
    """Return whether the owner of `case` may give the unit concerned a task: a unit gives itself none."""
    return case.owner != case.unit


def may_do_task(account: Account, unit: str) -> bool:
    """Return whether `account` may see and do a task that was given to `unit`: those who sit there, nobody else."""
    return account.role in HANDLERS and account.unit == unit


def may_publish(units: Units, account: Account, unit: str, today: date) -> bool:
    """Return whether `account` may publish filings of `unit`: who works there, or an administrator of its tree.

    Whether the gate takes them is another question: `publishers.yml` on the server has the account by name.
    """
    if account.role == "administrator":
        return may_keep(units, account, unit, today)
    return account.role in PUBLISHERS and unit in seat(units, account, today)


def may_keep(units: Units, account: Account, unit: str, today: date) -> bool:
    """Return whether `account` may make and change accounts of `unit`: an administrator, those of the own tree.

    Whoever has such an account sees letters and reports on units below it, never on the administrator's own: for that
    it would have to stand above. What is said of the highest unit goes to `supervisor:<unit>`, which stands above it:
    only an administrator who stands there too makes such accounts, and the first one is made at the server.
    """
    own = account.unit.removeprefix(SUPERVISOR)
    if account.role != "administrator" or not units.exists(own, today):
        return False
    return unit == account.unit or _is_below(units, own, unit, today)


def _is_below(units: Units, own: str, unit: str, today: date) -> bool:
    """Return whether `unit` is `own` or below it; one that is no more is where it was last."""
    if unit not in units.slugs() or unit in {each.slug for each in units.ancestors(own)}:
        return False
    was = not units.exists(unit, today) and own in {each.slug for each in units.ancestors(unit)}
    return was or unit in units.within(own, today)
