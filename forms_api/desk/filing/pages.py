"""Serves `/desk/publish`: choose and upload, look and answer, confirm; what an upload becomes says `proposing`."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from forms_api.acceptance import Acceptance
from forms_api.deadlines import moment_words
from forms_api.desk import audit, sight
from forms_api.desk.accounts import Account
from forms_api.desk.entrance import address, page, signed_in
from forms_api.desk.filing import answers, choosing, sending
from forms_api.desk.filing.choosing import Choice, server_portal
from forms_api.desk.filing.holding import Held, Upload
from forms_api.desk.filing.sending import NotTaken, Parcel
from forms_api.desk.filing.showing import called, looked
from forms_api.frames import plain_page
from forms_api.intake import acceptance
from forms_api.submissions import clean
from mingbai.filings import FilingId
from mingbai.messages import say
from mingbai.receiving.layout import Server

filing_pages = Blueprint("filing_pages", __name__)
_LONGEST_REASON = 300
Act = Callable[[Acceptance, Server, Account, str], AnyResponse]


@filing_pages.get("/desk/publish", defaults={"lang": "zh"})
@filing_pages.get("/en/desk/publish", defaults={"lang": "en"})
@signed_in
def show(account: Account, lang: str) -> Response:
    """Show what waits and the form, or what was just published."""
    service = acceptance()
    if not choosing.units(service, account):
        return plain_page("desk_no_publish", 403, lang)
    if service.server is None:
        return page("desk_publish_off.html", lang, account, 200)
    done = _published(service, service.server, account, request.args.get("published", ""), lang)
    return done or _choose(service, service.server, account, lang, 200, _choice(request.args))


@filing_pages.post("/desk/publish", defaults={"lang": "zh"})
@filing_pages.post("/en/desk/publish", defaults={"lang": "en"})
@signed_in
def do(account: Account, lang: str) -> AnyResponse:
    """Do what the pressed button says, `act`."""
    service = acceptance()
    if not choosing.units(service, account):
        return plain_page("desk_no_publish", 403, lang)
    if service.server is None:
        return page("desk_publish_off.html", lang, account, 409)
    act = _ACTS.get(request.form.get("act", ""))
    return plain_page("desk_stale", 403, lang) if act is None else act(service, service.server, account, lang)


def _look(service: Acceptance, server: Server, account: Account, lang: str) -> AnyResponse:
    """Take a file, or the reason of a nil return, and show what it would become."""
    choice = _choice(request.form)
    unit = next((each for each in choosing.units(service, account) if each.slug == choice.unit), None)
    if unit is None:
        return plain_page("desk_not_your_unit", 403, lang)
    id = choosing.filing_of(server_portal(service, server), unit, choice)
    upload = _upload(id)
    problem = _problem(service, id, upload)
    if problem is not None or upload is None:
        return _choose(service, server, account, lang, 422, choice, problem)
    return looked(service, server, account, upload, lang)


def _upload(id: FilingId | None) -> Upload | None:
    if id is None:
        return None
    file = request.files.get("file")
    data = file.read() if file is not None else b""
    name = clean((file.filename if file is not None else "") or "")
    return Upload(id, name, data, clean(request.form.get("reason", "")))


def _problem(service: Acceptance, id: FilingId | None, upload: Upload | None) -> str | None:
    """Return the key of what is wrong with what was handed in, before anything is read."""
    if id is None or upload is None:
        return "desk.filing.which"
    if upload.data and upload.reason:
        return "desk.filing.both"
    if not upload.data and not upload.reason:
        return "desk.filing.empty" if upload.file else "desk.filing.none"
    if len(upload.data) > service.limits.sheet_size:
        return "desk.filing.large"
    return "desk.filing.long" if len(upload.reason) > _LONGEST_REASON else None


def _again(service: Acceptance, server: Server, account: Account, lang: str) -> AnyResponse:
    """Show the same upload with what was answered meanwhile."""
    held = _held(service, account)
    if held is None:
        return plain_page("desk_upload_gone", 410, lang)
    return looked(service, server, account, replace(held.upload, answers=answers.read(request.form)), lang)


def _publish(service: Acceptance, server: Server, account: Account, lang: str) -> AnyResponse:
    """Send what was shown, as it was shown; whatever the gate says, the upload is gone."""
    held = _held(service, account)
    if held is None or not held.files:
        return plain_page("desk_upload_gone", 410, lang)
    id, portal = held.upload.id, server_portal(service, server)
    if not sight.may_publish(portal.units, account, id.unit, service.clock().date()):
        return plain_page("desk_not_your_unit", 403, lang)
    message = say("desk.filing.commit", "zh", called=called(portal, held.upload, "zh"))
    _note(service, account, "offered", id)
    try:
        sending.send(server, service.portal.state, Parcel(account, id, held.files, message))
    except NotTaken as reason:
        _note(service, account, "turned_back", id)
        facts = {"called": called(portal, held.upload, lang), "says": reason.message.split("\n")}
        return page("desk_publish_refused.html", lang, account, 422, **facts)
    _note(service, account, "published", id)
    return redirect(address(lang, f"/publish?published={_name(id)}"), 303)


def _cancel(service: Acceptance, server: Server, account: Account, lang: str) -> AnyResponse:
    """Let go of the upload."""
    _held(service, account)
    return redirect(address(lang, "/publish"), 303)


_ACTS: Mapping[str, Act] = {"look": _look, "again": _again, "publish": _publish, "cancel": _cancel}


def _held(service: Acceptance, account: Account) -> Held | None:
    return service.uploads.take(account.name, request.form.get("upload", ""), service.clock())


def _note(service: Acceptance, account: Account, what: str, id: FilingId) -> None:
    at = service.clock()
    service.writer.run(lambda connection: audit.note(connection, at, account.name, what, filing=_name(id)))


def _name(id: FilingId) -> str:
    return f"{id.unit}/{id.kind}/{id.period.label}"


def _choice(said: Mapping[str, str]) -> Choice:
    return Choice(*(clean(said.get(name, ""))[:60] for name in ("unit", "kind", "period")))


def _published(
    service: Acceptance, server: Server, account: Account, name: str, lang: str
) -> Response | None:
    """Show when a filing of the account's units was received and where it stands; None for anything else."""
    portal = server_portal(service, server)
    id = _own(service, server, account, name)
    when = None if id is None else portal.received.when(id)
    if id is None or when is None or not sending.stands(server, id):
        return None
    received = moment_words(when.astimezone(portal.settings.timezone), lang)
    facts = {"called": called(portal, Upload(id, "", b"", ""), lang), "received": received}
    return page("desk_publish_done.html", lang, account, 200, address=id.address, **facts)


def _own(service: Acceptance, server: Server, account: Account, name: str) -> FilingId | None:
    """Return the filing called `unit/kind/period`, None for one that is not the account's."""
    parts = (*name.split("/"), "", "")[:3]
    unit = next((each for each in choosing.units(service, account) if each.slug == parts[0]), None)
    return None if unit is None else choosing.filing_of(server_portal(service, server), unit, Choice(*parts))


def _choose(
    service: Acceptance,
    server: Server,
    account: Account,
    lang: str,
    status: int,
    choice: Choice,
    problem: str | None = None,
) -> Response:
    """Show the units, then what waits of the chosen one and the form."""
    portal, units = server_portal(service, server), choosing.units(service, account)
    unit = next((each for each in units if each.slug == choice.unit), units[0] if len(units) == 1 else None)
    return page(
        "desk_publish.html",
        lang,
        account,
        status,
        units=[(each.slug, each.name.in_(lang)) for each in units],
        unit=unit,
        unit_name=None if unit is None else unit.name.in_(lang),
        kinds=[] if unit is None else choosing.kinds(portal, unit),
        waiting=[] if unit is None else choosing.waiting(service, portal, unit, lang),
        known=unit is None or sending.is_known(server, account, unit.slug),
        choice=choice,
        problem=None if problem is None else say(problem, lang, size=service.limits.sheet_size >> 20),
        size=service.limits.sheet_size >> 20,
        longest=_LONGEST_REASON,
    )
