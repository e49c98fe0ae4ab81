"""A client of Open311 GeoReport v2, written from the specification alone; it knows nothing of the service.

Source: https://wiki.open311.org/GeoReport_v2 and https://wiki.open311.org/Service_Discovery.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from xml.etree import ElementTree

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

LISTS = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
REQUEST_FIELDS = {
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime", "address",
    "address_id", "zipcode", "lat", "long", "media_url",
}  # fmt: skip


class Failed(Exception):
    """The server answered with errors; `status` is HTTP's, `errors` are pairs of code and description."""

    def __init__(self, answer: TestResponse, errors: list[tuple[str, str]]) -> None:
        super().__init__(f"{answer.status_code}: {errors}")
        self.status, self.errors, self.answer = answer.status_code, errors, answer


@dataclass
class GeoReport:
    """Speaks one of the two formats and hands out the same plain values for both: text, lists, mappings, None."""

    http: FlaskClient
    form: str
    endpoint: str = "/open311/v2"
    headers: Mapping[str, str] = field(default_factory=dict)

    def discover(self, address: str) -> Any:
        """Take the first endpoint for GeoReport v2 from a discovery document."""
        found = self._answer(
            self.http.get(f"{address}/discovery.{self.form}", headers=self.headers), "discovery"
        )
        ours = [each for each in found["endpoints"] if each["specification"].endswith("GeoReport_v2")]
        self.endpoint = urlsplit(ours[0]["url"]).path
        return found

    def services(self) -> Any:
        """GET service list."""
        return self._get("services", "services")

    def definition(self, code: str) -> Any:
        """GET service definition."""
        return self._get(f"services/{quote(code, safe='')}", "service_definition")

    def post(self, said: Mapping[str, str] | bytes | str, **headers: str) -> Any:
        """POST service request; return the one request of the answer."""
        answer = self.raw_post(said, **headers)
        return self._answer(answer, "service_requests")[0]

    def raw_post(self, said: Mapping[str, str] | bytes | str, **headers: str) -> TestResponse:
        """POST and return what came back as it is."""
        return self.http.post(
            f"{self.endpoint}/requests.{self.form}",
            data=urlencode(said) if isinstance(said, Mapping) else said,
            content_type="application/x-www-form-urlencoded; charset=utf-8",
            headers={**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}},
        )

    def token(self, token: str) -> Any:
        """GET service_request_id from a token."""
        return self._get(f"tokens/{quote(token, safe='')}", "service_requests")[0]

    def requests(self, **said: str) -> Any:
        """GET service requests."""
        return self._get("requests", "service_requests", said)

    def request(self, id: str) -> Any:
        """GET service request."""
        found = self._get(f"requests/{quote(id, safe='')}", "service_requests")
        assert len(found) == 1
        return found[0]

    def _get(self, path: str, root: str, said: Mapping[str, str] | None = None) -> Any:
        address = f"{self.endpoint}/{path}.{self.form}"
        return self._answer(self.http.get(address, query_string=said, headers=self.headers), root)

    def _answer(self, answer: TestResponse, root: str) -> Any:
        assert answer.content_type == TYPES[self.form], answer.content_type
        ok = 200 <= answer.status_code < 300
        found = self._parse(answer.data, root if ok else "errors")
        if ok:
            return found
        assert found and all(set(each) == {"code", "description"} for each in found)
        raise Failed(answer, [(each["code"], each["description"]) for each in found])

    def _parse(self, body: bytes, root: str) -> Any:
        if self.form == "json":
            return _texts(json.loads(body.decode("utf-8")))
        declared, _, _ = body.partition(b"?>")
        assert declared.lower().replace(b'"', b"'").endswith(b"encoding='utf-8'")
        document = ElementTree.fromstring(body)
        assert document.tag == root
        return _value(document)


def _texts(value: Any) -> Any:
    """Return parsed JSON with every scalar as the text it has in XML."""
    if isinstance(value, dict):
        return {name: _texts(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_texts(each) for each in value]
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def _value(element: ElementTree.Element) -> Any:
    """Return an element by the convention of the specification."""
    assert not element.attrib
    if element.tag in LISTS:
        assert {child.tag for child in element} <= {LISTS[element.tag]}
        return [_value(child) for child in element]
    if len(element):
        assert len({child.tag for child in element}) == len(element)
        return {child.tag: _value(child) for child in element}
    return element.text


def moment(text: str) -> datetime:
    """Return a date of the W3C note, which must carry its offset."""
    found = datetime.fromisoformat(text)
    assert found.tzinfo is not None and "T" in text
    return found
