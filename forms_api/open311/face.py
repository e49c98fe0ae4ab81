"""Answers at `/open311/v2/` as GeoReport v2 says; what it takes and shows are the cases of every other face."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from forms_api import receipts
from forms_api.acceptance import Acceptance, Accepted
from forms_api.cases import Case, RequestReused
from forms_api.deadlines import day_words
from forms_api.intake import REQUEST_KEY, acceptance, mistyped
from forms_api.open311 import asking, sending, services
from forms_api.open311.public import PublicRequest, Published
from forms_api.open311.writing import Facts, Wrong, deny, refuse, reply
from forms_api.rates import TooMany
from forms_api.refusals import language
from forms_api.story import reader
from forms_api.submissions import PRIVATE, TYPES, Draft, Problem, Refused, judge
from forms_api.writer import Busy, Unstored
from mingbai.messages import say

open311 = Blueprint("open311", __name__, url_prefix="/open311/v2")
_FORM = "<any(json, xml):form>"
_ENCODED = "application/x-www-form-urlencoded"
_NOT_TAKEN = (RequestReused, TooMany, Busy, Unstored, IntegrityError)


@open311.record
def _open(state: BlueprintSetupState) -> None:
    service: Acceptance = state.app.extensions["acceptance"]
    # Units and services are read once, when the service starts: since then they are as they are.
    state.app.extensions["open311"] = Published(service.portal), service.clock()


def _published() -> Published:
    found: Published = current_app.extensions["open311"][0]
    return found


@open311.get(f"/discovery.{_FORM}")
def discovery(form: str) -> Response:
    """Say where the endpoint is and what it speaks."""
    portal, changed = acceptance().portal, current_app.extensions["open311"][1]
    # Without an address of its own the portal names the path alone: the host that a request claims may be anybody's.
    url = f"{(portal.settings.url or '').rstrip('/')}{open311.url_prefix}"
    return reply(form, "discovery", services.discovery(portal, changed, url, language()))


@open311.get(f"/services.{_FORM}")
def list_services(form: str) -> Response:
    """List what one can write."""
    return reply(form, "services", services.services(language()))


@open311.get(f"/services/<code>.{_FORM}")
def define(code: str, form: str) -> Response:
    """Say what a service asks."""
    if code not in TYPES:
        return deny(form, [_problem(Problem("type", "type"), language())])
    service, lang = acceptance(), language()
    facts = services.definition(service.portal, service.limits, code, service.clock().date(), lang)
    return reply(form, "service_definition", facts)


@open311.get(f"/requests.{_FORM}")
def list_requests(form: str) -> Response:
    """List what is public already."""
    try:
        query = asking.read(request.args, acceptance().clock())
    except asking.Unclear as reason:
        return deny(form, reason.wrongs)
    lang = language()
    chosen = query.chosen_from(_published().requests())
    return reply(form, "service_requests", [_shown(each, lang) for each in chosen])


@open311.get(f"/requests/<id>.{_FORM}")
def show_request(id: str, form: str) -> Response:
    """Show one that is public; what is not, is not there, whether it was ever written or not."""
    found = _published().requests().get(id)
    if found is None:
        return deny(form, [Wrong(404, say("open311.no_request", language()))])
    return reply(form, "service_requests", [_shown(found, language())])


def _shown(found: PublicRequest, lang: str) -> Facts:
    portal = acceptance().portal
    return {
        "service_request_id": found.id,
        "status": found.status,
        "status_notes": found.answer or None,
        "service_name": services.name(found.type, lang),
        "service_code": found.type,
        "description": found.question,
        "agency_responsible": found.answered_by or portal.units.get(found.unit).name.in_(lang),
        "service_notice": None,
        "requested_datetime": found.asked.isoformat(),
        "updated_datetime": (found.answered or found.asked).isoformat(),
        "expected_datetime": None if found.due is None else found.due.isoformat(),
        "address": services.place(portal, found.unit, lang),
        "address_id": found.unit,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


@open311.post(f"/requests.{_FORM}")
def send(form: str) -> Response:
    """Take a submission: 201 with its receipt as the token, after the durable commit."""
    key = request.headers.get("Idempotency-Key")
    if _from_another_site():
        return deny(form, [Wrong(403, say("open311.another_site", language()))])
    if request.mimetype != _ENCODED:
        return deny(form, [Wrong(400, say("open311.media_type", language()))])
    if key is not None and not REQUEST_KEY.fullmatch(key):
        return refuse(form, "idempotency_key")
    try:
        sent = sending.read(request.get_data(cache=False))
    except sending.Malformed:
        return deny(form, [Wrong(400, say("open311.malformed", language()))])
    except sending.SaidTwice as reason:
        return deny(form, [Wrong(400, f"{reason.field}: {say('open311.twice', language())}")])
    return _store(form, sent, None if key is None else f"open311:{key}")


def _from_another_site() -> bool:
    """Return whether a page of another site sends this; browsers say so, programs have no reason to."""
    origin = request.headers.get("Origin")
    try:
        return origin is not None and urlsplit(origin).netloc != request.host
    except ValueError:  # no address at all, so none of this site
        return True


def _store(form: str, sent: sending.Sent, key: str | None) -> Response:
    service = acceptance()
    try:
        draft = judge(sent.said, service.portal, service.limits, service.clock().date())
        accepted = service.accept(draft, key, request.remote_addr or "")
    except Refused as reason:
        return deny(form, [_problem(each, language()) for each in reason.problems])
    except _NOT_TAKEN as reason:
        return _later(form, reason)
    token = receipts.shown(accepted.receipt)
    notice = _notice(service, draft, accepted, sent.ignored, language())
    facts: Facts = [{"token": token, "service_notice": notice, "account_id": None}]
    return reply(form, "service_requests", facts, 201)


def _later(form: str, reason: Exception) -> Response:
    if isinstance(reason, RequestReused):
        return refuse(form, "request_reused")
    if isinstance(reason, TooMany):
        return refuse(form, "too_many", reason.retry_after, seconds=reason.retry_after)
    return refuse(form, "busy", reason.retry_after if isinstance(reason, Busy) else 5)


def _problem(problem: Problem, lang: str) -> Wrong:
    code = 404 if (problem.field, problem.key) == ("type", "type") else 400
    return Wrong(code, f"{sending.FIELDS.get(problem.field, problem.field)}: {problem.message(lang)}")


def _notice(
    service: Acceptance, draft: Draft, accepted: Accepted, ignored: tuple[str, ...], lang: str
) -> str:
    """Return who answers by when, how to follow it, who does not see it, and what was not kept."""
    handler, day = reader(service.portal, draft.handler, lang), day_words(accepted.answer_by, lang)
    said = [say("open311.taken", lang, handler=handler, day=day), accepted.calculation.in_(lang)]
    if draft.type in PRIVATE:
        unit = service.portal.units.get(draft.unit).name.in_(lang)
        said.append(say("forms.receipt.private", lang, unit=unit))
    if ignored:
        said.append(say("open311.ignored", lang, fields=", ".join(ignored)))
    return "\n".join(said)


@open311.get(f"/tokens/<token>.{_FORM}")
def show_token(token: str, form: str) -> Response:
    """Show the holder of a receipt where the case stands, and its id once it is public."""
    try:
        symbols = receipts.read(token)
    except receipts.ReceiptMistyped as reason:
        return refuse(form, "receipt_mistyped", why=mistyped(reason, language()))
    try:
        case = acceptance().find(symbols, request.remote_addr or "")
    except TooMany as reason:
        return _later(form, reason)
    except SQLAlchemyError:
        return refuse(form, "busy", 5)
    if case is None:
        return refuse(form, "receipt_unknown")
    return reply(form, "service_requests", [_state(case, receipts.shown(symbols), language())])


def _state(case: Case, token: str, lang: str) -> Facts:
    public = None if case.released is None else _published().at(case.released)
    stands = public is not None and case.is_released
    fine = "received" if case.answer is None else "public" if stands else "answered"
    state: dict[str, Facts] = {
        "token": token,
        "status": "open" if case.answer is None else "closed",
        "status_description": say(f"open311.state.{fine}", lang),
    }
    # Left out and not empty while there is none: some clients take an empty element for an id.
    return state if public is None else {"service_request_id": public.id, **state}
