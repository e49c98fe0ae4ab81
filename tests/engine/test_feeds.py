"""Atom feeds: sound by RFC 4287, stable, in order, in the right language, and only what the pages say too."""

import re
from datetime import date, datetime
from pathlib import Path
from posixpath import join, normpath
from urllib.parse import unquote
from xml.etree.ElementTree import Element, fromstring

import pytest

from mingbai import pages
from mingbai.feeds import atom
from mingbai.pages.listing import Title
from tests.atom import ATOM, BASE, LANG, Html, problems
from tests.engine.test_pages import built
from tests.village import AS_OF, FINANCE, FINANCE_FACTS, Village

ADDRESS = "https://mingbai.example.cn/"
INQUIRY = """\
number,received,sort,about,question,due,answered,answered_by,answer,satisfied
1,2026-04-11,质询,/u/east/finance/2026-Q1/#3,为什么先付首付款？,2026-04-20,2026-04-15,村民委员会,合同约定开工付四成。,
2,2026-04-12,质询,,这一件在哪里？,2026-04-22,,,,
3,2026-04-12,献一策,,装盏灯？,2026-04-22,2026-04-21,村民委员会,可以。,
"""
FIXES = """\
corrections:
  - {date: 2026-04-19, sort: correction, rows: ['2'], reason: 两位数字写反}
  - {date: 2026-04-21, sort: update, rows: ['3'], reason: 明天的事}
"""


@pytest.fixture
def full(village: Village) -> Village:
    """The usual village with an answered letter, one that waits, one answered tomorrow, and a correction."""
    village.file("east", "inquiry", "2026", INQUIRY, "", "2026-04-14T09:00:00+08:00")
    village.file("east", "finance", "2026-Q1", FINANCE, FINANCE_FACTS + FIXES)
    return village


def written(village: Village, as_of: date = AS_OF) -> Path:
    """Write the feeds alone and return the folder."""
    out = village.root.parent / "feeds"
    atom.write(pages.publish_all(village.portal, as_of), out)
    return out


def at_address(village: Village) -> Village:
    settings = (village.root / "mkdocs.yml").read_text(encoding="utf-8")
    village.write("mkdocs.yml", f"site_url: {ADDRESS}\n{settings}")
    return village


def feed(out: Path, address: str = "/") -> Element:
    return fromstring((out / address.strip("/") / "feed.xml").read_bytes())


def told(out: Path, address: str = "/") -> list[str]:
    """Return id, without what stands before the address, of every entry."""
    ids = [entry.findtext(f"{ATOM}id") or "" for entry in feed(out, address).findall(f"{ATOM}entry")]
    return [re.sub(r"^(tag:[^:]+:|https://[^/]+)", "", id) for id in ids]


def entry(out: Path, address: str, tree: str = "") -> Element:
    """Return the entry for what stands at `address`."""
    found = feed(out, tree).findall(f"{ATOM}entry")
    return next(each for each in found if (each.findtext(f"{ATOM}id") or "").endswith(f"{tree}{address}"))


def html(element: Element, name: str, lang: str = "zh") -> Html:
    return Html(element.findtext(f"{ATOM}{name}") or "", lang)


def words(element: Element, name: str) -> str:
    return "".join(data for data, _ in html(element, name).words)


# --- sound ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [False, True], ids=["no address", "an address"])
def test_every_feed_is_sound(full: Village, known: bool) -> None:
    out = written(at_address(full) if known else full)
    found = sorted(out.rglob("feed.xml"))
    kinds = pages.publish_all(full.portal, AS_OF).kinds

    assert len(found) == 2 * (1 + len(kinds) + len(full.portal.units.slugs()))
    assert {path: problems(path.read_bytes()) for path in found} == {path: [] for path in found}


BUGS = {
    "no id": (r"<id>[^<]*</id>\n<title>", "<title>", "feed: 0 × id"),
    "no updated": (r"<updated>[^<]*</updated>\n<author>\n<name>东", "<author>\n<name>东", "× updated"),
    "no title": (r"<title type[^\n]*\n", "", "0 × title"),
    "no author": (r"(?s)<author>.*?</author>\n", "", "feed: no author"),
    "an author without a name": ("<name>东头村村民委员会</name>", "<name> </name>", "an author has no name"),
    "two summaries": (r"(<summary[^\n]*</summary>\n)", r"\1\1", "2 × summary"),
    "a day instead of a moment": (r"(<updated>\d{4}-\d\d-\d\d)T[^<]*", r"\1", "updated is no date"),
    "a thirteenth month": (r"<updated>2026-\d\d", "<updated>2026-13", "updated is no date"),
    "no time zone": (r"\+08:00</published>", "</published>", "published is no date"),
    "one id twice": (r"/u/lane/finance/2026-Q1/</id>", "/u/west/finance/2026-Q1/</id>", "stands 2 times"),
    "an id that is a path": (r"<id>tag:[^:]*:", "<id>", "is no IRI"),
    "a tag without its date": (r"<id>tag:([^,]*),2026:", r"<id>tag:\1:", "is no IRI"),
    "no link to itself": (r'<link rel="self"[^\n]*\n', "", "no link to itself"),
    "no page": (r'<link rel="alternate"[^\n]*\n<summary', "<summary", "neither content nor a page"),
    "two pages": (r'(<link rel="alternate"[^\n]*\n)', r"\1\1", "two alternates"),
    "an element of nobody": ("<rights>", "<licence/><rights>", "licence may not stand here"),
    "the oldest first": (r"(</published>\n<updated>2026)-04-19", r"\1-04-10", "not come first"),
    "a feed older than its entry": (r"(</subtitle>\n<updated>2026)-04-19", r"\1-04-18", "not as new"),
    "markup in plain text": (r"<title>", "<title><b>x</b>", "holds elements"),
    "a type of nobody": (r'type="html"', 'type="markdown"', "type markdown"),
    "a paragraph left open": ("&lt;/p&gt;</summary>", "</summary>", "<p> is not closed"),
    "changed before it came": (
        r"<published>2026-04-09", "<published>2026-04-20", "updated before it was published",
    ),
}  # fmt: skip


@pytest.mark.parametrize("bug", BUGS)
def test_the_judge_of_feeds_finds_a_planted_bug(full: Village, bug: str) -> None:
    pattern, put, says = BUGS[bug]
    sound = (written(full) / "feed.xml").read_text(encoding="utf-8")
    broken = re.sub(pattern, put, sound)

    assert broken != sound
    assert [found for found in problems(broken.encode()) if says in found]


@pytest.mark.parametrize("known", [False, True], ids=["no address", "an address"])
def test_every_link_of_a_feed_leads_to_what_was_built(full: Village, known: bool) -> None:
    out = built(at_address(full) if known else full)

    followed = 0
    for path in out.rglob("feed.xml"):
        root = fromstring(path.read_bytes())
        folder = join(path.parent.relative_to(out).as_posix(), root.get(BASE, ""))
        for link in root.iter(f"{ATOM}link"):
            target = link.get("href") or ""
            assert target.startswith(ADDRESS) == known
            place, _, anchor = (target.removeprefix(ADDRESS) if known else target).partition("#")
            file = out / normpath(join("." if known else folder, unquote(place)))
            page = file / "index.html" if place.endswith("/") or not place else file
            assert page.is_file(), f"{path}: {target}"
            assert not anchor or f'id="{unquote(anchor)}"' in page.read_text(encoding="utf-8")
            followed += 1
    assert followed > 50


# --- what stands in it ------------------------------------------------------------------------------------------------


def test_a_feed_holds_filings_and_answers_with_the_last_change_first(full: Village) -> None:
    assert told(written(full)) == [
        "/u/east/finance/2026-Q1/",  # came on the 9th, corrected on the 19th
        "/u/west/finance/2026-Q1/",  # 18th
        "/u/east/inquiry/2026/#1",  # answered on the 15th
        "/u/east/inquiry/2026/",  # 14th
        "/u/lane/finance/2026-Q1/",  # 7th
    ]


def test_a_units_feed_holds_its_own_and_a_towns_those_of_its_villages(full: Village) -> None:
    out = written(full)

    assert told(out, "/u/west/") == ["/u/west/finance/2026-Q1/"]
    assert told(out, "/u/town/") == told(out)
    assert told(out, "/u/old/") == []


def test_a_kinds_feed_holds_that_kind_only(full: Village) -> None:
    assert told(written(full), "/k/inquiry/") == ["/u/east/inquiry/2026/#1", "/u/east/inquiry/2026/"]


def test_an_entry_says_who_what_and_when(full: Village) -> None:
    one = entry(written(full), "/u/west/finance/2026-Q1/")

    assert words(one, "title") == "西头村 2026年第1季度财务收支"
    assert words(one, "summary").startswith("这个季度收入 1.8 万元，支出 8,000.50 元")
    assert one.findtext(f"{ATOM}author/{ATOM}name") == "西头村村民委员会"
    assert one.findtext(f"{ATOM}published") == one.findtext(f"{ATOM}updated") == "2026-04-18T16:00:00+08:00"


def test_a_correction_is_an_update_with_its_reason(full: Village) -> None:
    one = entry(written(full), "/u/east/finance/2026-Q1/")

    assert one.findtext(f"{ATOM}published") == "2026-04-09T09:30:00+08:00"
    assert one.findtext(f"{ATOM}updated") == "2026-04-19T00:00:00+08:00"
    assert "2026年4月19日更正：两位数字写反" in words(one, "summary")


def test_a_change_after_the_day_of_the_edition_is_not_yet_told(full: Village) -> None:
    out = written(full)
    moments = [each.text or "" for each in feed(out).iter(f"{ATOM}updated")]

    assert "明天的事" not in (out / "feed.xml").read_text(encoding="utf-8")
    assert max(datetime.fromisoformat(moment).date() for moment in moments) <= AS_OF
    assert "明天的事" in words(entry(written(full, date(2026, 4, 21)), "/u/east/finance/2026-Q1/"), "summary")


def test_an_answer_is_an_entry_and_a_letter_that_waits_is_none(full: Village) -> None:
    one = entry(written(full), "/u/east/inquiry/2026/#1")

    assert words(one, "title") == "来信答复：东头村 2026年第1季度财务收支第 3 条"
    assert "问：为什么先付首付款？" in words(one, "summary")
    assert "答：合同约定开工付四成。" in words(one, "summary")
    assert one.findtext(f"{ATOM}updated") == "2026-04-15T00:00:00+08:00"
    assert "/u/east/inquiry/2026/#2" not in told(written(full))
    assert "/u/east/inquiry/2026/#3" not in told(written(full))


def test_an_answer_was_public_no_sooner_than_its_filing_came(village: Village) -> None:
    village.file("east", "inquiry", "2026", INQUIRY, "", "2026-04-17T08:00:00+08:00")

    one = entry(written(village), "/u/east/inquiry/2026/#1")

    assert one.findtext(f"{ATOM}published") == "2026-04-17T08:00:00+08:00"


def test_a_filing_with_nothing_to_report_is_told_with_its_reason(full: Village) -> None:
    assert "账户还没有开立" in words(entry(written(full), "/u/lane/finance/2026-Q1/"), "summary")


def test_a_day_that_nobody_witnessed_says_so(full: Village) -> None:
    assert "日期未经见证" not in (written(full) / "feed.xml").read_text(encoding="utf-8")
    (full.root / "receive.log").unlink()

    assert "日期未经见证" in words(entry(written(full), "/u/west/finance/2026-Q1/"), "summary")


def test_a_feed_ends_after_fifty(village: Village) -> None:
    for number in range(60):
        period = f"2026-03-{number % 28 + 1:02}-works-{number}"
        village.file(
            "east",
            "decision",
            period,
            None,
            "nil: {reason: 没有}\n",
            f"2026-04-0{number % 9 + 1}T09:00:00+08:00",
        )

    out = written(village)

    assert len(told(out, "/u/east/")) == 50
    assert "/u/west/finance/2026-Q1/" in told(out)  # the newest of all


def test_a_feed_of_nothing_is_as_old_as_its_edition(village: Village) -> None:
    assert feed(written(village), "/u/old/").findtext(f"{ATOM}updated") == "2026-04-20T00:00:00+08:00"


def test_a_demo_says_so_in_the_subtitle_and_a_real_portal_does_not(village: Village) -> None:
    assert "示范数据" in (feed(written(village)).findtext(f"{ATOM}subtitle") or "")
    settings = (village.root / "mkdocs.yml").read_text(encoding="utf-8")
    village.write("mkdocs.yml", settings.replace("demo: true", "demo: false"))

    assert "示范数据" not in (feed(written(village)).findtext(f"{ATOM}subtitle") or "")


def test_what_a_clerk_typed_is_text_and_never_markup(village: Village) -> None:
    village.file("lane", "finance", "2026-Q1", None, 'nil: {reason: "<b onclick=x>&amp;"}\n')

    one = entry(written(village), "/u/lane/finance/2026-Q1/")

    assert "<b onclick=x>&amp;" in words(one, "summary")
    assert "<b onclick" not in (one.findtext(f"{ATOM}summary") or "")


def test_a_character_that_xml_cannot_hold_is_left_out(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The checks refuse such text before; were one to let it through, no feed may break for all its readers."""
    monkeypatch.setattr("mingbai.feeds.entries.title", lambda table, lang: Title("表\x0b格\ufffe", False))

    assert words(entry(written(village), "/u/east/finance/2026-Q1/"), "title") == "东头村 表格"


# --- languages --------------------------------------------------------------------------------------------------------


def test_the_english_feed_says_english_and_marks_the_words_of_cells(full: Village) -> None:
    out = written(full)

    assert (feed(out).get(LANG), feed(out, "/en/").get(LANG)) == ("zh-CN", "en")
    one = entry(out, "/u/east/inquiry/2026/#1", "/en")
    assert words(one, "title") == "A letter answered: Dongtou: Income and expenditure, Q1 2026 no. 3"
    assert ("为什么先付首付款？", "zh") in html(one, "summary", "en").words


def test_no_chinese_stands_unmarked_in_an_english_feed(full: Village) -> None:
    out = written(full) / "en"
    unmarked = [
        data
        for path in out.rglob("feed.xml")
        for each in fromstring(path.read_bytes()).iter()
        if each.text and each.tag != f"{ATOM}id"
        for data, lang in Html(each.text, "en").words
        if lang != "zh" and re.search("[\u4e00-\u9fff]", data)
    ]

    assert unmarked == []
    assert Html("<p>Reason: 没有</p>", "en").words == [("Reason: 没有", "en")]  # which would have been found


# --- the same again ---------------------------------------------------------------------------------------------------


def test_the_same_edition_gives_the_same_bytes(full: Village) -> None:
    first = {path: path.read_bytes() for path in written(full).rglob("feed.xml")}
    second = {path: path.read_bytes() for path in written(full).rglob("feed.xml")}

    assert first == second


def test_a_day_later_an_unchanged_entry_has_kept_its_id_and_its_dates(full: Village) -> None:
    before = {id: entry(written(full), id) for id in told(written(full))}
    later = written(full, date(2026, 4, 30))

    for id, one in before.items():
        if id != "/u/east/finance/2026-Q1/":  # changed on the 21st
            same = entry(later, id)
            assert [same.findtext(ATOM + name) for name in ("id", "published", "updated")] == [
                one.findtext(ATOM + name) for name in ("id", "published", "updated")
            ]


def test_with_an_address_of_its_own_a_portal_names_things_by_it(full: Village) -> None:
    root = feed(written(at_address(full)), "/en/u/east/")

    assert root.findtext(f"{ATOM}id") == "https://mingbai.example.cn/en/u/east/feed.xml"
    assert root.get(BASE) is None


# --- found ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["", "u/east/", "u/old/", "k/finance/", "en/", "en/u/town/", "en/k/relief/"]
)
def test_a_page_names_the_feed_beside_it(village: Village, address: str) -> None:
    page = (built(village) / address / "index.html").read_text(encoding="utf-8")
    named = re.findall(
        r'<link rel="alternate" type="application/atom\+xml" title="([^"]+)" href="feed.xml">', page
    )

    assert len(named) == 1
    assert feed(built(village), address).findtext(f"{ATOM}title") == named[0]


@pytest.mark.parametrize("address", ["u/east/", "k/finance/"])
def test_a_page_offers_its_feed_and_says_what_it_is_for(village: Village, address: str) -> None:
    page = (built(village) / address / "index.html").read_text(encoding="utf-8")

    assert '<a href="feed.xml">订阅更新（Atom）</a>把这个链接放进订阅软件' in page
