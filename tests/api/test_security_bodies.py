"""Bodies made to cost memory or time, or to be read in two ways: refused with a sentence and never stored."""

import gzip
import json
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forms_api.limits import Limits
from tests.api.conftest import letter, stored
from tests.village import Village

# Werkzeug leaves the files of a body that it refuses half-way to the collector of garbage, which closes them.
pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"
)
FORMS = (
    "/ask",
    "/en/ask",
    "/track",
    "/track/remark",
    "/desk/sign-in",
    "/desk/cases/1",
    "/desk/new",
    "/desk/publish",
)
EDGE = "grenze"
MULTIPART = f"multipart/form-data; boundary={EDGE}"
MOST = Limits().form_body


def part(name: str, value: str = "x", more: str = "", head: str = "") -> str:
    """Return one part of a multipart body."""
    return f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n{head}\r\n{value}\r\n'


END = f"--{EDGE}--\r\n"
HOSTILE = {
    "many parts": "".join(part(f"f{n}") for n in range(1001)) + END,
    "many parts of one name": part("text") * 1500 + END,
    "many files": part("photo", more='; filename="a"') * 1001 + END,
    "a field beyond the memory allowed": part("text", "字" * MOST) + END,
    "a file beyond the body allowed": part("photo", "x" * MOST, more='; filename="a"') + END,
    "a header without end": f'--{EDGE}\r\nContent-Disposition: form-data; name="{"n" * 400_000}',
    "many headers in a part": part("text", head="X-A: b\r\n" * 20_000) + END,
    "no end": part("text"),
    "no boundary in it": "text=x&" * 100,
    "another boundary inside": part("text", f"--{EDGE}x\r\n" * 1000) + END,
    "parts in parts": part("text", part("text"), head="Content-Type: multipart/mixed; boundary=b\r\n") + END,
    "nothing": "",
}


@pytest.fixture(scope="module")
def app(steady: FlaskClient) -> Flask:
    return steady.application


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("sort", HOSTILE)
def test_a_hostile_multipart_body_is_refused_and_nothing_of_it_stored(
    app: Flask, steady_village: Village, path: str, sort: str
) -> None:
    before = stored(steady_village, "SELECT count(*) FROM submissions")

    answer = app.test_client().post(
        path, data=HOSTILE[sort].encode(), content_type=MULTIPART, base_url="https://x"
    )

    assert 400 <= answer.status_code < 500, answer.status_code
    assert answer.text and "Traceback" not in answer.text
    assert stored(steady_village, "SELECT count(*) FROM submissions") == before


@pytest.mark.parametrize("sort", ["many parts", "many files", "a field beyond the memory allowed"])
def test_what_is_too_much_is_said_to_be_too_much(app: Flask, sort: str) -> None:
    answer = app.test_client().post("/ask", data=HOSTILE[sort].encode(), content_type=MULTIPART)

    assert answer.status_code == 413
    assert "太" in answer.text


def test_the_same_form_in_parts_is_taken(app: Flask, steady_village: Village) -> None:
    client = app.test_client()
    token = client.get("/ask").text.split('name="token" value="')[1].split('"')[0]
    said = {"type": "inquiry", "unit": "east", "text": "分段寄来的", "public": "yes", "token": token}

    body = "".join(part(name, value) for name, value in said.items()) + END
    answer = client.post("/ask", data=body.encode(), content_type=MULTIPART)

    assert answer.status_code == 201
    assert stored(steady_village, "SELECT count(*) FROM submissions WHERE text = '分段寄来的'") == [(1,)]


@pytest.mark.parametrize("name", ["text", "token", "receipt"])
def test_a_file_is_never_taken_for_a_field(app: Flask, name: str) -> None:
    client = app.test_client()
    token = client.get("/ask").text.split('name="token" value="')[1].split('"')[0]
    said = {"type": "inquiry", "unit": "east", "text": "x", "token": token} | {name: ""}

    body = "".join(part(each, value) for each, value in said.items() if value)
    body += part(name, token, more='; filename="../../etc/passwd"') + END

    assert client.post("/ask", data=body.encode(), content_type=MULTIPART).status_code in (201, 422)
    if name != "receipt":
        assert client.post("/ask", data=body.encode(), content_type=MULTIPART).status_code == 422


def test_many_fields_of_a_plain_form_are_read_or_refused_and_never_stored(app: Flask) -> None:
    for body in (
        "a=&" * (MOST // 3 - 10),
        "&" * (MOST - 10),
        "%00=%00&" * 1000,
        "text=" + "%F0%9F%98%80" * 20_000,
    ):
        answer = app.test_client().post("/ask", data=body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (400, 413, 422), body[:20]


@pytest.mark.parametrize("path", ["/ask", "/track", "/api/v1/submissions", "/open311/v2/requests.json"])
@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip"])
def test_a_packed_body_is_not_unpacked(app: Flask, path: str, encoding: str) -> None:
    bomb = gzip.compress(b"text=" + b"x" * 50_000_000)
    assert len(bomb) < 60_000

    sort = "application/json" if "api" in path else "application/x-www-form-urlencoded"
    answer = app.test_client().post(
        path, data=bomb, content_type=sort, headers={"Content-Encoding": encoding}
    )

    assert 400 <= answer.status_code < 500
    assert len(answer.data) < 100_000


def deep(size: int) -> Iterator[bytes]:
    """Yield JSON that nests, repeats, or names numbers and keys that cost much."""
    yield b'{"text":' + b"[" * size + b"]" * size + b"}"
    yield b'{"text":' * size + b"1" + b"}" * size
    yield b'{"number": 1' + b"0" * size + b"}"
    yield b'{"number": 1e' + b"9" * 400 + b"}"
    yield b"{" + b",".join(b'"k%d":1' % n for n in range(size // 10)) + b"}"
    yield b'{"text": NaN, "unit": Infinity}'
    yield b'{"__proto__": {"public": true}, "constructor": {"prototype": 1}}'


@pytest.mark.parametrize("which", range(7))
def test_json_that_costs_much_is_refused(app: Flask, which: int) -> None:
    body = list(deep(50_000))[which][: Limits().json_body + 10]

    answer = app.test_client().post("/api/v1/submissions", data=body, content_type="application/json")

    assert answer.status_code in (400, 413, 422)


@pytest.mark.parametrize(
    "body",
    [
        '{"type":"inquiry","type":"report","unit":"east","text":"x","public":true}',
        json.dumps(letter(receipt="x", handler="west", owner="west", level="lead", answer="x")),
        json.dumps(letter(number=1, received_at="2000-01-01", answer_by="2000-01-01")),
    ],
)
def test_what_can_be_read_in_two_ways_or_is_not_asked_for_is_refused(app: Flask, body: str) -> None:
    answer = app.test_client().post(
        "/api/v1/submissions", data=body.encode(), content_type="application/json"
    )

    assert answer.status_code in (400, 422)
