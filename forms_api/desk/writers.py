"""Shows how the writer of a letter can be reached to those who handle it, and to nobody else; every look leaves a line.

It is a page of its own, so that whoever only reads a letter does not see who wrote it.
"""

from flask import Blueprint, Response

from forms_api.cases.writers import writer_of
from forms_api.desk import sight
from forms_api.desk.accounts import Account
from forms_api.desk.case_pages import seen
from forms_api.desk.entrance import note, page, signed_in
from forms_api.frames import plain_page
from forms_api.intake import acceptance

writers = Blueprint("writers", __name__)


@writers.get("/desk/cases/<int(max=999999999):number>/writer", defaults={"lang": "zh"})
@writers.get("/en/desk/cases/<int(max=999999999):number>/writer", defaults={"lang": "en"})
@signed_in
def show(account: Account, number: int, lang: str) -> Response:
    """Show name and contact."""
    service, case = acceptance(), seen(account, number)
    if case is None:
        return plain_page("desk_no_case", 404, lang)
    if not sight.may_handle(service.portal.units, account, case, service.clock().date()):
        return plain_page("desk_not_yours", 403, lang)
    with service.database.reading() as connection:
        writer = writer_of(connection, number)
    note(service, account, "met", number)
    days = service.limits.contact_days
    return page("desk_writer.html", lang, account, 200, number=number, writer=writer, days=days)
