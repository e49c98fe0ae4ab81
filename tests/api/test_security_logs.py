"""What somebody sends cannot forge a line of the log, steer the terminal of who reads it, or leave a receipt there."""

import json
import logging
import sys

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forms_api.access_log import MaskingFormatter
from tests.api.conftest import letter
from tests.api.test_static_site import lay
from tests.village import Village

FORGED = '{"at": "2026-04-16T00:00:00+08:00", "who": "00000000", "status": 200, "path": "/forged"}'
ENDS = ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029", "\x0b", "\x0c", "\x1e"]
ESCAPES = ["\x1b[2J", "\x1b]0;title\x07", "\x9b31m", "\x08\x08\x08", "\x00", "\x7f"]


@pytest.fixture(scope="module")
def app(steady: FlaskClient, steady_village: Village) -> Flask:
    """The shared service, with an address that breaks and says in its error what was sent."""
    lay(steady_village)

    def broken(rest: str) -> str:
        raise ValueError(rest)

    steady.application.add_url_rule("/broken/<path:rest>", "site.broken", broken)
    return steady.application


def lines_of(log: str) -> list[str]:
    """Return the lines as every program counts them that reads a log: more than a line feed ends one."""
    return log.splitlines()


def forged(log: str) -> list[str]:
    """Return the lines that pose as a record of their own: those that the service wrote name a method."""
    records = [line for line in lines_of(log) if line.startswith("{")]
    return [line for line in records if "method" not in json.loads(line)]


@pytest.mark.parametrize("end", ENDS)
def test_nothing_that_is_sent_becomes_a_line_of_its_own(
    app: Flask, capsys: pytest.CaptureFixture[str], end: str
) -> None:
    client, line = app.test_client(), f"x{end}{FORGED}"
    capsys.readouterr()

    for path in (
        "/broken/" + line,
        "/u/" + line,
        "/api/v1/submissions/" + line,
        "/open311/v2/tokens/" + line,
    ):
        client.get("/", environ_overrides={"PATH_INFO": path.encode().decode("latin-1")}, buffered=True)
    client.get("/ask", query_string={"unit": line, line: "x"})
    client.get("/ask", environ_overrides={"HTTP_USER_AGENT": line, "HTTP_REFERER": line, "HTTP_HOST": line})
    client.get("/ask", environ_overrides={"HTTP_X_FORWARDED_FOR": line, "REMOTE_ADDR": line})
    client.post("/desk/sign-in", data={"name": line, "password": line, "code": line}, base_url="https://x")
    client.open("/ask", method=f"GET {line}")
    client.post("/track", data={"receipt": line})

    log = capsys.readouterr().err
    assert len(lines_of(log)) >= 10
    assert forged(log) == []


@pytest.mark.parametrize("escape", ESCAPES)
def test_no_escape_reaches_the_terminal_of_who_reads_the_log(
    app: Flask, capsys: pytest.CaptureFixture[str], escape: str
) -> None:
    client = app.test_client()
    capsys.readouterr()

    for path in (f"/broken/{escape}", f"/u/{escape}", f"/track/{escape}"):
        client.get("/", environ_overrides={"PATH_INFO": path.encode().decode("latin-1")}, buffered=True)
    client.open("/ask", method=f"GET{escape}")
    app.logger.warning("told: %s", escape)

    log = capsys.readouterr().err
    assert log
    assert [each for each in log if not each.isprintable() and each != "\n"] == []


def test_no_receipt_is_left_behind_wherever_it_was_put(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    client = app.test_client()
    receipt = client.post("/api/v1/submissions", json=letter()).get_json()["receipt"]
    capsys.readouterr()

    for form in (receipt, receipt.replace("-", ""), receipt.lower(), receipt.replace("-", "%2d")):
        for path in (
            "/broken/",
            "/u/",
            "/track/",
            "/track/feed/",
            "/api/v1/submissions/",
            "/open311/v2/tokens/",
        ):
            client.get(f"{path}{form}", buffered=True)
            client.get(f"{path}{form}.json", buffered=True)
        client.get(f"/ask?about={form}&{form}=1")
        client.get("/ask", headers={"Referer": form, "User-Agent": form, "Cookie": f"a={form}", "X-A": form})
        client.post("/track", data={"receipt": form, form: form})

    log = capsys.readouterr().err.upper()
    assert log.count("VALUEERROR") >= 8
    for part in (receipt, receipt.replace("-", ""), *receipt.split("-")):
        assert part not in log


def test_a_formatter_that_does_not_escape_would_be_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    record = logging.LogRecord("x", logging.ERROR, "x", 1, "Exception on %s", (f"/a\n{FORGED}",), None)

    plain, ours = logging.Formatter().format(record), MaskingFormatter().format(record)

    assert len(forged(plain)) == 1
    assert forged(ours) == [] and len(lines_of(ours)) == 1


def test_a_traceback_is_still_readable() -> None:
    try:
        raise ValueError(f"first\n{FORGED}")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "x", 1, "broken", (), sys.exc_info())

    lines = MaskingFormatter().format(record).split("\n")

    assert lines[:2] == ["broken", "  Traceback (most recent call last):"]
    assert all(line.startswith("  ") for line in lines[1:])
    assert any("raise ValueError" in line for line in lines[2:])
