"""Figures for those who run the service: they count requests, and tell nothing of letters, units or people."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from tests.api.conftest import letter
from tests.village import Village

TOKEN = {"Authorization": "Bearer geheim"}


@pytest.fixture(autouse=True)
def token(village: Village) -> None:
    village.write(".state/metrics.token", "geheim\n")


def figures(client: FlaskClient) -> dict[str, float]:
    """Return every sample by its name and labels."""
    found = {}
    for family in text_string_to_metric_families(client.get("/metrics", headers=TOKEN).text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


def test_requests_are_counted_by_sort_of_page_and_status(client: FlaskClient) -> None:
    client.post("/api/v1/submissions", json=letter())
    client.post("/api/v1/submissions", json=letter(type="nonsense"))
    client.get("/ask")

    found = figures(client)

    assert found["mingbai_requests_total{method=POST,page=api,status=201}"] == 1
    assert found["mingbai_requests_total{method=POST,page=api,status=422}"] == 1
    assert found["mingbai_requests_total{method=GET,page=ask,status=200}"] == 1
    assert found["mingbai_request_seconds_count{page=api}"] == 2
    assert found["mingbai_writer_up{}"] == 1


def test_no_letter_unit_or_receipt_can_be_read_from_them(client: FlaskClient, village: Village) -> None:
    before = figures(client)
    for unit in ("east", "west", "lane", "town"):
        said = client.post("/api/v1/submissions", json=letter(unit=unit, type="report", public=False))
        client.get(f"/api/v1/submissions/{said.get_json()['receipt']}")
        client.get(f"/u/{unit}/")
    text = client.get("/metrics", headers=TOKEN).text

    names = set(figures(client)) | set(before)
    assert not any(slug in text for slug in village.portal.units.slugs())
    assert not any("report" in name or "type" in name for name in names)


@pytest.mark.parametrize("brought", [{}, {"Authorization": "Bearer falsch"}, {"Authorization": "Bearer "}])
def test_without_the_token_the_page_is_not_there(client: FlaskClient, brought: dict[str, str]) -> None:
    answer = client.get("/metrics", headers=brought)

    assert answer.status_code == 404 and "mingbai_" not in answer.text


def test_an_installation_that_names_no_token_shows_no_figures(client: FlaskClient, village: Village) -> None:
    (village.root / ".state/metrics.token").unlink()

    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_a_strange_method_opens_no_new_series(client: FlaskClient) -> None:
    for number in range(5):
        client.open("/ask", method=f"STRANGE{number}")

    assert {name for name in figures(client) if "STRANGE" in name} == set()


def test_without_a_site_the_service_is_healthy_and_not_ready(client: FlaskClient) -> None:
    ready = client.get("/readyz")

    assert client.get("/healthz").status_code == 200
    assert ready.status_code == 503 and ready.headers["Retry-After"] == "5"
    assert ready.get_json()["checks"] == {
        "writer": True,
        "reader": True,
        "disk": True,
        "site": False,
        "index": False,
    }


def test_with_a_site_and_its_index_it_is_ready(app: Flask, village: Village) -> None:
    village.write("build/site/index.html", "<!doctype html>")
    (village.root / "build/index").mkdir()

    assert app.test_client().get("/readyz").status_code == 200
