"""A clerk publishes at the desk: the same gate as for every push, and nothing of the upload is left."""

import csv
import fcntl
import io
import json
import os
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
import yaml
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from forms_api.database import Database
from forms_api.desk.filing import sending
from forms_api.desk.filing.sending import FOLDER
from forms_api.limits import Limits
from mingbai.errors import PortalError
from mingbai.git import MAIN
from mingbai.receiving.installing import init, take_files
from mingbai.receiving.layout import Server
from tests.api.conftest import PROFILE, Clock, Start, stored
from tests.api.desk import HTTPS, Person, token_in
from tests.engine.test_importing_people import HEADER, PEOPLE, SECRETS
from tests.server import clone
from tests.spreadsheets import Sheet, made
from tests.village import Village, build_village

FINANCE = "datasets/filings/east/finance/2026-Q1"
SECRET = "东渠第七段清淤"  # stands in the sheet alone, and in what is published of it
REMARK = "经办时忘了盖章"  # stands in a column that is left out
ROWS = [
    ["东头村2026年第一季度收支表"],
    ["序号", "日期", "科目", "摘要", "收入", "支出", "凭证号"],
    [1, "2026-03-08", "经营收入", "村口门面房租金", "18000.00", "", "记-001"],
    [2, "2026-03-11", "工程", SECRET, "", "3200.50", "记-003"],
    ["合计", "", "", "", "18000.00", "3200.50", ""],
]
FACTS = {"fact-opening": "1000", "fact-closing": "15799.50"}
RELIEF_FACTS = ("测试镇关爱资金", "1000", "20000", "0", "2950")
WHOLE = {
    "opinion": "凭证齐全，同意公布",
    "reviewed": "2026-04-08",
    "place": "村部公示栏",
    "shown_from": "2026-04-09",
    "shown_until": "2026-04-24",
}


@pytest.fixture
def village(tmp_path: Path) -> Village:
    """The village as the server's own files are: what the service reads is what is pushed to."""
    return Village(tmp_path / "server" / "portal")


@pytest.fixture
def server(village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server whose builder another process seems to hold; `小周` publishes for east, `小李` for west."""
    monkeypatch.delenv("MINGBAI_DATABASE", raising=False)
    source, server = build_village(tmp_path / "source"), init(tmp_path / "server")
    source.write("datasets/profiles/national.yaml", PROFILE)
    for path in (source.root / "datasets/filings").glob("*st/*/*"):
        path.unlink()  # neither east nor west has filed anything yet
    source.write("receive.log", "")
    take_files(server, source.root)
    publishers = {"小周": {"units": ["east"]}, "小吴": {"units": ["east"]}, "小李": {"units": ["west"]}}
    publishers["镇里"] = {"units": ["town"]}
    server.publishers.write_text(
        yaml.safe_dump({"publishers": publishers}, allow_unicode=True), encoding="utf-8"
    )
    monkeypatch.setenv("MINGBAI_SERVER", str(server.root))
    with (server.state / "builder.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield server


@pytest.fixture
def app(server: Server, start: Start, clock: Clock) -> Flask:
    return start(clock=clock)


class Clerk(Person):
    """Somebody who publishes."""

    address = "/desk/publish"

    def open(self, query: str = "") -> TestResponse:
        return self.client.get(f"{self.address}{query}", base_url=HTTPS)

    def send(self, **typed: object) -> TestResponse:
        said = {"token": token_in(self.client.get("/desk", base_url=HTTPS).text)} | typed
        # Written here, for the client of the tests would put a large form into a file of its own.
        parts = {name: _part(value) for name, value in said.items()}
        boundary, body = encode_multipart(parts)
        sort = f"multipart/form-data; boundary={boundary}"
        return self.client.post(self.address, data=body, base_url=HTTPS, content_type=sort)

    def look(self, data: bytes, name: str = "收支.csv", **typed: object) -> TestResponse:  # type: ignore[override]
        chosen = {"act": "look", "unit": "east", "kind": "finance", "period": "2026-Q1"}
        return self.send(**chosen | {"file": (io.BytesIO(data), name)} | typed)

    def again(self, page: TestResponse, **typed: object) -> TestResponse:
        return self.send(act="again", upload=upload_in(page), **typed)

    def publish(self, page: TestResponse) -> TestResponse:
        return self.send(act="publish", upload=upload_in(page))


def _part(value: object) -> object:
    if not isinstance(value, tuple):
        return value
    content, name = value
    content.seek(0)
    return FileStorage(content, name, content_type="application/octet-stream")


def upload_in(page: TestResponse) -> str:
    found = re.search('name="upload" value="([^"]+)"', page.text)
    assert found is not None, page.status_code
    return found[1]


def sheet(format: str = "csv", rows: list[list[object]] | None = None) -> bytes:
    return made(format, Sheet(rows or ROWS))  # type: ignore[arg-type]


@pytest.fixture
def clerk(app: Flask, village: Village) -> Clerk:
    return Clerk(app, village, "小周", "east")


def shown(server: Server, path: str) -> str | None:
    try:
        return server.repository.run("show", f"{MAIN}:{path}").decode()
    except Exception:
        return None


def log(server: Server) -> list[dict[str, str]]:
    lines = server.log.read_text("utf-8").splitlines() if server.log.is_file() else []
    return [json.loads(line) for line in lines]


def trail(village: Village) -> list[tuple[str, str, str]]:
    asked = "SELECT a.account, a.what, f.filing FROM audit_trail a JOIN audit_filings f ON f.line = a.line"
    return [(str(name), str(what), str(filing)) for name, what, filing in stored(village, asked)]


# The way through.


@pytest.mark.parametrize("format", ["csv", "gbk", "xlsx", "xls", "ods"])
def test_a_spreadsheet_comes_to_main_and_into_the_log(server: Server, clerk: Clerk, format: str) -> None:
    looked = clerk.look(sheet(format), f"收支.{format}")
    assert looked.status_code == 422 and "期初结余" in looked.text

    ready = clerk.again(looked, **FACTS, **WHOLE)
    assert ready.status_code == 200, ready.text[ready.text.index('id="findings"') :][:1500]
    assert "预览，还没有公开" in ready.text and SECRET in ready.text
    assert shown(server, f"{FINANCE}.csv") is None

    done = clerk.publish(ready)
    assert done.status_code == 303
    page = clerk.client.get(done.headers["Location"], base_url=HTTPS)

    rows = list(csv.DictReader(io.StringIO(shown(server, f"{FINANCE}.csv"))))
    assert [(row["summary"], row["expenditure"]) for row in rows][1] == (SECRET, "3200.50")
    facts = yaml.safe_load(shown(server, f"{FINANCE}.yaml") or "")
    assert "closing: 15799.50\n" in (shown(server, f"{FINANCE}.yaml") or "")
    assert facts["supervision"]["opinion"] == WHOLE["opinion"]
    assert facts["display"]["place"] == WHOLE["place"]
    assert {each["path"] for each in log(server)} >= {f"{FINANCE}.csv", f"{FINANCE}.yaml"}
    assert page.status_code == 200 and "/u/east/finance/2026-Q1/" in page.text and "收到" in page.text


def test_the_commit_names_a_role_and_a_unit_and_no_account(server: Server, clerk: Clerk) -> None:
    clerk.publish(clerk.again(clerk.look(sheet()), **FACTS))

    told = server.repository.run("log", "-3", "--format=%an %ae %cn %ce %s %b", MAIN).decode()
    assert "clerk of east" in told and "公开：东头村" in told
    assert "小周" not in told


def test_the_trail_says_who_published_what_and_nothing_of_it(
    server: Server, village: Village, clerk: Clerk
) -> None:
    clerk.publish(clerk.again(clerk.look(sheet()), **FACTS))

    filing = "east/finance/2026-Q1"
    assert trail(village) == [("小周", "offered", filing), ("小周", "published", filing)]
    for change in ("DELETE FROM audit_filings", "UPDATE audit_filings SET filing = 'x'"):
        with (
            pytest.raises(DBAPIError, match="stays"),
            Database.of(village.root / ".state").changing() as connection,
        ):
            connection.execute(text(change))


def test_a_nil_return_is_published_with_its_reason(server: Server, clerk: Clerk) -> None:
    looked = clerk.look(b"", "", reason="本月没有收支")
    assert looked.status_code == 200 and "本月没有收支" in looked.text and "预览，还没有公开" in looked.text

    assert clerk.publish(looked).status_code == 303
    assert yaml.safe_load(shown(server, f"{FINANCE}.yaml") or "") == {"nil": {"reason": "本月没有收支"}}
    assert shown(server, f"{FINANCE}.csv") is None


def test_what_waits_is_suggested_and_fills_in_the_form(clerk: Clerk) -> None:
    page = clerk.open().text

    assert "kind=finance&amp;period=2026-Q1" in page and "未公开·已过6天" in page
    assert 'value="2026-Q1"' in clerk.open("?unit=east&kind=finance&period=2026-Q1").text


def test_the_page_that_is_previewed_has_its_heading_below_that_of_the_desk(clerk: Clerk) -> None:
    headings = re.findall("<h1[^>]*>", clerk.again(clerk.look(sheet()), **FACTS).text)

    assert [heading for heading in headings if 'aria-level="2"' not in heading] == ["<h1>"]
    assert len(headings) == 2


def test_english_pages_lead_through_as_well(server: Server, clerk: Clerk) -> None:
    clerk.address = "/en/desk/publish"
    looked = clerk.look(sheet())
    assert "Opening balance" in looked.text and " --" not in looked.text

    ready = clerk.again(looked, **FACTS)
    assert "Preview, not published yet" in ready.text
    done = clerk.publish(ready)
    assert done.headers["Location"].startswith("/en/desk/publish?published=")
    assert "received" in clerk.client.get(done.headers["Location"], base_url=HTTPS).text


# Questions.


def test_a_column_that_is_not_known_is_asked_about_and_can_be_left_out(server: Server, clerk: Clerk) -> None:
    rows = [ROWS[0], [*ROWS[1], "批注"], *[[*row, REMARK if row[0] == 1 else ""] for row in ROWS[2:]]]
    looked = clerk.look(sheet("xlsx", rows), "收支.xlsx", **FACTS)
    assert 'name="map-H"' in looked.text and "--map" not in looked.text

    ready = clerk.again(looked, **FACTS, **{"map-H": "-"})
    assert ready.status_code == 200
    clerk.publish(ready)
    assert REMARK not in (shown(server, f"{FINANCE}.csv") or "")


def test_days_of_display_that_the_form_suggests_count_only_with_a_place(server: Server, clerk: Clerk) -> None:
    suggested = {name: WHOLE[name] for name in ("shown_from", "shown_until")}
    looked = clerk.look(sheet())
    assert 'value="2026-05-01"' in looked.text  # fifteen days from the day of the clock

    clerk.publish(clerk.again(looked, **FACTS, **suggested))

    assert list(yaml.safe_load(shown(server, f"{FINANCE}.yaml") or "")) == ["header"]


def test_no_finding_of_the_import_speaks_of_the_command_line_at_the_desk(clerk: Clerk) -> None:
    from forms_api.desk.filing.proposing import told
    from mingbai.messages import LANGUAGES, catalogue
    from mingbai.sheets.finding import Finding

    # What only the command line can say: names of columns and facts that are not there, and paper slips.
    never = {"no_column", "no_fact", "no_slips", "dry", "hidden_sheet", "ask_fact", "no_sheet"}
    never |= {"no_household", "no_table_there"}  # of options that the form does not have
    rules = {key.split(".")[1] for key in catalogue() if key.startswith("importing.") and key.endswith(".do")}
    assert len(rules) > 40
    for rule in sorted(rules - never):
        text = catalogue()[f"importing.{rule}"], catalogue()[f"importing.{rule}.do"]
        finding = Finding("x", None, None, rule, "error", *text)
        for lang in LANGUAGES:
            ((_, says, does),) = told([finding], lang)
            assert "--" not in says + does, rule


def test_findings_are_all_shown_at_once_and_nothing_can_be_confirmed(server: Server, clerk: Clerk) -> None:
    rows = [*ROWS[:2], [1, "3月32日", "经营收入", "租金", "一大堆", "", "记-001"], ROWS[3]]
    looked = clerk.again(clerk.look(sheet(rows=rows)), **FACTS)

    assert looked.status_code == 422
    assert "B3" in looked.text and "E3" in looked.text, looked.text[looked.text.index('id="findings"') :][
        :900
    ]
    assert "一大堆" not in looked.text
    assert 'value="publish"' not in looked.text and "预览，还没有公开" not in looked.text
    assert clerk.publish(looked).status_code == 410
    assert shown(server, f"{FINANCE}.csv") is None


def test_a_list_with_identities_does_not_come_in_and_its_names_are_not_shown(
    server: Server, clerk: Clerk
) -> None:
    number = "11010519" + "491231002X"
    rows = [[*ROWS[1], "身份证号"], [*ROWS[2], number], [*ROWS[3], number]]
    looked = clerk.again(clerk.look(sheet("xlsx", rows), "名单.xlsx"), **FACTS)

    assert looked.status_code == 422 and "身份证号" in looked.text
    assert number not in looked.text
    assert 'value="publish"' not in looked.text


def test_a_list_of_recipients_comes_in_as_counts_and_its_names_stay_outside(
    app: Flask, server: Server, village: Village, tmp_path: Path
) -> None:
    town = Clerk(app, village, "镇里", "town", "township")
    chosen = {"unit": "town", "kind": "relief"}
    facts = dict(zip(("哪笔资金", "期初结余", "财政拨款", "社会捐款", "期末结余"), RELIEF_FACTS, strict=True))
    said = {f"fact-{title}": value for title, value in facts.items()} | {"map-D": "place", "map-E": "cause"}
    looked = town.look(sheet("xlsx", [HEADER, *PEOPLE]), "花名册.xlsx", **chosen)

    ready = town.again(looked, **said)
    assert ready.status_code == 200 and "能认出人，留在外面" in ready.text and "合并公布" in ready.text
    assert town.publish(ready).status_code == 303

    assert "合并公布" in (shown(server, "datasets/filings/town/relief/2026-Q1.csv") or "")
    for secret in SECRETS:
        assert secret not in looked.text + ready.text
        assert holding(secret, tmp_path) == []


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"PK\x03\x04 not a workbook", "a.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls"),
        (sheet("xlsx")[:900], "a.xlsx"),
        (b"%PDF-1.7", "a.xlsx"),
        ("没有表头\n".encode(), "a.csv"),
    ],
    ids=["zip", "ole", "cut", "pdf", "no header"],
)
def test_a_broken_file_is_told_and_nothing_else_happens(clerk: Clerk, data: bytes, name: str) -> None:
    looked = clerk.look(data, name)

    assert looked.status_code == 422 and 'id="findings"' in looked.text
    assert 'value="publish"' not in looked.text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"kind": "relief"}, "事项没有选"),
        ({"kind": ""}, "事项没有选"),
        ({"period": "三月"}, "事项没有选"),
        ({"period": "2026-02-30-qu"}, "事项没有选"),
        ({"file": (io.BytesIO(b""), "")}, "没有收到表格"),
        ({"file": (io.BytesIO(b""), "空.csv")}, "是空的"),
        ({"reason": "没有"}, "只能有一样"),
        ({"reason": "无" * 301, "file": (io.BytesIO(b""), "")}, "原因太长"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_taken_is_said_before_anything_is_read(
    clerk: Clerk, typed: dict[str, object], words: str
) -> None:
    answer = clerk.look(sheet(), **typed)

    assert answer.status_code == 422 and words in answer.text


# Who may.


def test_the_gate_refuses_an_account_that_the_server_does_not_know_and_its_words_are_shown(
    app: Flask, server: Server, village: Village
) -> None:
    stranger = Clerk(app, village, "小赵", "east")
    assert "publishers.yml" in stranger.open().text

    answer = stranger.publish(stranger.again(stranger.look(sheet()), **FACTS))

    assert answer.status_code == 422 and "没有收" in answer.text and "remote:" not in answer.text
    assert shown(server, f"{FINANCE}.csv") is None
    assert [what for _, what, _ in trail(village)] == ["offered", "turned_back"]


def test_the_gate_refuses_an_account_that_stands_there_for_another_unit(
    app: Flask, server: Server, village: Village
) -> None:
    moved = Clerk(app, village, "小李", "east")

    answer = moved.publish(moved.again(moved.look(sheet()), **FACTS))

    assert answer.status_code == 422 and "east" in answer.text
    assert shown(server, f"{FINANCE}.csv") is None


@pytest.mark.parametrize("unit", ["west", "town", "county", "old", "nowhere", ""])
def test_another_unit_is_refused(clerk: Clerk, unit: str) -> None:
    assert clerk.look(sheet(), unit=unit).status_code == 403
    assert clerk.open(f"?published={unit}/finance/2026-Q1").status_code == 200


@pytest.mark.parametrize(("unit", "role"), [("town", "intake"), ("town", "supervisor"), ("east", "intake")])
def test_who_publishes_nothing_is_told_who_does(app: Flask, village: Village, unit: str, role: str) -> None:
    person = Clerk(app, village, "小孙", unit, role)

    assert person.open().status_code == 403
    assert person.look(sheet()).status_code == 403
    assert "/desk/publish" not in person.queue()


def test_an_administrator_chooses_among_the_units_of_the_tree(app: Flask, village: Village) -> None:
    keeper = Clerk(app, village, "管理", "town", "administrator")

    page = keeper.open().text
    assert all(f'value="{unit}"' in page for unit in ("town", "east", "west")) and "county" not in page
    assert keeper.look(sheet(), unit="county").status_code == 403
    assert "/desk/publish" in keeper.queue()


def test_a_form_from_elsewhere_is_refused(server: Server, clerk: Clerk) -> None:
    ready = clerk.again(clerk.look(sheet()), **FACTS)
    for act in ("look", "again", "publish", "cancel"):
        assert clerk.send(token="0" * 64, act=act, upload=upload_in(ready)).status_code == 403

    assert shown(server, f"{FINANCE}.csv") is None
    assert clerk.publish(ready).status_code == 303


def test_nobody_publishes_without_signing_in(app: Flask) -> None:
    client = app.test_client()

    assert client.post("/desk/publish", data={"act": "publish"}, base_url=HTTPS).status_code == 401
    assert "登录" in client.get("/desk/publish", base_url=HTTPS).text


# What is held.


def test_a_preview_that_is_too_old_publishes_nothing(server: Server, clerk: Clerk, clock: Clock) -> None:
    ready = clerk.again(clerk.look(sheet()), **FACTS)
    clock.now += timedelta(minutes=15)

    assert clerk.publish(ready).status_code == 410
    assert shown(server, f"{FINANCE}.csv") is None


def test_an_upload_is_let_go_without_anybody_asking(app: Flask, clerk: Clerk, clock: Clock) -> None:
    clerk.look(sheet())
    uploads = app.extensions["acceptance"].uploads
    assert uploads._held

    clock.now += timedelta(minutes=15)
    app.extensions["rounds"].turn()

    assert not uploads._held


def test_what_was_given_up_or_replaced_or_shown_to_another_is_not_published(
    app: Flask, server: Server, village: Village, clerk: Clerk
) -> None:
    other = Clerk(app, village, "小吴", "east")
    first = clerk.again(clerk.look(sheet()), **FACTS)
    assert other.publish(first).status_code == 410
    second = clerk.again(clerk.look(sheet()), **FACTS)
    assert clerk.publish(first).status_code == 410
    assert clerk.send(act="cancel", upload=upload_in(second)).status_code == 303
    assert clerk.publish(second).status_code == 410

    assert shown(server, f"{FINANCE}.csv") is None


def test_a_double_click_publishes_once(server: Server, clerk: Clerk) -> None:
    ready = clerk.again(clerk.look(sheet()), **FACTS)

    assert [clerk.publish(ready).status_code for _ in range(2)] == [303, 410]
    assert len([each for each in log(server) if each["path"] == f"{FINANCE}.csv"]) == 1


def test_two_clerks_at_once_with_the_same_filing_publish_one(
    app: Flask, server: Server, village: Village, clerk: Clerk
) -> None:
    other = Clerk(app, village, "小吴", "east")
    statuses: list[int] = []
    pages = [(each, each.again(each.look(sheet()), **FACTS)) for each in (clerk, other)]
    threads = [
        Thread(target=lambda each=each, page=page: statuses.append(each.publish(page).status_code))
        for each, page in pages
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [303, 422]
    assert len([each for each in log(server) if each["path"] == f"{FINANCE}.csv"]) == 1


def test_two_clerks_at_once_with_different_filings_publish_both(
    app: Flask, server: Server, village: Village, clerk: Clerk
) -> None:
    other = Clerk(app, village, "小李", "west")
    statuses: list[int] = []
    pages = [
        (clerk, clerk.again(clerk.look(sheet()), **FACTS)),
        (other, other.again(other.look(sheet(), unit="west"), **FACTS)),
    ]
    threads = [
        Thread(target=lambda each=each, page=page: statuses.append(each.publish(page).status_code))
        for each, page in pages
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [303, 303]
    assert shown(server, f"{FINANCE}.csv") and shown(server, FINANCE.replace("east", "west") + ".csv")


def test_what_was_published_already_is_told_before_and_after(
    app: Flask, server: Server, village: Village, clerk: Clerk
) -> None:
    other = Clerk(app, village, "小吴", "east")
    waiting = other.again(other.look(sheet()), **FACTS)
    clerk.publish(clerk.again(clerk.look(sheet()), **FACTS))

    late = other.publish(waiting)
    assert late.status_code == 422 and "刚才有人公开了" in late.text
    looked = other.again(other.look(sheet()), **FACTS)
    assert looked.status_code == 422 and "不能再公开一次" in looked.text


def test_a_push_by_git_and_one_from_the_desk_stand_side_by_side(
    server: Server, clerk: Clerk, tmp_path: Path
) -> None:
    pushed = clone(server, tmp_path / "clone", "小周")
    pushed.commit({f"{FINANCE.replace('Q1', 'Q2')}.yaml": "nil: {reason: 没有收支}\n"})
    assert pushed.push("origin", "HEAD:refs/heads/u/east")[0] == 0

    assert clerk.publish(clerk.again(clerk.look(sheet()), **FACTS)).status_code == 303
    assert shown(server, f"{FINANCE}.csv") and shown(server, FINANCE.replace("Q1", "Q2") + ".yaml")


# Nothing is left.


def everything(*roots: Path) -> Iterator[tuple[Path, bytes]]:
    for root in roots:
        for path in root.rglob("*"):
            if path.is_file() and not path.is_symlink():
                try:
                    yield path, path.read_bytes()
                except FileNotFoundError:  # the journal of the database comes and goes
                    continue


def holding(words: str, *roots: Path) -> list[Path]:
    """Return the files in which words stand, plain or in the encodings that spreadsheets have."""
    wanted = [words.encode(code) for code in ("utf-8", "gb18030", "utf-16-le")]
    return [path for path, data in everything(*roots) if any(each in data for each in wanted)]


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, ...]]:
    """All that the service and git can write to, with a folder for temporary files of its own."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    yield (tmp_path,)


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_nothing_of_the_upload_is_left_after_it_was_published(
    places: tuple[Path, ...], server: Server, village: Village, clerk: Clerk, caplog: object, format: str
) -> None:
    filler = "填充" * 300_000  # so large that a form's usual reader would put it on the disk
    rows = [
        [*ROWS[1], "批注", "备查"],
        *[[*row, REMARK, filler[: 60_000 if row[0] == 1 else 5]] for row in ROWS[2:4]],
    ]
    data = sheet(format, rows)
    looked = clerk.look(data, f"机密表.{format}")
    assert holding(REMARK, *places) == [] and holding(SECRET, *places) == []

    ready = clerk.again(looked, **FACTS, **{"map-H": "-", "map-I": "-"})
    assert ready.status_code == 200
    assert holding(REMARK, *places) == [] and holding(SECRET, *places) == []
    assert clerk.publish(ready).status_code == 303

    assert holding(REMARK, *places) == [] and holding("机密表", *places) == []
    assert list((village.root / ".state" / FOLDER).iterdir()) == []
    assert clerk.client.application.extensions["acceptance"].uploads._held == {}


def test_nothing_of_the_upload_is_left_after_the_gate_refused_it(
    places: tuple[Path, ...], app: Flask, server: Server, village: Village
) -> None:
    stranger = Clerk(app, village, "小赵", "east")
    answer = stranger.publish(stranger.again(stranger.look(sheet()), **FACTS))

    assert answer.status_code == 422
    assert holding(SECRET, *places) == []
    found = server.repository.run("cat-file", "--batch-all-objects", "--batch").decode("utf-8", "replace")
    assert "东头村,Dongtou" in found and SECRET not in found
    assert app.extensions["acceptance"].uploads._held == {}


def test_a_large_form_is_never_written_to_the_disk(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a file of a form would have been written")

    for name in ("TemporaryFile", "SpooledTemporaryFile", "NamedTemporaryFile"):
        monkeypatch.setattr(f"tempfile.{name}", refuse)
        monkeypatch.setattr(f"werkzeug.formparser.{name}", refuse, raising=False)

    assert clerk.look(b"a,b\n" * 400_000).status_code == 422


def test_what_a_killed_process_left_is_swept_away_at_the_start(
    places: tuple[Path, ...], server: Server, village: Village, start: Start, tmp_path: Path
) -> None:
    for name, age in (("mingbai-import-old", 3600), ("mingbai-import-new", 10)):
        copy = tmp_path / "temporary" / name
        copy.mkdir()
        (copy / "rows.csv").write_text(SECRET if age > 60 else "", "utf-8")
        os.utime(copy, (time.time() - age,) * 2)
    left = village.root / ".state" / FOLDER / "tmpx" / "objects"
    left.mkdir(parents=True)
    (left / "blob").write_text(SECRET, "utf-8")

    start()

    assert holding(SECRET, *places) == []
    assert (tmp_path / "temporary" / "mingbai-import-new").is_dir()


# Size and settings.


def test_a_huge_file_is_refused_before_and_after_its_length_is_known(app: Flask, clerk: Clerk) -> None:
    limits = Limits()
    over = clerk.look(b"x" * (limits.sheet_size + 1))
    far_over = clerk.look(b"x" * (limits.sheet_body + 1))

    assert over.status_code == 422 and "2 MB" in over.text
    assert far_over.status_code == 413 and "表格太大" in far_over.text


def test_uploads_have_a_room_that_is_bounded(
    server: Server, village: Village, start: Start, clock: Clock
) -> None:
    app = start(limits=Limits(sheets_memory=1000), clock=clock)
    clerk = Clerk(app, village, "小周", "east")

    assert clerk.look(b"x" * 2000).status_code == 503
    assert clerk.look(sheet()).status_code == 422


def test_without_a_server_the_page_says_how_else(
    village: Village, server: Server, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MINGBAI_SERVER")
    clerk = Clerk(start(), village, "小周", "east")

    assert "MINGBAI_SERVER" in clerk.open().text and "git push" in clerk.open().text
    assert clerk.look(sheet()).status_code == 409


def test_a_server_that_is_not_there_stops_the_start(
    village: Village, server: Server, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINGBAI_SERVER", str(tmp_path / "nothing"))

    with pytest.raises(PortalError, match="nothing"):
        start()
    assert sending.VARIABLE == "MINGBAI_SERVER"
