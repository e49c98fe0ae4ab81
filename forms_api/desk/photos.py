"""Shows one photo of a letter to whoever may see the letter, and to nobody else; it makes and keeps none.

A photo is the work of a stranger: it is shown as the JPEG that ingest made, by a name of ours, from which no browser
can be made to run anything or to fetch anything.
"""

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from forms_api.cases import photo
from forms_api.desk.accounts import Account
from forms_api.desk.case_pages import seen
from forms_api.desk.entrance import note, signed_in
from forms_api.frames import plain_page
from forms_api.intake import acceptance

previews = Blueprint("desk_photos", __name__)


@previews.get("/desk/cases/<int(max=999999999):number>/photos/<int(max=9):place>", defaults={"lang": "zh"})
@previews.get("/en/desk/cases/<int(max=999999999):number>/photos/<int(max=9):place>", defaults={"lang": "en"})
@signed_in
def show(account: Account, number: int, place: int, lang: str) -> AnyResponse:
    """Show the photo at `place`, counted from 1."""
    service = acceptance()
    if seen(account, number) is None:
        return plain_page("desk_no_case", 404, lang)
    with service.database.reading() as connection:
        content = photo(connection, number, place)
    if content is None:
        return plain_page("desk_no_photo", 404, lang)
    note(service, account, "looked", number)
    response = Response(content, mimetype="image/jpeg")
    response.headers["Content-Disposition"] = f'inline; filename="photo-{place}.jpg"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response
