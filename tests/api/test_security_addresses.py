"""Where answers lead and who is counted: no redirect or link to elsewhere, no borrowed host, method or address."""

import re

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from forms_api.limits import Limits
from forms_api.proxies import is_near
from forms_api.rates import network
from tests.api.conftest import NOW, Start, letter, stored
from tests.api.desk import HTTPS, PASSWORD, Person, enrol
from tests.api.test_static_site import lay
from tests.village import Village

EVIL = "evil.example"
PATH = "/api/v1/submissions"
LURES = [
    f"//{EVIL}/..", f"//{EVIL}/u/east", f"/u//{EVIL}", f"/\\{EVIL}/..", f"/.//{EVIL}/../u/east", "/u//east",
    f"/ask/?//{EVIL}", f"/en/track/?next=https://{EVIL}", f"/u/east?//{EVIL}", f"/https:/{EVIL}", f"/u/east;@{EVIL}",
    f"/\t/{EVIL}", f"/ask//{EVIL}/..", f"/{EVIL}//..//u//east",
]  # fmt: skip


@pytest.fixture(scope="module")
def app(steady: FlaskClient, steady_village: Village) -> Flask:
    lay(steady_village)
    return steady.application


# Redirects.


@pytest.mark.parametrize("lure", LURES)
def test_a_redirect_stays_on_this_site(app: Flask, lure: str) -> None:
    path, _, query = lure.partition("?")
    environ = {"PATH_INFO": path, "QUERY_STRING": query}

    answer = app.test_client().get("/", environ_overrides=environ, base_url=HTTPS, buffered=True)

    location = answer.headers.get("Location", "/")
    assert re.match(r"/(?![/\\])", location), location
    assert answer.status_code in (301, 308, 404)


def test_slashes_too_many_lead_to_the_page_whose_links_then_fit(app: Flask) -> None:
    page = app.test_client().get("/u//east/?a=1", buffered=True)
    file = app.test_client().get("/assets//js///ask.js", buffered=True)

    assert (page.status_code, page.headers["Location"]) == (301, "/u/east/?a=1")
    assert (file.status_code, file.headers["Location"]) == (301, "/assets/js/ask.js")


@pytest.mark.parametrize("name", ["next", "return_to", "url", "redirect", "continue"])
def test_signing_in_leads_to_the_desk_wherever_one_is_asked_to_go(
    app: Flask, steady_village: Village, name: str
) -> None:
    secret = enrol(steady_village, f"周{name}", "east", "clerk")
    said = {"name": f"周{name}", "password": PASSWORD, "code": pyotp.TOTP(secret).at(NOW)}
    lure = {name: f"https://{EVIL}/"}

    answer = app.test_client().post("/desk/sign-in", query_string=lure, data=said | lure, base_url=HTTPS)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk")


# Hosts and methods that a request claims.


def test_the_host_that_a_request_claims_is_in_no_header_and_no_body(app: Flask) -> None:
    client = app.test_client()
    claims = {"X-Forwarded-Host": EVIL, "Forwarded": f"host={EVIL}", "X-Original-Host": EVIL, "X-Host": EVIL}
    addresses = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    asked = [re.sub("<any[^>]*form>", "json", each) for each in addresses]
    asked = [re.sub("<[^>]*>", "ask", each) for each in asked]
    asked += ["/u/east", "/u//east", "/ask/", "/nothing", "/open311/v2/discovery.xml"]

    told = []
    for path in asked:
        answer = client.get(path, base_url=f"http://{EVIL}", headers=claims, buffered=True)
        said = answer.data + str(answer.headers).encode()
        told += [path] if EVIL.encode() in said else []

    assert len(asked) > 25
    assert told == []


@pytest.mark.parametrize("base", ["http://evil.example", HTTPS])
def test_what_is_taken_says_nothing_of_the_host_either(app: Flask, base: str) -> None:
    answer = app.test_client().post(PATH, json=letter(), base_url=base)

    assert answer.status_code == 201
    assert "example" not in answer.text and "example" not in str(answer.headers)


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_method_is_what_the_request_line_says(app: Flask, header: str) -> None:
    client = app.test_client()

    read = client.get(PATH, headers={header: "POST"}, json=letter())
    taken = client.post("/ask?_method=GET", headers={header: "GET"}, data={"_method": "DELETE"})
    page = client.get("/ask", headers={header: "DELETE"})

    assert (read.status_code, taken.status_code, page.status_code) == (405, 422, 200)


def test_looking_never_changes_anything(app: Flask, steady_village: Village) -> None:
    clerk = Person(app, steady_village, "陈静", "east")
    app.test_client().post(PATH, json=letter(text="只看不动"))
    tables = (
        "submissions events answers tasks outcomes drafts releases verdicts feeds followers sessions".split()
    )

    def counted() -> list[int]:
        return [int(stored(steady_village, f"SELECT count(*) FROM {name}")[0][0]) for name in tables]

    before = counted()
    number = stored(steady_village, "SELECT number FROM submissions WHERE text = '只看不动'")[0][0]
    for act in ("answer", "refer", "hand_up", "assign", "remember"):
        query = f"act={act}&answer=x&reason=x&body=x&referral=x&steps=0"
        clerk.client.get(f"/desk/cases/{number}?{query}", base_url=HTTPS)
    for path in ("/desk/sign-out", "/track/remark?text=x", "/ask?type=inquiry&unit=east&text=x&public=yes"):
        clerk.client.get(path, base_url=HTTPS, buffered=True)

    assert counted() == before


# Who is counted.


def statuses(
    start: Start, limits: Limits, peer: str, chains: list[str], header: str = "X-Forwarded-For"
) -> list[int]:
    """Return how letters are answered that come from `peer` with these headers, when each network has one."""
    client = start(limits).test_client()
    here = {"REMOTE_ADDR": peer}
    return [
        client.post(PATH, json=letter(), environ_overrides=here, headers={header: chain}).status_code
        for chain in chains
    ]


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP"]
)
def test_without_a_proxy_no_header_changes_who_is_counted(start: Start, header: str) -> None:
    forged = [f"192.0.{n}.1" for n in range(3)]

    assert statuses(start, Limits(burst=1), "198.51.100.9", forged, header) == [201, 429, 429]


def test_behind_one_proxy_the_last_hop_counts_whatever_was_forged_before_it(start: Start) -> None:
    chains = ["203.0.113.7", "192.0.2.1, 203.0.113.7", "198.51.100.1,203.0.113.7", "10.0.0.1, 198.18.0.1"]

    assert statuses(start, Limits(burst=1, proxies=1), "127.0.0.1", chains) == [201, 429, 429, 201]


def test_behind_two_proxies_the_hop_before_the_last_counts(start: Start) -> None:
    chains = ["192.0.2.1, 203.0.113.7, 10.0.0.2", "192.0.9.1, 203.0.113.7, 10.0.0.3", "198.18.0.1, 10.0.0.2"]

    assert statuses(start, Limits(burst=1, proxies=2), "10.0.0.5", chains) == [201, 429, 201]


def test_who_reaches_the_service_past_the_proxy_speaks_only_for_itself(start: Start) -> None:
    forged = [f"192.0.{n}.1" for n in range(3)]

    assert statuses(start, Limits(burst=1, proxies=1), "198.51.100.9", forged) == [201, 429, 429]


@pytest.mark.parametrize("garbage", ["x", "999.1.1.1", "' OR 1=1 --", "203.0.113.7:80x", "\t", "::1]"])
def test_a_hop_that_is_no_address_is_counted_as_one_unknown(start: Start, garbage: str) -> None:
    found = statuses(start, Limits(burst=1, proxies=1), "127.0.0.1", ["unknown", garbage])

    assert found == ([201, 429] if garbage.strip() else [201, 201])


@pytest.mark.parametrize(
    ("address", "near"),
    [("127.0.0.1", True), ("::1", True), ("10.1.2.3", True), ("172.31.0.1", True), ("fd00::1", True),
     ("::ffff:127.0.0.1", True), ("172.32.0.1", False), ("100.64.0.1", False), ("203.0.113.7", False),
     ("2001:db8::1", False), ("::ffff:203.0.113.7", False), ("", False), ("unix", False)],
)  # fmt: skip
def test_a_proxy_stands_on_this_machine_or_in_a_private_network(address: str, near: bool) -> None:
    assert is_near(address) is near


def test_an_old_address_written_as_a_new_one_keeps_its_own_network() -> None:
    assert network("::ffff:203.0.113.7") == network("203.0.113.200") != network("::ffff:198.51.100.1")


def test_only_a_proxy_that_is_believed_can_say_that_the_line_was_secure(start: Start) -> None:
    said = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    plain, behind = start().test_client(), start(Limits(proxies=1)).test_client()

    assert "Strict-Transport-Security" not in plain.get("/ask", headers=said).headers
    assert "Strict-Transport-Security" in behind.get("/ask", headers=said).headers
