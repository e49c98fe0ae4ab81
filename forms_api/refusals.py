"""Says no: one JSON form for every error of the API, in the reader's language; it decides nothing."""

from collections.abc import Sequence

from flask import Response, json, request

from forms_api.submissions import Problem
from mingbai.messages import say

STATUS = {
    "malformed": 400,
    "refused": 400,
    "idempotency_key": 400,
    "receipt_mistyped": 404,
    "receipt_unknown": 404,
    "not_found": 404,
    "no_subject": 404,
    "method": 405,
    "request_reused": 409,
    "too_large": 413,
    "media_type": 415,
    "fields": 422,
    "query": 422,
    "too_many": 429,
    "failed": 500,
    "busy": 503,
    "no_index": 503,
}


def language() -> str:
    """Return the language the reader asked for, "zh" unless English is preferred."""
    return request.accept_languages.best_match(("zh", "zh-CN", "en"), default="zh")[:2]


def answer(facts: object, status: int = 200) -> Response:
    """Return `facts` as JSON that no cache keeps."""
    response = Response(
        json.dumps(facts, ensure_ascii=False, sort_keys=False), status, mimetype="application/json"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def refuse(
    code: str, problems: Sequence[Problem] = (), retry_after: int | None = None, **facts: object
) -> Response:
    """Return the error `code` with its sentence, and what to change field by field."""
    lang = language()
    body = {
        "code": code,
        "message": say(f"forms.error.{code}", lang, **facts),
        "message_en": say(f"forms.error.{code}", "en", **facts),
        "fields": [
            {"field": each.field, "message": each.message(lang), "message_en": each.message("en")}
            for each in problems
        ],
    }
    response = answer({"error": body}, STATUS[code])
    response.headers["Vary"] = "Accept-Language"
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response
