"""Accounts and sessions as OWASP ASVS 5.0 asks for them (V6, V7): passwords, codes, what ends, what leaves a line."""

import threading
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from forms_api.database import Database
from forms_api.desk import accounts, doors, passwords, sessions
from forms_api.desk.accounts import Account
from mingbai import cli
from tests.api.conftest import NOW, Clock, letter, stored
from tests.api.desk import HTTPS, PASSWORD, Person, Writer, enrol, enter, seen_on, token_in
from tests.village import Village

SIGNED_OUT = "办件登录"
LONG = "".join(chr(0x4E00 + 7 * place) for place in range(passwords.LONGEST))  # as long as a password may be


def enrol_with(village: Village, password: str, name: str = "小周") -> str:
    """Make an account with this password and return the secret of its codes."""
    with Database.of(village.root / ".state").changing() as connection:
        made = accounts.add(connection, Account(name, "east", "clerk"), password, NOW)
    return str(pyotp.parse_uri(made.uri).secret)


def try_to_enter(app: Flask, secret: str, password: str, name: str = "小周") -> int:
    """Return how signing in is answered."""
    said = {"name": name, "password": password, "code": pyotp.TOTP(secret).at(NOW)}
    return app.test_client().post("/desk/sign-in", data=said, base_url=HTTPS).status_code


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie(sessions.COOKIE, domain="desk.example")
    assert cookie is not None
    return cookie.value


def lines(village: Village) -> list[tuple[object, ...]]:
    return stored(village, "SELECT account, what, submission FROM audit_trail ORDER BY line")


# Passwords.


def test_nobody_has_an_account_before_the_keeper_makes_one(app: Flask, village: Village) -> None:
    assert stored(village, "SELECT count(*) FROM accounts") == [(0,)]


@pytest.mark.parametrize(
    "password", ["730218465920", "thiswillrainonusall", "……—！？。，；：《》、", LONG[:64], LONG]
)
def test_a_password_may_be_made_of_anything(app: Flask, village: Village, password: str) -> None:
    assert try_to_enter(app, enrol_with(village, password), password) == 303


@pytest.mark.parametrize(
    ("password", "typed"),
    [
        (LONG, f"{LONG}x"),
        ("Harbour Lights 9", "harbour lights 9"),
        ("三月 收音机 竹篮 灯塔 水", "三月收音机竹篮灯塔水"),
    ],
    ids=["longer", "lower case", "without spaces"],
)
def test_a_password_counts_as_it_is_typed_to_its_last_character(
    app: Flask, village: Village, password: str, typed: str
) -> None:
    assert try_to_enter(app, enrol_with(village, password), typed) == 403


def test_a_password_serves_for_years(app: Flask, village: Village, clock: Clock) -> None:
    secret = enrol(village, "小周", "east", "clerk")
    clock.now += timedelta(days=2000)

    enter(app, "小周", secret, at=clock.now)


@pytest.mark.parametrize("password", ["小周mingbai2026", "MINGBAI明白Clerk!1", "east-east-east-east"])
def test_a_password_of_words_that_are_guessed_first_makes_no_account(
    app: Flask, village: Village, password: str
) -> None:
    with pytest.raises(accounts.Unusable, match="guessed"):
        enrol_with(village, password)


def test_a_guessed_word_in_a_long_password_does_no_harm(app: Flask, village: Village) -> None:
    assert try_to_enter(app, enrol_with(village, f"east {PASSWORD}"), f"east {PASSWORD}") == 303


@pytest.mark.costly
def test_a_password_is_kept_as_argon2id_that_costs_what_rfc_9106_says(app: Flask, village: Village) -> None:
    enrol(village, "小周", "east", "clerk")

    ((kept,),) = stored(village, "SELECT password FROM accounts")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_the_field_hides_the_password_and_lets_it_be_pasted(app: Flask) -> None:
    page = app.test_client().get("/desk", base_url=HTTPS).text

    assert 'type="password" autocomplete="current-password"' in page
    assert "onpaste" not in page and 'autocomplete="off"' not in page and "maxlength" not in page


# Codes.


def test_a_recovery_code_holds_more_than_can_be_guessed(app: Flask, village: Village) -> None:
    with Database.of(village.root / ".state").changing() as connection:
        made = accounts.add(connection, Account("小周", "east", "clerk"), PASSWORD, NOW)

    assert len(set(made.recoveries)) == 10
    assert all(len(bytes.fromhex(code.replace("-", ""))) == 16 for code in made.recoveries)


# Sessions.


def test_signing_in_again_ends_the_session_that_the_browser_had(app: Flask, village: Village) -> None:
    secret = enrol(village, "小周", "east", "clerk")
    client = enter(app, "小周", secret)
    before = cookie_of(client)

    said = {"name": "小周", "password": PASSWORD, "code": pyotp.TOTP(secret).at(NOW + timedelta(seconds=30))}
    assert client.post("/desk/sign-in", data=said, base_url=HTTPS).status_code == 303
    after = cookie_of(client)

    assert after != before
    assert SIGNED_OUT not in client.get("/desk", base_url=HTTPS).text
    client.set_cookie(sessions.COOKIE, before, domain="desk.example", secure=True)
    assert SIGNED_OUT in client.get("/desk", base_url=HTTPS).text


def test_a_failed_try_ends_no_session(app: Flask, village: Village) -> None:
    client = enter(app, "小周", enrol(village, "小周", "east", "clerk"))

    client.post("/desk/sign-in", data={"name": "小周", "password": "x", "code": "1"}, base_url=HTTPS)

    assert SIGNED_OUT not in client.get("/desk", base_url=HTTPS).text


def test_the_keeper_ends_all_sessions_of_one_account_which_stays_open(
    app: Flask, village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = enrol(village, "小周", "east", "clerk")
    gone, other = enter(app, "小周", secret), Person(app, village, "老王", "east")

    assert cli.main(["desk", "--portal", str(village.root), "user", "out", "小周"]) == 0

    assert "小周" in capsys.readouterr().out
    assert SIGNED_OUT in gone.get("/desk", base_url=HTTPS).text
    assert SIGNED_OUT not in other.queue()
    assert ("mingbai desk", "put_out", None) in lines(village)
    enter(app, "小周", secret, at=NOW + timedelta(seconds=30))


def test_every_page_of_the_desk_offers_the_way_out(app: Flask, village: Village) -> None:
    writer = Writer(app, village, type="report", public=False)
    town = Person(app, village, "小李", "town", "intake")
    town.act(writer.number, "pass_on", task="请核对第三季度台账")
    ((task,),) = stored(village, "SELECT number FROM tasks")
    clerk = Person(app, village, "小周", "east")
    keeper = Person(app, village, "管理", "town", "administrator")

    pages = {
        path: person.client.get(path, base_url=HTTPS)
        for person, paths in (
            (town, ("/desk", "/desk/new", f"/desk/cases/{writer.number}", f"/en/desk/cases/{writer.number}")),
            (clerk, (f"/desk/tasks/{task}", f"/en/desk/tasks/{task}", "/desk/account", "/en/desk/account")),
            (keeper, ("/desk/accounts", "/en/desk/accounts", "/desk/accounts?name=小周")),
        )
        for path in paths
    }

    assert {path: page.status_code for path, page in pages.items()} == dict.fromkeys(pages, 200)
    assert [path for path, page in pages.items() if '/desk/sign-out"' not in page.text] == []


# What leaves a line.


def test_signing_in_being_refused_and_signing_out_leave_lines(app: Flask, village: Village) -> None:
    secret = enrol(village, "小周", "east", "clerk")
    try_to_enter(app, secret, "wrong")
    client = enter(app, "小周", secret)
    client.post(
        "/desk/sign-out", data={"token": token_in(client.get("/desk", base_url=HTTPS).text)}, base_url=HTTPS
    )

    told = [line for line in lines(village) if line[1] != "listed"]
    assert told == [("", "refused", None), ("小周", "signed_in", None), ("小周", "signed_out", None)]


def test_what_an_account_may_not_see_or_do_leaves_a_line(app: Flask, village: Village) -> None:
    report = Writer(app, village, type="report", public=False, text="不给村里看的")
    inquiry = Writer(app, village)
    clerk, watcher = (
        Person(app, village, "小周", "east"),
        Person(app, village, "监督", "county", "supervisor"),
    )

    assert clerk.look(report.number).status_code == 404
    said = seen_on(watcher.look(inquiry.number).text) | {"act": "answer", "answer": "不该我答"}
    assert watcher.client.post(f"/desk/cases/{inquiry.number}", data=said, base_url=HTTPS).status_code == 403
    assert watcher.client.get("/desk/new", base_url=HTTPS).status_code == 403
    assert clerk.client.get("/desk/tasks/987654321", base_url=HTTPS).status_code == 404
    assert clerk.client.post("/desk/sign-out", data={"token": "x"}, base_url=HTTPS).status_code == 403

    assert [line for line in lines(village) if line[1] == "denied"] == [
        ("小周", "denied", report.number),
        ("监督", "denied", inquiry.number),
        ("监督", "denied", None),
        ("小周", "denied", None),
        ("小周", "denied", None),
    ]


# What signing in may cost.


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Hold everybody who is at a password until the event is set."""
    go, look = threading.Event(), passwords.is_right
    monkeypatch.setattr(passwords, "is_right", lambda *args: go.wait(20) and look(*args))
    return go


def knock(app: Flask, secret: str, found: list[int]) -> threading.Thread:
    """Sign in beside what goes on; the answer's status goes into `found`."""
    thread = threading.Thread(target=lambda: found.append(try_to_enter(app, secret, PASSWORD)))
    thread.start()
    return thread


@pytest.mark.costly
def test_letters_are_taken_while_somebody_is_at_a_password(
    app: Flask, village: Village, held: threading.Event
) -> None:
    found: list[int] = []
    thread = knock(app, enrol(village, "小周", "east", "clerk"), found)

    taken = app.test_client().post("/api/v1/submissions", json=letter()).status_code
    held.set()
    thread.join()

    assert (taken, found) == (201, [303])


def test_who_comes_to_a_password_when_all_places_are_taken_is_told_to_come_back(
    app: Flask, village: Village, held: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "_PATIENCE", 0.05)
    found: list[int] = []
    threads = [knock(app, "A" * 32, found) for _ in range(doors._PLACES)]
    while app.extensions["acceptance"].doors._places._value:
        threads[0].join(0.01)

    answer = app.test_client().post("/desk/sign-in", data={"name": "老王", "password": "x"}, base_url=HTTPS)
    held.set()
    for thread in threads:
        thread.join()

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert found == [403] * doors._PLACES
    assert try_to_enter(app, enrol(village, "小周", "east", "clerk"), PASSWORD) == 303
