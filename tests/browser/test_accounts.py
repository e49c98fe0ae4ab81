"""An administrator's day at phone size, by keyboard alone: an account made, handed over, its password changed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, Demo
from tests.browser.test_day import PASSWORD, Keyboard, fits, made

CHOSEN = "棉花 石磨 渡口 冬至 算盘 蓑衣"


@pytest.fixture
def visitors(browser: Browser, demo: Demo) -> Iterator[list[Page]]:
    """Two people with a phone each."""
    contexts = [
        browser.new_context(
            base_url=demo.address,
            viewport={"width": PHONE[0], "height": PHONE[1]},
        )
        for _ in range(2)
    ]
    for context in contexts:
        context.set_default_timeout(5000)
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


def codes_of(demo: Demo, name: str, unit: str, role: str) -> list[str]:
    """Make an account by the command and return its recovery codes: each serves at once, without waiting."""
    return [line for line in made(demo, name, unit, role) if line.count("-") == 3 and len(line) == 35]


def sign_in(keys: Keyboard, name: str, password: str, code: str) -> None:
    keys.page.goto("/desk")
    keys.write("#name", name)
    keys.write("#password", password)
    keys.write("#code", code)
    keys.press("main form button[type=submit]")


def test_an_account_is_made_handed_over_and_made_ones_own_by_keyboard_alone(
    demo: Demo, visitors: list[Page]
) -> None:
    keeper, clerk = (Keyboard(page) for page in visitors)
    codes = codes_of(demo, "管账号的", "suoling", "administrator")

    sign_in(keeper, "管账号的", PASSWORD, codes[0])
    keeper.press("a:has-text('办件人员的账号')")
    keeper.write("#name", "新来的")
    keeper.page.locator("#unit").select_option("suxi")
    keeper.choose("input[name=role][value=clerk]")
    keeper.write("#add-password", PASSWORD)
    keeper.write("#add-code", codes[1])
    assert fits(keeper.page)
    keeper.press("button[value=add]")
    expect(keeper.page.locator(".scan svg")).to_be_visible()
    assert fits(keeper.page)
    password = keeper.page.locator(".code--long").inner_text()
    handed = keeper.page.locator(".codes code").all_inner_texts()

    sign_in(clerk, "新来的", password, handed[0])
    expect(clerk.page.locator("h1")).to_have_text("我的账号")
    clerk.page.goto("/desk")
    expect(clerk.page.locator("h1")).to_have_text("我的账号")
    clerk.write("#chosen", CHOSEN)
    clerk.write("#password-password", password)
    clerk.write("#password-code", handed[1])
    clerk.press("button[value=password]")
    expect(clerk.page.locator("[role=status]")).to_contain_text("口令换好了")
    assert fits(clerk.page)
    clerk.press("a:has-text('回到要办的来信')")
    expect(clerk.page.locator("h1")).to_have_text("要办的来信")

    keeper.press("a:has-text('回到账号列表')")
    keeper.press("a:has-text('新来的')")
    expect(keeper.page.locator("main")).to_contain_text("现在有 1 处登录着")
    keeper.press("button[value=put_out]")
    clerk.page.reload()
    expect(clerk.page.locator("h1")).to_have_text("办件登录")
