"""A phone keeps what it has seen: a visited unit and the search stay readable without a network."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, Demo

KEPT = (
    "caches.open('kept').then(cache => cache.keys()).then(keys => keys.map(key => new URL(key.url).pathname))"
)


class Noting(SimpleHTTPRequestHandler):
    """Serves files, notes what was asked for and says nothing."""

    asked: list[str]

    def log_message(self, format: str, *args: object) -> None:
        """Note the path instead."""
        self.asked.append(self.path)


class Network:
    """The site on a port of its own, until it is cut."""

    def __init__(self, folder: str) -> None:
        self.asked: list[str] = []
        noting = type("NotingHere", (Noting,), {"asked": self.asked})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(noting, directory=folder))
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def cut(self) -> None:
        """Answer nobody any more."""
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def network(demo: Demo) -> Iterator[Network]:
    made = Network(str((demo.root / "build" / "site").resolve()))
    yield made
    made.cut()


@pytest.fixture
def phone(browser: Browser, network: Network) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, base_url=network.address)
    yield context.new_page()
    context.close()


def visit(phone: Page, address: str, *awaited: str) -> None:
    """Open a page and wait until the phone has kept what it is to keep."""
    phone.goto(address)
    phone.wait_for_function("() => Boolean(navigator.serviceWorker.controller)")
    wait(phone, lambda kept: {*awaited} <= kept)


def wait(phone: Page, holds: Callable[[set[str]], bool]) -> None:
    """Wait until what the phone has kept is as it should be."""
    until = time.monotonic() + 60
    while not holds({*phone.evaluate(KEPT)}):
        assert time.monotonic() < until, "not kept within a minute"
        time.sleep(0.1)


def test_a_visited_unit_stays_readable(phone: Page, network: Network) -> None:
    visit(phone, "/u/lianqiao/", "/u/lianqiao/finance/2026-Q3/")
    network.cut()

    phone.goto("/u/lianqiao/")
    expect(phone.locator("h1")).to_have_text("楝桥村")
    phone.goto("/u/lianqiao/finance/2026-Q3/")
    expect(phone.locator("table.ledger")).to_be_visible()
    assert (
        phone.evaluate("getComputedStyle(document.querySelector('.ledger tbody tr:nth-child(2)')).display")
        == "grid"
    )


# As many files of a large search as are asked for, kept by themselves.
_FILL = """count => caches.open('kept').then(cache => Promise.all([...Array(count).keys()].map(
    number => cache.put(`/assets/search/filled-${number}.js`, new Response('')))))"""


def test_the_search_finds_without_a_network(phone: Page, network: Network) -> None:
    visit(phone, "/u/lianqiao/", "/search/")
    listed = phone.evaluate("fetch('/offline.json').then(answer => answer.json())")["search"]
    visit(phone, "/u/lianqiao/", *(f"/{path}" for path in listed))
    network.cut()

    phone.goto("/search/")
    phone.locator("#search-form input").first.fill("清淤")
    phone.keyboard.press("Enter")
    expect(phone.locator(".hit").first).to_be_visible()


def test_the_first_page_is_there_though_only_a_village_was_visited(phone: Page, network: Network) -> None:
    visit(phone, "/u/lianqiao/", "/", "/u/", "/search/")
    network.cut()

    phone.goto("/")
    expect(phone.locator("h1")).to_contain_text("新公开")


def test_the_files_of_the_search_push_no_page_out(phone: Page) -> None:
    visit(phone, "/u/lianqiao/", "/", "/u/lianqiao/finance/2026-Q3/")
    phone.evaluate(_FILL, 400)
    for page in ("/glossary/", "/method/"):  # what is too much goes when something is kept
        phone.evaluate("page => fetch(page).then(answer => answer.text())", page)
        wait(phone, lambda kept, page=page: page in kept)

    assert {"/", "/u/lianqiao/finance/2026-Q3/"} <= {*phone.evaluate(KEPT)}


def test_a_page_that_was_never_opened_says_so(phone: Page, network: Network) -> None:
    visit(phone, "/", "/offline/", "/en/offline/")
    network.cut()

    phone.goto("/u/piqiao/")
    expect(phone.locator("h1")).to_have_text("现在没有网络")
    phone.goto("/en/u/piqiao/")
    expect(phone.locator("h1")).to_have_text("There is no network")


def test_what_was_withdrawn_leaves_the_phone_with_the_next_page(
    phone: Page, network: Network, demo: Demo
) -> None:
    visit(phone, "/u/lianqiao/finance/2026-Q2/", "/u/lianqiao/finance/2026-Q2/")
    told = phone.evaluate("fetch('/offline.json').then(answer => answer.json())")
    wait(
        phone, lambda kept: {f"/{path}" for path in told["search"]} <= kept
    )  # the last that this visit brings
    told["gone"] = ["u/lianqiao/finance/2026-Q2/"]
    listed = (demo.root / "build/site").resolve() / "offline.json"
    before = listed.read_text("utf-8")
    listed.write_text(json.dumps(told), "utf-8")
    try:
        phone.goto("/glossary/")
        wait(phone, lambda kept: "/u/lianqiao/finance/2026-Q2/" not in kept)
    finally:
        listed.write_text(before, "utf-8")


def test_the_search_of_an_earlier_release_leaves_the_phone(phone: Page) -> None:
    visit(phone, "/u/lianqiao/", "/u/lianqiao/finance/2026-Q3/")
    old = "/assets/search/d-000000000000.js"
    phone.evaluate(f"caches.open('kept').then(cache => cache.put('{old}', new Response('old')))")

    phone.goto("/glossary/")

    wait(phone, lambda kept: old not in kept)


def test_a_second_look_asks_for_no_page_that_is_there(phone: Page, network: Network) -> None:
    visit(phone, "/u/lianqiao/", "/u/lianqiao/finance/2026-Q3/", "/u/lianqiao/finance/2026-Q2/")
    listed = phone.evaluate("fetch('/offline.json').then(answer => answer.json())")["search"]
    visit(phone, "/u/lianqiao/", *(f"/{path}" for path in listed))
    before = len(network.asked)

    phone.goto("/u/lianqiao/")
    phone.wait_for_timeout(3000)

    assert len(network.asked) - before < 12, network.asked[before:]


def test_letters_and_the_desk_are_never_kept(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(base_url=demo.address)
    page = context.new_page()
    visit(page, "/u/lianqiao/", "/u/lianqiao/finance/2026-Q3/")
    for address in ("/ask", "/track", "/desk"):
        page.goto(address)
    page.goto("/u/lianqiao/")

    kept = page.evaluate(KEPT)
    assert [path for path in kept if path.startswith(("/ask", "/track", "/desk"))] == []
    context.close()


def test_the_phone_can_put_the_portal_on_its_screen(phone: Page) -> None:
    phone.goto("/")
    manifest = phone.evaluate(
        "fetch(document.querySelector('link[rel=manifest]').href).then(answer => answer.json())"
    )
    icon = phone.request.get(f"/{manifest['icons'][0]['src']}")

    assert manifest["display"] == "standalone" and manifest["start_url"] == "./" and icon.ok
