"""Takes and shows submissions as JSON under `/api/v1`; it has no rules of its own, only those of `submissions`."""

import json
import re
from typing import Any

from flask import Blueprint, Response, current_app, request
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from forms_api import levels, receipts
from forms_api.acceptance import Acceptance, Accepted
from forms_api.cases import Case, RequestReused
from forms_api.rates import TooMany
from forms_api.refusals import answer, language, refuse
from forms_api.story import WORDED, outer
from forms_api.submissions import Refused, judge
from forms_api.writer import Busy, Unstored
from mingbai.messages import say

api = Blueprint("api", __name__, url_prefix="/api/v1")
REQUEST_KEY = re.compile(r"[\x21-\x7e]{1,200}")


def acceptance() -> Acceptance:
    """Return the running service's acceptance."""
    found: Acceptance = current_app.extensions["acceptance"]
    return found


@api.post("/submissions")
def submit() -> Response:
    """Take a submission: 201 after the durable commit."""
    if request.mimetype != "application/json":
        return refuse("media_type")
    try:
        said = read_object(request.get_data(cache=False))
    except ValueError:
        return refuse("malformed")
    key = request.headers.get("Idempotency-Key")
    if key is not None and not REQUEST_KEY.fullmatch(key):
        return refuse("idempotency_key")
    return _store(said, None if key is None else f"api:{key}")


def _store(said: dict[str, object], key: str | None) -> Response:
    service = acceptance()
    try:
        draft = judge(said, service.portal, service.limits, service.clock().date())
        return _created(service.accept(draft, key, request.remote_addr or ""))
    except Refused as reason:
        # What keeps every rule of the contract and asks about a filing that is not there is answered as not there.
        absent = all((each.field, each.key) == ("about", "about") for each in reason.problems)
        return refuse("no_subject" if absent else "fields", reason.problems, count=len(reason.problems))
    except RequestReused:
        return refuse("request_reused")
    except TooMany as reason:
        return refuse("too_many", retry_after=reason.retry_after, seconds=reason.retry_after)
    except Busy as reason:
        return refuse("busy", retry_after=reason.retry_after)
    except (Unstored, IntegrityError):
        return refuse("busy", retry_after=5)


def _created(accepted: Accepted) -> Response:
    lang = language()
    receipt = receipts.shown(accepted.receipt)
    track = "/track" if lang == "zh" else "/en/track"
    response = answer(
        {
            "receipt": receipt,
            "received_at": accepted.received_at.isoformat(timespec="seconds"),
            "answer_by": accepted.answer_by.isoformat(),
            "calculation": accepted.calculation.in_(lang),
            "track_url": f"{track}#{receipt}",
        },
        201,
    )
    response.headers["Vary"] = "Accept-Language"
    return response


@api.get("/submissions/<receipt>")
def show(receipt: str) -> Response:
    """Show where a submission stands; never its writer's name or contact."""
    try:
        symbols = receipts.read(receipt)
    except receipts.ReceiptMistyped as reason:
        return refuse("receipt_mistyped", why=mistyped(reason, language()))
    try:
        case = acceptance().find(symbols, request.remote_addr or "")
    except TooMany as reason:
        return refuse("too_many", retry_after=reason.retry_after, seconds=reason.retry_after)
    except SQLAlchemyError:
        return refuse("busy", retry_after=5)
    return refuse("receipt_unknown") if case is None else _shown(case)


def mistyped(reason: receipts.ReceiptMistyped, lang: str) -> str:
    """Return what is wrong with a receipt as typed."""
    return say(f"forms.receipt.{reason.reason}", lang)


def _shown(case: Case) -> Response:
    lang = language()
    response = answer(
        {
            "status": case.status,
            "type": case.type,
            "unit": case.unit,
            "about": case.about,
            "received_at": case.received_at.isoformat(timespec="seconds"),
            "answer_by": case.answer_by.isoformat(),
            "calculation": case.calculation.in_(lang),
            "level": levels.current(acceptance().portal, case).level,
            "owner": case.owner,
            "due": levels.promised(acceptance().portal, case).isoformat(),
            "events": [
                {
                    "at": each.at.isoformat(timespec="seconds"),
                    "what": each.what,
                    "by": each.by_unit,
                    "text": each.text if each.what in WORDED else None,
                }
                for each in outer(case)
            ],
            "answer": None
            if case.answer is None
            else {
                "at": case.answer.at.isoformat(timespec="seconds"),
                "by": case.answer.by_unit,
                "text": case.answer.text,
            },
            "released": case.released,
        }
    )
    response.headers["Vary"] = "Accept-Language"
    return response


def read_object(body: bytes) -> dict[str, object]:
    """Return the JSON object in `body` (RFC 8259, UTF-8). Raises ValueError for anything else.

    A name that stands twice, NaN and numbers beyond reason are refused: two readers would understand them differently.
    """
    try:
        found: Any = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_no_doubles,
            parse_constant=_no_constant,
            parse_float=_number,
        )
    except RecursionError:
        raise ValueError("too deep") from None
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def _no_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _number(digits: str) -> float:
    found = float(digits)
    if found in (float("inf"), float("-inf")):
        raise ValueError(digits)
    return found
