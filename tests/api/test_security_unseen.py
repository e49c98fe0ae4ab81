"""Characters that nobody can see, and those that turn the order of letters round, are kept in no field from anybody."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from forms_api.database import Database
from forms_api.submissions import FIELDS, clean, invisible
from forms_api.tables import AUDIT, METADATA
from mingbai.privacy import identifiers
from mingbai.sheets.hidden import HIDDEN
from tests.api.conftest import NOW, letter, settle
from tests.api.desk import HTTPS, Person, Writer, number_of, token_in
from tests.village import Village

BIDI = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
WIDTHLESS = "\u200b\u200c\u200d\u2060\u2061\u2063\u2064\ufeff\u00ad\u034f\u180b\u180e\ufe0f\U000e0100"
FILLERS = "\u115f\u1160\u3164\uffa0\u17b4\u17b5"
TAGS = "\U000e0001\U000e0041\U000e007f\ufff9\ufffa\ufffb\ufffd"
CONTROLS = "\x01\x07\x08\x0b\x0c\x1b\x7f\x80\x9b"
UNSEEN = BIDI + WIDTHLESS + FILLERS + TAGS + CONTROLS


def veiled(words: str) -> str:
    """Return words with everything that cannot be seen between their letters, before and behind them."""
    return UNSEEN + UNSEEN.join(words) + UNSEEN


def kept(village: Village) -> list[tuple[str, str, str]]:
    """Return every text of the database that holds what cannot be seen: table, column, text."""
    found = []
    with Database.of(village.root / ".state").reading() as connection:
        for table in METADATA.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                found += [(table.name, name, text) for name, text in row.items() if is_veiled(text)]
    return found


def is_veiled(value: Any) -> bool:
    return isinstance(value, str) and HIDDEN.search(value.replace("\t", " ")) is not None


@pytest.fixture(scope="module")
def app(steady: FlaskClient) -> Flask:
    return steady.application


def test_every_field_of_form_and_interfaces_is_cleaned(app: Flask, steady_village: Village) -> None:
    client = app.test_client()
    said = letter(text=veiled("路灯坏了"), name=veiled("王"), contact=veiled("村口"))
    form = {**said, "public": "yes", "token": _form_token(client), "text": veiled("路灯坏了二")}
    open311 = {
        "service_code": "inquiry",
        "attribute[unit]": "east",
        "description": veiled("路灯坏了三"),
        "first_name": veiled("小"),
        "last_name": veiled("王"),
        "phone": veiled("村口"),
        "address_string": veiled("桥头"),
    }

    statuses = [
        client.post("/api/v1/submissions", json=said).status_code,
        client.post("/ask", data=form).status_code,
        client.post("/open311/v2/requests.json", data=open311).status_code,
    ]

    assert statuses == [201, 201, 201]
    assert [number_of(steady_village, f"路灯坏了{end}") for end in ("", "二")]
    assert number_of(steady_village, "路灯坏了三\n地点：桥头")
    assert kept(steady_village) == []


def test_what_the_holder_of_a_receipt_says_is_cleaned(app: Flask, steady_village: Village) -> None:
    writer, clerk = Writer(app, steady_village, text="看不见的"), Person(app, steady_village, "周末", "east")

    assert writer.track("remark", text=veiled("补充")).status_code == 200
    assert clerk.act(writer.number, "answer", answer=veiled("办了")).status_code == 303
    assert writer.track("reopen", text=veiled("没有办")).status_code == 200
    assert writer.track("follow", address=f"a{UNSEEN}@example.org").status_code == 422
    assert kept(steady_village) == []


@pytest.mark.parametrize(
    ("act", "typed"),
    [
        ("answer", {"answer": "修了"}),
        ("extend", {"reason": "等零件", "due": "2026-05-06"}),
        ("hand_up", {"reason": "要镇里定"}),
        ("hand_over", {"reason": "不是我们的", "unit": "west"}),
        ("refer", {"body": "县供电所", "referral": "请他们看"}),
        ("remember", {"reason": "记一笔"}),
    ],
)
def test_every_act_of_the_desk_is_cleaned(
    app: Flask, steady_village: Village, act: str, typed: dict[str, str]
) -> None:
    writer = Writer(app, steady_village, text=f"办件 {act}")
    clerk = Person(app, steady_village, f"员{act}", "east")
    free = {name: veiled(words) for name, words in typed.items() if name not in ("due", "unit")}

    answer = clerk.act(writer.number, act, **typed | free)

    assert answer.status_code == 303, answer.text
    assert kept(steady_village) == []


def test_tasks_drafts_and_what_is_entered_at_the_counter_are_cleaned(
    app: Flask, steady_village: Village
) -> None:
    report = Writer(app, steady_village, text="不能让村里看见", type="report", public=False)
    asked = Writer(app, steady_village, text="公开的一问")
    intake = Person(app, steady_village, "镇收", "town", "intake")
    clerk = Person(app, steady_village, "村办", "east")

    assert intake.act(report.number, "pass_on", task=veiled("查照明")).status_code == 303
    assert clerk.act(asked.number, "answer", answer="一答").status_code == 303
    draft = {"question": veiled("公开一问"), "answer": veiled("一答"), "reason": veiled("短些")}
    assert clerk.act(asked.number, "draft", **draft).status_code == 303
    task = clerk.client.get("/desk", base_url=HTTPS).text.split("/desk/tasks/")[1].split('"')[0]
    assert clerk.report(int(task), veiled("换了灯")).status_code == 303
    page = clerk.client.get("/desk/new", base_url=HTTPS).text
    said = {name: "" for name in FIELDS} | {"type": "inquiry", "unit": "east", "channel": "phone"}
    once = page.split('name="once" value="')[1].split('"')[0]
    told = {"text": veiled("电话里说的"), "name": veiled("李"), "token": token_in(page), "once": once}
    assert clerk.client.post("/desk/new", data=said | told, base_url=HTTPS).status_code == 201
    assert kept(steady_village) == []


@pytest.mark.parametrize("blank", list(UNSEEN + "\u2028\u2029"), ids=lambda each: f"U+{ord(each):04X}")
def test_a_letter_in_which_nothing_can_be_read_is_empty(steady: FlaskClient, blank: str) -> None:
    answer = steady.post("/api/v1/submissions", json=letter(text=f" {blank * 3}\n{blank}"))

    assert answer.status_code == 422
    assert [each["field"] for each in answer.get_json()["error"]["fields"]] == ["text"]


def test_cleaning_loses_no_word_and_no_line() -> None:
    said = "一行\r\n二行\r三行\u2028四行\u2029五行\n\t第六 行 😀 naïve Ａ ٣ हि"

    assert clean(said) == "一行\n二行\n三行\n四行\n五行\n\t第六 行 😀 naïve Ａ ٣ हि"


def test_a_number_cannot_hide_behind_what_cannot_be_seen() -> None:
    assert identifiers(clean(veiled("13800138000")))


def test_all_that_the_check_of_filings_calls_hidden_is_dropped_here_too() -> None:
    every = [chr(code) for code in range(0x110000) if HIDDEN.match(chr(code))]

    assert len(every) > 4000
    assert [each for each in every if not invisible(each)] == []


def test_a_field_that_is_stored_as_it_came_would_be_noticed(tmp_path: Path) -> None:
    village = settle(tmp_path / "portal")
    (village.root / ".state").mkdir(mode=0o700)
    with Database.of(village.root / ".state").changing() as connection:
        planted = {"at": NOW.isoformat(), "account": veiled("某"), "what": "listed", "submission": None}
        connection.execute(AUDIT.insert().values(**planted))

    assert [(table, column) for table, column, _ in kept(village)] == [("audit_trail", "account")]


def _form_token(client: FlaskClient) -> str:
    return client.get("/ask").text.split('name="token" value="')[1].split('"')[0]
