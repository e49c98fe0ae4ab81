"""What the service shows and writes down when something fails, as OWASP ASVS 5.0 asks (V13, V16)."""

import json
import re
import stat
from datetime import datetime, timedelta

import pytest
from flask import Flask

from forms_api.database import FILE
from tests.api.conftest import NOW, Start, letter
from tests.api.desk import Person, Writer
from tests.village import Village

SECRET = "geheim-0815"


def test_a_failure_says_nothing_of_what_failed(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> str:
        raise ValueError(SECRET)

    paths = ("/broken", "/api/v1/broken", "/open311/v2/broken.json")
    for place, path in enumerate(paths):
        app.add_url_rule(path, f"site.broken{place}", broken)
    for path in paths:
        answer = app.test_client().get(path)

        assert answer.status_code == 500
        assert not re.search(f"{SECRET}|ValueError|Traceback|forms_api", answer.text)
    assert capsys.readouterr().err.count(SECRET) >= 3


@pytest.mark.parametrize("path", ["/", "/ask", "/desk", "/api/v1/submissions", "/open311/v2/services.json"])
def test_nobody_is_sent_back_what_they_sent(app: Flask, path: str) -> None:
    answer = app.test_client().open(path, method="TRACE", headers={"X-Secret": SECRET})

    assert answer.status_code in (404, 405)
    assert SECRET not in answer.text


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_keys_and_letters_are_readable_by_their_owner_alone(app: Flask, village: Village) -> None:
    app.test_client().post("/api/v1/submissions", json=letter())
    state = village.root / ".state"

    kept = [state / FILE, state / "keys", *(state / "keys").iterdir()]
    assert len(kept) == 3
    assert [path.name for path in kept if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_a_mail_that_cannot_be_handed_over_leaves_a_line_without_its_address(
    app: Flask, village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    village.write(".state/mail.yaml", "host: 127.0.0.1\nport: 1\nfrom: portal@example.com\n")
    writer = Writer(app, village)
    writer.track("follow", address="someone@example.com")
    Person(app, village, "小周", "east").act(writer.number, "answer", answer="答")
    capsys.readouterr()

    app.extensions["rounds"].send()

    log = capsys.readouterr().err
    assert "ConnectionRefusedError" in log and "someone" not in log


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_what_the_database_refused_leaves_a_line_without_its_words(
    app: Flask, village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    app.extensions["acceptance"].writer._connection.exec_driver_sql("PRAGMA query_only = ON")
    app.extensions["acceptance"].writer._connection.rollback()
    capsys.readouterr()

    answer = app.test_client().post("/api/v1/submissions", json=letter())

    log = capsys.readouterr().err
    assert answer.status_code == 503
    assert "OperationalError" in log and "屋顶" not in log


def test_every_line_of_the_log_says_when_who_what_and_the_time_zone(
    start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    start().test_client().get("/ask", environ_overrides={"REMOTE_ADDR": "203.0.113.77"})

    line = json.loads(capsys.readouterr().err)
    assert datetime.fromisoformat(line["at"]).utcoffset() == timedelta(hours=8)
    assert datetime.fromisoformat(line["at"]) == NOW
    assert (line["method"], line["path"], line["status"]) == ("GET", "/ask", 200)
    assert re.fullmatch("[0-9a-f]{8}", line["who"])
