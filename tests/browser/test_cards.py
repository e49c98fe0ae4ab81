"""Pictures and words for the chat group: what the page says, legible on a phone; a sentence where that cannot be."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from mingbai import notices, plugin
from mingbai.cards.command import cards_of
from mingbai.cards.drawing import WIDTH, Card, written
from mingbai.cli import main
from tests.browser.looking import UNREADABLE
from tests.engine.test_cards import FILING, metas
from tests.qr import code_of, squares_in
from tests.village import AS_OF, Village, build_village

ADDRESS = "https://mingbai.example.cn"
LANGUAGES = ("zh", "en")
NAME = "east-finance-2026-Q1"

# The size of all text that is seen, in pixels of the picture.
SIZES = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (text.data.trim()) found.push(parseFloat(getComputedStyle(text.parentElement).fontSize));
  }
  return found;
}"""
TOO_WIDE = """() => [...document.querySelectorAll(".sheet *")]
  .filter((each) => each.getBoundingClientRect().right > 772).map((each) => each.outerHTML)"""


def call(village: Village, out: Path, *words: str) -> int:
    return main(["--portal", str(village.root), "share", "--out", str(out), *words])


def built_at(root: Path, address: str | None) -> Village:
    village = build_village(root)
    if address:
        settings = (root / "mkdocs.yml").read_text(encoding="utf-8")
        village.write("mkdocs.yml", f"site_url: {address}\n{settings}")
    plugin.build(root, None, AS_OF)
    return village


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Village:
    return built_at(tmp_path_factory.mktemp("with") / "portal", ADDRESS)


@pytest.fixture(scope="module")
def nameless(tmp_path_factory: pytest.TempPathFactory) -> Village:
    """A portal that has no address of its own."""
    return built_at(tmp_path_factory.mktemp("without") / "portal", None)


@pytest.fixture
def sight(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": WIDTH, "height": 1000})
    yield context.new_page()
    context.close()


def card(village: Village, unit: str, lang: str) -> Card:
    portal = village.portal
    return cards_of(portal, notices.filings(portal, unit, "2026-Q1", lang), lang)[0]


def page_of(village: Village, unit: str = "east", lang: str = "zh") -> str:
    """Return the page of which the picture is taken."""
    return written(village.portal.theme, card(village, unit, lang), lang)


def site(village: Village, address: str) -> str:
    return (village.root / "build" / "site" / address.strip("/") / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("lang", "tree", "end"), [("zh", "", ""), ("en", "/en", ".en")])
def test_a_picture_is_as_wide_as_a_phone_likes_and_its_code_opens_the_filing(
    built: Village, tmp_path: Path, lang: str, tree: str, end: str
) -> None:
    assert call(built, tmp_path, "--unit", "east", "--period", "2026-Q1", "--lang", lang) == 0

    with Image.open(tmp_path / f"{NAME}{end}.png") as seen:
        assert seen.format == "PNG" and seen.width == 800 and 1000 <= seen.height < 2000
        assert squares_in(seen) == code_of(f"{ADDRESS}{tree}{FILING}")


def test_the_words_are_those_of_the_page_and_its_address(built: Village, tmp_path: Path) -> None:
    assert call(built, tmp_path, "--unit", "east", "--period", "2026-Q1") == 0

    said, page = (tmp_path / f"{NAME}.txt").read_text("utf-8"), metas(site(built, FILING))
    assert f"{page['title']}：{page['description']}" in said
    assert said.splitlines()[-1] == page["url"] == f"{ADDRESS}{FILING}"


def test_without_a_folder_named_all_goes_below_build(built: Village) -> None:
    assert (
        main(
            ["--portal", str(built.root), "share", "--unit", "town", "--period", "2026", "--kind", "finance"]
        )
        == 0
    )

    made = {path.name for path in (built.root / "build" / "share").iterdir()}
    assert made == {
        f"{unit}-finance-2026-Q1.{end}" for unit in ("east", "west", "lane") for end in ("png", "txt")
    }


def test_a_picture_says_whose_it_is_and_what_the_page_says(built: Village, sight: Page) -> None:
    sight.set_content(page_of(built))
    seen = sight.inner_text(".card")

    for words in ("测试县村务公开", "东头村", "财务收支", "2026年第1季度", "10,999.50", f"{ADDRESS}{FILING}"):
        assert words in seen.replace("\n", "")
    assert sight.inner_text(".say") == metas(site(built, FILING))["description"]
    assert "2026年4月9日到2026年4月24日" in seen.replace("\n", "")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("unit", ["east", "lane"])
def test_a_picture_is_legible_on_a_phone(
    built: Village, nameless: Village, sight: Page, unit: str, lang: str
) -> None:
    for village in (built, nameless):
        sight.set_content(page_of(village, unit, lang))

        sizes = sight.evaluate(SIZES)
        assert len(sizes) > 8 and min(sizes) >= 28
        assert sight.evaluate(UNREADABLE) == [] and sight.evaluate(TOO_WIDE) == []


def test_a_picture_asks_for_nothing_from_anywhere(built: Village) -> None:
    page = page_of(built)

    assert not any(word in page for word in ("src=", "href=", "url(", "@import", "@font-face", "<script"))


def test_a_demo_is_marked_and_nothing_else_is(built: Village, tmp_path: Path) -> None:
    assert "示范数据" in page_of(built)

    settings = (built.root / "mkdocs.yml").read_text(encoding="utf-8")
    village = build_village(tmp_path / "portal")
    village.write("mkdocs.yml", settings.replace("demo: true", "demo: false"))
    plugin.build(village.root, None, AS_OF)
    assert "示范数据" not in page_of(village)


def test_without_an_address_there_is_no_code_and_both_say_why(
    nameless: Village, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(nameless, tmp_path, "--unit", "east", "--period", "2026-Q1") == 0

    with Image.open(tmp_path / f"{NAME}.png") as seen, pytest.raises(AssertionError, match="no code"):
        squares_in(seen)
    assert "site_url" in capsys.readouterr().err
    assert "在网址后面接着写" in page_of(nameless) and "<svg" not in page_of(nameless)
    assert (tmp_path / f"{NAME}.txt").read_text("utf-8").endswith(f"在网址后面接着写：\n{FILING}\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--unit", "nobody", "--period", "2026-Q1"), "没有「nobody」"),
        (("--unit", "east", "--period", "2019-Q1"), "没有公开件可发"),
        (("--unit", "east", "--period", "2026-Q1", "--kind", "relief"), "没有公开件可发"),
        (("--unit", "east", "--period", "2026-Q1", "--kind", "gossip"), "没有「gossip」"),
        (("--unit", "east", "--period", "last spring"), "不是一期"),
        (("--unit", "east", "--period", "last spring", "--lang", "en"), "is no period"),
        (("--unit", "east", "--period", "2026-Q1"), "还没有建"),
    ],
)
def test_what_cannot_be_shared_is_said_and_nothing_written(
    village: Village,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    said: str,
) -> None:
    assert call(village, tmp_path / "share", *words) == 2
    assert said in capsys.readouterr().err and not (tmp_path / "share").exists()


def test_a_language_that_the_portal_has_not_is_said(
    village: Village, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = (village.root / "mkdocs.yml").read_text(encoding="utf-8")
    village.write("mkdocs.yml", settings.replace("languages: [zh, en]", "languages: [zh]"))

    assert call(village, tmp_path / "share", "--unit", "east", "--period", "2026-Q1", "--lang", "en") == 2
    assert "no pages in this language" in capsys.readouterr().err and not (tmp_path / "share").exists()


def test_a_site_of_an_earlier_version_has_to_be_built_again(
    village: Village, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    village.write(f"build/site{FILING}index.html", "<!doctype html><h1>东头村</h1>")

    assert call(village, tmp_path / "share", "--unit", "east", "--period", "2026-Q1") == 2
    assert "再建一次网站" in capsys.readouterr().err and not (tmp_path / "share").exists()


def test_a_machine_without_a_browser_is_told_what_to_install(
    built: Village, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert call(built, tmp_path / "share", "--unit", "east", "--period", "2026-Q1") == 2
    assert "apt install chromium" in capsys.readouterr().err and not (tmp_path / "share").exists()


def test_a_browser_that_draws_nothing_leaves_nothing_half(
    built: Village, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "chromium").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    (tmp_path / "chromium").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert call(built, tmp_path / "share", "--unit", "east", "--period", "2026-Q1") == 2
    assert "什么也没写" in capsys.readouterr().err and list((tmp_path / "share").iterdir()) == []


def test_a_folder_that_takes_nothing_is_said(
    built: Village, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "share").write_text("mine", encoding="utf-8")

    assert call(built, tmp_path / "share", "--unit", "east", "--period", "2026-Q1") == 2
    assert "换一个文件夹" in capsys.readouterr().err and (tmp_path / "share").read_text("utf-8") == "mine"


def test_what_was_shared_before_is_replaced_and_other_files_stay(built: Village, tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.txt").write_text("old", encoding="utf-8")
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")

    assert call(built, tmp_path, "--unit", "east", "--period", "2026-Q1") == 0
    assert (tmp_path / f"{NAME}.txt").read_text("utf-8") != "old"
    assert (tmp_path / "mine.txt").read_text("utf-8") == "mine"
    assert Image.open(io.BytesIO((tmp_path / f"{NAME}.png").read_bytes())).width == 800
