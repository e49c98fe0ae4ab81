"""The same cases by Open311 GeoReport v2, seen by a client that knows only the specification, in JSON and in XML."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms_api import receipts
from forms_api.limits import Limits
from forms_api.open311 import writing
from forms_api.open311.public import PublicRequest, Published
from forms_api.open311.writing import reply
from forms_api.submissions import PRIVATE, TYPES
from mingbai.cli import main
from tests.api.conftest import NOW, ROW, Start, letter, stored
from tests.api.open311 import REQUEST_FIELDS, Failed, GeoReport, moment
from tests.village import Village

BASE = "/open311/v2"
FORMS = ("json", "xml")
API = "/api/v1/submissions"
MANY = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

REPLIES = """\
number,received,sort,about,question,due,answered,answered_by,level,answer,satisfied
1,2026-02-10,献一策,,村口能不能装盏灯？,2026-02-20,2026-02-12,东头村,村（社区）,可以。,满意
2,2026-04-11,质询,/u/east/finance/2026-Q1/#3,清淤为什么分两次付？,2026-04-21,2026-04-13,,村（社区）,"先付一半，
验收再付一半。",
3,2026-04-12,纠错,,表里 <3> & "4" 对不上。,2026-04-15,,,,,
"""
OLD = """\
number,received,sort,about,question,due,answered,answered_by,level,answer,satisfied
1,2025-06-02,质询,,去年的账在哪儿看？,2025-06-12,2025-06-03,西头村,村（社区）,在公示栏。,
"""


@pytest.fixture(params=FORMS)
def city(request: pytest.FixtureRequest, client: FlaskClient) -> GeoReport:
    """A client of the service, once in JSON and once in XML."""
    return GeoReport(client, str(request.param))


@pytest.fixture
def both(steady: FlaskClient) -> tuple[GeoReport, GeoReport]:
    """Two clients of the shared village, JSON and XML."""
    return GeoReport(steady, "json"), GeoReport(steady, "xml")


@pytest.fixture(scope="module", autouse=True)
def published(steady_village: Village) -> None:
    """Filings of answered letters in the shared village."""
    publish(steady_village)


def publish(village: Village) -> None:
    """Put filings of answered letters in place."""
    village.file("east", "inquiry", "2026", REPLIES, "")
    village.file("west", "inquiry", "2025", OLD, "")


def said(**changes: str | None) -> dict[str, str]:
    """A request that keeps the rules, with changes; None leaves a field out, `_unit` stands for `attribute[unit]`."""
    fields: dict[str, str | None] = {
        "service_code": "inquiry",
        "attribute[unit]": "east",
        "description": "屋顶防水是哪家做的？",
    }
    fields |= {re.sub("^_(.*)", r"attribute[\1]", name): value for name, value in changes.items()}
    return {name: value for name, value in fields.items() if value is not None}


def refusal(call: Callable[[], object]) -> Failed:
    with pytest.raises(Failed) as caught:
        call()
    return caught.value


# What one can write


def test_discovery_leads_to_the_endpoint_and_what_it_speaks(city: GeoReport) -> None:
    found = city.discover("/open311/v2")

    (endpoint,) = found["endpoints"]
    assert city.endpoint == BASE
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert endpoint["type"] == "test"  # the village of the tests is a demo
    assert moment(found["changeset"]) <= NOW and found["contact"] and "密钥" in found["key_service"]


def test_every_service_gives_a_token_and_has_a_definition(city: GeoReport) -> None:
    found = city.services()

    assert [each["service_code"] for each in found] == list(TYPES)
    assert {each["type"] for each in found} == {"batch"}
    assert {each["metadata"] for each in found} == {"true"}
    for each in found:
        assert city.definition(each["service_code"])["service_code"] == each["service_code"]


def test_a_definition_names_the_units_of_today(city: GeoReport) -> None:
    attributes = {each["code"]: each for each in city.definition("inquiry")["attributes"]}

    assert list(attributes) == ["notice", "unit", "about", "public"]
    assert [each["order"] for each in attributes.values()] == ["1", "2", "3", "4"]
    unit = attributes["unit"]
    assert (unit["datatype"], unit["required"], unit["variable"]) == ("singlevaluelist", "true", "true")
    assert [each["key"] for each in unit["values"]] == ["county", "town", "east", "west", "lane"]
    assert unit["values"][2]["name"] == "东头村，测试镇，测试县"


def test_a_definition_tells_before_sending_who_reads_it_and_how_long_it_is_kept(city: GeoReport) -> None:
    (notice,) = [each for each in city.definition("report")["attributes"] if each["variable"] == "false"]

    assert "上一级" in notice["description"] and "183 天" in notice["description"]


@pytest.mark.parametrize("code", PRIVATE)
def test_letters_and_reports_are_not_asked_whether_they_may_be_public(city: GeoReport, code: str) -> None:
    assert "public" not in [each["code"] for each in city.definition(code)["attributes"]]


def test_english_is_spoken_to_those_who_ask_for_it(client: FlaskClient) -> None:
    city = GeoReport(client, "xml", headers={"Accept-Language": "en"})

    assert city.services()[0]["service_name"] == "A question"
    assert "There is no such unit" in str(refusal(lambda: city.post(said(_unit="nowhere"))).errors)


@pytest.mark.parametrize("form", FORMS)
def test_an_unknown_service_is_not_there(steady: FlaskClient, form: str) -> None:
    for code in ("gossip", "", "../inquiry", "质询"):
        assert refusal(lambda code=code: GeoReport(steady, form).definition(code)).status == 404  # type: ignore[misc]


# Writing


def test_a_request_is_stored_and_answered_with_the_receipt_as_its_token(
    city: GeoReport, village: Village
) -> None:
    answer = city.raw_post(
        said(_about=ROW, _public="true", first_name="小明", last_name="王", phone="村东头")
    )
    taken = city._answer(answer, "service_requests")[0]

    assert answer.status_code == 201
    assert "service_request_id" not in taken
    assert receipts.read(taken["token"])
    assert "2026年4月27日" in taken["service_notice"]
    columns = "type, unit, handler, about, text, public"
    assert [tuple(map(str, row)) for row in stored(village, f"SELECT {columns} FROM submissions")] in (
        [("inquiry", "east", "east", ROW, "屋顶防水是哪家做的？", "True")],
        [("inquiry", "east", "east", ROW, "屋顶防水是哪家做的？", "1")],
    )
    assert stored(village, "SELECT name, contact FROM writers") == [("王小明", "村东头")]


def test_it_is_the_same_case_in_every_face(city: GeoReport) -> None:
    token = city.post(said())["token"]

    assert city.http.get(f"{API}/{token}").json["type"] == "inquiry"  # type: ignore[index]
    assert "东头村" in city.http.post("/track", data={"receipt": token}).text


@pytest.mark.parametrize("type", PRIVATE)
def test_what_is_confidential_goes_to_the_level_above_and_says_so(city: GeoReport, type: str) -> None:
    taken = city.post(said(service_code=type))

    assert "测试镇" in taken["service_notice"] and "东头村看不到" in taken["service_notice"]
    assert (
        refusal(lambda: city.post(said(service_code=type, _public="true")))
        .errors[0][1]
        .startswith("attribute[public]")
    )


def test_silence_is_no_consent_to_publish(city: GeoReport, village: Village) -> None:
    city.post(said())
    city.post(said(_public="false"))
    city.post(said(_public=""))

    assert [bool(row[0]) for row in stored(village, "SELECT public FROM submissions")] == [False] * 3


def test_what_is_not_kept_is_named(city: GeoReport, village: Village) -> None:
    taken = city.post(
        said(lat="30.1", long="120.2", media_url="https://x.example/a.jpg", device_id="device-7731", api_key="k",
             jurisdiction_id="city.gov", strange="1")
    )  # fmt: skip

    assert "lat, long, media_url, device_id, strange" in taken["service_notice"]
    assert "api_key" not in taken["service_notice"] and "jurisdiction_id" not in taken["service_notice"]
    everything = str(stored(village, "SELECT * FROM submissions") + stored(village, "SELECT * FROM writers"))
    assert "30.1" not in everything and "x.example" not in everything and "device-7731" not in everything


def test_nothing_is_said_of_what_was_kept(city: GeoReport) -> None:
    assert "没有存" not in city.post(said(email="a@b.example", address_string="小学旁"))["service_notice"]


def test_a_place_in_words_reaches_whoever_handles_it(city: GeoReport, village: Village) -> None:
    city.post(said(description="路灯坏了", address_string="村小学\u200b旁"))

    assert stored(village, "SELECT text FROM submissions") == [("路灯坏了\n地点：村小学旁",)]
    assert (
        "description"
        in refusal(lambda: city.post(said(description=" ", address_string="小学旁"))).errors[0][1]
    )


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [("小明", "王", "王小明"), ("John", "Smith", "John Smith"), ("", "王", "王"), ("小明", "", "小明")],
)
def test_names_are_put_together_as_their_owners_write_them(
    client: FlaskClient, village: Village, first: str, last: str, name: str
) -> None:
    GeoReport(client, "json").post(
        said(first_name=first, last_name=last, email="a@b.example", phone="村东头")
    )

    assert stored(village, "SELECT name, contact FROM writers") == [(name, "村东头 a@b.example")]


def test_bytes_of_utf8_that_nobody_escaped_are_read_too(city: GeoReport, village: Village) -> None:
    city.post("service_code=inquiry&attribute[unit]=east&description=路灯+坏了".encode())

    assert stored(village, "SELECT text FROM submissions") == [("路灯 坏了",)]


def test_all_problems_are_named_at_once_in_the_words_of_the_specification(
    both: tuple[GeoReport, GeoReport],
) -> None:
    wrong = said(_unit="nowhere", _about="/u/x/", _publik="true", description=None)
    json_, xml = (refusal(lambda city=city: city.post(wrong)) for city in both)  # type: ignore[misc]

    assert json_.errors == xml.errors and json_.status == xml.status == 400
    assert [text.partition(":")[0] for _, text in json_.errors] == [
        "attribute[publik]", "attribute[unit]", "attribute[about]", "description",
    ]  # fmt: skip


@pytest.mark.parametrize(("code", "status"), [(None, 400), ("", 400), ("gossip", 404), ("service_code", 404)])
def test_a_service_that_is_missing_is_400_and_an_unknown_one_404(
    steady: FlaskClient, code: str | None, status: int
) -> None:
    failed = refusal(lambda: GeoReport(steady, "xml").post(said(service_code=code, _strange="1")))

    assert failed.status == status
    assert [code for code, _ in failed.errors] == ["400", str(status)]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe",
        b"description=%FF%FE",
        b"description=%ED%A0%80",
        "service_code=inquiry&description=你好".encode("gb18030"),
        b"&".join(b"a%d=1" % n for n in range(201)),
    ],
    ids=["bytes", "escapes", "half a pair", "gb18030", "201 fields"],
)
def test_what_is_no_form_in_utf8_is_refused(steady: FlaskClient, form: str, body: bytes) -> None:
    failed = refusal(lambda: GeoReport(steady, form).post(body))

    assert failed.status == 400 and "UTF-8" in failed.errors[0][1]


def test_a_field_that_stands_twice_is_refused_and_an_empty_one_does_not_count(steady: FlaskClient) -> None:
    city, once = GeoReport(steady, "json"), urlencode(said())

    failed = refusal(lambda: city.post(f"{once}&attribute[unit]=west"))
    assert (failed.status, failed.errors[0][1].partition(":")[0]) == (400, "attribute[unit]")
    assert city.post(f"attribute[unit]=&{once}&attribute[unit]=")["token"]


def test_a_text_that_is_too_long_says_by_how_much(steady: FlaskClient) -> None:
    failed = refusal(lambda: GeoReport(steady, "xml").post(said(description="字" * 2003)))

    assert "多了 3 个" in failed.errors[0][1]


@pytest.mark.parametrize("form", FORMS)
def test_a_body_that_is_too_large_is_refused_in_the_form_of_every_error(
    steady: FlaskClient, form: str
) -> None:
    assert refusal(lambda: GeoReport(steady, form).post(said(description="字" * 30_000))).status == 413


@pytest.mark.parametrize("type", ["application/json", "multipart/form-data; boundary=x", "text/xml", ""])
def test_another_content_type_is_refused(steady: FlaskClient, type: str) -> None:
    answer = steady.post(f"{BASE}/requests.xml", data=b"<!DOCTYPE x []><x/>", content_type=type)

    assert answer.status_code == 400
    assert "x-www-form-urlencoded" in answer.text


@pytest.mark.parametrize(
    "origin", ["https://elsewhere.example", "null", "http://localhost.elsewhere.example"]
)
def test_a_page_of_another_site_cannot_write_in_the_name_of_who_looks_at_it(
    client: FlaskClient, village: Village, origin: str
) -> None:
    city = GeoReport(client, "json")

    assert refusal(lambda: city.post(said(), Origin=origin)).status == 403
    assert stored(village, "SELECT count(*) FROM submissions") == [(0,)]
    assert city.post(said(), Origin="http://localhost")["token"]


def test_no_answer_lets_a_page_of_another_site_read_it(steady: FlaskClient) -> None:
    for path in ("services.json", "requests.xml", "discovery.json"):
        for answer in (
            steady.get(f"{BASE}/{path}", headers={"Origin": "https://elsewhere.example"}),
            steady.options(f"{BASE}/{path}", headers={"Origin": "https://elsewhere.example"}),
        ):
            assert [name for name in answer.headers.keys() if name.startswith("Access-Control")] == []


def test_the_key_of_the_api_makes_a_request_one_here_too(city: GeoReport, village: Village) -> None:
    first = city.post(said(), Idempotency_Key="k1")
    again = city.post(said(), Idempotency_Key="k1")
    other = refusal(lambda: city.post(said(description="别的话"), Idempotency_Key="k1"))

    assert first["token"] == again["token"]
    assert other.status == 409
    assert refusal(lambda: city.post(said(), Idempotency_Key="x" * 201)).status == 400
    assert stored(village, "SELECT count(*) FROM submissions") == [(1,)]


@pytest.mark.parametrize("form", FORMS)
def test_the_allowance_of_a_network_is_the_same_for_every_face(start: Start, form: str) -> None:
    http = start(Limits(burst=2)).test_client()
    http.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    http.post(API, json=letter())
    city = GeoReport(http, form)
    city.post(said())

    failed = refusal(lambda: city.post(said()))

    assert failed.status == 429 and int(failed.answer.headers["Retry-After"]) > 0
    assert http.post(API, json=letter()).status_code == 429


@pytest.mark.parametrize("form", FORMS)
def test_what_cannot_be_stored_now_says_when_to_come_back(start: Start, form: str) -> None:
    failed = refusal(lambda: GeoReport(start(Limits(free_disk=2**60)).test_client(), form).post(said()))

    assert (failed.status, failed.answer.headers["Retry-After"]) == (503, "3600")


# Following


def release(village: Village, receipt: str, *words: str) -> None:
    """Answer a case on the server and release it."""
    for command in (["answer", receipt, "--text", "是镇上的施工队。"], ["release", receipt, *words]):
        assert main(["replies", "--portal", str(village.root), *command]) == 0


def test_a_token_leads_from_an_open_case_to_its_public_row(city: GeoReport, village: Village) -> None:
    token = city.post(said(_public="true"))["token"]

    waiting = city.token(token)
    release(village, token, "--question", "屋顶是谁修的？")
    done = city.token(token.lower().replace("-", ""))

    assert waiting == {"token": token, "status": "open", "status_description": "在办，还没有答复"}
    assert done["service_request_id"] == "east.2026.1" and done["status"] == "closed"
    shown = city.request(done["service_request_id"])
    assert shown["description"] == "屋顶是谁修的？"
    assert shown["status_notes"] == "是镇上的施工队。"


def test_an_answer_that_is_not_published_closes_the_case_and_gives_no_id(
    city: GeoReport, village: Village
) -> None:
    token = city.post(said(service_code="report", _public="false"))["token"]
    assert main(["replies", "--portal", str(village.root), "answer", token, "--text", "查过了。"]) == 0

    found = city.token(token)

    assert found["status"] == "closed" and "service_request_id" not in found
    assert "查过了" not in str(found)


def test_a_released_row_that_is_public_no_longer_gives_no_id(city: GeoReport, village: Village) -> None:
    token = city.post(said(_public="true"))["token"]
    release(village, token)
    (village.root / "datasets/filings/east/inquiry/2026.csv").unlink()

    assert "service_request_id" not in city.token(token)
    assert city.requests() == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "token", ["2222-2222-22222", "F5Q2-5MYQ-TJ8F2", "x", "<&>\x0b\ufffe", "一" * 70, "."]
)
def test_a_token_that_leads_nowhere_is_not_there(steady: FlaskClient, form: str, token: str) -> None:
    assert refusal(lambda: GeoReport(steady, form).token(token)).status == 404


def test_an_origin_that_is_no_address_is_another_site(client: FlaskClient) -> None:
    answer = client.post(
        "/open311/v2/requests.json", data={"service_code": "inquiry"}, headers={"Origin": "http://["}
    )

    assert answer.status_code == 403


def test_too_many_wrong_tokens_have_to_wait(start: Start) -> None:
    city = GeoReport(start(Limits(all_lookups_per_second=0, all_lookups_burst=1)).test_client(), "xml")
    wrong = receipts.shown(receipts.draw())

    assert refusal(lambda: city.token(wrong)).status == 404
    failed = refusal(lambda: city.token(wrong))

    assert failed.status == 429 and int(failed.answer.headers["Retry-After"]) > 0


def test_the_log_holds_no_token(capsys: pytest.CaptureFixture[str], client: FlaskClient, app: Flask) -> None:
    token = GeoReport(client, "json").post(said())["token"]
    plain = token.replace("-", "")
    for typed in (
        token,
        plain,
        plain.lower(),
        f"{token[:9]}x{token[9:]}",
        f"{plain[:6]}%20{plain[6:]}",
        plain[:8],
    ):
        for end in (".json", ".xml", ".yaml", "", "/x", ".json?a=b"):
            client.get(f"{BASE}/tokens/{typed}{end}")
    app.logger.error("Exception on /open311/v2/tokens/%s_ou.json [GET]", plain[:6])

    log = capsys.readouterr().err

    assert len(log.splitlines()) == 38
    for secret in (token, plain, plain.lower(), plain[:6], token[:7], plain[6:]):
        assert secret not in log


# What is public


def test_a_request_says_what_its_row_says(both: tuple[GeoReport, GeoReport]) -> None:
    json_, xml = (city.request("east.2026.2") for city in both)

    assert json_ == xml and set(json_) == REQUEST_FIELDS
    assert json_ == {
        "service_request_id": "east.2026.2",
        "status": "closed",
        "status_notes": "先付一半，\n验收再付一半。",
        "service_name": "问一件公开的事",
        "service_code": "inquiry",
        "description": "清淤为什么分两次付？",
        "agency_responsible": "东头村",
        "service_notice": None,
        "requested_datetime": "2026-04-11T00:00:00+08:00",
        "updated_datetime": "2026-04-13T00:00:00+08:00",
        "expected_datetime": "2026-04-21T23:59:59+08:00",
        "address": "东头村，测试镇，测试县",
        "address_id": "east",
    } | dict.fromkeys(("zipcode", "lat", "long", "media_url"))


def test_a_published_question_without_an_answer_is_open(both: tuple[GeoReport, GeoReport]) -> None:
    for city in both:
        found = city.request("east.2026.3")
        assert (found["status"], found["status_notes"]) == ("open", None)
        assert found["description"] == '表里 <3> & "4" 对不上。'


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({}, ["east.2026.3", "east.2026.2", "east.2026.1"]),
        ({"start_date": "2025-01-01"}, ["east.2026.3", "east.2026.2", "east.2026.1", "west.2025.1"]),
        ({"end_date": "2025-06-30T00:00:00Z"}, ["west.2025.1"]),
        ({"end_date": "2026-01-01"}, []),
        ({"start_date": "2026-04-12"}, ["east.2026.3"]),
        ({"start_date": "2026-04-11T00:00:00+08:00", "end_date": "2026-04-11"}, ["east.2026.2"]),
        ({"start_date": "2026-04-10T16:00:01Z", "end_date": "2026-04-11T23:59:59Z"}, ["east.2026.3"]),
        ({"status": "open"}, ["east.2026.3"]),
        ({"status": "closed"}, ["east.2026.2", "east.2026.1"]),
        ({"status": "open,closed"}, ["east.2026.3", "east.2026.2", "east.2026.1"]),
        ({"service_code": "suggestion"}, ["east.2026.1"]),
        ({"service_code": "suggestion, erratum"}, ["east.2026.3", "east.2026.1"]),
        ({"service_code": "letter,report", "start_date": "0001-01-01"}, []),
        ({"service_request_id": "west.2025.1,,east.2026.1,nowhere.1.1,west.2025.1", "status": "x"},
         ["west.2025.1", "east.2026.1"]),
        ({"page_size": "2"}, ["east.2026.3", "east.2026.2"]),
        ({"page_size": "2", "page": "2"}, ["east.2026.1"]),
        ({"page_size": "2", "page": "3"}, []),
        ({"page": "1000000", "page_size": "1000"}, []),
        ({"status": "", "start_date": "", "page": "", "service_request_id": ","},
         ["east.2026.3", "east.2026.2", "east.2026.1"]),
        ({"jurisdiction_id": "city.gov", "api_key": "x", "q": "y"}, ["east.2026.3", "east.2026.2", "east.2026.1"]),
    ],
    ids=str,
)  # fmt: skip
def test_requests_are_chosen_as_the_specification_says(
    both: tuple[GeoReport, GeoReport], asked: dict[str, str], ids: list[str]
) -> None:
    json_, xml = (city.requests(**asked) for city in both)

    assert json_ == xml
    assert [each["service_request_id"] for each in json_] == ids


def test_an_offset_whose_plus_nobody_escaped_is_understood(steady: FlaskClient) -> None:
    found = steady.get(f"{BASE}/requests.json?start_date=2026-04-12T00:00:00+08:00").json

    assert [each["service_request_id"] for each in found] == ["east.2026.3"]  # type: ignore[union-attr]


def test_a_value_may_come_again_instead_of_after_a_comma(steady: FlaskClient) -> None:
    found = steady.get(f"{BASE}/requests.json?service_code=erratum&service_code=suggestion").json

    assert found is not None and len(found) == 2


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("start_date", "yesterday", 400), ("start_date", "2026-02-30", 400), ("end_date", "2026-04-16T10:00:00", 400),
        ("end_date", "20260416T100000Z", 400), ("start_date", "2026-W16-4", 400), ("start_date", "２０２６-04-16", 400),
        ("end_date", "2026-04-16T25:00:00Z", 400), ("start_date", "9" * 3000, 400), ("start_date", "-1", 400),
        ("end_date", "2026-04-16T10:00:00+99:99", 400), ("status", "pending", 400), ("status", "open,Closed", 400),
        ("service_code", "gossip", 404), ("service_code", "inquiry,gossip", 404),
        ("page", "0", 400), ("page", "-1", 400), ("page", "1e3", 400), ("page", "9" * 30, 400), ("page", "１", 400),
        ("page_size", "1001", 400), ("page_size", "0", 400), ("page_size", "all", 400),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_named(
    steady: FlaskClient, form: str, name: str, value: str, status: int
) -> None:
    failed = refusal(lambda: GeoReport(steady, form).requests(**{name: value}))

    assert failed.status == status
    assert [text.partition(":")[0] for _, text in failed.errors] == [name]


@pytest.mark.parametrize("last", ["0001-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_the_ends_of_the_calendar_are_dates_too(both: tuple[GeoReport, GeoReport], last: str) -> None:
    for city in both:
        assert city.requests(end_date=last) == []
        assert city.requests(start_date=last, end_date="0001-01-01") == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "id",
    ["east.2026.9", "east.2026", "1", "east.2026.1.xml", "..", "east.2026.<1>", "%00", "\u202e", "号" * 700],
)
def test_what_is_not_public_has_no_address(steady: FlaskClient, form: str, id: str) -> None:
    assert refusal(lambda: GeoReport(steady, form).request(id)).status == 404


def test_a_new_row_is_listed_and_a_file_with_errors_is_not(client: FlaskClient, village: Village) -> None:
    city = GeoReport(client, "xml")
    path = "datasets/filings/east/inquiry/2026.csv"
    assert city.requests() == []

    publish(village)
    assert len(city.requests()) == 3
    village.write(path, REPLIES + "4,2026-04-14,质询,,新的一问,2026-04-24,,,,,\n")
    assert len(city.requests()) == 4
    village.write(path, REPLIES.replace("2026-04-14", "四月").replace("2026-04-12", "四月"))
    assert city.requests() == []


def test_a_row_with_a_personal_number_is_not_shown(client: FlaskClient, village: Village) -> None:
    village.file("east", "inquiry", "2026", REPLIES.replace("可以。", "打 " + "138" + "00138000"), "")

    assert GeoReport(client, "json").requests() == []


def test_rows_of_other_kinds_and_misplaced_files_are_not_requests(
    client: FlaskClient, village: Village
) -> None:
    village.file("nowhere", "inquiry", "2026", REPLIES, "")
    village.file("east", "inquiry", "best", REPLIES, "")

    assert GeoReport(client, "json").requests(start_date="2020-01-01") == []


def test_a_portal_without_a_kind_for_replies_has_no_public_requests(start: Start, village: Village) -> None:
    publish(village)
    settings_ = (village.root / "mkdocs.yml").read_text("utf-8")
    village.write("mkdocs.yml", settings_.replace("inquiry, ", ""))

    assert GeoReport(start().test_client(), "json").requests() == []


# What must not be seen


def snapshot(app: Flask, http: FlaskClient) -> dict[str, tuple[int, str]]:
    """Return the answer of every address of this face that one can ask without holding a receipt."""
    asked = [f"{BASE}/{each}.{form}" for form in FORMS for each in ("discovery", "services", "requests")]
    asked += [f"{BASE}/services/{type}.{form}" for form in FORMS for type in TYPES]
    asked += [
        f"{BASE}/requests.{form}?start_date=0001-01-01&service_code={t}" for form in FORMS for t in TYPES
    ]
    asked += [f"{BASE}/requests.{form}?status=open" for form in FORMS]
    asked += [f"{BASE}/requests/{unit}.2026.{n}.json" for unit in ("east", "town") for n in range(1, 9)]
    known = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith(BASE)}
    assert len(known) == 6, "a new address: ask it here as well"
    return {address: (answer.status_code, answer.text) for address in asked if (answer := http.get(address))}


@pytest.mark.parametrize("unit", ["county", "town", "east", "lane"])
def test_nothing_changes_for_anyone_when_something_confidential_comes_and_is_answered(
    app: Flask, client: FlaskClient, village: Village, unit: str
) -> None:
    publish(village)
    before = snapshot(app, client)
    for type in PRIVATE:
        for form in FORMS:
            token = GeoReport(client, form).post(
                said(service_code=type, _unit=unit, description="只给上面看的话")
            )["token"]
            assert main(["replies", "--portal", str(village.root), "answer", token, "--text", "查了。"]) == 0
            assert main(["replies", "--portal", str(village.root), "release", token]) == 1

    assert snapshot(app, client) == before


def test_a_planted_list_of_the_database_would_be_noticed(
    app: Flask, client: FlaskClient, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leaking(published: Published) -> dict[str, PublicRequest]:
        found = stored(village, "SELECT number, type, unit, text FROM submissions")
        made = (
            PublicRequest(f"{unit}.2026.{number}", "", type, unit, NOW, None, None, text, "", "")
            for number, type, unit, text in found
        )
        return {each.id: each for each in made}

    monkeypatch.setattr(Published, "requests", leaking)
    before = snapshot(app, client)
    GeoReport(client, "json").post(said(service_code="report"))

    assert snapshot(app, client) != before


def test_nothing_changes_when_something_comes_that_is_not_yet_released(
    app: Flask, client: FlaskClient, village: Village
) -> None:
    before = snapshot(app, client)
    token = GeoReport(client, "json").post(said(_public="true"))["token"]
    assert main(["replies", "--portal", str(village.root), "answer", token, "--text", "答"]) == 0
    assert snapshot(app, client) == before

    assert main(["replies", "--portal", str(village.root), "release", token]) == 0
    assert snapshot(app, client) != before


def test_a_row_that_calls_itself_confidential_is_never_listed(start: Start, village: Village) -> None:
    # The kind's schema refuses such a row. A portal may have a kind of its own that would not.
    folder = village.portal.kinds["inquiry"].folder
    for path in folder.glob("*.*"):
        village.write(
            f"datasets/kinds/inquiry/{path.name}", path.read_text("utf-8").replace('"献一策", ', '"曝光台", ')
        )
    village.file("east", "inquiry", "2026", REPLIES.replace("献一策", "曝光台"), "")
    row = village.portal.read(next(id for id in village.portal.filing_ids() if id.kind == "inquiry")).rows[0]

    found = GeoReport(start().test_client(), "json").requests()

    assert row.cells["sort"] == "曝光台"
    assert [each["service_request_id"] for each in found] == ["east.2026.3", "east.2026.2"]


# Form


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/open311/", 404), ("/open311/v1/services.json", 404), (f"{BASE}/services", 404),
        (f"{BASE}/services.yaml", 404), (f"{BASE}/services.json/", 404), (f"{BASE}/tokens.json", 404),
        (f"{BASE}/tokens/a/b.json", 404), (f"{BASE}/\x01.xml", 404),
    ],
)  # fmt: skip
def test_an_address_that_leads_nowhere_is_refused_in_the_form_of_every_error(
    steady: FlaskClient, path: str, status: int
) -> None:
    answer = steady.get(path)

    assert answer.status_code == status
    if path.endswith(".json"):
        assert answer.json[0]["code"] == status  # type: ignore[index]
    else:
        assert ElementTree.fromstring(answer.data).findtext("error/code") == str(status)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "POST"])
def test_another_method_is_refused_in_the_form_of_every_error(steady: FlaskClient, method: str) -> None:
    answer = steady.open(f"{BASE}/services.json", method=method)

    assert (answer.status_code, answer.json and answer.json[0]["code"]) == (405, 405)
    assert "GET" in answer.headers["Allow"]


def test_characters_that_xml_cannot_hold_do_not_break_it(app: Flask) -> None:
    hostile = "<a>&]]>\"'\x00\x0b\ufffe\U0001f600\ud800"
    with app.test_request_context():
        answer = reply("xml", "errors", [{"code": 400, "description": hostile}])

    assert ElementTree.fromstring(answer.data).findtext("error/description") == "<a>&]]>\"'���😀�"


def test_headers_forbid_keeping_guessing_and_framing(steady: FlaskClient) -> None:
    for path in ("services.json", "requests.xml", "tokens/x.json"):
        headers = steady.get(f"{BASE}/{path}").headers
        assert headers["Cache-Control"] == "no-store" and headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "Set-Cookie" not in headers


def test_the_contract_of_the_api_names_this_face_and_every_other_interface(
    app: Flask, client: FlaskClient
) -> None:
    contract = client.get("/api/openapi.json").json
    assert contract is not None

    assert client.get(contract["externalDocs"]["url"]).json["endpoints"][0]["url"].endswith(BASE)  # type: ignore[index]
    named = {re.sub("{.*?}", "<>", path) for path in contract["paths"]}
    there = {
        re.sub("<.*?>", "<>", rule.rule) for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")
    }
    assert there <= named


WORDS = st.text(st.characters(codec="utf-8"), max_size=40)
NAMES = st.sampled_from(
    [*said(), "attribute[about]", "attribute[public]", "address_string", "first_name", "email"]
)
PARAMETERS = st.sampled_from(
    ["service_request_id", "service_code", "start_date", "end_date", "status", "page", "page_size"]
)
VALUES = WORDS | st.sampled_from(["east", "inquiry", ROW, "true", "closed", "2026-04-11", "2"])


def same(steady: FlaskClient, call: Callable[[GeoReport], Any]) -> None:
    """Fail unless both formats say the same, by the specification, and never that the service broke."""
    found = []
    for form in FORMS:
        try:
            found.append((200, call(GeoReport(steady, form))))
        except Failed as failed:
            assert failed.status in (400, 404, 413)
            found.append((failed.status, failed.errors))
    assert found[0] == found[1]


def test_a_planted_difference_between_the_formats_would_be_noticed(
    steady: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_words", lambda fact: str(fact).strip("。"))

    with pytest.raises(AssertionError):
        same(steady, lambda city: city.post(said(description=None)))


@MANY
@given(fields=st.dictionaries(NAMES | WORDS, VALUES, max_size=8), whole=st.booleans())
def test_any_form_is_answered_alike_in_both_formats(
    steady: FlaskClient, fields: dict[str, str], whole: bool
) -> None:
    def post(city: GeoReport) -> Any:
        taken = city.post({**(said() if whole else {}), **fields})
        assert receipts.read(taken.pop("token"))
        return taken

    same(steady, post)


@MANY
@given(body=st.binary(max_size=300))
def test_any_bytes_are_answered_alike_in_both_formats(steady: FlaskClient, body: bytes) -> None:
    same(steady, lambda city: city.post(body))


@MANY
@given(asked=st.dictionaries(PARAMETERS | WORDS, VALUES, max_size=6))
def test_any_question_is_answered_alike_in_both_formats(steady: FlaskClient, asked: dict[str, str]) -> None:
    same(steady, lambda city: city.requests(**asked))


@MANY
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="/"), min_size=1, max_size=60))
def test_any_id_and_token_is_answered_alike_in_both_formats(steady: FlaskClient, text: str) -> None:
    same(steady, lambda city: city.request(text))
    same(steady, lambda city: city.token(text))
    same(steady, lambda city: city.definition(text))


@MANY
@given(
    start=st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.timezones()),
    days=st.integers(0, 900),
)
def test_every_request_between_two_moments_is_found_and_no_other(
    steady: FlaskClient, start: datetime, days: int
) -> None:
    city, first, last = GeoReport(steady, "json"), start.isoformat(), (start + timedelta(days)).isoformat()
    everything = city.requests(start_date="0001-01-01", end_date="9999-12-31")

    found = city.requests(start_date=first, end_date=last)

    assert len(everything) == 4
    assert found == [
        each for each in everything if moment(first) <= moment(each["requested_datetime"]) <= moment(last)
    ]
