"""Finds letters again, answered ones among them, by words, number, sort, place and state; it shows nothing new.

What may not be seen is not counted and not hinted at: a page tells only whether there is more of what it shows.
"""

from itertools import islice

from flask import Blueprint, Response, request

from forms_api.cases import STATES, Wanted, found_cases
from forms_api.desk import sight
from forms_api.desk.accounts import Account
from forms_api.desk.entrance import note, page, signed_in
from forms_api.desk.queue import line
from forms_api.intake import acceptance
from forms_api.submissions import PRIVATE, TYPES, clean

finding = Blueprint("finding", __name__)
SHOWN = 30
_PAGES = 100
_LONGEST = 40  # characters of the words looked for


@finding.get("/desk/cases", defaults={"lang": "zh"})
@finding.get("/en/desk/cases", defaults={"lang": "en"})
@signed_in
def show(account: Account, lang: str) -> Response:
    """Show the letters that fit, the newest first, some to a page; a word that is not known chooses nothing."""
    service, (wanted, at) = acceptance(), _read()
    units, today = service.portal.units, service.clock().date()
    reach = sight.reach(units, account, today)
    with service.database.snapshot() as connection:
        visible = (
            case
            for case in found_cases(connection, wanted, reach)
            if sight.may_see(units, account, case, today)
        )
        chosen = list(islice(visible, (at - 1) * SHOWN, at * SHOWN + 1))
    note(service, account, "listed")
    return page(
        "desk_find.html",
        lang,
        account,
        200,
        wanted=wanted,
        lines=[line(service, case, lang) for case in chosen[:SHOWN]],
        at=at,
        more=len(chosen) > SHOWN and at < _PAGES,
        types=TYPES,
        states=STATES,
        units=[(unit.slug, unit.name.in_(lang)) for unit in units.on(today) if unit.slug in reach],
    )


def _read() -> tuple[Wanted, int]:
    """Return what is looked for, and which page of it."""
    said = {name: clean(request.args.get(name, ""))[:_LONGEST] for name in ("words", "type", "unit", "state")}
    typed = request.args.get("page", "")
    at = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else 1
    open_ = tuple(type for type in TYPES if type not in PRIVATE)
    return Wanted(open_, **said), min(max(at, 1), _PAGES)
