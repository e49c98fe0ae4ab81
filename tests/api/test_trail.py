"""What a keeper sees of the audit trail and of the accounts, and what a case says of who read it."""

import csv
import io
import re

import pyotp
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from forms_api.cases import moment
from forms_api.database import Database
from forms_api.desk import accounts, audit
from forms_api.desk.accounts import Account
from forms_api.tables import ACCOUNTS
from mingbai import cli
from mingbai.messages import LANGUAGES, say
from tests.api.conftest import NOW, stored
from tests.api.desk import PASSWORD, Person, Writer
from tests.api.test_security_exports import BODIES, STARTS, formulas
from tests.village import Village

STEERING = "\x1b[2J\x1b]0;x\x07王\u202e\n小"


class Server:
    """Somebody who sits at the server."""

    def __init__(
        self, village: Village, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.village, self.monkeypatch, self.capsys = village, monkeypatch, capsys
        (village.root / ".state").mkdir(exist_ok=True)

    def run(self, *arguments: str, password: str = PASSWORD) -> tuple[int, str]:
        self.monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        status = cli.main(["desk", "--portal", str(self.village.root), *arguments])
        said = self.capsys.readouterr()
        return status, said.err if status else said.out


@pytest.fixture
def keeper(village: Village, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Server:
    return Server(village, monkeypatch, capsys)


def noted(village: Village, account: str, what: str = "read", case: int | None = None) -> None:
    with Database.of(village.root / ".state").changing() as connection:
        audit.note(connection, NOW, account, what, case)


# The trail.


def test_a_keeper_reads_who_read_and_did_what(app: Flask, village: Village, keeper: Server) -> None:
    writer = Writer(app, village)
    clerk, other = Person(app, village, "小周", "east"), Person(app, village, "小李", "town", "township")
    clerk.look(writer.number)
    other.queue()

    _, all_of_it = keeper.run("trail")
    _, of_case = keeper.run("trail", "--case", str(writer.number))
    _, of_account = keeper.run("trail", "--account", "小李")
    _, none = keeper.run("trail", "--since", "2026-04-17")

    assert "小周  登录了" in all_of_it and "小李  看了来信列表" in all_of_it
    assert of_case == f"2026-04-16 10:21  小周  看了信  {writer.number}\n"
    assert "小李" in of_account and "小周" not in of_account
    assert none.strip() == "" and len(all_of_it.splitlines()) == 4


def test_the_trail_says_to_which_account_something_was_done(village: Village, keeper: Server) -> None:
    keeper.run("user", "add", "小周", "--unit", "east", "--role", "clerk")
    keeper.run("user", "out", "小周")
    keeper.run("user", "reset", "小周")
    keeper.run("user", "close", "小周")

    _, told = keeper.run("trail", "--account", "小周", "--format", "csv")

    rows = list(csv.DictReader(io.StringIO(told)))
    assert [(row["account"], row["what"], row["named"]) for row in rows] == [
        ("mingbai desk", what, "小周") for what in ("added", "put_out", "reset", "closed")
    ]
    for change in ("DELETE FROM audit_accounts", "UPDATE audit_accounts SET account = '别人'"):
        with (
            pytest.raises(DBAPIError, match="stays"),
            Database.of(village.root / ".state").changing() as connection,
        ):
            connection.execute(text(change))


def test_no_name_in_the_trail_becomes_a_formula(village: Village, keeper: Server) -> None:
    payloads = [start.replace("\x00", "") + body for start in STARTS for body in BODIES]
    with Database.of(village.root / ".state").changing() as connection:
        for payload in payloads:
            audit.note(connection, NOW, payload, "added", named=payload)

    _, told = keeper.run("trail", "--format", "csv")

    assert len(told.splitlines()) == len(payloads) + 1
    assert formulas(told) == []


@pytest.mark.parametrize("format", ["text", "csv"])
def test_no_name_in_the_trail_steers_a_terminal(village: Village, keeper: Server, format: str) -> None:
    noted(village, STEERING)

    _, told = keeper.run("trail", "--format", format)

    assert "王" in told and not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", told)
    assert len(told.splitlines()) == (1 if format == "text" else 2)


def test_every_act_has_its_words() -> None:
    assert [say(f"desk.trail.{what}", lang) for what in audit.ACTS for lang in LANGUAGES]


def test_a_day_that_is_none_is_refused(keeper: Server) -> None:
    status, _ = keeper.run("trail", "--since", "2026-02-30")

    assert status == 2


# Accounts.


def test_accounts_are_listed_with_what_they_are(village: Village, keeper: Server) -> None:
    assert "还没有账号" in keeper.run("user", "list")[1]
    for name in ("小周", "老王"):
        keeper.run("user", "add", name, "--unit", "east", "--role", "clerk")
    keeper.run("user", "reset", "老王")
    keeper.run("user", "close", "小周")

    lines = keeper.run("user", "list")[1].splitlines()

    assert len(lines) == 2
    assert any(line.startswith("小周  east  办件") and line.endswith("停用") for line in lines)
    assert any(line.startswith("老王  east  办件") and line.endswith("口令还没换") for line in lines)


def test_no_name_in_the_list_steers_a_terminal(village: Village, keeper: Server) -> None:
    with Database.of(village.root / ".state").changing() as connection:
        made = {"name": STEERING, "unit": "east", "role": "clerk", "password": "", "totp_secret": ""}
        connection.execute(ACCOUNTS.insert().values(**made, totp_step=0, created_at=moment(NOW)))

    told = keeper.run("user", "list")[1]

    assert "王" in told and "\x1b" not in told and len(told.splitlines()) == 1


def test_the_keeper_resets_an_account_whose_owner_then_changes_the_password(
    app: Flask, village: Village, keeper: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = Person(app, village, "小周", "east")
    other = "棉花 石磨 渡口 冬至 算盘 蓑衣"

    status, told = keeper.run("user", "reset", "小周", password=other)

    secret = str(pyotp.parse_uri(next(line for line in told.splitlines() if "otpauth" in line)).secret)
    assert status == 0 and len(re.findall("(?m)^[0-9a-f]{8}(?:-[0-9a-f]{8}){3}$", told)) == 10
    assert "办件登录" in clerk.queue()
    with Database.of(village.root / ".state").reading() as connection:
        kept = accounts.find(connection, "小周")
    assert kept is not None and kept.account == Account("小周", "east", "clerk", drawn=True)
    assert stored(village, "SELECT totp_secret FROM accounts") == [(secret,)]


@pytest.mark.parametrize("act", ["reset", "close", "out"])
def test_an_account_that_is_not_there_is_a_sentence(village: Village, keeper: Server, act: str) -> None:
    status, told = keeper.run("user", act, "没有的人")

    assert status == 2 and "没有这个账号" in told


def test_a_reset_judges_the_password_too(app: Flask, village: Village, keeper: Server) -> None:
    clerk = Person(app, village, "小周", "east")

    status, told = keeper.run("user", "reset", "小周", password="password123456")

    assert status == 2 and "8 个字" in told
    assert "要办的来信" in clerk.queue()


# Who has read a case.


def test_intake_and_supervisors_see_who_read_a_case_and_others_do_not(app: Flask, village: Village) -> None:
    writer = Writer(app, village)
    readers = {
        role: Person(app, village, f"某{role}", unit, role)
        for role, unit in (
            ("clerk", "east"),
            ("township", "town"),
            ("intake", "town"),
            ("supervisor", "county"),
        )
    }

    pages = {role: person.look(writer.number).text for role, person in readers.items()}

    assert {role for role, page in pages.items() if "谁看过" in page} == {"intake", "supervisor"}
    list_of = pages["supervisor"].split("谁看过")[1].split("</details>")[0]
    assert all(f"某{role}" in list_of for role in readers) and "10:21" in list_of


def test_readers_of_a_report_are_shown_only_to_those_who_may_see_it(app: Flask, village: Village) -> None:
    writer = Writer(app, village, type="report", public=False)
    intake = Person(app, village, "小李", "town", "intake")
    at_home = Person(app, village, "村里收件", "east", "intake")
    intake.look(writer.number)

    page, hidden = intake.look(writer.number).text, at_home.look(writer.number)

    assert "谁看过" in page and "小李" in page.split("谁看过")[1]
    assert hidden.status_code == 404 and "小李" not in hidden.text
    assert "村里收件" not in page.split("谁看过")[1].split("</details>")[0]
