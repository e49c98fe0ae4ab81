"""Shows what becomes of an upload, with its questions and the page as it will look; it changes nothing."""

from datetime import date, timedelta

from flask import Response

from forms_api.acceptance import Acceptance
from forms_api.deadlines import moment_words
from forms_api.desk.accounts import Account
from forms_api.desk.entrance import page
from forms_api.desk.filing import answers, proposing, sending
from forms_api.desk.filing.choosing import server_portal
from forms_api.desk.filing.holding import Upload
from forms_api.frames import standing
from mingbai.importing import LEFT_OUT, telling
from mingbai.messages import say
from mingbai.pages import previewing
from mingbai.portal import Portal
from mingbai.receiving.layout import Server


def looked(service: Acceptance, server: Server, account: Account, upload: Upload, lang: str) -> Response:
    """Hold an upload and show what it would become. Raises Busy."""
    portal, now = server_portal(service, server), service.clock()
    with service.uploads.reading():
        there = sending.stands(server, upload.id)
        proposal = proposing.propose(portal, upload, there, now.date())
    held = service.uploads.hold(account.name, upload, proposal.files, now)
    made = proposal.made
    ready = bool(proposal.files)
    return page(
        "desk_publish_look.html",
        lang,
        account,
        200 if ready else 422,
        called=called(portal, upload, lang),
        held=held.token,
        until=moment_words(held.until, lang),
        groups=[] if made is None else proposing.understood(made, lang),
        moved=[] if made is None else telling.moved(made, lang),
        findings=list(proposing.told(proposal.findings, lang)),
        errors=proposal.errors,
        ready=ready,
        questions=None if made is None else answers.questions(made, upload.answers),
        out=LEFT_OUT,
        said=_whole(portal, upload, now.date()) | dict(upload.answers),
        shown=None
        if proposal.table is None
        else previewing.body(portal, proposal.table, now, standing(lang)),
        known=sending.is_known(server, account, upload.id.unit),
    )


def _whole(portal: Portal, upload: Upload, today: date) -> dict[str, str]:
    """Return what the form suggests before anything was said: display from today on, as long as the law asks for."""
    if upload.answers:
        return {}
    days = portal.display_days(upload.id) or portal.kinds[upload.id.kind].display_days
    return {"shown_from": today.isoformat(), "shown_until": (today + timedelta(days=days)).isoformat()}


def called(portal: Portal, upload: Upload, lang: str) -> str:
    """Return what a filing is called: unit, kind, period."""
    unit, kind = portal.units.get(upload.id.unit), portal.kinds[upload.id.kind]
    words = {
        "unit": unit.name.in_(lang),
        "kind": kind.title.in_(lang),
        "period": upload.id.period.title(lang),
    }
    return say("desk.filing.called", lang, **words)
