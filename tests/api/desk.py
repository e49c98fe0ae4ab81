"""People who sit at the desk, for tests: they sign in, open a case, press a button."""

import re
from datetime import datetime, timedelta

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forms_api.database import Database
from forms_api.desk import accounts
from forms_api.desk.accounts import Account
from tests.api.conftest import NOW, Clock, letter, stored
from tests.village import Village

PASSWORD = "水渠 竹篮 灯塔 三月 收音机"
HTTPS = "https://desk.example"


def live(app: Flask, clock: Clock, until: datetime) -> None:
    """Let the service go its rounds, two days from one to the next, until a day comes."""
    while clock.now < until:
        clock.now = min(until, clock.now + timedelta(days=2))
        app.extensions["rounds"].go()


def enrol(village: Village, name: str, unit: str, role: str) -> str:
    """Make an account and return the secret of its codes."""
    with Database.of(village.root / ".state").changing() as connection:
        made = accounts.add(connection, Account(name, unit, role), PASSWORD, NOW)
    return str(pyotp.parse_uri(made.uri).secret)


def enter(app: Flask, name: str, secret: str, at: datetime = NOW, password: str = PASSWORD) -> FlaskClient:
    """Return a client that signed in."""
    client = app.test_client()
    said = {"name": name, "password": password, "code": pyotp.TOTP(secret).at(at)}
    answer = client.post("/desk/sign-in", data=said, base_url=HTTPS)
    assert answer.status_code == 303, answer.text
    return client


def number_of(village: Village, words: str) -> int:
    """Return the number of the letter with these words."""
    return int(stored(village, f"SELECT number FROM submissions WHERE text = '{words}'")[0][0])


def token_in(html: str) -> str:
    """Return the hidden token of a form."""
    found = re.search('name="token" value="([0-9a-f]{64})"', html)
    assert found is not None
    return found[1]


def seen_on(html: str) -> dict[str, str]:
    """Return what a form of this page brings along: the token, and how much of the story the clerk has seen."""
    found = re.search('name="steps" value="([0-9]+)"', html)
    assert found is not None
    return {"token": token_in(html), "steps": found[1]}


class Person:
    """Somebody at the desk."""

    def __init__(
        self, app: Flask, village: Village, name: str, unit: str, role: str = "clerk", at: datetime = NOW
    ) -> None:
        self.name = name
        self.client = enter(app, name, enrol(village, name, unit, role), at)

    def look(self, number: int) -> TestResponse:
        """Open a case."""
        return self.client.get(f"/desk/cases/{number}", base_url=HTTPS)

    def queue(self) -> str:
        """Open the queue."""
        return self.client.get("/desk", base_url=HTTPS).text

    def act(self, number: int, act: str, **typed: object) -> TestResponse:
        """Open a case and press a button on it."""
        said = seen_on(self.look(number).text) | {name: str(value) for name, value in typed.items()}
        return self.client.post(f"/desk/cases/{number}", data=said | {"act": act}, base_url=HTTPS)

    def report(self, number: int, words: str) -> TestResponse:
        """Say what came of a task."""
        page = self.client.get(f"/desk/tasks/{number}", base_url=HTTPS)
        said = {"token": token_in(page.text), "outcome": words}
        return self.client.post(f"/desk/tasks/{number}", data=said, base_url=HTTPS)


class Writer:
    """Somebody who wrote a letter and kept the receipt."""

    def __init__(self, app: Flask, village: Village, **changes: object) -> None:
        said = letter(**changes)
        self.client = app.test_client()
        answer = self.client.post("/api/v1/submissions", json=said)
        assert answer.status_code == 201, answer.text
        self.receipt = answer.get_json()["receipt"]
        self.number = number_of(village, str(said["text"]))

    def track(self, wish: str = "", **typed: str) -> TestResponse:
        """Look the letter up, or do something on its page."""
        address = f"/track/{wish}" if wish else "/track"
        return self.client.post(address, data={"receipt": self.receipt, **typed})
