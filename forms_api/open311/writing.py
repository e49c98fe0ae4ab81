"""Writes an answer as JSON or as XML, the same facts in both; it never reads either of them from a client.

JSON follows the XML as the specification says: elements of one name are a list, an empty element is null.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, tostring

from flask import Response, json, request

from forms_api.refusals import STATUS, language
from mingbai.messages import say

PREFIX = "/open311/"
Facts = None | bool | int | str | Sequence["Facts"] | Mapping[str, "Facts"]
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2
_TYPE = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
_AS_400 = (415, 422)  # the specification knows 404 for what is not there, 403, and 400 for the rest


@dataclass(frozen=True)
class Wrong:
    """One error: a status of HTTP and a sentence."""

    code: int
    says: str


def reply(form: str, root: str, facts: Facts, status: int = 200) -> Response:
    """Return `facts` in the format asked for, "json" or "xml"; `root` is the name of the outermost element."""
    body = (
        json.dumps(facts, ensure_ascii=False, sort_keys=False).encode()
        if form == "json"
        else tostring(_element(root, facts), encoding="utf-8", xml_declaration=True)
    )
    response = Response(body, status, content_type=_TYPE[form])
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept-Language"
    return response


def deny(form: str, wrongs: Sequence[Wrong], retry_after: int | None = None) -> Response:
    """Return all errors at once; 404 when one of them says that something is not there."""
    codes = [each.code for each in wrongs]
    facts: list[Facts] = [{"code": each.code, "description": each.says} for each in wrongs]
    response = reply(form, "errors", facts, 404 if 404 in codes else codes[0])
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def refuse(form: str, code: str, retry_after: int | None = None, **facts: object) -> Response:
    """Return one of the errors that every face of the service knows, in the form of this one."""
    status = STATUS[code]
    says = say(f"forms.error.{code}", language(), **facts)
    return deny(form, [Wrong(400 if status in _AS_400 else status, says)], retry_after)


def refused(code: str) -> Response:
    """Return the error for an address below `/open311/` that leads nowhere or cannot be used in this way."""
    return refuse("json" if request.path.endswith(".json") else "xml", code)


def _element(name: str, facts: Facts) -> Element:
    element = Element(name)
    if isinstance(facts, Mapping):
        element.extend(_element(each, value) for each, value in facts.items())
    elif isinstance(facts, Sequence) and not isinstance(facts, str):
        element.extend(_element(_one_of(name), each) for each in facts)
    elif facts is not None:
        element.text = _words(facts)
    return element


def _one_of(name: str) -> str:
    return name.removeprefix("service_").removesuffix("s")  # service_requests hold request, values hold value


def _words(fact: bool | int | str) -> str:
    if isinstance(fact, bool):
        return "true" if fact else "false"
    return _NO_XML.sub("\ufffd", str(fact))
