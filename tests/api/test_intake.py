"""Submissions over the API."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forms_api import receipts
from forms_api.limits import Limits
from mingbai.symbols import ALPHABET
from tests.api.conftest import ROW, Start, letter, stored
from tests.village import Village

PATH = "/api/v1/submissions"
EN = {"Accept-Language": "en"}


def fields(answer: "object") -> list[str]:
    return [each["field"] for each in answer.json["error"]["fields"]]  # type: ignore[attr-defined]


def test_a_submission_is_answered_with_receipt_deadline_and_the_way_to_follow_it(steady: FlaskClient) -> None:
    answer = steady.post(PATH, json=letter(about=ROW, name="王某", contact="村东头"))

    assert answer.status_code == 201
    said = answer.json
    assert said is not None
    assert receipts.read(said["receipt"])
    assert said["track_url"] == f"/track#{said['receipt']}"
    assert said["received_at"] == "2026-04-16T10:21:30+08:00"
    assert said["answer_by"] == "2026-04-27"
    assert "10 天" in said["calculation"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_working_days_skip_the_holiday(steady: FlaskClient) -> None:
    # 17 April is the first, 30 April the tenth; 1, 4 and 5 May are off; 6 to 9 May make fourteen, Monday is the last.
    answer = steady.post(PATH, json=letter(type="letter", public=False))

    assert answer.json is not None
    assert answer.json["answer_by"] == "2026-05-11"


def test_the_receipt_leads_to_the_case_without_who_wrote_it(steady: FlaskClient) -> None:
    sent = steady.post(PATH, json=letter(about=ROW, name="王某某", contact="村东头第三家")).json
    assert sent is not None

    found = steady.get(f"{PATH}/{sent['receipt'].lower().replace('-', '')}")

    assert found.status_code == 200
    assert found.json is not None
    assert {
        "status": "received",
        "type": "inquiry",
        "unit": "east",
        "about": ROW,
    }.items() <= found.json.items()
    assert [each["what"] for each in found.json["events"]] == ["received"]
    assert "王某某" not in found.text and "村东头" not in found.text


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_neither_receipt_nor_request_key_is_in_the_database(village: Village, client: FlaskClient) -> None:
    sent = client.post(PATH, json=letter(), headers={"Idempotency-Key": "a-key-of-mine"}).json
    assert sent is not None

    stored = b"".join(path.read_bytes() for path in (village.root / ".state").glob("submissions.db*"))

    assert "屋顶防水".encode() in stored
    for secret in (sent["receipt"], sent["receipt"].replace("-", ""), "a-key-of-mine"):
        assert secret.encode() not in stored


def test_all_problems_are_named_at_once(steady: FlaskClient) -> None:
    answer = steady.post(
        PATH,
        json={"type": "gossip", "unit": "nowhere", "about": "/u/x/", "text": " \n", "name": 3, "extra": 1},
    )

    assert answer.status_code == 422
    assert fields(answer) == ["extra", "type", "unit", "about", "text", "name", "public"]
    assert "什么也没存" in answer.json["error"]["message"]  # type: ignore[index]


def test_errors_speak_english_to_those_who_ask_for_it(steady: FlaskClient) -> None:
    answer = steady.post(PATH, json={}, headers=EN)

    assert answer.json is not None
    assert answer.json["error"]["message"] == answer.json["error"]["message_en"]
    assert answer.json["error"]["fields"][0]["message"] == "Choose what you want to say."


@pytest.mark.parametrize("type", ["letter", "report"])
def test_letters_and_reports_cannot_be_public(steady: FlaskClient, type: str) -> None:
    assert fields(steady.post(PATH, json=letter(type=type, public=True))) == ["public"]
    assert steady.post(PATH, json=letter(type=type, public=False)).status_code == 201


def test_a_merged_village_names_its_successor(steady: FlaskClient) -> None:
    answer = steady.post(PATH, json=letter(unit="old"))

    assert fields(answer) == ["unit"]
    assert "东头村" in answer.text


@pytest.mark.parametrize("about", ["/u/east/finance/2026-Q1/", ROW, None])
def test_what_is_asked_about_may_be_a_filing_or_a_row(steady: FlaskClient, about: str | None) -> None:
    assert steady.post(PATH, json=letter(about=about)).status_code == 201


@pytest.mark.parametrize(
    "about",
    [
        "/u/east/finance/2026-Q2/",
        "/u/east/finance/2026-Q1/#99",
        "/u/east/finance/2026-Q1",
        "/u/east/",
        "/u/../../etc/passwd",
        "https://example.org/u/east/finance/2026-Q1/",
        "/u/east/nothing/2026-Q1/",
        "/u/east/finance/2026-Q1/\u0000",
        "/u/east/finance/" + "9" * 5000 + "/",
        7,
        ["/u/east/finance/2026-Q1/"],
    ],
)
def test_what_is_not_there_cannot_be_asked_about(steady: FlaskClient, about: object) -> None:
    answer = steady.post(PATH, json=letter(about=about))

    assert answer.status_code == 404 and fields(answer) == ["about"]


def test_what_is_not_there_is_one_of_several_things_to_change(steady: FlaskClient) -> None:
    answer = steady.post(PATH, json=letter(about="/u/east/finance/2026-Q2/", text=""))

    assert answer.status_code == 422 and fields(answer) == ["about", "text"]


def test_what_is_asked_about_belongs_to_the_unit(steady: FlaskClient) -> None:
    # Otherwise a report addressed to a village could name a filing of the town that then reads it.
    assert fields(steady.post(PATH, json=letter(unit="west", about=ROW))) == ["about"]


def test_a_filing_with_errors_is_not_there(village: Village, client: FlaskClient) -> None:
    path = village.root / "datasets/filings/east/finance/2026-Q1.csv"
    path.write_text(path.read_text("utf-8").replace("2026-03-11", "三月"), "utf-8")

    assert fields(client.post(PATH, json=letter(about=ROW))) == ["about"]


@pytest.mark.parametrize(("field", "most"), [("text", 2000), ("name", 40), ("contact", 100)])
def test_lengths_are_counted_in_characters_after_cleaning(steady: FlaskClient, field: str, most: int) -> None:
    fits = "  " + "𠀀" * most + "\r\n"

    assert steady.post(PATH, json=letter(**{field: fits})).status_code == 201
    assert fields(steady.post(PATH, json=letter(**{field: "字" * (most + 1)}))) == [field]


def test_half_a_character_in_an_address_is_the_address_of_nothing(steady: FlaskClient) -> None:
    body = json.dumps(letter(about="/u/east/finance/2026-Q1/#\ud800"))

    assert fields(steady.post(PATH, data=body, content_type="application/json")) == ["about"]


def test_what_cannot_be_seen_is_dropped_and_nothing_else(village: Village, client: FlaskClient) -> None:
    said = "一\u0000二\u200b三\ud800四\u202e五\r\n六\t七"

    body = json.dumps(letter(text=said))
    assert client.post(PATH, data=body, content_type="application/json").status_code == 201

    assert stored(village, "SELECT text FROM submissions") == [("一二三四五\n六\t七",)]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b'{"text": NaN}',
        b'{"text": Infinity}',
        b'{"text": 1e999}',
        b'{"type": "letter", "type": "inquiry"}',
        b"\xff\xfe{\x00}\x00",
        b'{"text": "\xff"}',
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b"[" * 60000,
        b'{"text": ' + b"9" * 6000 + b"}",
        b"\xef\xbb\xbf{}",
    ],
    ids=range(15),
)
def test_what_is_no_json_object_is_refused(steady: FlaskClient, body: bytes) -> None:
    answer = steady.post(PATH, data=body, content_type="application/json")

    assert (answer.status_code, answer.json and answer.json["error"]["code"]) == (400, "malformed")


@pytest.mark.parametrize(
    "type", [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonp"]
)
def test_another_content_type_is_refused(steady: FlaskClient, type: str | None) -> None:
    assert steady.post(PATH, data=json.dumps(letter()), content_type=type).status_code == 415


def test_what_is_too_large_is_refused_before_it_is_read(steady: FlaskClient) -> None:
    class Unread(BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("was read")

    answer = steady.post(
        PATH,
        input_stream=Unread(),
        content_type="application/json",
        environ_overrides={"CONTENT_LENGTH": str(10**9)},
    )

    assert (answer.status_code, answer.json and answer.json["error"]["code"]) == (413, "too_large")


def test_the_same_request_twice_is_one_submission(village: Village, client: FlaskClient) -> None:
    key = {"Idempotency-Key": "2f1c"}

    first = client.post(PATH, json=letter(name="王"), headers=key)
    again = client.post(PATH, json=letter(name="王"), headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert count(village) == 1


def test_the_same_request_from_many_threads_is_one_submission(village: Village, app: Flask) -> None:
    def send(_: int) -> str:
        return app.test_client().post(PATH, json=letter(), headers={"Idempotency-Key": "race"}).text

    with ThreadPoolExecutor(16) as pool:
        answers = set(pool.map(send, range(32)))

    assert len(answers) == 1
    assert count(village) == 1


def test_the_same_key_with_other_words_is_a_conflict_and_tells_nothing(steady: FlaskClient) -> None:
    key = {"Idempotency-Key": "2f1c"}
    first = steady.post(PATH, json=letter(), headers=key).json
    assert first is not None

    other = steady.post(PATH, json=letter(text="别的话"), headers=key)

    assert (other.status_code, other.json and other.json["error"]["code"]) == (409, "request_reused")
    assert first["receipt"] not in other.text


@pytest.mark.parametrize("key", ["", " ", "回执", "x" * 201])
def test_an_unusable_request_key_is_refused(steady: FlaskClient, key: str) -> None:
    environ = {"HTTP_IDEMPOTENCY_KEY": key.encode().decode("latin-1")}

    assert steady.post(PATH, json=letter(), environ_overrides=environ).status_code == 400


def test_a_mistyped_receipt_says_so_without_touching_the_database(app: Flask, village: Village) -> None:
    receipt = receipts.draw()
    wrong = receipt[:-1] + next(each for each in ALPHABET if each != receipt[-1])
    app.extensions["close"]()
    for path in (village.root / ".state").glob("submissions.db*"):
        path.unlink()

    answer = app.test_client().get(f"{PATH}/{wrong}")

    assert (answer.status_code, answer.json and answer.json["error"]["code"]) == (404, "receipt_mistyped")
    assert "抄错" in answer.text


def test_an_unknown_receipt_is_answered_alike_every_time(steady: FlaskClient) -> None:
    answers = [steady.get(f"{PATH}/{receipts.draw()}") for _ in range(20)]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


def test_too_many_wrong_receipts_are_slowed_down(start: Start) -> None:
    client = start(Limits(all_lookups_per_second=1, all_lookups_burst=5)).test_client()

    answers = [client.get(f"{PATH}/{receipts.draw()}") for _ in range(7)]

    assert [answer.status_code for answer in answers] == [404] * 5 + [429] * 2
    assert answers[-1].headers["Retry-After"] == "1"


def test_whoever_tries_many_receipts_keeps_nobody_else_out(start: Start) -> None:
    limits = Limits(lookups_per_second=0, lookups_burst=3, all_lookups_per_second=0, all_lookups_burst=8)
    client = start(limits).test_client()
    receipt = client.post(PATH, json=letter()).json["receipt"]  # type: ignore[index]

    def look(typed: str, address: str) -> int:
        return client.get(f"{PATH}/{typed}", environ_overrides={"REMOTE_ADDR": address}).status_code

    one = [look(receipts.draw(), "203.0.113.7") for _ in range(5)]
    many = [look(receipts.draw(), f"198.51.{net}.1") for net in range(3) for _ in range(3)]

    assert one == [404, 404, 404, 429, 429]
    # Eight in all; when those are used up, two of each network.
    assert many == [404, 404, 404, 404, 404, 429, 404, 404, 429]
    assert look(receipt, "192.0.2.1") == 200
    assert look(receipt, "203.0.113.9") == 429  # a neighbour of the one who tries


def test_accepted_submissions_are_limited_by_network_and_refused_ones_are_not(start: Start) -> None:
    client = start(Limits(burst=3, per_hour=60)).test_client()
    here = {"REMOTE_ADDR": "203.0.113.7"}

    for _ in range(20):
        assert client.post(PATH, json={}, environ_overrides=here).status_code == 422
    statuses = [client.post(PATH, json=letter(), environ_overrides=here).status_code for _ in range(4)]
    neighbour = client.post(PATH, json=letter(), environ_overrides={"REMOTE_ADDR": "203.0.113.200"})
    elsewhere = client.post(PATH, json=letter(), environ_overrides={"REMOTE_ADDR": "198.51.100.1"})

    assert statuses == [201, 201, 201, 429]
    assert neighbour.status_code == 429
    assert 1 <= int(neighbour.headers["Retry-After"]) <= 60
    assert elsewhere.status_code == 201


def test_a_forged_forwarding_header_changes_nothing(start: Start) -> None:
    client = start(Limits(burst=1)).test_client()
    here = {"REMOTE_ADDR": "203.0.113.7"}

    statuses = [
        client.post(
            PATH, json=letter(), environ_overrides=here, headers={"X-Forwarded-For": f"192.0.2.{n}"}
        ).status_code
        for n in range(3)
    ]

    assert statuses == [201, 429, 429]


def test_a_low_disk_refuses_with_the_time_to_come_back(start: Start, village: Village) -> None:
    client = start(Limits(free_disk=10**18)).test_client()

    answer = client.post(PATH, json=letter())

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3600")
    assert count(village) == 0
    assert client.get("/healthz").status_code == 503


def test_health_follows_the_writer(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").json == {
        "status": "ok",
        "checks": {"writer": True, "reader": True, "disk": True},
    }

    app.extensions["close"]()

    assert client.get("/healthz").status_code == 503


def test_an_accepted_day_is_a_day_of_the_portal(steady: FlaskClient) -> None:
    said = steady.post(PATH, json=letter()).json
    assert said is not None

    assert date.fromisoformat(said["answer_by"]) > date.fromisoformat(said["received_at"][:10])


def count(village: Village) -> int:
    return int(stored(village, "SELECT count(*) FROM submissions")[0][0])
