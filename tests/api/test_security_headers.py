"""Every answer of the service, whatever its sort: not framed, not guessed at, not kept where it is personal."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.api.conftest import NOW
from tests.api.desk import HTTPS, PASSWORD, Person, Writer, enrol, seen_on
from tests.api.test_static_site import lay
from tests.village import Village

PERSONAL = ("/ask", "/track", "/desk", "/api/v1/submissions", "/open311/v2/requests", "/open311/v2/tokens")
NOT_THERE = "没有这一页"  # the site's own page for addresses that lead nowhere: the same for everybody
ARGUMENTS = {
    "number": "1",
    "form": "json",
    "page": "ask",
    "wish": "remark",
    "receipt": "F5Q2-5MYQ-TJ8F2",
    "path": "u/east/",
    "token": "0" * 32,
    "code": "inquiry",
    "id": "x",
    "place": "1",
    "key": "0" * 32,
}
REFUSED = [
    ("GET", "/nothing", 404),
    ("GET", "/api/v1/nothing", 404),
    ("GET", "/open311/v2/nothing.xml", 404),
    ("DELETE", "/ask", 405),
    ("PUT", "/u/east/", 405),
    ("POST", "/api/v1/submissions", 415),
    ("GET", "/u/east", 301),
    ("GET", "/ask/", 308),
    ("GET", "/broken", 500),
]


@dataclass(frozen=True)
class Answered:
    """One answer and how it was asked for."""

    method: str
    path: str
    answer: TestResponse


@pytest.fixture(scope="module")
def app(steady: FlaskClient, steady_village: Village) -> Flask:
    """The shared service, with a site beside it and an address that breaks."""
    lay(steady_village)
    app = steady.application
    app.add_url_rule("/broken", "site.broken", lambda: 1 // 0)
    return app


@pytest.fixture(scope="module")
def answers(app: Flask, steady_village: Village) -> list[Answered]:
    """Whatever the service answers: every route by every method, to a stranger and to staff; files; refusals."""
    writer = Writer(app, steady_village)
    clerk = Person(app, steady_village, "王芳", "east")
    forms = seen_on(clerk.look(writer.number).text) | {"act": "answer"}
    found = []
    for client, said in ((app.test_client(), {}), (clerk.client, forms)):
        for method, path in asked(app, writer):
            typed = said if method == "POST" else None
            answer = client.open(path, method=method, data=typed, base_url=HTTPS, buffered=True)
            found.append(Answered(method, path, answer))
    for path in ("/", "/404.html", "/assets/js/ask.js", "/u/east/公示 表.csv"):
        found.append(Answered("GET", path, app.test_client().get(path, buffered=True)))
    for method, path, status in REFUSED:
        answer = app.test_client().open(path, method=method, buffered=True)
        assert answer.status_code == status, path
        found.append(Answered(method, path, answer))
    found.append(Answered("POST", "/ask", app.test_client().post("/ask", data={"text": "x" * 600_000})))
    found.append(Answered("POST", "/track", writer.track()))
    return found


def asked(app: Flask, writer: Writer) -> Iterator[tuple[str, str]]:
    """Yield every route by every method it knows; signing out comes last."""
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: "sign-out" in rule.rule)
    for rule in rules:
        for method in sorted(rule.methods or ()):
            yield method, address(rule.rule, writer)


def address(rule: str, writer: Writer) -> str:
    """Return an address of a route; the case and its receipt are really there."""
    known = ARGUMENTS | {"number": str(writer.number), "receipt": writer.receipt}
    return re.sub(r"<(?:[^<>]*:)?([a-z]+)>", lambda part: known[part[1]], rule)


def faults(answered: Answered) -> list[str]:
    """Return what is missing on one answer."""
    headers, html = answered.answer.headers, answered.answer.mimetype == "text/html"
    policy = headers.get("Content-Security-Policy", "")
    held = {
        "framing": "frame-ancestors 'none'" in policy
        and (not html or headers.get("X-Frame-Options") == "DENY"),
        "policy": policy.startswith("default-src 'none'") and "unsafe" not in policy and "*" not in policy,
        "forms": not html or ("form-action 'self'" in policy and "base-uri 'none'" in policy),
        "nosniff": headers.get("X-Content-Type-Options") == "nosniff",
        "type": not answered.answer.data or "Content-Type" in headers,
        "charset": not is_text(answered.answer.mimetype) or "charset=utf-8" in answered.answer.content_type,
        "referrer": headers.get("Referrer-Policy") == "same-origin",
        "opener": headers.get("Cross-Origin-Opener-Policy") == "same-origin",
        "strangers": not any(name.lower().startswith("access-control") for name in headers.keys()),
    }
    return [f"{answered.method} {answered.path}: {name}" for name, good in held.items() if not good]


def is_text(sort: str) -> bool:
    """Return whether a sort of content is read in some encoding that has to be named."""
    return sort.startswith("text/") or sort.endswith("+xml")


def test_every_answer_is_guarded_whatever_its_sort_and_status(answers: list[Answered]) -> None:
    statuses = {each.answer.status_code for each in answers}
    sorts = {each.answer.mimetype for each in answers}

    assert statuses >= {200, 301, 303, 308, 401, 403, 404, 405, 413, 415, 422, 500}
    assert sorts >= {"text/html", "application/json", "text/xml", "text/javascript", "text/csv"}
    assert [fault for each in answers for fault in faults(each)] == []


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("Content-Security-Policy", "default-src 'none'; form-action 'self'; base-uri 'none'", "framing"),
        ("X-Frame-Options", "SAMEORIGIN", "framing"),
        ("Content-Security-Policy", "default-src 'none'; script-src 'unsafe-inline'", "policy"),
        ("X-Content-Type-Options", "", "nosniff"),
        ("Access-Control-Allow-Origin", "*", "strangers"),
        ("Content-Type", "text/csv", "charset"),
    ],
)
def test_a_planted_fault_in_one_header_is_found(
    steady: FlaskClient, app: Flask, name: str, value: str, fault: str
) -> None:
    answer = steady.get("/ask")
    answer.headers[name] = value

    assert f"GET /ask: {fault}" in faults(Answered("GET", "/ask", answer))


def test_no_cache_keeps_what_belongs_to_one_person(answers: list[Answered]) -> None:
    personal = [each for each in answers if each.path.removeprefix("/en").startswith(PERSONAL)]

    assert len(personal) > 60
    kept = [
        f"{each.method} {each.path} {each.answer.status_code}"
        for each in personal
        if each.method != "HEAD"  # its Cache-Control is that of GET
        and each.answer.headers.get("Cache-Control") != "no-store"
        and NOT_THERE not in each.answer.text
    ]
    assert kept == []


def test_only_signing_in_and_out_sets_a_cookie_and_no_script_or_other_site_gets_it(
    answers: list[Answered], app: Flask, steady_village: Village
) -> None:
    setting = {each.path.removeprefix("/en") for each in answers if "Set-Cookie" in each.answer.headers}
    secret = enrol(steady_village, "李明", "east", "clerk")
    said = {"name": "李明", "password": PASSWORD, "code": pyotp.TOTP(secret).at(NOW)}

    entered = app.test_client().post("/desk/sign-in", data=said, base_url=HTTPS)
    name, *flags = entered.headers["Set-Cookie"].split("; ")

    assert setting == {"/desk/sign-out"}
    assert name.startswith("__Host-")
    assert set(flags) == {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"}


def test_signing_out_takes_the_cookie_back_and_asks_the_browser_to_forget(answers: list[Answered]) -> None:
    left = [
        each.answer for each in answers if "sign-out" in each.path and "Set-Cookie" in each.answer.headers
    ]

    assert left
    for answer in left:
        assert "Max-Age=0" in answer.headers["Set-Cookie"] and "Secure" in answer.headers["Set-Cookie"]


def test_over_https_the_browser_is_told_to_stay_there_and_over_http_nothing_is_claimed(app: Flask) -> None:
    secure = app.test_client().get("/", base_url=HTTPS, buffered=True)
    plain = app.test_client().get("/", base_url="http://localhost", buffered=True)

    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in plain.headers
