"""Says what the bodies of the API's requests and answers look like (JSON Schema 2020-12); it judges none."""

import sys
from functools import cache
from typing import Any
from unicodedata import category

from forms_api.limits import Limits
from forms_api.receipts import PATTERN
from forms_api.refusals import STATUS
from forms_api.story import BARE, WORDED
from forms_api.submissions import PRIVATE, TYPES, invisible
from mingbai.profiles import LEVELS

Schema = dict[str, Any]

ADDRESS = "^(/u/[a-z0-9-]+/[a-z0-9_-]+/[0-9A-Za-z-]+/(#.+)?)?$"
DAY = {"type": "string", "format": "date"}
_TEXT = {"type": ["string", "null"]}
_MOMENT = {"type": "string", "format": "date-time"}


def _closed(properties: Schema, *optional: str) -> Schema:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


@cache
def visible() -> str:
    """Return the pattern of a text that holds something to read, by the same rule that cleans it."""
    spans: list[list[int]] = []
    for code in range(sys.maxunicode + 1):
        symbol = chr(code)
        if category(symbol) != "Cs" and (symbol.isspace() or invisible(symbol)):
            if spans and spans[-1][1] == code - 1:
                spans[-1][1] = code
            else:
                spans.append([code, code])
    return "[^" + "".join(f"{chr(first)}-{chr(last)}" for first, last in spans) + "]"


def schemas(units: list[str], limits: Limits) -> Schema:
    """Return all schemas by name; `units` are those one can write to."""
    common = {
        "unit": {"type": "string", "enum": units},
        "about": {
            "type": ["string", "null"],
            "pattern": ADDRESS,
            "description": "Address of a filing or of a row.",
        },
        "text": {"type": "string", "minLength": 1, "maxLength": limits.text, "pattern": visible()},
        "name": _TEXT | {"maxLength": limits.name},
        "contact": _TEXT | {"maxLength": limits.contact},
    }
    may_be_public = {
        "type": {"enum": [each for each in TYPES if each not in PRIVATE]},
        "public": {"type": "boolean"},
    }
    never_public = {"type": {"enum": list(PRIVATE)}, "public": {"const": False}}
    optional = ("about", "name", "contact")
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
                "answer_by": DAY,
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
        "Error": _error(),
    }


def _error() -> Schema:
    problem = _closed(
        {"field": {"type": "string"}, "message": {"type": "string"}, "message_en": {"type": "string"}}
    )
    said_no = {
        "code": {"enum": sorted(STATUS)},
        "message": {"type": "string"},
        "message_en": {"type": "string"},
        "fields": {"type": "array", "items": problem},
    }
    return _closed({"error": _closed(said_no)})


def _case() -> Schema:
    step = _closed(
        {"at": _MOMENT, "what": {"enum": [*BARE, *WORDED]}, "by": {"type": "string"}, "text": _TEXT}
    )
    replied = _closed({"at": _MOMENT, "by": {"type": "string"}, "text": {"type": "string"}})
    return _closed(
        {
            "status": {"enum": ["received", "answered", "released"]},
            "type": {"enum": list(TYPES)},
            "unit": {"type": "string"},
            "about": _TEXT,
            "received_at": _MOMENT,
            "answer_by": DAY,
            "calculation": {"type": "string"},
            "level": {"enum": list(LEVELS)},
            "owner": {"type": "string"},
            "due": DAY,
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
