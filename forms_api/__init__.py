"""Takes what residents write and shows them where it stands; nothing else of the portal depends on it.

The one running service (design §1): the form and progress pages, the API under `/api/v1`, and the built site beside
them on the same origin. It never changes the site, and it shows nothing that did not come through `mingbai.privacy`.
"""

import atexit
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask import Flask, Response, request
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.exceptions import HTTPException

from forms_api import access_log
from forms_api.acceptance import Acceptance
from forms_api.arrivals import Gate, InMemory, take_in
from forms_api.ask import ask
from forms_api.database import Database
from forms_api.desk.account_pages import account_pages
from forms_api.desk.case_pages import case_pages
from forms_api.desk.doors import Doors
from forms_api.desk.entering import entering
from forms_api.desk.entrance import entrance
from forms_api.desk.filing import sending
from forms_api.desk.filing.holding import Uploads
from forms_api.desk.filing.pages import filing_pages
from forms_api.desk.finding import finding
from forms_api.desk.own_account import own_account
from forms_api.desk.photos import previews
from forms_api.desk.queue import queue
from forms_api.desk.task_pages import task_pages
from forms_api.desk.writers import writers
from forms_api.follow import follow
from forms_api.frames import guard, plain_page
from forms_api.guesses import Guesses
from forms_api.health import health
from forms_api.intake import api
from forms_api.keys import Keys
from forms_api.limits import Limits
from forms_api.lookup import Shelf, lookup
from forms_api.metrics import install as count_requests
from forms_api.metrics import metrics
from forms_api.open311 import writing
from forms_api.open311.face import open311
from forms_api.openapi import description
from forms_api.photos.ingest import Ingest
from forms_api.proxies import behind
from forms_api.rates import Rates
from forms_api.refusals import refuse
from forms_api.rounds import Rounds
from forms_api.starting import look_over
from forms_api.static_site import SitePath, missing, site
from forms_api.track import track
from forms_api.writer import Writer
from mingbai.portal import Portal

_TEMPLATES = Path(__file__).parent / "templates"
_MACHINES = (api, lookup, open311, description, health, metrics)
_DESK = (
    *(entrance, own_account, account_pages),
    *(queue, finding, case_pages, writers, previews, task_pages, entering, filing_pages),
)
_PEOPLE = (ask, track, follow, *_DESK)
_MACHINE_ROOTS = ("/api/", writing.PREFIX, "/healthz", "/readyz", "/metrics")
_WITH_PHOTOS = ("/ask", "/en/ask")
_WITH_SHEET = ("/desk/publish", "/en/desk/publish")


def create_app(
    portal_root: Path,
    state_dir: Path | None = None,
    release_dir: Path | None = None,
    clock: Callable[[], datetime] | None = None,
    limits: Limits | None = None,
) -> Flask:
    """Return the service for the portal at `portal_root`, its threads running.

    `state_dir` defaults to the portal's `.state`, `release_dir` to `build/site`, `clock` to now in the portal's time
    zone, `limits` to what `.state/forms.yaml` says. Raises PortalError.
    """
    portal = Portal.open(portal_root, state_dir)
    service = _service(portal, clock or (lambda: datetime.now(portal.settings.timezone)), limits)
    app = Flask(__name__, static_folder=None)
    app.config["RELEASE"] = release_dir or portal.root / "build" / "site"
    app.extensions["shelf"] = Shelf(portal.root / "build" / "index")
    app.jinja_loader = ChoiceLoader([FileSystemLoader(_TEMPLATES), FileSystemLoader(portal.theme / "pages")])
    app.request_class = InMemory
    app.config["MAX_FORM_MEMORY_SIZE"] = service.limits.form_body
    app.extensions["acceptance"] = service
    app.url_map.converters["site"] = SitePath
    app.url_map.merge_slashes = False  # its redirect would name the host that the request claims
    for part in (*_MACHINES, *_PEOPLE, site):
        app.register_blueprint(part)
    access_log.install(app, service)
    count_requests(app, service)
    _guard(app, service.limits)
    rounds = Rounds(service, app.config["RELEASE"])
    service.writer.start()
    rounds.start()
    app.extensions["rounds"] = rounds
    # The writer last: only the last connection to close folds the log into the file.
    app.extensions["close"] = _once(rounds.stop, service.database.close, service.writer.stop)
    atexit.register(app.extensions["close"])
    if service.limits.proxies:
        app.wsgi_app = behind(app.wsgi_app, service.limits.proxies)  # type: ignore[assignment,method-assign]
    return app


def _service(portal: Portal, clock: Callable[[], datetime], limits: Limits | None) -> Acceptance:
    look_over(portal)
    found = limits or Limits.load(portal.state)
    keys = Keys.load(portal.state)
    database = Database.of(portal.state, Limits.threads)
    writer, rates, guesses = Writer(database, found), Rates(found, keys), Guesses(found)
    with database.reading() as connection:
        rates.load(connection)
    sending.sweep(portal.state)
    doors, ingest, uploads = Doors(), Ingest(found), Uploads(found)
    return Acceptance(
        portal,
        found,
        keys,
        database,
        writer,
        rates,
        guesses,
        doors,
        ingest,
        clock,
        uploads,
        sending.configured(),
    )


def _once(*steps: Callable[[], None]) -> Callable[[], None]:
    left = list(steps)

    def close() -> None:
        while left:
            left.pop(0)()

    return close


def _is_machine(path: str) -> bool:
    return path.startswith(_MACHINE_ROOTS)


def _room_for_files(limits: Limits) -> int | None:
    """Return how large the current request may be, where it is a form too large to be one without files."""
    large = (request.content_length or 0) > limits.form_body
    if not large or request.mimetype != "multipart/form-data":
        return None
    if request.path in _WITH_PHOTOS:
        return limits.photo_body
    return limits.sheet_body if request.path in _WITH_SHEET else None


def _guard(app: Flask, limits: Limits) -> None:
    """Take in bodies before they are read, set headers after, and say a sentence for everything refused on the way."""
    gate = Gate(limits.photo_letters)

    @app.before_request
    def body() -> None:
        room = _room_for_files(limits)
        if room is not None:
            request.max_content_length = room
            return gate.let_in(room)
        request.max_content_length = limits.json_body if _is_machine(request.path) else limits.form_body
        return take_in(request.max_content_length)

    @app.teardown_request
    def gone(_: BaseException | None) -> None:
        gate.let_out()

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers.setdefault("Cache-Control", "no-store")
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if response.mimetype == "text/html":
            response.headers["Content-Security-Policy"] = guard()
            response.headers["X-Frame-Options"] = "DENY"
        else:
            response.headers.setdefault(
                "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"
            )
        return response

    @app.errorhandler(HTTPException)
    def refused(reason: HTTPException) -> Response:
        status = reason.code or 500
        code = _code(status)
        machine = _is_machine(request.path)
        if status == 404 and not machine:
            return missing()
        if request.path.startswith(writing.PREFIX):
            return _with_headers(writing.refused(code), reason)
        lang = "en" if request.path.startswith("/en/") else "zh"
        response = refuse(code) if machine else plain_page(code, status, lang)
        response.status_code = status
        return _with_headers(response, reason)


def _code(status: int) -> str:
    """Return which sentence is said for a status; a file of the desk is no letter."""
    codes = {404: "not_found", 405: "method", 413: "too_large", 500: "failed", 503: "crowded"}
    code = codes.get(status, "refused")
    return f"desk_sheet_{code}" if request.path in _WITH_SHEET and status in (413, 503) else code


def _with_headers(response: Response, reason: HTTPException) -> Response:
    for name, value in reason.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response
