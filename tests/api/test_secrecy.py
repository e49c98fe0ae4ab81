"""Letters and reports are never seen by those they concern (design §6.13), and logs never hold what they must not."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forms_api.access_log import masked
from forms_api.confidants import SUPERVISOR
from forms_api.submissions import PRIVATE, TYPES, handler
from mingbai.cli import main
from mingbai.portal import Portal
from tests.api.conftest import NOW, Start, letter
from tests.village import Village

UNITS = ("county", "town", "east", "west", "lane")


def listed(village: Village, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["replies", "--portal", str(village.root), "list", *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("unit", UNITS)
def test_no_unit_sees_counts_or_can_infer_what_is_written_about_it_in_confidence(
    unit: str, client: FlaskClient, village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    before = listed(village, capsys, "--unit", unit)
    for type in PRIVATE:
        said = letter(type=type, unit=unit, public=False, text="只给上面看的话")
        assert client.post("/api/v1/submissions", json=said).status_code == 201

    after = listed(village, capsys, "--unit", unit)

    assert after == before
    assert "只给上面看的话" in listed(village, capsys)


@pytest.mark.parametrize("unit", UNITS)
def test_no_address_of_the_service_changes_when_something_confidential_comes(
    unit: str, app: Flask, client: FlaskClient
) -> None:
    addresses = {rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    asked = [address for address in addresses if "<" not in address]
    asked += [f"/u/{unit}/", f"/ask?unit={unit}&type=report", f"/api/v1/search?q={unit}", "/metrics", "/desk"]

    def everything() -> list[tuple[int, str]]:
        answers = (client.get(address) for address in asked)
        return [(each.status_code, re.sub('name="token" value="[^"]*"', "", each.text)) for each in answers]

    before = everything()
    for type in PRIVATE:
        said = letter(type=type, unit=unit, public=False, text="只给上面看的话")
        assert client.post("/api/v1/submissions", json=said).status_code == 201

    assert len(asked) >= 12
    assert everything() == before


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("type", TYPES)
def test_everything_reaches_exactly_one_reader(
    unit: str, type: str, steady: FlaskClient, steady_village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f"{type} {unit}"
    steady.post("/api/v1/submissions", json=letter(type=type, unit=unit, public=False, text=text))
    capsys.readouterr()

    everyone = (*UNITS, SUPERVISOR + "county")
    readers = [each for each in everyone if text in listed(steady_village, capsys, "--unit", each)]

    parents = {
        "county": SUPERVISOR + "county",
        "town": "county",
        "east": "town",
        "west": "town",
        "lane": "town",
    }
    assert readers == [parents[unit] if type in PRIVATE else unit]


def test_no_unit_of_the_demo_handles_what_is_written_about_it_in_confidence() -> None:
    portal = Portal.open(Portal.find(Path(__file__)))
    units = portal.units.on(date(2026, 4, 16))

    assert units
    for unit in units:
        readers = {handler(portal, type, unit, date(2026, 4, 16)) for type in PRIVATE}
        assert readers == {unit.parent or SUPERVISOR + unit.slug}


def test_a_unit_cannot_answer_what_it_may_not_see(
    client: FlaskClient, village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = client.post("/api/v1/submissions", json=letter(type="report", public=False)).json
    assert sent is not None
    line = listed(village, capsys)
    number = line.split()[0]

    for typed in (number, sent["receipt"]):
        command = [
            "replies",
            "--portal",
            str(village.root),
            "answer",
            typed,
            "--text",
            "看到了",
            "--unit",
            "east",
        ]
        assert main(command) == 1
        assert "没有这一封" in capsys.readouterr().err


def test_numbers_tell_nobody_how_many_there_are(
    client: FlaskClient, village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(5):
        client.post("/api/v1/submissions", json=letter())

    numbers = [int(line.split()[0]) for line in listed(village, capsys).splitlines() if line[0].isdigit()]

    assert len(set(numbers)) == 5
    assert all(abs(a - b) > 1 for a in numbers for b in numbers if a != b)


def test_the_log_holds_no_receipt_no_words_and_no_address(
    capsys: pytest.CaptureFixture[str], client: FlaskClient, app: Flask
) -> None:
    here = {"REMOTE_ADDR": "203.0.113.77"}
    sent = client.post("/api/v1/submissions", json=letter(name="王某"), environ_overrides=here).json
    assert sent is not None
    receipt = sent["receipt"]
    forms = (receipt, receipt.lower(), receipt.replace("-", ""), receipt.replace("-", " "), f"x{receipt}")
    for form in forms:
        client.get(f"/api/v1/submissions/{form}", environ_overrides=here)
        client.get(f"/track/{form}?receipt={form}", headers={"Referer": f"https://x.example/{form}"})
    client.post("/track", data={"receipt": receipt})
    app.logger.error("Exception on /api/v1/submissions/%s [GET]", receipt)

    log = capsys.readouterr().err

    assert len(log.splitlines()) >= 12
    assert json.loads(log.splitlines()[0])["status"] == 201
    for secret in (
        receipt,
        receipt[5:9],
        receipt.lower(),
        receipt.replace("-", ""),
        "屋顶",
        "王某",
        "203.0.113.77",
    ):
        assert secret not in log


def test_who_asked_is_another_name_every_day(capsys: pytest.CaptureFixture[str], start: Start) -> None:
    now = [NOW]
    client = start(clock=lambda: now[0]).test_client()

    for _ in range(2):
        client.get("/healthz")
        client.get("/healthz")
        now[0] += timedelta(days=1)

    names = [json.loads(line)["who"] for line in capsys.readouterr().err.splitlines()]
    assert names[0] == names[1] != names[2] == names[3]


@pytest.mark.parametrize(
    "line",
    ["/assets/js/ask.js", "/u/east/finance/2026-Q1/", "Booting worker with pid: 12345", "/k/decision/"],
)
def test_ordinary_lines_stay_readable(line: str) -> None:
    assert masked(line) == line
