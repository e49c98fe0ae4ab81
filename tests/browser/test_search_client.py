"""The browser finds what the server finds, from a folder and over HTTP, and shows it as text."""

import functools
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from playwright.sync_api import Browser, Page

from mingbai.messages import Text, say, theme_folder
from mingbai.pages.rendering import Here
from mingbai.search import Document, Index, Query, server, shards
from mingbai.search.documents import PROSE
from tests.search_corpus import draw_queries, make_corpus

VECTORS = Path(__file__).parents[1] / "fixtures" / "search_vectors.json"
PLAIN = make_corpus(seed=3, size=400)
DUG = [
    replace(
        PLAIN[place], url=f"{PLAIN[place].url}-dug", title=Text(what, what), cells=(what, "合同 ZP-2026-01")
    )
    for place, what in ((1, "东渠清淤首付款"), (2, "东渠清淤进度款"), (4, "保洁员3月工资"))
]
NASTY = Document(
    "nasty/", Text("<b>粗</b>", "<b>bold</b>"), PROSE, "2026-04-01", ("<img src=x onerror=alert(1)>坝口",)
)
CORPUS = [*PLAIN, *DUG, NASTY]
# A long month list makes grams mislead, so the texts have to be read; more words with nothing exact to find.
MORE = ["修路款项给谁", "清淤花了多少钱", "1月、3月", "清淤度款路灯年", "保洁员工资", "坝渠", "", "2026年3月"]
QUERIES = [*draw_queries(CORPUS, seed=4, count=220), *MORE]

LOOK = """async ([base, queries]) => {
  const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;").replace(/'/g, "&#x27;");
  const index = await mingbaiSearch.open(base);
  const found = [];
  for (const query of queries) {
    const answer = await index.search(query);
    found.push({
      total: answer.total, exact: answer.exact, relaxed: answer.relaxed,
      rows: answer.rows.map((row) => ({
        url: row.url, title: row.title, unit: row.unit[0], kind: row.kind[0], period: row.period[0], date: row.date,
        snippet: row.pieces.map(([text, marked]) => marked ? `<mark>${escape(text)}</mark>` : escape(text)).join(""),
      })),
      facets: answer.facets,
    });
  }
  return found;
}"""

TWIN = """(vectors) => {
  const is = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const search = mingbaiSearch, wrong = [];
  const hold = (name, found, wanted) => { if (!is(found, wanted)) wrong.push([name, found, wanted]); };
  for (const each of vectors.normalise) hold("normalise", search.normalise(each.text), each.folded);
  for (const each of vectors.grams) hold("grams", search.grams(each.cell), each.grams);
  for (const each of vectors.terms) hold("terms", search.terms(each.query), each.terms);
  for (const each of vectors.grams_of) hold("gramsOf", search.gramsOf(each.term), each.grams);
  for (const each of vectors.subjects) hold("subjects", search.subjects(each.terms), each.subjects);
  for (const each of vectors.halves) hold("halves", search.halves(each.term, each.late), each.halves);
  for (const each of vectors.pairs) hold("pairs", search.pairs(each.terms), each.pairs);
  for (const each of vectors.occurrences) hold("occurrences", search.occurrences(each.folded, each.term), each.at);
  for (const each of vectors.spans) hold("spans", search.spans(each.text, each.terms), each.spans);
  for (const each of vectors.pieces) hold("pieces", search.pieces(each.cells, each.title, each.needles), each.pieces);
  for (const each of vectors.packed) {
    const numbers = [];
    search.unpack(each.packed, (number) => numbers.push(number));
    hold("unpack", numbers, each.numbers);
  }
  return wrong;
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build what a release holds of search: shards, scripts and the page in both languages, without a frame."""
    root = tmp_path_factory.mktemp("site")
    shards.write(CORPUS, root / "assets" / "search")
    scripts = root / "assets" / "js"
    scripts.mkdir()
    for name in ("search.js", "search_page.js"):
        (scripts / name).write_bytes((theme_folder() / "assets" / "js" / name).read_bytes())
    styles = sorted((theme_folder() / "assets" / "css").glob("*.css"))
    (root / "all.css").write_text(
        "".join(path.read_text(encoding="utf-8") for path in styles), encoding="utf-8"
    )
    for lang in ("zh", "en"):
        write_page(root, Here(lang, "/search/"))
    return root


def write_page(root: Path, here: Here) -> None:
    pages = Environment(
        loader=FileSystemLoader(theme_folder() / "pages"), autoescape=True, undefined=StrictUndefined
    )
    words = functools.partial(_say, here.lang)
    body = pages.get_template("search.html").render(here=here, lang=here.lang, t=words, zh="")
    target = root / here.path / "index.html"
    target.parent.mkdir(parents=True)
    policy = "<meta http-equiv='Content-Security-Policy' content=\"default-src 'self'\">"
    phone = "<meta name='viewport' content='width=device-width'>"
    style = f"<link rel='stylesheet' href='{here.file('all.css')}'>"
    head = f"<!doctype html><meta charset='utf-8'>{policy}{phone}{style}<title>x</title>"
    target.write_text(f"{head}<main class='wrap'>{body}</main>", encoding="utf-8")


def _say(lang: str, key: str, **facts: object) -> str:
    return say(key, lang, **facts)


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Serve the site from a folder below the root, as a portal may be."""
    handler = functools.partial(QuietHandler, directory=str(site.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as service:
        thread = threading.Thread(target=service.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{service.server_port}/{site.name}"
        service.shutdown()
        thread.join()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a phone-sized page that fails the test when a script fails."""
    context = browser.new_context(viewport={"width": 360, "height": 640})
    context.set_default_timeout(10_000)
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda trouble: troubles.append(str(trouble)))
    yield page
    context.close()
    assert troubles == []


def in_browser(page: Page, where: str, queries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    page.goto(f"{where}/search/index.html")
    found: list[dict[str, Any]] = page.evaluate(LOOK, ["../assets/search/", queries])
    return found


def on_server(site: Path, queries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    folder = site.parent / "whoosh"
    server.build(CORPUS, folder)
    index = Index.open(folder)
    answers = [index.search(as_query(each)).as_json() for each in queries]
    index.close()
    for answer in answers:
        answer["facets"] = {
            name: [list(each) for each in counts.items()] for name, counts in answer["facets"].items()
        }
        for row in answer["rows"]:
            row["url"] = row["url"].removeprefix("/en").removeprefix("/")
    return answers


def as_query(asked: dict[str, Any]) -> Query:
    """Return the same question in the words of the engine."""
    days = {f"date_{name}": date.fromisoformat(asked[name]) for name in ("from", "to") if asked.get(name)}
    plain = {name: asked[name] for name in ("q", "kind", "sort", "offset", "limit", "lang") if name in asked}
    return Query(**plain, **days, units=frozenset(asked["units"]) if asked.get("units") else None)


def test_both_tokenizers_hold_to_the_same_vectors(page: Page, site: Path) -> None:
    page.goto(f"{site.as_uri()}/search/index.html")

    assert page.evaluate(TWIN, json.loads(VECTORS.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_the_browser_answers_every_plain_query_like_the_server(
    scheme: str, page: Page, site: Path, address: str
) -> None:
    queries: list[dict[str, Any]] = [{"q": q, "limit": 100, "lang": "zh"} for q in QUERIES]

    found = in_browser(page, address if scheme == "http" else site.as_uri(), queries)

    for query, mine, wanted in zip(queries, found, on_server(site, queries), strict=True):
        assert mine == wanted, query
    assert sum(answer["relaxed"] for answer in found) > 10
    assert sum(not answer["relaxed"] and answer["total"] > 0 for answer in found) > 100
    assert any(answer["total"] == 0 for answer in found)


def test_filters_sorting_and_pages_are_the_same_too(page: Page, site: Path) -> None:
    queries: list[dict[str, Any]] = [
        {"q": "清", "units": ["liuhe"], "limit": 50, "lang": "zh"},
        {"q": "清", "units": ["v1", "v2"], "kind": "money", "lang": "zh"},
        {"q": "清", "from": "2025-03-01", "to": "2025-11-30", "sort": "oldest", "lang": "en"},
        {"q": "清", "sort": "oldest", "offset": 60, "limit": 30, "lang": "zh"},
        {"q": "清 渠", "offset": 10, "limit": 5, "lang": "zh"},
        {"q": "", "kind": "matters", "limit": 10, "lang": "zh"},
        {"q": "坝口", "units": ["v1"], "lang": "zh"},
        {"q": "清淤款路灯年", "units": ["v1"], "lang": "zh"},
    ]

    found = in_browser(page, site.as_uri(), queries)

    for query, mine, wanted in zip(queries, found, on_server(site, queries), strict=True):
        assert mine == wanted, query


def test_the_comparison_sees_a_planted_fault(page: Page, site: Path) -> None:
    """The same comparison over an index whose cells lost their lone last characters does not come out even."""
    source = (site / "assets" / "js" / "search.js").read_text(encoding="utf-8")
    assert source.count("symbols(shard.grams[n]).length < 3") == 1
    faulty = source.replace("symbols(shard.grams[n]).length < 3", "symbols(shard.grams[n]).length === 2")
    page.route("**/search.js", lambda route: route.fulfill(body=faulty, content_type="text/javascript"))
    queries: list[dict[str, Any]] = [{"q": q, "limit": 100, "lang": "zh"} for q in "清淤渠款村路"]

    found = in_browser(page, site.as_uri(), queries)

    assert found != on_server(site, queries)


# ---- the page -----------------------------------------------------------------------------------------------------


def searched(page: Page, where: str, **asked: str) -> None:
    query = "&".join(f"{name}={quote(value)}" for name, value in asked.items())
    page.goto(f"{where}/search/index.html?{query}")
    page.wait_for_selector("html[data-searched]")


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_a_search_shows_hits_that_lead_to_their_row(
    scheme: str, page: Page, site: Path, address: str
) -> None:
    searched(page, address if scheme == "http" else site.as_uri(), q="清淤", kind="money")

    first = page.locator(".hit").first
    wanted = on_server(site, [{"q": "清淤", "kind": "money", "lang": "zh"}])[0]
    assert page.locator("#search-hits .hit").count() == min(20, wanted["total"])
    link = str(first.locator("a").get_attribute("href"))
    assert link == "../" + wanted["rows"][0]["url"].replace(
        "/#", "/#" if scheme == "http" else "/index.html#"
    )
    assert str(wanted["total"]) in page.locator("h1").inner_text()
    assert "元" in first.locator(".amt").inner_text()
    assert page.locator("#q").input_value() == "清淤"


def test_what_was_published_is_text_and_never_markup(page: Page, site: Path) -> None:
    searched(page, site.as_uri(), q="坝口")

    assert page.locator(".hit").count() == 1
    assert page.locator(".hit img, .hit b").count() == 0
    assert page.locator(".hit h3").inner_text() == "<b>粗</b>"
    assert page.locator(".hit mark").all_inner_texts() == ["坝口"]


def test_the_address_is_text_too(page: Page, site: Path) -> None:
    searched(page, site.as_uri(), q="<img src=x onerror=alert(1)>", unit="<b>x</b>")

    assert page.locator("main img, h1 b, .chips b").count() == 0


def test_a_filter_narrows_and_its_chip_widens_again(page: Page, address: str) -> None:
    searched(page, address, q="清")
    before = page.locator("h1").inner_text()

    page.locator("#search-facets a").first.click()
    page.wait_for_selector("html[data-searched] #search-chips a")
    assert page.locator("#search-facets a[aria-current]").count() == 1
    assert page.locator("h1").inner_text() != before
    page.locator("#search-chips a").click()
    page.wait_for_selector("html[data-searched] #search-facets a:not([aria-current])")

    assert page.locator("h1").inner_text() == before


def test_more_hits_come_in_place(page: Page, address: str) -> None:
    searched(page, address, q="清")

    page.locator("#search-more").click()
    page.wait_for_function("document.querySelectorAll('.hit').length > 20")

    assert page.locator(".hit").count() == 40
    assert page.evaluate("document.activeElement === document.querySelectorAll('.hit a')[20]")


def test_a_near_answer_says_so(page: Page, site: Path) -> None:
    searched(page, site.as_uri(), q="保洁员工资")

    assert "「保洁员工资」：没有完全一样的，相近的" in page.locator("h1").inner_text()
    assert page.locator("#search-say").inner_text() == "下面这些带有其中一部分。"
    assert page.locator(".hit mark").all_inner_texts()[:2] == ["保洁员", "工资"]


def test_an_empty_village_says_where_there_is_something(page: Page, site: Path) -> None:
    searched(page, site.as_uri(), q="坝口", unit="v1")

    assert page.locator("#search-status").inner_text().startswith("渠坡村没有带「坝口」的公开件。别处有 1 条")
    page.locator("#search-status a").click()
    page.wait_for_selector("html[data-searched] .hit")


def test_nothing_at_all_offers_what_begins_alike(page: Page, site: Path) -> None:
    searched(page, site.as_uri(), q="清坝")

    words = page.locator("#search-status").inner_text()
    assert words.startswith("没有带「清坝」的公开件。有「清」字的写法：「清")
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.locator("#search-found").is_hidden()


def test_an_english_page_marks_the_chinese_of_cells(page: Page, site: Path) -> None:
    searched(page, f"{site.as_uri()}/en", q="清淤")

    assert page.locator(".hit h3[lang=zh]").count() > 0
    assert "found" in page.locator("h1").inner_text()
    assert str(page.locator(".hit a").first.get_attribute("href")).startswith("../../en/")


def test_files_that_do_not_come_are_said_plainly(page: Page, address: str) -> None:
    page.route("**/t-*.js", lambda route: route.abort())
    page.goto(f"{address}/search/index.html?q={quote('清淤')}")
    page.wait_for_function("document.getElementById('search-status').textContent.indexOf('网断了') >= 0")

    assert page.locator("#q").input_value() == "清淤"


def test_without_scripts_the_page_says_where_to_look(browser: Browser, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.as_uri()}/search/index.html")

    assert "浏览器关着脚本" in page.locator("noscript").inner_text()
    assert page.locator("noscript a").first.get_attribute("href") == "../catalogue/"
    context.close()


def test_the_page_fits_a_small_phone(page: Page, site: Path) -> None:
    searched(page, site.as_uri(), q="清")

    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("name", ["search.js", "search_page.js"])
def test_the_scripts_speak_what_old_phones_read(name: str) -> None:
    source = (theme_folder() / "assets" / "js" / name).read_text(encoding="utf-8")
    newer = ["=>", "`", "let ", "const ", "async ", "?.", "??", "fetch(", "innerHTML", "Segmenter", "import "]
    code = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)

    assert [each for each in newer if each in code] == []
