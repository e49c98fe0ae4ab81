"""The administrator's accounts: whose they are, what a made or reset one needs first, and that none sees too much."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forms_api.confidants import SUPERVISOR
from forms_api.database import Database
from forms_api.desk import accounts
from forms_api.desk.accounts import DRAWN_SERVES, ROLES, Account
from forms_api.desk.sight import may_keep, may_see
from forms_api.submissions import PRIVATE
from tests.api.conftest import NOW, Clock, stored
from tests.api.desk import HTTPS, PASSWORD, Person, enrol, enter, token_in
from tests.api.test_desk import UNITS, case_of
from tests.village import Village

CHOSEN = "棉花 石磨 渡口 冬至 算盘 蓑衣"
SIGNED_OUT = "办件登录"
SEATS = (*UNITS, f"{SUPERVISOR}county")


class Keeper:
    """An administrator at work."""

    def __init__(self, app: Flask, village: Village, clock: Clock, unit: str = "town") -> None:
        self.app, self.clock = app, clock
        self.secret = enrol(village, "管理", unit, "administrator")
        self.client = enter(app, "管理", self.secret, clock.now)

    def list(self, name: str = "") -> TestResponse:
        return self.client.get("/desk/accounts", query_string={"name": name}, base_url=HTTPS)

    def act(self, act: str, **typed: str) -> TestResponse:
        self.clock.now += timedelta(seconds=30)
        token = token_in(self.list().text)
        said = {"token": token, "password": PASSWORD, "code": pyotp.TOTP(self.secret).at(self.clock.now)}
        return self.client.post("/desk/accounts", data=said | {"act": act} | typed, base_url=HTTPS)

    def add(self, name: str = "小周", unit: str = "east", role: str = "clerk", **typed: str) -> TestResponse:
        return self.act("add", name=name, unit=unit, role=role, **typed)


class Handed:
    """What an administrator hands over."""

    def __init__(self, page: TestResponse) -> None:
        assert page.status_code == 200, page.text
        self.password = re.findall(r'<p class="code code--long"[^>]*>([a-z2-9-]+)</p>', page.text)[0]
        uri = re.findall(r"<code>(otpauth://[^<]+)</code>", page.text)[0].replace("&amp;", "&")
        self.secret = str(pyotp.parse_uri(uri).secret)
        self.recoveries = re.findall(r"<code>([0-9a-f]{8}(?:-[0-9a-f]{8}){3})</code>", page.text)
        self.drawn = '<span class="qr" role="img"' in page.text

    def enter(self, app: Flask, clock: Clock, name: str = "小周", **typed: str) -> tuple[int, FlaskClient]:
        client = app.test_client()
        said = {"name": name, "password": self.password, "code": pyotp.TOTP(self.secret).at(clock.now)}
        return client.post("/desk/sign-in", data=said | typed, base_url=HTTPS).status_code, client


@pytest.fixture
def keeper(app: Flask, village: Village, clock: Clock) -> Keeper:
    return Keeper(app, village, clock)


def lines(village: Village) -> list[tuple[object, ...]]:
    """Return the lines that say to which account something was done."""
    asked = "SELECT a.account, a.what, n.account FROM audit_trail a JOIN audit_accounts n ON n.line = a.line"
    return stored(village, f"{asked} ORDER BY a.line")


# Whose they are.


def everyone() -> Iterator[Account]:
    for role in ROLES:
        for unit in SEATS:
            yield Account("谁", unit, role)


@pytest.mark.parametrize("own", SEATS)
def test_no_account_that_an_administrator_makes_sees_what_is_said_of_the_own_unit(
    village: Village, own: str
) -> None:
    units, today = village.portal.units, NOW.date()
    administrator = Account("管理", own, "administrator")
    made = [each for each in everyone() if may_keep(units, administrator, each.unit, today)]
    about = own.removeprefix(SUPERVISOR)
    cases = [case_of(village, type, about) for type in PRIVATE]

    seeing = [each for each in made for case in cases if may_see(units, each, case, today)]

    assert made
    assert {each.unit for each in seeing} == ({own} if own.startswith(SUPERVISOR) else set())
    assert not any(may_see(units, administrator, case, today) for case in cases)


@pytest.mark.parametrize("own", SEATS)
@pytest.mark.parametrize("role", ROLES)
def test_only_an_administrator_keeps_accounts_and_only_of_the_own_tree(
    village: Village, own: str, role: str
) -> None:
    units, today = village.portal.units, NOW.date()
    tree = units.within(own.removeprefix(SUPERVISOR), today) | {own}

    kept = {unit for unit in SEATS if may_keep(units, Account("谁", own, role), unit, today)}

    assert kept == (tree & set(SEATS) if role == "administrator" else set())


def test_a_unit_that_is_no_more_is_kept_where_it_was_and_none_keeps_from_there(village: Village) -> None:
    units, today = village.portal.units, NOW.date()

    assert may_keep(units, Account("谁", "town", "administrator"), "old", today)
    assert not may_keep(units, Account("谁", "east", "administrator"), "old", today)
    assert not may_keep(units, Account("谁", "old", "administrator"), "old", today)
    assert not may_keep(units, Account("谁", "town", "administrator"), "nowhere", today)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("unit", ["east", "town", "county", f"{SUPERVISOR}county"])
def test_on_every_route_an_account_outside_the_tree_looks_like_one_that_is_not_there(
    app: Flask, village: Village, clock: Clock, role: str, unit: str
) -> None:
    me = Person(app, village, "我", unit, role)
    account = Account("我", unit, role)
    with Database.of(village.root / ".state").changing() as connection:
        for place in SEATS:
            accounts.make(connection, Account(f"在{place}", place, "clerk"), "", NOW)
    token = token_in(me.queue())
    listed = me.client.get("/desk/accounts", base_url=HTTPS)

    for place in SEATS:
        may = may_keep(village.portal.units, account, place, NOW.date())
        asked = {"name": f"在{place}"}
        page = me.client.get("/desk/accounts", query_string=asked, base_url=HTTPS)
        english = me.client.get("/en/desk/accounts", query_string=asked, base_url=HTTPS)
        strange = me.client.get("/desk/accounts", query_string={"name": "没有的人"}, base_url=HTTPS)
        said = asked | {"token": token, "act": "put_out"}
        post = me.client.post("/desk/accounts", data=said, base_url=HTTPS)
        if may:
            assert f"在{place}" in listed.text and (page.status_code, post.status_code) == (200, 303)
        else:
            refused = 404 if role == "administrator" else 403
            assert f"在{place}" not in listed.text + page.text + english.text + post.text
            assert {page.status_code, english.status_code, post.status_code} == {refused}
            assert page.text == strange.text
    touched = {named for _, _, named in lines(village)}
    assert touched == {
        f"在{each}" for each in SEATS if may_keep(village.portal.units, account, each, NOW.date())
    }


def test_no_account_is_made_outside_the_tree(keeper: Keeper, village: Village) -> None:
    for unit in ("county", f"{SUPERVISOR}county", "nowhere", "old", ""):
        for role in ("intake", "supervisor"):
            answer = keeper.add(unit=unit, role=role)
            assert answer.status_code == 422 and "只能给自己单位和下面" in answer.text

    assert stored(village, "SELECT count(*) FROM accounts") == [(1,)]


def test_an_administrator_still_sees_no_case(app: Flask, village: Village, keeper: Keeper) -> None:
    assert "看不到信" in keeper.client.get("/desk", base_url=HTTPS).text


# Making one.


def pages_of_the_desk(app: Flask) -> list[str]:
    """Return an address of every page but the one on which a password is changed."""
    rules = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    found = [re.sub("<[^<>]+>", "1", rule) for rule in rules if rule.startswith("/desk")]
    assert len(found) >= 9
    return [path for path in found if path != "/desk/account"]


def test_what_an_administrator_hands_over_lets_the_owner_in_and_to_a_password_of_their_own_first(
    app: Flask, village: Village, clock: Clock, keeper: Keeper
) -> None:
    handed = Handed(keeper.add())
    status, client = handed.enter(app, clock)

    assert status == 303 and handed.drawn and len(handed.recoveries) == 10
    assert len(handed.password.replace("-", "")) == 20
    for path in pages_of_the_desk(app):
        answer = client.get(path, base_url=HTTPS)
        assert (answer.status_code, answer.headers.get("Location")) == (303, "/desk/account"), path
    token = token_in(client.get("/desk/account", base_url=HTTPS).text)
    for path in ("/desk/cases/1", "/desk/new", "/desk/account"):
        answer = client.post(path, data={"token": token, "act": "end_others"}, base_url=HTTPS)
        assert (answer.status_code, answer.headers.get("Location")) == (303, "/desk/account"), path
    clock.now += timedelta(seconds=30)
    said = {"token": token, "act": "password", "password": handed.password, "chosen": CHOSEN}
    code = pyotp.TOTP(handed.secret).at(clock.now)
    changed = client.post("/desk/account", data=said | {"code": code}, base_url=HTTPS)
    assert changed.status_code == 200
    assert "要办的来信" in client.get("/desk", base_url=HTTPS).text
    assert lines(village) == [("管理", "added", "小周")]


def test_nothing_of_what_is_handed_over_is_shown_again_or_kept(keeper: Keeper, village: Village) -> None:
    handed = Handed(keeper.add())

    later = keeper.list().text + keeper.list("小周").text
    told = str(
        [stored(village, f"SELECT * FROM {table}") for table in ("accounts", "recoveries", "audit_trail")]
    )

    assert handed.password not in later + told and handed.secret not in later
    assert handed.recoveries[0] not in later + told


def test_a_drawn_password_serves_for_a_week_only(app: Flask, clock: Clock, keeper: Keeper) -> None:
    handed = Handed(keeper.add())

    clock.now += DRAWN_SERVES - timedelta(minutes=1)
    assert handed.enter(app, clock)[0] == 303
    clock.now += timedelta(minutes=1)
    assert handed.enter(app, clock)[0] == 403


@pytest.mark.parametrize("typed", [{"password": "x"}, {"code": "000000"}])
@pytest.mark.parametrize("act", ["add", "reset"])
def test_making_and_resetting_ask_for_the_own_password_and_a_fresh_code(
    village: Village, keeper: Keeper, act: str, typed: dict[str, str]
) -> None:
    enrol(village, "老王", "east", "clerk")
    before = stored(village, "SELECT name, password FROM accounts")

    answer = keeper.act(
        act, **({"name": "老王"} if act == "reset" else {"name": "小周"}), unit="east", role="clerk", **typed
    )

    assert answer.status_code == 422 and "口令或者验证码不对" in answer.text
    assert stored(village, "SELECT name, password FROM accounts") == before


@pytest.mark.parametrize(
    "name",
    ["", "  ", "a\nb", "看\u200b不见", "全角Ａ", "mingbai desk", "Mingbai", "长" * 41, "老王", "\u202e王"],
    ids=ascii,
)
def test_a_name_that_could_pass_for_another_makes_no_account(
    village: Village, keeper: Keeper, name: str
) -> None:
    enrol(village, "老王", "county", "clerk")

    answer = keeper.add(name)

    assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert stored(village, "SELECT count(*) FROM accounts") == [(2,)]


# Resetting, closing, ending.


def test_a_reset_account_needs_what_is_new_and_nothing_old_lets_in(
    app: Flask, village: Village, clock: Clock, keeper: Keeper
) -> None:
    old = Handed(keeper.add())
    _, client = old.enter(app, clock)

    new = Handed(keeper.act("reset", name="小周"))

    assert SIGNED_OUT in client.get("/desk", base_url=HTTPS).text
    assert old.enter(app, clock)[0] == 403
    assert new.enter(app, clock, code=old.recoveries[0])[0] == 403
    assert new.enter(app, clock, code=pyotp.TOTP(old.secret).at(clock.now))[0] == 403
    status, client = new.enter(app, clock)
    assert status == 303
    assert client.get("/desk", base_url=HTTPS).headers.get("Location") == "/desk/account"
    assert ("管理", "reset", "小周") in lines(village)


@pytest.mark.parametrize(("act", "again"), [("close", 403), ("put_out", 303)])
def test_an_account_is_closed_or_only_signed_out(
    app: Flask, village: Village, clock: Clock, keeper: Keeper, act: str, again: int
) -> None:
    other = Person(app, village, "老王", "east")
    secret = stored(village, "SELECT totp_secret FROM accounts WHERE name = '老王'")[0][0]

    assert keeper.act(act, name="老王").status_code == 303

    assert SIGNED_OUT in other.queue()
    assert Handed.enter(_with(PASSWORD, secret), app, clock, "老王")[0] == again
    assert ("管理", {"close": "closed", "put_out": "put_out"}[act], "老王") in lines(village)


def _with(password: str, secret: str) -> Handed:
    known = Handed.__new__(Handed)
    known.password, known.secret = password, secret
    return known


def test_a_closed_account_cannot_be_reset(village: Village, keeper: Keeper) -> None:
    enrol(village, "老王", "east", "clerk")
    keeper.act("close", name="老王")

    answer = keeper.act("reset", name="老王")

    assert answer.status_code == 422 and "已经停用了" in answer.text
    assert [what for _, what, _ in lines(village)] == ["closed"]


@pytest.mark.parametrize("act", ["reset", "close", "put_out"])
def test_an_administrator_touches_the_own_account_on_its_own_page_only(keeper: Keeper, act: str) -> None:
    assert keeper.act(act, name="管理").status_code == 404
    assert "我的账号" in keeper.list("管理").text
