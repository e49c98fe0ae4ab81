"""Releases: where a build may go, how it is put up, what keeps it from going up."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from mingbai import releases
from mingbai.errors import BuildRefused
from mingbai.frames import FOLDER
from mingbai.releases import KEEP, MARKER

SOURCES = ["site", "content", "datasets", "forms_api", "scripts", "tests", ".git", ".state", "build/releases"]
HEAD = '<meta http-equiv="Content-Security-Policy" content="x">'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "portal"
    for name in SOURCES:
        (folder / name).mkdir(parents=True)
        (folder / name / "keep.txt").write_text("keep", encoding="utf-8")
    return folder


def put_up(root: Path, words: str, out: Path | None = None) -> Path:
    release = releases.begin(root, out)
    (release.building / MARKER).write_text("", encoding="utf-8")
    (release.building / "index.html").write_text(words, encoding="utf-8")
    return release.publish()


def test_the_link_names_the_newest_release(root: Path) -> None:
    for words in ("one", "two"):
        standing = put_up(root, words)

        assert standing == root / "build" / "site"
        assert standing.is_symlink()
        assert (standing / "index.html").read_text(encoding="utf-8") == words


def test_the_portal_can_be_moved_with_its_releases(root: Path) -> None:
    put_up(root, "one")
    moved = root.rename(root.parent / "moved")

    assert (moved / "build" / "site" / "index.html").read_text(encoding="utf-8") == "one"


def test_the_five_newest_releases_are_kept(root: Path) -> None:
    for number in range(KEEP + 2):
        put_up(root, str(number))

    kept = [path for path in (root / "build" / "releases").iterdir() if (path / "index.html").exists()]
    assert sorted((path / "index.html").read_text(encoding="utf-8") for path in kept) == [
        "2",
        "3",
        "4",
        "5",
        "6",
    ]


def test_a_build_under_way_is_not_swept_by_another(root: Path) -> None:
    under_way = releases.begin(root, None)
    put_up(root, "other")

    assert under_way.building.is_dir()


def test_an_abandoned_build_leaves_the_site_that_stands(root: Path) -> None:
    standing = put_up(root, "one")
    release = releases.begin(root, None)
    (release.building / "index.html").write_text("half", encoding="utf-8")
    release.abandon()

    assert not release.building.exists()
    assert (standing / "index.html").read_text(encoding="utf-8") == "one"


def test_the_page_served_is_always_a_whole_one(root: Path) -> None:
    put_up(root, "a" * 1000)
    link = root / "build" / "site"
    before = link.resolve()
    put_up(root, "b" * 1000)

    assert (before / "index.html").read_text(encoding="utf-8") == "a" * 1000
    assert link.resolve() != before


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("deeper", ["", "new", "new/newer"])
def test_a_source_folder_or_anything_in_it_is_refused(root: Path, name: str, deeper: str) -> None:
    with pytest.raises(BuildRefused, match=r"源文件夹"):
        releases.begin(root, root / name / deeper)

    assert (root / name / "keep.txt").read_text(encoding="utf-8") == "keep"
    assert not (root / name / "new").exists()


@pytest.mark.parametrize("where", [".", "..", "../.."])
def test_a_folder_around_the_sources_is_refused(root: Path, where: str) -> None:
    with pytest.raises(BuildRefused, match=r"源文件夹"):
        releases.begin(root, root / where)


def test_a_source_is_refused_by_every_name_it_has(root: Path) -> None:
    (root.parent / "alias").symlink_to(root / "datasets")

    for out in (root.parent / "alias", root / "build" / ".." / "datasets", root.parent / "alias" / "sub"):
        with pytest.raises(BuildRefused, match=r"源文件夹"):
            releases.begin(root, out)


def test_the_engine_itself_is_a_source(root: Path) -> None:
    with pytest.raises(BuildRefused, match=r"源文件夹"):
        releases.begin(root, Path(releases.__file__).parent)


def test_a_folder_elsewhere_is_made_and_replaced(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "www" / "village"
    for words in ("one", "two"):
        assert put_up(root, words, out) == out
        assert (out / "index.html").read_text(encoding="utf-8") == words
        assert [path.name for path in out.parent.iterdir()] == ["village"]


def test_an_empty_folder_is_taken(root: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert (put_up(root, "one", tmp_path / "empty") / "index.html").is_file()


def test_a_folder_with_something_else_in_it_is_left_alone(root: Path, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "wedding.jpg").write_bytes(b"dear")

    with pytest.raises(BuildRefused, match="photos"):
        releases.begin(root, tmp_path / "photos")
    assert (tmp_path / "photos" / "wedding.jpg").read_bytes() == b"dear"


def test_a_file_is_not_taken_for_a_folder(root: Path, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("dear", encoding="utf-8")

    with pytest.raises(BuildRefused, match="letter"):
        releases.begin(root, tmp_path / "letter")


def test_a_folder_in_place_of_the_link_is_left_alone(root: Path) -> None:
    (root / "build" / "site").mkdir(parents=True)
    (root / "build" / "site" / "mine.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(BuildRefused, match="build/site"):
        releases.begin(root, None)
    assert (root / "build" / "site" / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_the_link_named_with_out_is_the_link(root: Path) -> None:
    put_up(root, "one")
    standing = put_up(root, "two", root / "build" / "site")

    assert standing.is_symlink()
    assert len([path for path in (root / "build" / "releases").iterdir() if path.is_dir()]) == 2


@pytest.fixture
def site(tmp_path: Path) -> Callable[..., list[str]]:
    def problems(body: str, **files: str) -> list[str]:
        out = tmp_path / "out"
        (out / FOLDER).mkdir(parents=True)
        (out / FOLDER / "csp.txt").write_text("script-src 'self'", encoding="utf-8")
        (out / "u" / "east").mkdir(parents=True)
        (out / "index.html").write_text(HEAD + body, encoding="utf-8")
        (out / "u" / "east" / "index.html").write_text(f'{HEAD}<p id="7%2F1" name="n">', encoding="utf-8")
        for name, text in files.items():
            (out / name.replace("_", ".")).write_text(text, encoding="utf-8")
        return releases.problems(out)

    return problems


@pytest.mark.parametrize(
    "body",
    [
        '<a href="u/east/">to a page</a>',
        '<a href="./u/east/?q=1">with a query</a>',
        '<a href="/u/east/">absolute</a>',
        '<a href="u/east/#7%2F1">to a row</a>',
        '<a href="#here" id="here">here</a>',
        '<a href="./">home</a>',
        '<a href="ask?about=%2Fu%2Feast%2F">the service answers</a>',
        '<a href="en/track">the service answers in English</a>',
        '<a href="https://flk.npc.gov.cn/">a law, elsewhere</a>',
        '<a href="tel:110">call</a>',
        '<img src="data:image/png;base64,AA==" alt="">',
        '<!-- <a href="gone/">a comment</a> -->',
        '<script type="application/json">{"a": "<a href=gone>"}</script>',
    ],
)
def test_a_sound_page_passes(site: Callable[..., list[str]], body: str) -> None:
    assert site(body) == []


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ('<a href="u/west/">', "u/west/"),
        ('<a href="u/east">', "u/east"),
        ('<a href="u/east/#8">', "#8"),
        ('<a href="#nowhere">', "#nowhere"),
        ('<a href="../">', "../"),
        ('<img src="gone.png">', "gone.png"),
        ('<form action="gone/">', "gone/"),
        ('<use href="#g-none">', "#g-none"),
        ("<!--mingbai:body-->", "记号"),
        ("<script>alert(1)</script>", "内嵌脚本"),
        ('<p style="color:red">', "内嵌样式"),
        ("<style>p{}</style>", "内嵌样式"),
        ('<p onclick="x()">', "onclick"),
        ('<a href="javascript:x()">', "javascript:"),
        ('<a href=" JavaScript:x()">', "javascript:"),
        ('<a href="data:text/html,x">', "data:"),
        ('<script src="https://cdn.example/x.js"></script>', "cdn.example"),
        ('<link rel="stylesheet" href="//fonts.example/x.css">', "fonts.example"),
        ('<img src="http://pixel.example/1.gif">', "pixel.example"),
        ('<form action="https://elsewhere.example/">', "elsewhere.example"),
        ('<iframe src="u/east/"></iframe>', "iframe"),
        ('<base href="./">', "base"),
        ('<meta http-equiv="refresh" content="0">', "meta"),
    ],
)
def test_what_is_wrong_is_said_with_its_page(site: Callable[..., list[str]], body: str, word: str) -> None:
    found = site(body)

    assert len(found) == 1, found
    assert found[0].startswith("index.html：")
    assert word in found[0]


def test_a_page_without_a_policy_is_found(site: Callable[..., list[str]]) -> None:
    assert any("lost.html" in line and "安全策略" in line for line in site("", lost_html="<p>"))


def test_a_style_sheet_fetches_nothing_from_elsewhere(site: Callable[..., list[str]]) -> None:
    assert len(site("", a_css="@import 'x'; b { background: url(https://x.example/a.png) }")) == 2


def test_all_problems_are_counted_and_the_first_are_shown(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir(parents=True)
    (tmp_path / FOLDER / "csp.txt").write_text("", encoding="utf-8")
    links = "".join(f'<a href="gone{number}/">' for number in range(30))
    (tmp_path / "index.html").write_text(HEAD + links, encoding="utf-8")

    with pytest.raises(BuildRefused, match="30 处") as refused:
        releases.verify(tmp_path)
    assert len(refused.value.message.split("\n")) == 22


def test_the_sitemap_lists_pages_in_order_and_leaves_out_what_asks_for_it(tmp_path: Path) -> None:
    for name, head in (("b", ""), ("a", ""), ("hidden", '<meta name="robots" content="noindex">')):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text(head, encoding="utf-8")

    releases.write_sitemap(tmp_path, "https://village.example/portal")

    sitemap = (tmp_path / "sitemap-pages.xml").read_text(encoding="utf-8")
    assert sitemap.index("https://village.example/portal/a/") < sitemap.index(
        "https://village.example/portal/b/"
    )
    assert "hidden" not in sitemap


def test_filings_are_listed_by_the_year_of_their_period_and_an_index_names_the_lists(tmp_path: Path) -> None:
    for path in (
        "",
        "u/east",
        "u/east/finance/2025-Q4",
        "u/east/finance/2026-Q1",
        "en/u/east/finance/2026-Q1",
    ):
        (tmp_path / path).mkdir(parents=True, exist_ok=True)
        (tmp_path / path / "index.html").write_text("", encoding="utf-8")

    releases.write_sitemap(tmp_path, "https://village.example")

    names = re.findall(
        "<loc>https://village.example/(.*?)</loc>", (tmp_path / "sitemap.xml").read_text("utf-8")
    )
    assert names == ["sitemap-2025.xml", "sitemap-2026.xml", "sitemap-pages.xml"]
    assert [(tmp_path / name).read_text("utf-8").count("<loc>") for name in names] == [1, 2, 2]


def test_a_list_that_grows_too_long_is_parted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mingbai.releases.sitemap.MOST", 2)
    for number in range(3):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "index.html").write_text("", encoding="utf-8")

    releases.write_sitemap(tmp_path, "https://village.example")

    assert (tmp_path / "sitemap-pages-2.xml").read_text("utf-8").count("<loc>") == 1


def test_there_is_no_sitemap_without_an_address(tmp_path: Path) -> None:
    releases.write_sitemap(tmp_path, None)

    assert not list(tmp_path.glob("sitemap*"))
    assert "Sitemap" not in (tmp_path / "robots.txt").read_text("utf-8")


def test_robots_are_asked_to_leave_the_service_alone_and_told_of_the_sitemap(tmp_path: Path) -> None:
    releases.write_sitemap(tmp_path, "https://village.example")

    said = (tmp_path / "robots.txt").read_text("utf-8").splitlines()
    assert {
        "Disallow: /ask?",
        "Disallow: /desk",
        "Disallow: /en/track",
        "Sitemap: https://village.example/sitemap.xml",
    } <= set(said)
