"""Whoever holds the receipt says once whether it is solved and how satisfied; it is published with the answer."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from forms_api.database import Database
from mingbai import cli
from tests.api.conftest import letter, stored
from tests.village import Village

SAID = {"solved": "no", "satisfied": "fairly"}


@pytest.fixture
def receipt(client: FlaskClient, village: Village) -> str:
    """The receipt of a letter that was answered."""
    found = str(client.post("/api/v1/submissions", json=letter()).get_json()["receipt"])
    assert cli.main(["replies", "--portal", str(village.root), "answer", found, "--text", "禾平公司"]) == 0
    return found


def test_what_the_writer_says_is_stored_and_shown(
    client: FlaskClient, village: Village, receipt: str
) -> None:
    page = client.post("/track", data={"receipt": receipt})
    said = client.post("/track/verdict", data={"receipt": receipt, **SAID})

    assert "您看办得怎么样" in page.text and 'action="/track/verdict#verdict"' in page.text
    assert said.status_code == 200 and "您说：还没解决，基本满意。" in said.text
    assert stored(village, "SELECT solved, satisfied FROM verdicts") in ([(0, "fairly")], [(False, "fairly")])


def test_it_is_said_once(client: FlaskClient, village: Village, receipt: str) -> None:
    for satisfied in ("fairly", "yes"):
        page = client.post("/track/verdict", data={"receipt": receipt, **SAID, "satisfied": satisfied})

    assert page.status_code == 200 and "您说：还没解决，基本满意。" in page.text
    assert stored(village, "SELECT satisfied FROM verdicts") == [("fairly",)]


@pytest.mark.parametrize(
    "wrong", [{"solved": ""}, {"satisfied": ""}, {"solved": "perhaps"}, {"satisfied": "<b>"}], ids=str
)
def test_half_a_verdict_is_given_back(
    client: FlaskClient, village: Village, receipt: str, wrong: dict[str, str]
) -> None:
    page = client.post("/en/track/verdict", data={"receipt": receipt, **SAID, **wrong})

    assert page.status_code == 422 and "Choose both" in page.text
    assert stored(village, "SELECT count(*) FROM verdicts") == [(0,)]


def test_before_an_answer_and_without_a_receipt_nothing_is_taken(
    client: FlaskClient, village: Village
) -> None:
    waiting = client.post("/api/v1/submissions", json=letter()).get_json()["receipt"]

    for typed in (waiting, "ABCD-EFGH-JKMNP", "", "x" * 500):
        assert client.post("/track/verdict", data={"receipt": typed, **SAID}).status_code in (404, 422)
    assert stored(village, "SELECT count(*) FROM verdicts") == [(0,)]


def test_it_is_published_with_the_answer_and_goes_with_the_case(
    client: FlaskClient, village: Village, receipt: str
) -> None:
    client.post("/track/verdict", data={"receipt": receipt, **SAID})

    assert cli.main(["replies", "--portal", str(village.root), "release", receipt]) == 0

    (path,) = (village.root / "datasets/filings/east/inquiry").glob("*.csv")
    assert path.read_text(encoding="utf-8").rstrip().endswith(",基本满意")
    with Database.of(village.root / ".state").changing() as connection:
        connection.execute(text("DELETE FROM submissions"))
    assert stored(village, "SELECT count(*) FROM verdicts") == [(0,)]
