"""What axe-core finds wrong for people who hear a page, cannot see its colours or use keys: nothing, on any page.

Every sort of page is looked at on a phone, in both languages, light and dark, as usual and in large type.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.accessibility import LOOKS, SORTS, Look, dressed, faults
from tests.browser.conftest import Demo


@pytest.fixture(scope="module", params=LOOKS, ids=str)
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    look: Look = request.param
    context = dressed(browser, look)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("tree", ["", "/en"], ids=["zh", "en"])
def test_nothing_is_wrong_on_any_sort_of_page(demo: Demo, page: Page, tree: str) -> None:
    wrong = {}
    for address in SORTS:
        page.goto(f"{demo.address}{tree}{address}")
        if found := faults(page):
            wrong[address] = found

    assert wrong == {}


@pytest.mark.parametrize("spoil", ["picture", "colour", "label"])
def test_a_planted_fault_is_found(demo: Demo, browser: Browser, spoil: str) -> None:
    made = {
        "picture": "document.querySelector('main').append(new Image())",
        "colour": "document.querySelector('h1').style.color = '#ccc'",
        "label": "document.querySelector('main').append(document.createElement('input'))",
    }
    context = dressed(browser, LOOKS[0])
    page = context.new_page()
    page.goto(f"{demo.address}/u/lianqiao/")
    page.evaluate(made[spoil])

    assert faults(page)
    context.close()
