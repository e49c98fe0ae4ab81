"""A recipient opens their own record with the code on a slip: over the network, from a folder, and nowhere unsafe."""

import pytest
from playwright.sync_api import Browser, Page, expect

from mingbai import sealed
from tests.browser.conftest import CHROMIUM, FLAGS, OWN_RECORD, PHONE, Demo

FILING = "u/lianqiao/assist/2026-Q3/"
CODE, RECORD = OWN_RECORD


def enter(page: Page, typed: str) -> None:
    page.locator("#own-code").fill(typed)
    page.locator("#own button").click()


def test_the_code_opens_the_record_and_shows_it_as_text(phone: Page) -> None:
    phone.goto(f"/{FILING}")

    enter(phone, sealed.shown(CODE).lower().replace("-", " "))

    expect(phone.locator("#own dd")).to_have_text(list(RECORD.values()))


def test_a_slip_that_is_scanned_fills_in_the_code_and_leaves_it_in_no_address(phone: Page) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto(f"/{FILING}#open={CODE}")

    expect(phone.locator("#own-code")).to_have_value(CODE)
    phone.locator("#own button").click()
    expect(phone.locator("#own dd").first).to_have_text(RECORD["项目"])
    assert phone.url.endswith(f"/{FILING}#own")
    assert not any(CODE in address.partition("#")[0] for address in asked)


def test_the_copy_in_a_folder_opens_it_too(browser: Browser, demo: Demo) -> None:
    page = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
    page.goto(f"file://{demo.root}/build/site/{FILING}index.html")

    enter(page, CODE)

    expect(page.locator("#own dd").first).to_have_text(RECORD["项目"])
    page.close()


WRONG = {
    "too short": ("abc", "17 个字符"),
    "no such symbols": ("0" * 17, "没有 0、1"),
    "one symbol wrong": (CODE[:-1] + ("2" if CODE[-1] != "2" else "3"), "抄错了一个地方"),
    "another's": (sealed.draw_code(), "没有记录"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_code_that_opens_nothing_is_a_sentence(phone: Page, wrong: str) -> None:
    typed, said = WRONG[wrong]
    phone.goto(f"/{FILING}")

    enter(phone, typed)

    expect(phone.locator("#own [role=status]")).to_contain_text(said)


def test_without_encryption_the_page_says_why_it_opens_nothing(browser: Browser, demo: Demo) -> None:
    there = demo.address.removeprefix("http://")
    other = browser.browser_type.launch(
        executable_path=CHROMIUM, args=[*FLAGS, f"--host-resolver-rules=MAP village.example {there}"]
    )
    page = other.new_page()
    page.goto(f"http://village.example/{FILING}")

    enter(page, CODE)

    expect(page.locator("#own [role=status]")).to_contain_text("没有加密")
    other.close()


def test_without_javascript_nothing_is_asked_and_the_office_is_named(bare: Page) -> None:
    bare.goto(f"/{FILING}")

    assert "到村部查" in bare.locator("#own").inner_text()
    expect(bare.locator("#own form")).to_be_hidden()
