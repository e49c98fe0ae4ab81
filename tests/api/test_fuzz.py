"""Whatever is typed into whatever field of whatever page: never a 500, and nobody's letter is lost over it."""

import random
import re
from pathlib import Path
from urllib.parse import quote_from_bytes

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from forms_api.desk.acts import ACTS
from tests.api.conftest import stored
from tests.api.desk import HTTPS, Person, Writer, token_in
from tests.api.test_security_headers import address
from tests.village import Village

REQUESTS = 600
JUNK = [
    *("", " ", "\0", "a\0b", "x" * 5000, "\r\nX: y", "%s", "{x}", "{{7*7}}", "<b>x</b>", "'; DROP TABLE x--"),
    *("９９", "½", "②", "١٢٣", "-1", "0", "999999999", "1" * 30, "1e9", "nan", "inf", "true", "[]", "{}"),
    *("2026-02-30", "9999-12-31", "0001-01-01", "２０２６-04-27", "\u202e", "\U000e0041", "🙂" * 300),
    *("east", "east/../west", "县", "inquiry", "letter", "report", "yes", "no", "on"),
]
BYTES = [each.encode() for each in JUNK] + [b"\xff\xfe", b"\xed\xa0\x80"]
TEMPLATES = Path(__file__).resolve().parents[2] / "forms_api" / "templates"
FIELDS = sorted(
    {
        name
        for page in TEMPLATES.glob("*.html")
        for name in re.findall('name="([a-z_-]+)"', page.read_text("utf-8"))
    }
)
QUERIES = [
    *FIELDS,
    "q",
    "from",
    "to",
    "lang",
    "page",
    "jurisdiction_id",
    "start_date",
    "status",
    "service_code",
]
ACCOUNT_ACTS = ["password", "recoveries", "end", "end_others", "add", "reset", "close", "put_out"]
MAY_BE_AWAY = ("/readyz", "/search")  # there is no built site beside this service


class Typist:
    """Opens pages and types anything; brings tokens along often enough to get past the door."""

    def __init__(self, app: Flask, village: Village, seed: int) -> None:
        self.random = random.Random(seed)
        self.writers = [
            Writer(app, village),
            Writer(app, village, type="report", public=False, text="路不平"),
            Writer(app, village, text="另一封信"),
        ]
        seats = [
            *(("甲", "east", "clerk"), ("乙", "town", "township"), ("丙", "town", "intake")),
            *(("丁", "county", "supervisor"), ("戊", "county", "administrator")),
        ]
        self.people = [Person(app, village, *seat) for seat in seats]
        self.stranger = app.test_client()
        self.routes = [rule for rule in app.url_map.iter_rules() if "sign-out" not in rule.rule]

    def type(self) -> tuple[str, int]:
        """Send one request; return what was asked and how it was answered."""
        rule, writer = self.random.choice(self.routes), self.random.choice(self.writers)
        path, method = address(rule.rule, writer), self.random.choice(sorted(rule.methods or ()))
        person = self.random.choice([None, *self.people])
        client = self.stranger if person is None else person.client
        typed = self._fields(FIELDS, 12)
        if self.random.random() < 0.9:
            typed |= self._known(path, writer, client)
        answer = client.open(
            f"{path}?{_encoded(self._fields(QUERIES, 2))}",
            method=method,
            base_url=HTTPS,
            data=_encoded(typed) if method == "POST" else None,
            content_type="application/x-www-form-urlencoded",
            buffered=True,
        )
        return f"{method} {path} {typed}", answer.status_code

    def _fields(self, names: list[str], most: int) -> dict[str, bytes]:
        chosen = self.random.sample(names, self.random.randint(0, most))
        return {name: self.random.choice(BYTES) for name in chosen}

    def _known(self, path: str, writer: Writer, client: FlaskClient) -> dict[str, bytes]:
        known = {"receipt": writer.receipt}
        if "/desk" in path:
            page = client.get(f"/desk/cases/{writer.number}", base_url=HTTPS).text
            own = client.get("/desk/account", base_url=HTTPS).text
            steps = re.search('name="steps" value="([0-9]+)"', page)
            token = re.search('name="token" value="([0-9a-f]{64})"', own)
            known["act"] = self.random.choice(ACCOUNT_ACTS if "/account" in path else list(ACTS))
            known |= {"steps": steps[1]} if steps else {}
            known |= {"token": token[1]} if token and self.random.random() < 0.9 else {}
        return {name: value.encode() for name, value in known.items()}


def _encoded(fields: dict[str, bytes]) -> str:
    return "&".join(f"{name}={quote_from_bytes(value)}" for name, value in fields.items())


def failures(app: Flask, village: Village, seed: int) -> list[str]:
    """Return the requests that the service did not stand."""
    app.testing = False  # an exception becomes the answer that a resident would get
    typist = Typist(app, village, seed)
    answers = [typist.type() for _ in range(REQUESTS)]
    assert {200, 404, 422} <= {status for _, status in answers}
    return [
        asked
        for asked, status in answers
        if status >= 500 and not (status == 503 and any(each in asked for each in MAY_BE_AWAY))
    ]


def test_nothing_that_is_typed_breaks_a_page(app: Flask, village: Village) -> None:
    assert failures(app, village, 1) == []
    assert stored(village, "SELECT count(*) FROM submissions WHERE text IN ('路不平', '另一封信')")[0][0] == 2


def test_a_field_that_breaks_on_some_words_is_found(app: Flask, village: Village) -> None:
    def planted() -> None:
        request.form.get("unit", "").encode("ascii")

    app.before_request(planted)

    assert failures(app, village, 1)


@pytest.mark.parametrize("token", ["½", "\0", "", "x" * 64])
def test_a_token_of_other_letters_is_a_stale_form(app: Flask, village: Village, token: str) -> None:
    clerk = Person(app, village, "王芳", "east")

    answer = clerk.client.post("/desk/new", data={"token": token}, base_url=HTTPS)

    assert answer.status_code == 403
    assert token_in(clerk.client.get("/desk/new", base_url=HTTPS).text)


def test_a_name_that_no_database_takes_is_a_wrong_name(app: Flask) -> None:
    said = {"name": "a\0b", "password": "x\0", "code": "\0"}

    assert app.test_client().post("/desk/sign-in", data=said, base_url=HTTPS).status_code == 403
