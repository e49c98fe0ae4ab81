"""What comes out of the printer, in a real browser: the slip of a receipt, and the ways from a filing to the site."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo

FILING = "/u/lianqiao/finance/2026-Q1/"
MILLIMETRE = 96 / 25.4  # CSS pixels


def receive(page: Page) -> str:
    """Write a letter and return its receipt as the page shows it."""
    page.goto(f"/ask?about={FILING}")
    page.locator("input[name=type][value=inquiry]").check()
    page.locator("textarea[name=text]").fill("路灯的钱付清了没有？")
    page.locator("form[data-draft] button[type=submit]").click()
    return re.sub(r"[\s-]", "", page.locator(".code").inner_text())


def test_the_receipt_prints_as_a_slip_as_large_as_a_postcard_and_nothing_beside_it(desk: Page) -> None:
    receipt = receive(desk)
    expect(desk.locator(".ticket")).to_be_hidden()
    desk.emulate_media(media="print")

    expect(desk.locator(".ticket")).to_be_visible()
    for away in (".md-header", ".md-footer", ".md-tabs", ".demo", ".sheet", ".btn"):
        expect(desk.locator(away).first).to_be_hidden()
    box = desk.locator(".ticket").bounding_box()
    assert box is not None
    assert abs(box["width"] - 105 * MILLIMETRE) < 1
    assert 140 * MILLIMETRE < box["height"] < 160 * MILLIMETRE
    assert re.sub(r"\s", "", desk.locator(".ticket-code").inner_text()) == receipt


def test_the_receipt_stands_in_one_line_inside_its_slip(desk: Page) -> None:
    receive(desk)
    desk.emulate_media(media="print")
    line, slip = (desk.locator(each).bounding_box() for each in (".ticket-code", ".ticket"))

    assert line is not None and slip is not None
    tops = desk.locator(".ticket-code span").evaluate_all("all => all.map(each => each.offsetTop)")
    ends = desk.locator(".ticket-code span").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().right)"
    )
    assert len(set(tops)) == 1
    assert max(ends) <= slip["x"] + slip["width"] - 8 * MILLIMETRE


def test_one_tap_prints(phone: Page) -> None:
    phone.add_init_script("window.print = () => { window.printed = true; };")
    receive(phone)
    phone.locator("[data-print]").click()

    assert phone.evaluate("window.printed") is True


def test_without_scripts_no_button_promises_to_print(bare: Page) -> None:
    receive(bare)

    expect(bare.locator("[data-print]")).to_be_hidden()


def test_a_filing_shows_its_ways_back_on_paper_only(desk: Page, demo: Demo) -> None:
    desk.goto(FILING)
    expect(desk.locator(".scans")).to_be_hidden()
    desk.emulate_media(media="print")

    expect(desk.locator(".scans")).to_be_visible()
    assert FILING in desk.locator(".scans").inner_text()
