"""The build as a whole: `mingbai build` and `mkdocs build` give the same site, and a failure leaves the last one."""

import hashlib
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from mingbai import frames, plugin
from mingbai.errors import BuildRefused, MingbaiError, PortalError
from mingbai.releases import MARKER
from tests.village import AS_OF, FINANCE, FINANCE_FACTS, SETTINGS, Village, build_village

HOOKS = [
    "on_config",
    "on_pre_build",
    "on_files",
    "on_nav",
    "on_page_markdown",
    "on_page_content",
    "on_env",
    "on_page_context",
    "on_template_context",
    "on_post_page",
    "on_post_build",
]
FIVE_WORDS = ["首页", "找村子", "应公开", "搜一搜", "我要问"]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Take away what MkDocs leaves on its logger between builds."""
    yield
    logging.getLogger("mkdocs").handlers.clear()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plugin.build(build_village(tmp_path_factory.mktemp("portal")).root, None, AS_OF)


def html(site: Path, address: str) -> str:
    return (site / address.lstrip("/") / "index.html").read_text(encoding="utf-8")


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def mkdocs(village: Village, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", *arguments],
        cwd=village.root,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=120,
    )


def sources(village: Village) -> dict[str, str]:
    return {path: digest for path, digest in contents(village.root).items() if not path.startswith("build/")}


# What a page is made of


def test_data_pages_load_our_style_sheet_only(site: Path) -> None:
    page = html(site, "/u/east/")

    assert len(re.findall(r'rel="stylesheet"', page)) == 1
    assert re.search(r'href="\.\./\.\./assets/css/mingbai\.[0-9a-f]{12}\.css"', page)
    assert "assets/stylesheets" not in page
    assert "bundle" not in page


def test_prose_loads_the_theme_too_and_keeps_a_table_of_contents(village: Village) -> None:
    table, note = "| 甲 | 乙 |\n|---|--:|\n| 1 | 2 |\n", "!!! note\n    注意\n"
    village.write("content/method.md", f"# 怎么核对\n\n## 一\n\n{table}\n## 二\n\n{note}")
    page = html(plugin.build(village.root, None, AS_OF), "/method/")

    assert page.index("assets/stylesheets/main.") < page.index("assets/css/mingbai.")
    assert re.findall(r'<nav class="toc" aria-label="本页内容">.*?</nav>', page, re.DOTALL)
    assert "admonition" in page
    assert "<table>" in page
    assert "style=" not in page


@pytest.mark.parametrize("address", ["/", "/about/", "/u/east/finance/2026-Q1/"])
def test_every_page_has_the_five_words_and_the_same_frame(site: Path, address: str) -> None:
    page = html(site, address)
    bar = re.search(r'<nav class="md-tabs".*?</nav>', page, re.DOTALL)

    assert bar
    assert re.findall(r">([^<>\s]+)</a>", bar[0]) == FIVE_WORDS
    for words in ("示范数据", "跳到正文", "不是政府网站", "待备案", "2026年4月20日", "关怀版", "English"):
        assert words in page, words


@pytest.mark.parametrize(
    ("address", "lang"), [("/u/east/", "zh-CN"), ("/en/u/east/", "en"), ("/en/about/", "en")]
)
def test_a_page_says_its_language(site: Path, address: str, lang: str) -> None:
    assert f'<html lang="{lang}"' in html(site, address)


def test_the_english_tree_speaks_english(site: Path) -> None:
    page = html(site, "/en/about/")

    for words in ("Skip to the text", "not a government website", "not yet filed", "As of 20 April 2026"):
        assert words in page
    assert "跳到正文" not in page


@pytest.mark.parametrize("address", ["/", "/about/", "/u/east/finance/2026-Q1/", "/en/"])
def test_a_demo_asks_not_to_be_listed(site: Path, address: str) -> None:
    assert html(site, address).count('<meta name="robots" content="noindex">') == 1


def test_the_page_for_a_lost_address_has_absolute_links(site: Path) -> None:
    page = (site / "404.html").read_text(encoding="utf-8")

    links = re.findall(r'(?:href|src|action)="([^"]+)"', page)
    assert links
    assert [link for link in links if not link.startswith(("/", "#"))] == []


def test_settings_are_text_not_html(village: Village) -> None:
    village.write(
        "mkdocs.yml", SETTINGS.replace("demo: true", "demo: true\n    organiser: 甲 <b>乙</b> & 丙")
    )
    page = html(plugin.build(village.root, None, AS_OF), "/about/")

    assert "甲 &lt;b&gt;乙&lt;/b&gt; &amp; 丙" in page


def test_html_in_prose_is_shown_as_text(village: Village) -> None:
    village.write(
        "content/about.md", "# 关于\n\n<script>alert(1)</script>\n\n一行 <img src=x onerror=alert(1)> 字\n"
    )
    page = html(plugin.build(village.root, None, AS_OF), "/about/")

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<img" not in page


def test_all_pages_name_the_same_policy_and_no_other_host(site: Path) -> None:
    rule = (site / frames.FOLDER / "csp.txt").read_text(encoding="utf-8").strip()
    pages = list(site.rglob("*.html"))

    assert len(pages) > 20
    assert "sha256-" in rule
    for path in pages:
        assert path.read_text(encoding="utf-8").count(f'content="{rule}"') == 1, path


@pytest.mark.parametrize("page", ["handbook", "first", "glossary", "method", "privacy", "en/handbook"])
def test_every_portal_has_the_prose_that_comes_with_the_engine(site: Path, page: str) -> None:
    assert (site / page / "index.html").is_file()
    assert f'href="../{page}/"' in html(site, "/board/") or page.startswith("en/")


def test_a_page_of_the_same_name_takes_the_place_of_the_one_that_comes_with_the_engine(
    village: Village,
) -> None:
    village.write("content/glossary.md", "# 词语解释\n\n公开件\n:   我们镇自己写的解释。\n")

    site = plugin.build(village.root, None, AS_OF)

    assert "我们镇自己写的解释" in html(site, "/glossary/")
    assert "对账式" not in html(site, "/glossary/") and "填报手册" in html(site, "/handbook/")


def test_only_what_belongs_to_the_site_is_in_it(site: Path) -> None:
    assert {path.suffix for path in site.rglob("*") if path.is_file()} <= {
        *(
            ".html",
            ".css",
            ".js",
            ".svg",
            ".png",
            ".csv",
            ".json",
            ".yaml",
            ".ics",
            ".xml",
            ".txt",
            ".gz",
            "",
        ),
        *(".xlsx", ".zip", ".sqlite", ".webp"),
    }
    assert {path.name for path in site.rglob("*.xml")} == {"feed.xml"}
    assert not list(site.rglob("*.map"))
    assert not list(site.rglob("sitemap*"))
    assert not list(site.rglob("_*"))
    assert not (site / "assets" / "javascripts").exists()


# The same input, the same bytes


def test_the_same_input_and_day_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = (
        contents(plugin.build(build_village(tmp_path / name).root, None, AS_OF)) for name in ("one", "two")
    )

    assert first == second
    assert len(first) > 30


def test_another_day_gives_other_pages(village: Village) -> None:
    first = html(plugin.build(village.root, None, AS_OF), "/")
    second = html(plugin.build(village.root, None, date(2026, 4, 21)), "/")

    assert "2026年4月20日" in first
    assert "2026年4月21日" in second


def test_mkdocs_and_mingbai_build_the_same_site(village: Village) -> None:
    own = contents(plugin.build(village.root, None, AS_OF))
    noon = "1776657600"  # 2026-04-20 12:00 in Shanghai
    done = mkdocs(village, "build", SOURCE_DATE_EPOCH=noon)

    assert done.returncode == 0, done.stderr
    assert contents(village.root / "build" / "site") == own
    assert not (village.root / "site").exists()
    assert "WARNING" not in done.stderr


def test_mkdocs_builds_into_a_folder_that_was_asked_for(village: Village, tmp_path: Path) -> None:
    out = tmp_path / "elsewhere"
    for _ in range(2):
        done = mkdocs(village, "build", "-d", str(out))
        assert done.returncode == 0, done.stderr

    assert (out / MARKER).is_file()
    assert not out.is_symlink()
    assert (out / "u" / "east" / "index.html").is_file()
    assert not (village.root / "build" / "site").exists()
    assert plugin.build(village.root, out, AS_OF) == out


# What must not be lost


@pytest.mark.parametrize("name", ["site", "content", "datasets", "tests", ".git", "."])
@pytest.mark.parametrize("command", ["mkdocs", "mingbai"])
def test_building_into_a_source_is_refused_before_anything_is_emptied(
    village: Village, name: str, command: str
) -> None:
    village.write("mkdocs.yml", SETTINGS + "site_dir: build/site\n")
    village.write(f"{name}/keep.md", "# keep\n")
    before = contents(village.root)

    if command == "mkdocs":
        done = mkdocs(village, "build", "-d", str(village.root / name))
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
    else:
        with pytest.raises(MingbaiError) as refused:
            plugin.build(village.root, village.root / name, AS_OF)
        assert refused.value.message

    assert contents(village.root) == before


def test_the_default_of_mkdocs_is_not_taken_for_a_wish(village: Village) -> None:
    village.write("site/engine.py", "precious")

    standing = plugin.build(village.root, None, AS_OF)

    assert standing == village.root / "build" / "site"
    assert (village.root / "site" / "engine.py").read_text(encoding="utf-8") == "precious"


@pytest.mark.parametrize("hook", HOOKS)
def test_a_failure_at_any_hook_leaves_the_last_good_site(village: Village, hook: str) -> None:
    standing = plugin.build(village.root, None, AS_OF)
    before, kept = contents(standing), standing.resolve()
    village.write("fail.py", f"def {hook}(*args, **kwargs):\n    raise RuntimeError('broken at {hook}')\n")
    village.write("mkdocs.yml", SETTINGS + "hooks: [fail.py]\n")
    was = sources(village)

    with pytest.raises(RuntimeError, match=f"broken at {hook}"):
        plugin.build(village.root, None, AS_OF)

    assert contents(standing) == before
    assert standing.resolve() == kept
    assert list((village.root / "build" / "releases").iterdir()) == [kept]
    assert sources(village) == was


def test_an_index_that_cannot_be_written_is_told_once_the_new_site_is_up(village: Village) -> None:
    (village.root / "build").mkdir()
    (village.root / "build" / "index").write_text("in the way", encoding="utf-8")

    with pytest.raises(BuildRefused, match="网站更新好了.*索引写不进去"):
        plugin.build(village.root, None, AS_OF)

    assert (village.root / "build" / "site" / "u" / "east" / "index.html").is_file()


def test_a_filing_that_cannot_be_shown_leaves_the_last_good_site(village: Village) -> None:
    standing = plugin.build(village.root, None, AS_OF)
    before = contents(standing)
    village.file("east", "finance", "2026-Q1", FINANCE.replace("18000.00", "1.8万"), FINANCE_FACTS)

    with pytest.raises(BuildRefused, match="east"):
        plugin.build(village.root, None, AS_OF)
    assert contents(standing) == before


def test_an_added_inline_script_breaks_the_build(village: Village) -> None:
    added = "output.replace('</body>', '<script>x()</script></body>') if '<h1' in output else output"
    village.write("hook.py", f"def on_post_page(output, **_):\n    return {added}\n")
    village.write("mkdocs.yml", SETTINGS + "hooks: [hook.py]\n")

    with pytest.raises(BuildRefused, match="内嵌脚本"):
        plugin.build(village.root, None, AS_OF)
    assert not (village.root / "build" / "site").exists()


def test_a_link_in_prose_that_leads_nowhere_breaks_the_build(village: Village) -> None:
    village.write("content/about.md", "# 关于\n\n[看这里](../nowhere/)\n")

    with pytest.raises(BuildRefused, match=r"about/index\.html.*nowhere"):
        plugin.build(village.root, None, AS_OF)


def test_a_theme_that_drops_a_mark_breaks_the_build(village: Village) -> None:
    village.write("mine/partials/header.html", "<p>no place for the languages</p>")
    village.write("mkdocs.yml", SETTINGS.replace("theme: {", "theme: {custom_dir: mine, "))

    with pytest.raises(MingbaiError, match="languages"):
        plugin.build(village.root, None, AS_OF)


def test_a_personal_number_in_prose_breaks_the_build_and_is_not_repeated(village: Village) -> None:
    village.write("content/about.md", "# 关于\n\n有事打 13800138000\n")

    with pytest.raises(BuildRefused, match=r"content/about\.md") as refused:
        plugin.build(village.root, None, AS_OF)
    assert "138" not in refused.value.message


@pytest.mark.parametrize(
    "name", ["index.md", "u/east.md", "en/search.md", "page.html", "run.js", "picture.svg"]
)
def test_prose_takes_no_place_of_data_and_brings_no_code(village: Village, name: str) -> None:
    village.write(f"content/{name}", "# 题\n")

    with pytest.raises(MingbaiError, match=re.escape(name)):
        plugin.build(village.root, None, AS_OF)


@pytest.mark.parametrize(
    "settings",
    [
        "site_name: [unclosed",
        SETTINGS.replace("plugins: [mingbai]", "plugins: []"),
        SETTINGS.replace("plugins: [mingbai]", "plugins: [mingbai, nobody-wrote-this]"),
        SETTINGS.replace("name: material", "name: mkdocs"),
        SETTINGS.replace("docs_dir: content", "docs_dir: gone"),
        SETTINGS.replace("    county: county\n", ""),
        SETTINGS.replace("site_name: 明白\n", ""),
    ],
)
def test_settings_that_cannot_be_used_are_a_sentence(village: Village, settings: str) -> None:
    village.write("mkdocs.yml", settings)

    with pytest.raises((PortalError, BuildRefused)) as wrong:
        plugin.build(village.root, None, AS_OF)
    assert "mkdocs.yml" in wrong.value.message


def test_a_portal_may_speak_chinese_only(village: Village) -> None:
    village.write("mkdocs.yml", SETTINGS.replace("languages: [zh, en]", "languages: [zh]"))
    site = plugin.build(village.root, None, AS_OF)

    assert not (site / "en").exists()
    assert "English" not in html(site, "/about/")


def test_a_build_says_that_the_calendar_of_next_year_is_missing(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    plugin.build(village.root, as_of=date(2026, 10, 31))
    before = capsys.readouterr().err
    plugin.build(village.root, as_of=date(2026, 11, 1))

    assert before == ""
    assert "datasets/calendar 里放一个 2027.csv" in capsys.readouterr().err


def test_the_day_may_come_from_the_environment(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1776614400")  # 2026-04-20 in Shanghai
    site = plugin.build(village.root)

    assert "2026年4月20日" in (site / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("seconds", ["yesterday", "", "9" * 30])
def test_a_day_that_is_none_is_a_sentence(
    village: Village, monkeypatch: pytest.MonkeyPatch, seconds: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", seconds)

    with pytest.raises(PortalError, match="SOURCE_DATE_EPOCH"):
        plugin.build(village.root)
