"""Searches over the API, from an index built out of what is public."""

from datetime import date

import pytest
from flask.testing import FlaskClient

from mingbai.edition import publish_all
from mingbai.search import from_tables, server
from tests.village import Village

PATH = "/api/v1/search"


def index(village: Village) -> None:
    """Build the index of the village where the service looks for it."""
    portal = village.portal
    tables = publish_all(portal, date(2026, 4, 20)).tables.values()
    server.build(from_tables(tables, portal.units), village.root / "build" / "index")


def test_without_an_index_it_says_when_to_come_back(client: FlaskClient) -> None:
    answer = client.get(PATH, query_string={"q": "清淤"})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "搜索还没建好" in answer.text


def test_a_run_of_characters_inside_a_cell_is_found(client: FlaskClient, village: Village) -> None:
    index(village)

    found = client.get(PATH, query_string={"q": "渠清淤首", "unit": "east", "limit": "1"}).json

    assert found is not None
    assert (found["total"], found["relaxed"], len(found["rows"])) == (1, False, 1)
    assert found["rows"][0]["url"] == "/u/east/finance/2026-Q1/#3"
    assert set(found["rows"][0]) == {"url", "title", "unit", "kind", "period", "date", "snippet"}


def test_the_language_of_the_answer_follows_the_reader(client: FlaskClient, village: Village) -> None:
    index(village)

    found = client.get(PATH, query_string={"q": "清淤"}, headers={"Accept-Language": "en"}).json

    assert found is not None
    assert found["rows"][0]["url"].startswith("/en/u/")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("offset", "-1"), ("offset", "1e3"), ("offset", "９"), ("offset", "9" * 30), ("limit", "101"), ("limit", "x"),
        ("from", "2026-13-01"), ("to", "20260101"), ("sort", "best"), ("q", "长" * 201), ("page", "1"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_named(client: FlaskClient, name: str, value: str) -> None:
    answer = client.get(PATH, query_string={name: value})

    assert answer.status_code == 422
    assert answer.json is not None
    assert [each["field"] for each in answer.json["error"]["fields"]] == [name]


def test_a_new_index_is_taken_up(client: FlaskClient, village: Village) -> None:
    index(village)
    assert client.get(PATH, query_string={"q": "新桥"}).json["total"] == 0  # type: ignore[index]

    path = village.root / "datasets/filings/east/finance/2026-Q1.csv"
    path.write_text(path.read_text("utf-8").replace("东渠清淤", "新桥"), "utf-8")
    index(village)

    assert client.get(PATH, query_string={"q": "新桥"}).json["total"] == 1  # type: ignore[index]
