"""The contract holds for whatever is sent: no answer outside it, and never a 500."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from werkzeug.test import TestResponse

from tests.api.conftest import ROW, letter

MANY = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["east", ROW, "inquiry"])
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)
NAMES = st.sampled_from(["type", "unit", "about", "text", "name", "contact", "public"])
LETTERS = st.dictionaries(NAMES | st.text(max_size=5), JSON, max_size=9)
WORDS = st.text(st.characters(codec="utf-8"), max_size=60)


@pytest.fixture(scope="module")
def contract(steady: FlaskClient) -> dict[str, Any]:
    found = steady.get("/api/openapi.json").json
    assert isinstance(found, dict)
    return found


def hold(contract: dict[str, Any], path: str, method: str, answer: TestResponse) -> None:
    """Fail unless the contract names this status, and the body is what it says there."""
    named = contract["paths"][path][method]["responses"]
    assert str(answer.status_code) in named, (path, answer.status_code, answer.text)
    assert answer.mimetype == "application/json"
    schema = named[str(answer.status_code)]["content"]["application/json"]["schema"]
    Draft202012Validator(schema | {"components": contract["components"]}).validate(answer.json)
    if answer.status_code in (429, 503):
        assert int(answer.headers["Retry-After"]) > 0


def test_the_contract_is_valid_openapi(contract: dict[str, Any]) -> None:
    assert contract["openapi"].startswith("3.1")
    validate(contract)


def test_what_the_contract_allows_is_accepted(steady: FlaskClient, contract: dict[str, Any]) -> None:
    schema = contract["components"]["schemas"]["Submission"]
    allowed = Draft202012Validator(schema)

    for said in (
        letter(),
        letter(type="report", public=False),
        letter(about=ROW, name=None),
        *schema["examples"],
    ):
        allowed.validate(said)
        assert steady.post("/api/v1/submissions", json=said).status_code == 201
    for said in (
        letter(type="report"),
        letter(unit="old"),
        letter(text=" "),
        letter(extra=1),
        letter(public=None),
    ):
        assert not allowed.is_valid(said)
        assert steady.post("/api/v1/submissions", json=said).status_code == 422


@MANY
@given(said=LETTERS | JSON, changes=st.booleans())
def test_any_json_is_answered_within_the_contract(
    steady: FlaskClient, contract: dict[str, Any], said: Any, changes: bool
) -> None:
    if changes and isinstance(said, dict):
        said = letter(**{name: value for name, value in said.items() if name.isidentifier()})
    answer = steady.post("/api/v1/submissions", data=json.dumps(said), content_type="application/json")

    hold(contract, "/api/v1/submissions", "post", answer)


@MANY
@given(
    body=st.binary(max_size=300),
    type=st.sampled_from(["application/json", "text/plain", "", "application/json;x"]),
)
def test_any_bytes_are_answered_within_the_contract(
    steady: FlaskClient, contract: dict[str, Any], body: bytes, type: str
) -> None:
    hold(
        contract,
        "/api/v1/submissions",
        "post",
        steady.post("/api/v1/submissions", data=body, content_type=type),
    )


@MANY
@given(
    receipt=st.text(min_size=1, max_size=80).filter(lambda text: "/" not in text and text not in (".", ".."))
)
def test_any_receipt_is_answered_within_the_contract(
    steady: FlaskClient, contract: dict[str, Any], receipt: str
) -> None:
    answer = steady.get("/api/v1/submissions/" + quote(receipt, safe="", errors="replace"))

    hold(contract, "/api/v1/submissions/{receipt}", "get", answer)


@MANY
@given(
    said=st.dictionaries(
        st.sampled_from(["q", "unit", "kind", "from", "to", "sort", "offset", "limit"]) | WORDS, WORDS
    )
)
def test_any_search_is_answered_within_the_contract(
    steady: FlaskClient, contract: dict[str, Any], said: dict[str, str]
) -> None:
    hold(contract, "/api/v1/search", "get", steady.get("/api/v1/search", query_string=said))


@MANY
@given(said=st.dictionaries(NAMES | st.sampled_from(["token", "website", "receipt"]), WORDS))
@pytest.mark.parametrize("path", ["/ask", "/track", "/en/ask", "/en/track"])
def test_any_form_is_answered_with_a_page(steady: FlaskClient, path: str, said: dict[str, str]) -> None:
    for answer in (steady.post(path, data=said), steady.get(path, query_string=said)):
        assert answer.status_code in (200, 404, 422)
        assert answer.mimetype == "text/html"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "TRACE"])
def test_another_method_is_refused_in_the_form_of_every_error(steady: FlaskClient, method: str) -> None:
    answer = steady.open("/api/v1/submissions", method=method)

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert answer.json is not None and answer.json["error"]["code"] == "method"


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1", "/api/v1/submissions/", "/api/v1/submissions/a/b", "/api/v2/x"]
)
def test_an_unknown_address_of_the_api_is_answered_as_json(steady: FlaskClient, path: str) -> None:
    answer = steady.get(path)

    assert answer.status_code == 404
    assert answer.json is not None and answer.json["error"]["code"] == "not_found"


def test_every_answer_forbids_guessing_its_type(steady: FlaskClient) -> None:
    for path in ("/api/openapi.json", "/api/v1/search", "/healthz", "/api/nothing"):
        assert steady.get(path).headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("text", ["\u200b", "\u0000", "\u3000\u00ad", "\U000e0001"])
def test_the_contract_knows_what_cannot_be_read(
    steady: FlaskClient, contract: dict[str, Any], text: str
) -> None:
    allowed = Draft202012Validator(contract["components"]["schemas"]["Submission"])

    assert not allowed.is_valid(letter(text=text))
    assert allowed.is_valid(letter(text=text + "好"))
    assert steady.post("/api/v1/submissions", json=letter(text=text)).status_code == 422
