"""Says what the API takes and gives (OpenAPI 3.1), every answer included; it takes and gives nothing itself."""

from typing import Any

from flask import Blueprint, Response

from forms_api.intake import REQUEST_KEY, acceptance
from forms_api.lookup import FARTHEST
from forms_api.receipts import PATTERN
from forms_api.refusals import STATUS, answer
from forms_api.submissions import PRIVATE, TYPES
from mingbai.search import SORTS
from mingbai.search.matching import LONGEST_PAGE, LONGEST_QUERY

contract = Blueprint("contract", __name__)
Schema = dict[str, Any]

ADDRESS = "^/u/[a-z0-9-]+/[a-z0-9_-]+/[0-9A-Za-z-]+/(#.+)?$"
_TEXT = {"type": ["string", "null"]}
_MOMENT = {"type": "string", "format": "date-time"}
_DAY = {"type": "string", "format": "date"}


@contract.get("/api/openapi.json")
def openapi() -> Response:
    """Return the contract of this installation: it names the units one can write to."""
    service = acceptance()
    units = [unit.slug for unit in service.portal.units.on(service.clock().date())]
    return answer(
        {
            "openapi": "3.1.0",
            "info": {
                "title": service.portal.settings.title.zh,
                "version": "1",
                "summary": service.portal.settings.title.en,
            },
            "servers": [{"url": "/"}],
            "paths": {
                "/api/v1/submissions": {"post": _submit()},
                "/api/v1/submissions/{receipt}": {"get": _show()},
                "/api/v1/search": {"get": _search()},
                "/api/openapi.json": {"get": _describe()},
                "/healthz": {"get": _health()},
            },
            "components": {
                "schemas": _schemas(units, service.limits.text, service.limits.name, service.limits.contact)
            },
        }
    )


def _submit() -> Schema:
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The same key with the same content gives the same receipt; with other content 409.",
        "schema": {"type": "string", "pattern": f"^{REQUEST_KEY.pattern}$"},
    }
    created = _json("Stored durably; the receipt is shown this once.", "Created")
    created["links"] = {"show": {"operationId": "show", "parameters": {"receipt": "$response.body#/receipt"}}}
    return {
        "operationId": "submit",
        "summary": "Send a suggestion, inquiry, letter, report or erratum.",
        "parameters": [key, _language()],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("Submission")}}},
        "responses": {"201": created, **_refusals(400, 409, 413, 415, 422, 429, 503)},
    }


def _show() -> Schema:
    receipt = {
        "name": "receipt",
        "in": "path",
        "required": True,
        "description": "Read without case, spaces or dashes; twelve random symbols and a check symbol.",
        "schema": {"type": "string", "minLength": 1},
        "example": "F5Q2-5MYQ-TJ8F2",
    }
    return {
        "operationId": "show",
        "summary": "Where a submission stands; never its writer's name or contact.",
        "parameters": [receipt, _language()],
        "responses": {"200": _json("The case.", "Case"), **_refusals(404, 429, 503)},
    }


def _search() -> Schema:
    def query(name: str, schema: Schema) -> Schema:
        return {"name": name, "in": "query", "schema": schema}

    return {
        "operationId": "search",
        "summary": "Search what is published; any run of Chinese characters inside a cell is found.",
        "parameters": [
            query("q", {"type": "string", "maxLength": LONGEST_QUERY, "default": ""}),
            query("unit", {"type": "string", "description": "This unit and those below it."}),
            query("kind", {"type": "string"}),
            query("from", _DAY),
            query("to", _DAY),
            query("sort", {"enum": list(SORTS), "default": SORTS[0]}),
            query("offset", {"type": "integer", "minimum": 0, "maximum": FARTHEST, "default": 0}),
            query("limit", {"type": "integer", "minimum": 0, "maximum": LONGEST_PAGE, "default": 20}),
            _language(),
        ],
        "responses": {"200": _json("What was found.", "Found"), **_refusals(422, 503)},
    }


def _describe() -> Schema:
    plain = {"description": "This contract.", "content": {"application/json": {"schema": {"type": "object"}}}}
    return {"operationId": "describe", "summary": "This contract.", "responses": {"200": plain}}


def _health() -> Schema:
    failing = _json("Submissions cannot be taken now.", "Health")
    failing["headers"] = _RETRY_AFTER
    return {
        "operationId": "health",
        "summary": "Whether submissions can be taken now.",
        "responses": {"200": _json("They can.", "Health"), "503": failing},
    }


_RETRY_AFTER = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
_SAYS = {
    400: "Not a JSON object, or an Idempotency-Key that cannot be one.",
    404: "No such receipt; `receipt_mistyped` was not even looked up.",
    409: "The Idempotency-Key came before with other content.",
    413: "Too large; nothing was read.",
    415: "Not application/json.",
    422: "Fields break rules; all of them are named.",
    429: "Too many; come back after Retry-After.",
    503: "Busy, or not ready; come back after Retry-After. The same Idempotency-Key never stores twice.",
}


def _refusals(*statuses: int) -> Schema:
    answers: Schema = {}
    for status in statuses:
        answers[str(status)] = _json(_SAYS[status], "Error")
        if status in (429, 503):
            answers[str(status)]["headers"] = _RETRY_AFTER
    return answers


def _json(description: str, schema: str) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": _ref(schema)}}}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _language() -> Schema:
    return {
        "name": "Accept-Language",
        "in": "header",
        "schema": {"type": "string", "examples": ["zh-CN", "en"]},
    }


def _closed(properties: Schema, *optional: str) -> Schema:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _schemas(units: list[str], text: int, name: int, contact: int) -> Schema:
    common = {
        "unit": {"type": "string", "enum": units},
        "about": {
            "type": ["string", "null"],
            "pattern": ADDRESS,
            "description": "Address of a filing or of a row.",
        },
        "text": {"type": "string", "minLength": 1, "maxLength": text, "pattern": "\\S"},
        "name": _TEXT | {"maxLength": name},
        "contact": _TEXT | {"maxLength": contact},
    }
    may_be_public = {
        "type": {"enum": [each for each in TYPES if each not in PRIVATE]},
        "public": {"type": "boolean"},
    }
    never_public = {"type": {"enum": list(PRIVATE)}, "public": {"const": False}}
    optional = ("about", "name", "contact")
    problem = _closed(
        {"field": {"type": "string"}, "message": {"type": "string"}, "message_en": {"type": "string"}}
    )
    said_no = {
        "code": {"enum": sorted(STATUS)},
        "message": {"type": "string"},
        "message_en": {"type": "string"},
        "fields": {"type": "array", "items": problem},
    }
    return {
        "Submission": {
            "oneOf": [_closed(may_be_public | common, *optional), _closed(never_public | common, *optional)],
            "examples": [
                {"type": "inquiry", "unit": units[-1], "text": "屋顶防水是哪家做的？", "public": False}
            ],
        },
        "Created": _closed(
            {
                "receipt": {"type": "string", "pattern": PATTERN},
                "received_at": _MOMENT,
                "answer_by": _DAY,
                "calculation": {"type": "string"},
                "track_url": {"type": "string"},
            }
        ),
        "Case": _case(),
        "Found": _found(),
        "Health": _closed(
            {
                "status": {"enum": ["ok", "failing"]},
                "checks": _closed({each: {"type": "boolean"} for each in ("writer", "reader", "disk")}),
            }
        ),
        "Error": _closed({"error": _closed(said_no)}),
    }


def _case() -> Schema:
    step = _closed(
        {"at": _MOMENT, "what": {"enum": ["received", "answered", "released"]}, "by": {"type": "string"}}
    )
    replied = _closed({"at": _MOMENT, "by": {"type": "string"}, "text": {"type": "string"}})
    return _closed(
        {
            "status": {"enum": ["received", "answered", "released"]},
            "type": {"enum": list(TYPES)},
            "unit": {"type": "string"},
            "about": _TEXT,
            "received_at": _MOMENT,
            "answer_by": _DAY,
            "calculation": {"type": "string"},
            "events": {"type": "array", "items": step},
            "answer": {"anyOf": [replied, {"type": "null"}]},
            "released": _TEXT,
        }
    )


def _found() -> Schema:
    row = {name: {"type": "string"} for name in ("url", "title", "unit", "kind", "period", "date", "snippet")}
    row["snippet"] |= {"description": "Escaped HTML; its only element is <mark>."}
    counts = {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}}
    return _closed(
        {
            "total": {"type": "integer", "minimum": 0},
            "exact": {"type": "boolean"},
            "relaxed": {"type": "boolean"},
            "rows": {"type": "array", "items": _closed(row)},
            "facets": {"type": "object", "additionalProperties": counts},
        }
    )
