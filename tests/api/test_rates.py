"""Allowances: generous, kept over a restart, of nobody's name; and work that raises them."""

from hashlib import sha256

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forms_api import work
from forms_api.keys import Keys
from forms_api.limits import Limits
from forms_api.rates import Rates, TooMany
from tests.api.conftest import Start, letter, stored
from tests.api.desk import HTTPS, Person, token_in
from tests.village import Village

TIGHT = Limits(burst=2, per_hour=1)
FAR = {"REMOTE_ADDR": "203.0.113.7"}


def send(app: Flask, place: int, address: str = "203.0.113.7") -> int:
    said = letter(text=f"第 {place} 封")
    return (
        app.test_client()
        .post("/api/v1/submissions", json=said, environ_base={"REMOTE_ADDR": address})
        .status_code
    )


def test_what_is_used_up_stays_used_up_over_a_restart(start: Start) -> None:
    first = [send(start(TIGHT), place) for place in range(3)]

    again = send(start(TIGHT), 4)

    assert (first, again) == ([201, 201, 429], 429)


def test_neighbours_share_an_allowance_and_others_do_not(start: Start) -> None:
    app = start(TIGHT)

    answers = [send(app, place, f"203.0.113.{place}") for place in range(3)]

    assert answers == [201, 201, 429]
    assert send(app, 9, "198.51.100.1") == 201


def write_down(person: Person, unit: str, words: str) -> int:
    """Let somebody at the desk write down what another says; return the status."""
    page = person.client.get("/desk/new", base_url=HTTPS).text
    once = page.split('name="once" value="')[1].split('"')[0]
    said = {"token": token_in(page), "once": once, "channel": "phone", "type": "inquiry", "unit": unit}
    return person.client.post("/desk/new", data=said | {"text": words}, base_url=HTTPS).status_code


def test_who_writes_for_others_uses_up_nobody_elses_allowance(start: Start, village: Village) -> None:
    app = start(TIGHT)
    east, neighbour = Person(app, village, "小周", "east"), Person(app, village, "老王", "east")
    west = Person(app, village, "小吴", "west")

    own = [write_down(east, "east", f"东 {place}") for place in range(3)]
    others = [write_down(neighbour, "east", "再来一封"), write_down(west, "west", "西")]

    assert (own, others) == ([201, 201, 429], [201, 201])


def test_no_address_can_be_read_from_what_is_kept(start: Start, village: Village) -> None:
    send(start(TIGHT), 1)

    rows = stored(village, "SELECT key FROM allowances")

    assert len(rows) == 2 and all(len(bytes(key)) == 32 and b"203" not in bytes(key) for (key,) in rows)


def test_an_allowance_of_another_day_has_another_name() -> None:
    seconds = [1_776_300_000.0]
    rates = Rates(Limits(burst=1, per_hour=0), Keys(b"k" * 32), lambda: seconds[0])
    rates.check("203.0.113.7")
    rates.count("203.0.113.7")
    with pytest.raises(TooMany):
        rates.check("203.0.113.7")

    seconds[0] += 24 * 3600

    rates.check("203.0.113.7")


def test_a_clock_that_goes_back_takes_nothing_away() -> None:
    seconds = [1_776_300_000.0]
    rates = Rates(Limits(burst=2, per_hour=60), Keys(b"k" * 32), lambda: seconds[0])
    rates.check("203.0.113.7")
    rates.count("203.0.113.7")

    seconds[0] -= 3600

    rates.check("203.0.113.7")


# Work.


def proof(token: str) -> str:
    """Return the smallest number that is a proof."""
    number = 0
    while not work.is_done(token, str(number)):
        number += 1
    return str(number)


def form(client: FlaskClient, place: int, token: str = "", **more: str) -> TestResponse:
    if not token:
        token = client.get("/ask").text.split('name="token" value="')[1].split('"')[0]
    said = {"type": "inquiry", "unit": "east", "text": f"第 {place} 封", "token": token}
    return client.post("/ask", data=said | more, environ_base=FAR)


def test_whoever_worked_for_it_may_send_beyond_the_allowance(start: Start) -> None:
    client = start(TIGHT).test_client()
    answers = [form(client, place) for place in range(3)]
    token = answers[2].text.split('name="token" value="')[1].split('"')[0]

    idle, done = form(client, 3, token, work="12"), form(client, 3, token, work=proof(token))

    assert [each.status_code for each in answers] == [201, 201, 429]
    assert 'data-bits="16"' in answers[2].text and "data-bits" not in client.get("/ask").text
    assert (idle.status_code, done.status_code) == (429, 201)


def test_work_for_one_form_is_none_for_another(start: Start) -> None:
    client = start(TIGHT).test_client()
    for place in range(2):
        form(client, place)
    used = form(client, 3)
    token = used.text.split('name="token" value="')[1].split('"')[0]

    assert form(client, 4, work=proof(token)).status_code == 429


@pytest.mark.parametrize("said", ["", "x", "-1", "1e5", "９", "1" * 21])
def test_what_is_no_number_is_no_work(said: str) -> None:
    assert not work.is_done("token", said)


def test_the_proof_is_what_its_description_says() -> None:
    digest = sha256(f"token:{proof('token')}".encode()).digest()

    assert digest[:2] == b"\x00\x00"
