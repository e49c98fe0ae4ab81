"""A resident adds photos on an old phone, with the script that weighs them and without any."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PHONE, Demo


def photo(folder: Path, name: str, more: int = 0) -> str:
    written = BytesIO()
    Image.new("RGB", (60, 40), (200, 60, 40)).save(written, "JPEG")
    (folder / name).write_bytes(written.getvalue() + bytes(more))
    return str(folder / name)


def write(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.address}/ask")
    page.check("input[value=inquiry]")
    page.select_option("#unit", index=3)
    page.fill("#text", "路灯坏了三天，照片在这里。")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_photos_go_with_the_letter_and_words_stay_when_one_is_refused(
    browser: Browser, demo: Demo, tmp_path: Path, script: bool
) -> None:
    with browser.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]}, java_script_enabled=script
    ) as phone:
        page = phone.new_page()
        write(page, demo)
        (tmp_path / "b.gif").write_bytes(b"GIF89a")
        page.set_input_files("#photo", [photo(tmp_path, "a.jpg"), str(tmp_path / "b.gif")])
        page.click("button[type=submit]")
        refused = page.locator("[role=alert]").inner_text()
        kept = page.input_value("#text")
        page.set_input_files("#photo", [photo(tmp_path, "a.jpg"), photo(tmp_path, "c.jpg")])
        page.click("button[type=submit]")

        assert "第 2 张不是 JPEG" in refused and "要放就再选一次" in refused
        assert kept == "路灯坏了三天，照片在这里。"
        assert "附了 2 张照片" in page.locator("main").inner_text()


def test_photos_that_are_too_many_or_too_large_are_named_before_they_are_sent(
    browser: Browser, demo: Demo, tmp_path: Path
) -> None:
    with browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}) as phone:
        page = phone.new_page()
        write(page, demo)
        said = page.locator("#photo + p")

        page.set_input_files("#photo", [photo(tmp_path, "a.jpg"), photo(tmp_path, "b.jpg", 8 * 1024 * 1024)])
        assert "第 2 张超过 8 MB" in said.inner_text()
        page.set_input_files("#photo", [photo(tmp_path, f"{place}.jpg") for place in range(4)])
        assert "您选了 4 张" in said.inner_text()
        page.set_input_files("#photo", [photo(tmp_path, "a.jpg")])
        assert said.inner_text() == ""


def test_a_form_that_is_far_too_large_is_answered_with_a_sentence_and_words_are_one_step_back(
    browser: Browser, demo: Demo, tmp_path: Path
) -> None:
    with browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}) as phone:
        page = phone.new_page()
        write(page, demo)
        page.set_input_files("#photo", [photo(tmp_path, "a.jpg", 40 * 1024 * 1024)])
        page.click("button[type=submit]")

        assert "照片太大就少放一张" in page.locator("main").inner_text()
        page.go_back()
        assert page.input_value("#text") == "路灯坏了三天，照片在这里。"
