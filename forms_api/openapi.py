"""Says what the API takes and gives (OpenAPI 3.1), every answer included; it takes and gives nothing itself."""

from flask import Blueprint, Response

from forms_api.bodies import DAY, Schema, schemas
from forms_api.intake import REQUEST_KEY, acceptance
from forms_api.lookup import FARTHEST
from forms_api.refusals import answer
from mingbai.search import SORTS
from mingbai.search.matching import LONGEST_PAGE, LONGEST_QUERY

description = Blueprint("description", __name__)


@description.get("/api/openapi.json")
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
            "externalDocs": {
                "url": "/open311/v2/discovery.json",
                "description": "The same cases as Open311 GeoReport v2, which describes itself: discovery, services.",
            },
            "paths": {
                "/api/v1/submissions": {"post": _submit()},
                "/api/v1/submissions/{receipt}": {"get": _show()},
                "/api/v1/search": {"get": _search()},
                "/api/openapi.json": {"get": _describe()},
                "/healthz": {"get": _health()},
            },
            "components": {"schemas": schemas(units, service.limits)},
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
        "responses": {"201": created, **_refusals(400, 404, 409, 413, 415, 422, 429, 503)},
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
        # A form sends its empty fields as well: they count as left out.
        return {"name": name, "in": "query", "schema": {"anyOf": [schema, {"const": ""}]}}

    return {
        "operationId": "search",
        "summary": "Search what is published; any run of Chinese characters inside a cell is found.",
        "parameters": [
            query("q", {"type": "string", "maxLength": LONGEST_QUERY, "default": ""}),
            query("unit", {"type": "string", "description": "This unit and those below it."}),
            query("kind", {"type": "string"}),
            query("from", DAY),
            query("to", DAY),
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
    404: "No such receipt (`receipt_mistyped` was not even looked up), or no such filing to ask about.",
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
