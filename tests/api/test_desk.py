"""The desk: who gets in, for how long, who sees which letter, and that every reading leaves a line."""

import io
import re
from collections.abc import Iterator
from datetime import date, timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from forms_api.cases import Case
from forms_api.confidants import SUPERVISOR
from forms_api.database import Database
from forms_api.desk import accounts, sessions
from forms_api.desk.accounts import ROLES, Account
from forms_api.desk.sight import may_handle, may_see
from forms_api.submissions import PRIVATE, TYPES, handler
from mingbai import cli
from mingbai.messages import Text
from tests.api.conftest import NOW, Clock, letter, stored
from tests.api.desk import HTTPS, PASSWORD, enrol, enter, number_of, seen_on, token_in
from tests.village import Village


def test_a_clerk_signs_in_answers_a_letter_and_the_writer_reads_it(app: Flask, village: Village) -> None:
    receipt = app.test_client().post("/api/v1/submissions", json=letter()).get_json()["receipt"]
    clerk = enter(app, "小周", enrol(village, "小周", "east", "clerk"))
    number = number_of(village, str(letter()["text"]))

    listed = clerk.get("/desk", base_url=HTTPS)
    page = clerk.get(f"/desk/cases/{number}", base_url=HTTPS)
    said = seen_on(page.text) | {"answer": "禾平公司做的，合同在公开栏。", "act": "preview"}
    preview = clerk.post(f"/desk/cases/{number}", data=said, base_url=HTTPS)
    before = stored(village, "SELECT count(*) FROM answers")
    done = clerk.post(f"/desk/cases/{number}", data=said | {"act": "answer"}, base_url=HTTPS)

    assert "1 封等着办" in listed.text and "屋顶防水" in listed.text
    assert preview.status_code == 200 and "来信的人会看到" in preview.text and before == [(0,)]
    assert done.status_code == 303
    assert "禾平公司做的" in app.test_client().post("/track", data={"receipt": receipt}).text
    assert "没有等着办的来信" in clerk.get("/desk", base_url=HTTPS).text


def test_two_clerks_cannot_answer_one_letter_twice(app: Flask, village: Village) -> None:
    app.test_client().post("/api/v1/submissions", json=letter())
    number = number_of(village, str(letter()["text"]))
    one = enter(app, "甲", enrol(village, "甲", "east", "clerk"))
    two = enter(app, "乙", enrol(village, "乙", "east", "clerk"))
    pages = [client.get(f"/desk/cases/{number}", base_url=HTTPS).text for client in (one, two)]

    answers = [
        client.post(
            f"/desk/cases/{number}",
            data=seen_on(page) | {"answer": f"答复 {place}", "act": "answer"},
            base_url=HTTPS,
        )
        for place, (client, page) in enumerate(zip((one, two), pages, strict=True))
    ]

    assert [answer.status_code for answer in answers] == [303, 409]
    assert "刚才有人答复过了" in answers[1].text and "答复 1" in answers[1].text
    assert stored(village, "SELECT text FROM answers") == [("答复 0",)]


@pytest.mark.parametrize("answer", ["", "  \u200b ", "长" * 4001])
def test_an_answer_that_cannot_be_stored_is_given_back(app: Flask, village: Village, answer: str) -> None:
    app.test_client().post("/api/v1/submissions", json=letter())
    number = number_of(village, str(letter()["text"]))
    clerk = enter(app, "小周", enrol(village, "小周", "east", "clerk"))
    said = seen_on(clerk.get(f"/desk/cases/{number}", base_url=HTTPS).text)

    said |= {"answer": answer, "act": "answer"}
    page = clerk.post(f"/desk/cases/{number}", data=said, base_url=HTTPS)

    assert page.status_code == 422 and 'role="alert"' in page.text
    assert stored(village, "SELECT count(*) FROM answers") == [(0,)]


# Who gets in.


@pytest.mark.parametrize("wrong", ["name", "password", "code"])
def test_what_is_wrong_at_the_door_is_not_told(app: Flask, village: Village, wrong: str) -> None:
    secret = enrol(village, "小周", "east", "clerk")
    said = {"name": "小周", "password": PASSWORD, "code": pyotp.TOTP(secret).at(NOW)} | {wrong: "000000"}

    answer = app.test_client().post("/desk/sign-in", data=said, base_url=HTTPS)

    assert answer.status_code == 403 and "有一样不对" in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_code_serves_once(app: Flask, village: Village) -> None:
    secret = enrol(village, "小周", "east", "clerk")
    enter(app, "小周", secret)

    said = {"name": "小周", "password": PASSWORD, "code": pyotp.TOTP(secret).at(NOW)}
    assert app.test_client().post("/desk/sign-in", data=said, base_url=HTTPS).status_code == 403


def test_a_recovery_code_serves_once(app: Flask, village: Village) -> None:
    with Database.of(village.root / ".state").changing() as connection:
        made = accounts.add(connection, Account("小周", "east", "clerk"), PASSWORD, NOW)
    said = {"name": "小周", "password": PASSWORD, "code": made.recoveries[3].upper()}

    tries = [app.test_client().post("/desk/sign-in", data=said, base_url=HTTPS).status_code for _ in range(2)]

    assert tries == [303, 403]


def test_after_five_wrong_tries_even_the_right_one_waits(app: Flask, village: Village) -> None:
    secret = enrol(village, "小周", "east", "clerk")
    client = app.test_client()
    for _ in range(5):
        client.post("/desk/sign-in", data={"name": "小周", "password": "x", "code": "1"}, base_url=HTTPS)

    said = {"name": "小周", "password": PASSWORD, "code": pyotp.TOTP(secret).at(NOW)}
    answer = client.post("/desk/sign-in", data=said, base_url=HTTPS)

    assert answer.status_code == 429 and answer.headers["Retry-After"] == "300"


@pytest.mark.parametrize("password", ["short", "一" * 11, "x" * 129])
def test_a_password_that_is_too_short_or_too_long_makes_no_account(
    app: Flask, village: Village, password: str
) -> None:
    with (
        pytest.raises(accounts.Unusable),
        Database.of(village.root / ".state").changing() as connection,
    ):
        accounts.add(connection, Account("小周", "east", "clerk"), password, NOW)


def test_no_password_code_or_token_is_in_the_database(app: Flask, village: Village) -> None:
    client = enter(app, "小周", enrol(village, "小周", "east", "clerk"))
    cookie = client.get_cookie(sessions.COOKIE, domain="desk.example")
    assert cookie is not None

    told = str(stored(village, "SELECT * FROM accounts") + stored(village, "SELECT * FROM sessions"))

    assert PASSWORD not in told and cookie.value not in told


# For how long.


@pytest.mark.parametrize(
    ("steps", "lets"),
    [([29], True), ([30], False), ([29] * 16, True), ([29] * 17, False)],
    ids=["used", "idle", "all day", "too long"],
)
def test_a_session_ends_when_it_is_idle_and_after_eight_hours(
    app: Flask, village: Village, clock: Clock, steps: list[int], lets: bool
) -> None:
    client = enter(app, "小周", enrol(village, "小周", "east", "clerk"))

    for minutes in steps:
        clock.now += timedelta(minutes=minutes)
        page = client.get("/desk", base_url=HTTPS)

    assert ("要办的来信" in page.text) is lets


def test_signing_out_ends_the_session_on_the_server(app: Flask, village: Village) -> None:
    client = enter(app, "小周", enrol(village, "小周", "east", "clerk"))
    cookie = client.get_cookie(sessions.COOKIE, domain="desk.example")
    assert cookie is not None
    token = token_in(client.get("/desk", base_url=HTTPS).text)

    client.post("/desk/sign-out", data={"token": token}, base_url=HTTPS)
    client.set_cookie(sessions.COOKIE, cookie.value, domain="desk.example", secure=True)

    assert "办件登录" in client.get("/desk", base_url=HTTPS).text


def test_a_closed_account_is_out_at_once(app: Flask, village: Village) -> None:
    client = enter(app, "小周", enrol(village, "小周", "east", "clerk"))
    with Database.of(village.root / ".state").changing() as connection:
        accounts.close(connection, "小周", NOW)

    assert "办件登录" in client.get("/desk", base_url=HTTPS).text


def test_every_sign_in_opens_a_new_session_whatever_cookie_came(app: Flask, village: Village) -> None:
    secret = enrol(village, "小周", "east", "clerk")
    client = app.test_client()
    client.set_cookie(sessions.COOKIE, "planted", domain="desk.example", secure=True)
    said = {"name": "小周", "password": PASSWORD, "code": pyotp.TOTP(secret).at(NOW)}

    answer = client.post("/desk/sign-in", data=said, base_url=HTTPS)

    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-mingbai-desk=") and "planted" not in cookie
    assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"))
    assert "Domain" not in cookie


@pytest.mark.parametrize("token", ["", "0" * 64, "令"])
def test_a_form_that_another_site_sends_is_refused(app: Flask, village: Village, token: str) -> None:
    app.test_client().post("/api/v1/submissions", json=letter())
    number = number_of(village, str(letter()["text"]))
    client = enter(app, "小周", enrol(village, "小周", "east", "clerk"))

    said = {"token": token, "answer": "答", "act": "answer"}
    answer = client.post(f"/desk/cases/{number}", data=said, base_url=HTTPS)

    assert answer.status_code == 403
    assert stored(village, "SELECT count(*) FROM answers") == [(0,)]


def test_a_sign_in_from_another_site_is_refused(app: Flask) -> None:
    answer = app.test_client().post(
        "/desk/sign-in", data={"name": "x"}, headers={"Sec-Fetch-Site": "cross-site"}, base_url=HTTPS
    )

    assert answer.status_code == 403


# Who sees what.

UNITS = ("county", "town", "east", "west", "lane")


def case_of(village: Village, type: str, unit: str) -> Case:
    portal = village.portal
    by = handler(portal, type, portal.units.get(unit), NOW.date())
    return Case(1, type, unit, by, None, "字", False, NOW, date(2026, 4, 26), Text("一", "a"))


def everyone() -> Iterator[Account]:
    for role in ROLES:
        for unit in (*UNITS, f"{SUPERVISOR}county"):
            yield Account("谁", unit, role)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("type", PRIVATE)
def test_a_letter_or_report_is_seen_above_the_unit_it_concerns_and_nowhere_else(
    village: Village, type: str, unit: str
) -> None:
    units, case = village.portal.units, case_of(village, type, unit)
    above = {each.slug for each in units.ancestors(unit)}

    for account in everyone():
        seen = may_see(units, account, case, NOW.date())
        if seen:
            assert account.unit in above | {case.handler} and account.unit != unit
            assert account.role in ("intake", "supervisor")
        if account.role == "intake" and account.unit == case.handler:
            assert seen
        assert not (account.unit in units.within(unit, NOW.date()) and seen)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("type", sorted(set(TYPES) - set(PRIVATE)))
def test_other_letters_are_seen_by_the_unit_and_those_above(village: Village, type: str, unit: str) -> None:
    units, case = village.portal.units, case_of(village, type, unit)
    above = {unit} | {each.slug for each in units.ancestors(unit)}

    for account in everyone():
        expected = account.unit == unit if account.role == "clerk" else account.unit in above
        assert may_see(units, account, case, NOW.date()) == (expected and account.role != "administrator")
        if may_handle(units, account, case, NOW.date()):
            assert account.unit == case.handler and account.role != "supervisor"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("unit", ["east", "town", "county"])
def test_on_every_route_a_hidden_case_looks_like_one_that_is_not_there(
    app: Flask, village: Village, role: str, unit: str
) -> None:
    words = {}
    for about in UNITS:
        words[about] = f"关于{about}的事"
        said = letter(type="report", unit=about, text=words[about], public=False)
        assert app.test_client().post("/api/v1/submissions", json=said).status_code == 201
    account = Account("谁", unit, role)
    client = enter(app, "谁", enrol(village, "谁", unit, role))
    listed = client.get("/desk", base_url=HTTPS)
    token = token_in(listed.text)
    strange = client.get("/desk/cases/987654321", base_url=HTTPS)

    for about in UNITS:
        number, case = number_of(village, words[about]), case_of(village, "report", about)
        page = client.get(f"/desk/cases/{number}", base_url=HTTPS)
        english = client.get(f"/en/desk/cases/{number}", base_url=HTTPS)
        found = client.get("/desk/cases", query_string={"words": str(number)}, base_url=HTTPS)
        writer = client.get(f"/desk/cases/{number}/writer", base_url=HTTPS)
        post = client.post(f"/desk/cases/{number}", data={"token": token, "act": "preview"}, base_url=HTTPS)
        if may_see(village.portal.units, account, case, NOW.date()):
            assert all(f"/cases/{number}" in each.text for each in (listed, found))
            assert words[about] not in listed.text + found.text  # who reads it leaves a line of its own
            assert page.status_code == 200 and words[about] in page.text
        else:
            assert words[about] not in listed.text + page.text + english.text + found.text + post.text
            assert f"/cases/{number}" not in listed.text + found.text
            assert {each.status_code for each in (page, english, post, writer)} == {404}
            assert page.text == strange.text


def test_every_reading_leaves_a_line_and_no_line_can_be_changed(app: Flask, village: Village) -> None:
    app.test_client().post("/api/v1/submissions", json=letter())
    number = number_of(village, str(letter()["text"]))
    clerk = enter(app, "小周", enrol(village, "小周", "east", "clerk"))
    clerk.get("/desk", base_url=HTTPS)
    clerk.get(f"/desk/cases/{number}", base_url=HTTPS)

    lines = stored(village, "SELECT account, what, submission FROM audit_trail ORDER BY line")

    assert lines == [("小周", "signed_in", None), ("小周", "listed", None), ("小周", "read", number)]
    for change in ("DELETE FROM audit_trail", "UPDATE audit_trail SET account = '别人'"):
        with (
            pytest.raises(DBAPIError, match="stays"),
            Database.of(village.root / ".state").changing() as connection,
        ):
            connection.execute(text(change))


def test_without_a_session_nothing_is_told(app: Flask, village: Village) -> None:
    app.test_client().post("/api/v1/submissions", json=letter())
    number = number_of(village, str(letter()["text"]))
    client = app.test_client()

    for address in ("/desk", "/en/desk", f"/desk/cases/{number}", f"/en/desk/cases/{number}"):
        page = client.get(address, base_url=HTTPS)
        assert "屋顶防水" not in page.text and str(number) not in page.text
    assert client.post(f"/desk/cases/{number}", data={"act": "answer"}, base_url=HTTPS).status_code == 401


# The command.


def run(village: Village, monkeypatch: pytest.MonkeyPatch, *arguments: str, password: str = PASSWORD) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    return cli.main(["desk", "--portal", str(village.root), "user", *arguments])


def test_the_keeper_makes_the_first_account_and_closes_it(
    village: Village, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(village, monkeypatch, "add", "小周", "--unit", "east", "--role", "clerk") == 0
    told = capsys.readouterr().out
    assert run(village, monkeypatch, "close", "小周") == 0

    assert "otpauth://totp/" in told and len(re.findall("(?m)^[0-9a-f]{8}(?:-[0-9a-f]{8}){3}$", told)) == 10
    assert stored(village, "SELECT account, what FROM audit_trail ORDER BY line") == [
        ("mingbai desk", "added"),
        ("mingbai desk", "closed"),
    ]


@pytest.mark.parametrize(
    ("unit", "role", "password", "says"),
    [
        ("nowhere", "clerk", PASSWORD, "nowhere"),
        ("east", "clerk", "短", "12"),
        ("east", "king", PASSWORD, "king"),
    ],
)
def test_an_account_that_cannot_be_made_is_a_sentence(
    village: Village,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    unit: str,
    role: str,
    password: str,
    says: str,
) -> None:
    try:
        status = run(village, monkeypatch, "add", "小周", "--unit", unit, "--role", role, password=password)
    except SystemExit as ended:
        status = int(str(ended.code))

    assert status == 2
    assert says in capsys.readouterr().err


def test_a_name_is_never_given_twice(
    village: Village, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(village, monkeypatch, "add", "小周", "--unit", "east", "--role", "clerk")
    run(village, monkeypatch, "close", "小周")

    assert run(village, monkeypatch, "add", "小周", "--unit", "west", "--role", "clerk") == 2
    assert "有人用了，或者用过" in capsys.readouterr().err
