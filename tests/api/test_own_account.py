"""The own account at the desk: who may change its password and codes, what that ends, and what leaves a line."""

import re
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forms_api.desk import sessions
from tests.api.conftest import NOW, Clock, stored
from tests.api.desk import HTTPS, PASSWORD, enrol, enter, token_in
from tests.village import Village

CHOSEN = "棉花 石磨 渡口 冬至 算盘 蓑衣"
SIGNED_OUT = "办件登录"
CODES = re.compile(r"<code>([0-9a-f]{8}(?:-[0-9a-f]{8}){3})</code>")


class Owner:
    """Somebody signed in who changes the own account; `fresh` is a code that was not used yet."""

    def __init__(self, app: Flask, village: Village, clock: Clock) -> None:
        self.app, self.clock = app, clock
        self.secret = enrol(village, "小周", "east", "clerk")
        self.client = enter(app, "小周", self.secret)

    def fresh(self) -> str:
        self.clock.now += timedelta(seconds=30)
        return pyotp.TOTP(self.secret).at(self.clock.now)

    def act(self, act: str, client: FlaskClient | None = None, **typed: str) -> TestResponse:
        client = client or self.client
        token = token_in(client.get("/desk/account", base_url=HTTPS).text)
        return client.post("/desk/account", data={"token": token, "act": act, **typed}, base_url=HTTPS)

    def change(self, chosen: str = CHOSEN, **typed: str) -> TestResponse:
        said = {"password": PASSWORD, "chosen": chosen} | typed
        return self.act("password", **said | {"code": typed.get("code") or self.fresh()})

    def another(self) -> FlaskClient:
        code = self.fresh()
        client = self.app.test_client()
        said = {"name": "小周", "password": PASSWORD, "code": code}
        assert client.post("/desk/sign-in", data=said, base_url=HTTPS).status_code == 303
        return client

    def enters(self, password: str, code: str | None = None) -> int:
        said = {"name": "小周", "password": password, "code": code or self.fresh()}
        return self.app.test_client().post("/desk/sign-in", data=said, base_url=HTTPS).status_code


@pytest.fixture
def owner(app: Flask, village: Village, clock: Clock) -> Owner:
    return Owner(app, village, clock)


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie(sessions.COOKIE, domain="desk.example")
    assert cookie is not None
    return cookie.value


def is_in(client: FlaskClient) -> bool:
    return SIGNED_OUT not in client.get("/desk", base_url=HTTPS).text


def lines(village: Village) -> list[str]:
    return [what for (what,) in stored(village, "SELECT what FROM audit_trail ORDER BY line")]


# The password.


def test_whoever_is_signed_in_changes_the_password_and_the_old_one_serves_no_more(
    owner: Owner, village: Village
) -> None:
    answer = owner.change()

    assert answer.status_code == 200 and "口令换好了" in answer.text
    assert (owner.enters(PASSWORD), owner.enters(CHOSEN)) == (403, 303)
    assert "password_changed" in lines(village)


def test_a_changed_password_ends_the_sessions_elsewhere_and_not_this_one(owner: Owner) -> None:
    elsewhere = owner.another()

    owner.change()

    assert (is_in(owner.client), is_in(elsewhere)) == (True, False)


def test_whoever_confirmed_goes_on_with_a_new_session_and_the_one_before_is_over(owner: Owner) -> None:
    before = cookie_of(owner.client)

    answer = owner.change()
    after = cookie_of(owner.client)

    assert after != before and token_in(answer.text) == token_in(
        owner.client.get("/desk", base_url=HTTPS).text
    )
    assert is_in(owner.client)
    owner.client.set_cookie(sessions.COOKIE, before, domain="desk.example", secure=True)
    assert not is_in(owner.client)


@pytest.mark.parametrize("wrong", ["password", "code"])
@pytest.mark.parametrize("act", ["password", "recoveries"])
def test_without_the_old_password_and_a_fresh_code_nothing_changes(
    owner: Owner, village: Village, act: str, wrong: str
) -> None:
    before = stored(village, "SELECT password FROM accounts") + stored(village, "SELECT hash FROM recoveries")

    said = {"password": PASSWORD, "code": owner.fresh(), "chosen": CHOSEN} | {wrong: "000000"}
    answer = owner.act(act, **said)

    assert answer.status_code == 422 and "口令或者验证码不对" in answer.text
    after = stored(village, "SELECT password FROM accounts") + stored(village, "SELECT hash FROM recoveries")
    assert before == after
    assert lines(village)[-1] == "refused"
    assert is_in(owner.client)


def test_the_code_of_the_sign_in_changes_nothing(owner: Owner) -> None:
    assert owner.change(code=pyotp.TOTP(owner.secret).at(NOW)).status_code == 422


def test_wrong_tries_on_the_own_page_count_at_the_door(owner: Owner) -> None:
    for _ in range(5):
        assert owner.change(password="x").status_code == 422

    answer = owner.change()

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "300")
    assert owner.enters(PASSWORD) == 429


@pytest.mark.parametrize(
    "chosen", ["", "short", "x" * 129, "password20261234", "小周小周小周小周小周小周", PASSWORD]
)
def test_a_new_password_is_judged_by_the_same_rules(owner: Owner, village: Village, chosen: str) -> None:
    code = owner.fresh()

    answer = owner.change(chosen, code=code)

    assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert owner.change(code=code).status_code == 200  # and the code may be used again


def test_a_form_from_elsewhere_changes_no_password(owner: Owner) -> None:
    said = {
        "token": "0" * 64,
        "act": "password",
        "password": PASSWORD,
        "code": owner.fresh(),
        "chosen": CHOSEN,
    }

    assert owner.client.post("/desk/account", data=said, base_url=HTTPS).status_code == 403
    assert owner.enters(PASSWORD) == 303


# Recovery codes.


def test_new_recovery_codes_are_shown_once_and_the_old_ones_serve_no_more(
    owner: Owner, village: Village
) -> None:
    first = CODES.findall(owner.act("recoveries", password=PASSWORD, code=owner.fresh()).text)
    second = CODES.findall(owner.act("recoveries", password=PASSWORD, code=owner.fresh()).text)

    assert len(first) == len(second) == 10 and not set(first) & set(second)
    assert not CODES.findall(owner.client.get("/desk/account", base_url=HTTPS).text)
    assert (owner.enters(PASSWORD, first[0]), owner.enters(PASSWORD, second[0])) == (403, 303)
    assert "还剩 9 个" in owner.client.get("/desk/account", base_url=HTTPS).text
    assert lines(village).count("recoveries_renewed") == 2


# Sessions.


def test_the_own_sessions_are_listed_and_one_of_them_is_here(owner: Owner) -> None:
    owner.another()

    page = owner.client.get("/desk/account", base_url=HTTPS).text

    assert page.count("用过") >= 2 and page.count("就是这里") == 1
    assert page.count('name="session"') == 1
    assert cookie_of(owner.client) not in page


def test_one_other_session_is_ended_and_the_rest_go_on(owner: Owner, village: Village) -> None:
    gone, stays = owner.another(), owner.another()
    id = sessions.hashed(cookie_of(gone)).hex()

    assert owner.act("end", session=id).status_code == 303

    assert (is_in(gone), is_in(stays), is_in(owner.client)) == (False, True, True)
    assert lines(village).count("session_ended") == 1


def test_all_other_sessions_are_ended_at_once(owner: Owner, village: Village) -> None:
    others = [owner.another(), owner.another()]

    assert owner.act("end_others").status_code == 303

    assert [is_in(each) for each in others] == [False, False] and is_in(owner.client)
    assert lines(village).count("sessions_ended") == 1


def test_nobody_ends_the_session_of_somebody_else(owner: Owner, village: Village) -> None:
    other = enter(owner.app, "老王", enrol(village, "老王", "east", "clerk"), owner.clock.now)

    for id in (sessions.hashed(cookie_of(other)).hex(), "zz", "", "00"):
        owner.act("end", session=id)

    assert is_in(other) and "session_ended" not in lines(village)


def test_a_session_that_has_run_out_is_not_listed(owner: Owner, clock: Clock) -> None:
    owner.another()
    for _ in range(2):
        clock.now += timedelta(minutes=20)
        page = owner.client.get("/desk/account", base_url=HTTPS).text

    assert 'name="session"' not in page


@pytest.mark.parametrize("lang", ["", "/en"])
def test_without_a_session_there_is_no_account(app: Flask, lang: str) -> None:
    client = app.test_client()

    assert '<input id="password"' in client.get(f"{lang}/desk/account", base_url=HTTPS).text
    assert client.post(f"{lang}/desk/account", data={"act": "end_others"}, base_url=HTTPS).status_code == 401
