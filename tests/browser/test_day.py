"""A resident's and a clerk's day at phone size, by keyboard alone: asked, extended, answered, judged, opened again."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, ROOT, Demo

PASSWORD = "水渠 竹篮 灯塔 三月 收音机"
MOST_TABS = 120
COMMAND = "import sys; from mingbai.cli import main; sys.exit(main(sys.argv[1:]))"


class Keyboard:
    """Somebody who has no mouse: goes to a place with Tab alone and presses keys there."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, selector: str) -> None:
        """Press Tab until the focus is on the element, and see that it can be seen there."""
        wanted = self.page.locator(selector).first
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if wanted.evaluate("element => element === document.activeElement"):
                outline = wanted.evaluate("element => getComputedStyle(element).outlineStyle")
                assert outline != "none", f"the focus on {selector} cannot be seen"
                return
        raise AssertionError(f"{selector} cannot be reached by keyboard")

    def write(self, selector: str, words: str) -> None:
        """Go to a field and write over what stands there."""
        self.reach(selector)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(words)

    def choose(self, selector: str) -> None:
        """Go to a group of choices and choose one of them."""
        self.page.locator(selector).first.focus()
        self.page.keyboard.press("Space")

    def press(self, selector: str) -> None:
        """Go to a button or link and press Enter; wait for the page that comes."""
        self.reach(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


@pytest.fixture
def visitors(browser: Browser, demo: Demo) -> Iterator[list[Page]]:
    """Three people with a phone each."""
    contexts = [
        browser.new_context(base_url=demo.address, viewport={"width": PHONE[0], "height": PHONE[1]})
        for _ in range(3)
    ]
    for context in contexts:
        context.set_default_timeout(5000)
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


def made(demo: Demo, name: str, unit: str, role: str) -> list[str]:
    """Make an account by the command and return the lines that it says."""
    said = ["desk", "--portal", str(demo.root), "--state", str(demo.root / ".state"), "user", "add", name]
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *said, "--unit", unit, "--role", role],
        input=PASSWORD + "\n",
        text=True,
        capture_output=True,
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "site"), str(ROOT)])},
    )
    return done.stdout.splitlines()


def account(demo: Demo, name: str, unit: str, role: str) -> str:
    """Make an account by the command and return the secret of its codes."""
    uri = next(line for line in made(demo, name, unit, role) if "otpauth" in line)
    return str(pyotp.parse_uri(uri).secret)


def sign_in(keys: Keyboard, name: str, secret: str) -> None:
    keys.page.goto("/desk")
    keys.write("#name", name)
    keys.write("#password", PASSWORD)
    keys.write("#code", pyotp.TOTP(secret).at(time.time()))
    keys.press("main form button[type=submit]")
    expect(keys.page.locator("h1")).to_have_text("要办的来信")


def fits(page: Page) -> bool:
    """Return whether the page is no wider than the phone."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_day_by_keyboard_alone(demo: Demo, visitors: list[Page]) -> None:
    writer, clerk, town = (Keyboard(page) for page in visitors)
    clerks = account(demo, "小周", "suxi", "clerk")
    towns = account(demo, "小钱", "suoling", "township")

    writer.page.goto("/ask?unit=suxi&type=inquiry")
    writer.write("textarea[name=text]", "水渠清淤花了多少钱，谁做的？")
    writer.press("form[data-draft] button[type=submit]")
    receipt = "".join(writer.page.locator(".code").inner_text().split()).replace("-", "")
    assert fits(writer.page) and len(receipt) == 13

    sign_in(clerk, "小周", clerks)
    clerk.press("ul.list a:has-text('粟溪村')")
    assert fits(clerk.page)
    clerk.reach("summary:has-text('延期')")
    clerk.page.keyboard.press("Enter")
    latest = clerk.page.locator("label[for=due]").inner_text().split("最晚 ")[1].split("；")[0]
    clerk.write("#due", latest)
    clerk.write("#extend-reason", "要到镇里调合同")
    clerk.press("button[value=extend]")
    clerk.write("#answer", "一共 32,000 元：\n\n- 挖机 25,300 元\n- 人工 6,700 元")
    clerk.press("button[value=preview]")
    expect(clerk.page.locator("#answering .md li")).to_have_count(2)
    clerk.press("button[value=answer]")

    writer.page.goto("/track")
    writer.write("#receipt", receipt)
    writer.press("main form button[type=submit]")
    expect(writer.page.locator("h1")).to_have_text("答复了")
    expect(writer.page.locator(".steps")).to_contain_text("要到镇里调合同")
    assert fits(writer.page)
    writer.choose("input[name=solved][value=no]")
    writer.choose("input[name=satisfied][value=no]")
    writer.press("#verdict button")
    writer.write("#why", "没说是谁做的")
    writer.press("#reopen button")
    expect(writer.page.locator("h1")).to_have_text("现在由蓑岭镇协办")

    sign_in(town, "小钱", towns)
    town.press("ul.list a:has-text('粟溪村')")
    expect(town.page.locator("main")).to_contain_text("没说是谁做的")
    town.write("#answer", "是镇里水利站组织三组村民做的。")
    town.press("button[value=answer]")

    writer.page.goto("/track")
    writer.write("#receipt", receipt)
    writer.press("main form button[type=submit]")
    expect(writer.page.locator(".md").first).to_contain_text("三组村民做的")
