"""Is the service from inside: residents and staff who write payloads where a room wants them; it opens no page."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import Flask

from forms_api import levels, receipts
from forms_api.acceptance import Acceptance
from forms_api.cases import by_number
from forms_api.desk.sessions import COOKIE
from tests.api.desk import HTTPS, Person, seen_on
from tests.browser.xss.findings import Visit
from tests.browser.xss.payloads import TOKEN, Hand, Payload
from tests.village import Village

CLERK, SECOND, TOWN, INTAKE, OVER, KEEPER = "东办", "东二", "镇办", "镇收", "县督", "县管"
STAFF = {
    CLERK: ("east", "clerk"),
    SECOND: ("east", "clerk"),
    TOWN: ("town", "township"),
    INTAKE: ("town", "intake"),
    OVER: ("county", "supervisor"),
    KEEPER: ("county", "administrator"),
}
TOO_LONG = "长" * 4001
CELL = "/u/east/finance/2026-Q1/"


class Stage:
    """The service from inside, to write with: residents, and staff who are signed in."""

    def __init__(self, app: Flask, village: Village, hand: Hand, rows: Sequence[Payload]) -> None:
        self.village, self.hand, self._rows = village, hand, rows
        self.approved: list[str] = []
        self.service: Acceptance = app.extensions["acceptance"]
        now = datetime.now(village.portal.settings.timezone)
        short = Payload(hand.payloads[0].number, "", "<img src=x onerror=hit('ID')>")  # 40 characters at most
        self.called = short.at(hand.place("name at the desk"))
        self.staff = {
            name: Person(app, village, self.called if name == SECOND else name, *post, at=now)
            for name, post in STAFF.items()
        }
        self.client = app.test_client()

    def cookies(self) -> dict[str, str]:
        """Return the cookie of everybody's session, `name=value`."""
        host = HTTPS.removeprefix("https://")
        found = {name: person.client.get_cookie(COOKIE, domain=host) for name, person in self.staff.items()}
        return {name: f"{COOKIE}={cookie.value}" for name, cookie in found.items() if cookie is not None}

    def write(self, text: str, **changes: object) -> tuple[str, int]:
        """Send a letter; return its receipt and its number."""
        said = {"type": "inquiry", "unit": "east", "text": text, "public": True} | changes
        answer = self.client.post("/api/v1/submissions", json=said)
        assert answer.status_code == 201, answer.text
        receipt = str(answer.get_json()["receipt"])
        case = self.service.find(receipts.read(receipt), "127.0.0.1")
        assert case is not None
        return receipt, case.number

    def act(self, who: str, number: int, act: str, **typed: object) -> None:
        """Press a button at the desk."""
        answer = self.staff[who].act(number, act, **typed)
        assert answer.status_code == 303, f"{who} cannot {act} ({answer.status}): {answer.text}"

    def holder(self, receipt: str, wish: str, **typed: str) -> None:
        """Do what the holder of a receipt may."""
        answer = self.client.post(f"/track/{wish}", data={"receipt": receipt, **typed})
        assert answer.status_code == 200, answer.text

    def latest(self, number: int) -> str:
        """Return the last day to which a case may be extended."""
        with self.service.database.reading() as connection:
            case = by_number(connection, number)
        assert case is not None
        return levels.latest(self.service.portal, case).isoformat()

    def shown(self, *names: str) -> dict[str, bool]:
        """Return the tokens of fields that a page shows."""
        return {token: True for name in names for token in self.hand.tokens(name)}

    def silent(self, *names: str) -> dict[str, bool]:
        """Return the tokens of fields that a page holds back."""
        return {token: False for name in names for token in self.hand.tokens(name)}

    def row(self) -> tuple[int, str]:
        """Return the number of a row of the filing, another one in every round, and the token of its summary."""
        number = self.hand.round % len(self._rows)
        return number + 1, TOKEN.findall(self._rows[number].at(self.hand.place("summary")))[0]

    def sheet(
        self,
        page: str,
        who: str,
        number: int,
        shows: str,
        typed: Mapping[str, str],
        status: int = 422,
    ) -> Visit:
        """Return the visit that presses the button `act` in vain and gets its words back.

        `shows` names the fields with payloads, with + between them.
        """
        form = seen_on(self.staff[who].look(number).text) | dict(typed)
        return Visit(page, f"/desk/cases/{number}", self.shown(*shows.split("+")), who, form, status=status)


def within(words: str, most: int) -> dict[str, bool]:
    """Return the token of words of which a page shows so many characters."""
    token = token_of(words)
    return {token: 0 <= words.find(token) <= most - len(token)}


def listed(words: str) -> dict[str, bool]:
    """Return the tokens of words of which a list shows the beginning, up to the last space in 120 characters."""
    begins = words if len(words) <= 120 else words[:117].rsplit(" ", 1)[0]
    return {token: token in begins for token in TOKEN.findall(words)}


def token_of(words: str) -> str:
    """Return the token in a text."""
    found = TOKEN.search(words)
    assert found is not None
    return found[0]
