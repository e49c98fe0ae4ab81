"""The data pages: what stands on them, what never does, and that every link leads somewhere."""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path
from posixpath import join, normpath
from urllib.parse import unquote

import pytest

from mingbai import downloads, feeds, pages
from mingbai.errors import BuildRefused, KindError
from mingbai.filings import FilingId
from mingbai.frames import MARKS, Frame
from mingbai.kinds import Kind
from mingbai.pages import previewing
from mingbai.pages.rendering import Here
from mingbai.periods import Period
from mingbai.portal import Portal
from mingbai.privacy import publish
from mingbai.privacy.merging import K
from mingbai.prose import COMMON
from tests.examples import home, place_companions, place_example, use_every_kind
from tests.village import AS_OF, FINANCE, FINANCE_FACTS, Village, build_village

SERVED = ("ask", "track", "en/ask", "en/track")
FRAME = "<!doctype html><title>{title}</title>{meta}<nav>{nav}</nav>{languages}<main>{body}</main>"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def village(tmp_path: Path) -> Village:
    return build_village(tmp_path / "village")


def frames() -> dict[tuple[str, int], Frame]:
    source = FRAME.format(**{mark: f"<!--mingbai:{mark}-->" for mark in MARKS})
    return {(lang, depth): Frame.read(source, "test") for lang in ("zh", "en") for depth in range(7)}


def built(village: Village, as_of: date = AS_OF) -> Path:
    """Write every data page and download of the village as it stands, and return the folder."""
    out = village.root.parent / "site"
    edition = pages.publish_all(village.portal, as_of)
    pages.write(edition, frames(), out)
    downloads.write(edition, out)
    feeds.write(edition, out)
    return out


def page(out: Path, address: str) -> str:
    return (out / address.strip("/") / "index.html").read_text(encoding="utf-8")


def words(html: str) -> str:
    """Return the text of a page without its tags and scripts, blanks run together."""
    return re.sub(r"\s+", " ", re.sub(r"<script.*?</script>|<[^>]+>", "", html, flags=re.DOTALL))


class Links(HTMLParser):
    """Collects the anchors and links of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.anchors |= {given["id"] or ""} if "id" in given else set()
        self.links += [given[key] or "" for key in ("href", "src", "action") if key in given]


PROSE = {f"{tree}{name.removesuffix('.md')}" for tree in ("", "en/") for name in COMMON}  # MkDocs builds it


def dead(out: Path) -> Iterator[str]:
    """Yield every link that leads to no file or anchor; what others write, the service and MkDocs, is let pass."""
    read = {path.relative_to(out).as_posix(): Links(path.read_text("utf-8")) for path in out.rglob("*.html")}
    for name, found in read.items():
        for link in found.links:
            path, _, fragment = link.partition("#")
            assert not path.startswith("/") and ":" not in path, f"{name}: {link} is not relative"
            folder = Path(name).parent.as_posix()
            target = normpath(join(folder, unquote(path.partition("?")[0]))) if path else folder
            if target in SERVED or target in PROSE or target.startswith("assets/"):
                continue
            file = (
                normpath(f"{target}/index.html") if not path or path.split("?")[0].endswith("/") else target
            )
            if not (out / file).is_file() or (fragment and fragment not in read[file].anchors):
                yield f"{name}: {link}"


# --- home -------------------------------------------------------------------------------------------------------------


def test_home_says_what_is_new_and_what_is_missing(village: Village) -> None:
    said = words(page(built(village), "/"))

    assert "这周新公开 1 件" in said
    assert "还有 2 件到期没公开" in said  # relief of county and town
    assert "西头村：2026年第1季度财务收支" in said
    assert "2 件已经过期" in said


def test_the_board_in_miniature_has_a_slip_for_every_duty_and_says_so_in_words(village: Village) -> None:
    home = page(built(village), "/")
    mini = home[home.index('class="mini"') : home.index("<figcaption")]

    assert re.findall(r'<i class="(\w+)">', mini) == ["miss", "miss", "ok", "late", "nil"]
    assert "最近 5 件里，1 件按时，1 件迟了，2 件没公开，1 件本期没有，0 件还没到期" in mini


def test_a_portal_without_filings_still_has_a_home(village: Village) -> None:
    for path in sorted((village.root / "datasets/filings").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    out = built(village, date(2026, 1, 5))

    assert "还没有公开件" in words(page(out, "/"))
    assert list(dead(out)) == []


# --- a filing ---------------------------------------------------------------------------------------------------------


def test_a_filing_shows_its_sum_and_that_it_balances(village: Village) -> None:
    said = words(page(built(village), "/u/east/finance/2026-Q1/"))

    assert "期初结余 1,000.00" in said.replace("</dt>", " ") or "期初结余1,000.00" in said
    assert "10,999.50" in said
    assert "对得上" in said


def without_rules(village: Village, kind: Kind) -> None:
    """Give the portal its own version of a kind that judges nothing beyond the contract."""
    for path in kind.folder.iterdir():
        if path.is_file() and path.name != "checks.yaml":
            village.write(f"datasets/kinds/{kind.id}/{path.name}", path.read_bytes())


def test_a_sum_that_does_not_balance_says_by_how_much(village: Village) -> None:
    without_rules(village, village.portal.kinds["finance"])
    village.file("east", "finance", "2026-Q1", FINANCE, FINANCE_FACTS.replace("10999.50", "10981.50"))

    said = words(page(built(village), "/u/east/finance/2026-Q1/"))

    assert "对不上：差 18.00 元" in said
    assert "对得上" not in said


def test_every_row_has_its_anchor_and_its_question(village: Village) -> None:
    html = page(built(village), "/u/east/finance/2026-Q1/")

    assert [anchor for anchor in re.findall(r'<tr id="([^"]+)"', html)] == ["1", "2", "3"]
    for number in (1, 2, 3):
        assert f'href="../../../../ask?about=%2Fu%2Feast%2Ffinance%2F2026-Q1%2F%23{number}"' in html


def test_a_blank_amount_beside_its_twin_is_left_empty_and_never_zero(village: Village) -> None:
    html = page(built(village), "/u/east/finance/2026-Q1/")

    assert re.findall(r'<td class="c-amt num empty"[^>]*></td>', html)
    assert not re.search(r">\s*0(\.00)?\s*<", html)


def test_a_blank_fact_is_unpublished(village: Village) -> None:
    rows, facts = example(village.portal.kinds["decision"])
    facts = re.sub(r"  (ceiling|paid): .*\n", "", facts)
    village.file("east", "decision", "2026-03-18-road", rows, facts, "2026-03-20T09:00:00+08:00")

    said = words(page(built(village), "/u/east/decision/2026-03-18-road/"))

    assert re.search(r"总价上限（元）\s*未公布", said)


def test_amounts_keep_their_last_fen(village: Village) -> None:
    html = page(built(village), "/u/east/finance/2026-Q1/")

    assert "3,200.50" in html and "8,000.50" in html


def test_in_time_late_and_nil_are_told_apart(village: Village) -> None:
    out = built(village)

    assert "按时公开" in page(out, "/u/east/finance/2026-Q1/")
    assert "迟8天" in page(out, "/u/west/finance/2026-Q1/")
    assert "公示中·还剩4天" in page(out, "/u/west/finance/2026-Q1/")
    nil = words(page(out, "/u/lane/finance/2026-Q1/"))
    assert "本期无此事项" in nil and "账户还没有开立" in nil


def test_who_signs_is_a_body_and_a_day_in_chinese_numerals(village: Village) -> None:
    html = page(built(village), "/u/east/finance/2026-Q1/")

    assert "东头村村民委员会<br>二〇二六年四月九日" in html
    assert "村务监督委员会 2026年4月8日审核" in html
    assert "2026年4月9日 09:30 收到" in html


def test_a_date_that_nobody_witnessed_says_so(village: Village) -> None:
    (village.root / "receive.log").unlink()

    assert "日期未经见证" in page(built(village), "/u/east/finance/2026-Q1/")


def test_the_law_in_force_stands_beside_its_older_number(village: Village) -> None:
    said = words(page(built(village), "/u/east/finance/2026-Q1/"))

    assert "第三十五条" in said and "2025年修订前为第三十条" in said


def test_income_is_hatched_and_expenditure_is_solid(village: Village) -> None:
    html = page(built(village), "/u/east/finance/2026-Q1/")

    assert re.findall(
        r'<rect class="(\w+)" width="([\d.]+%)" height="100%"( fill="url\(#hatch\)")?/>', html
    ) == [
        ("in", "100.0%", ' fill="url(#hatch)"'),
        ("out", "100.0%", ""),
        ("out", "66.7%", ""),
    ]


def test_what_a_clerk_typed_is_text_and_never_markup(village: Village) -> None:
    rows = FINANCE.replace("东渠清淤首付款", "<b onclick=x>{{ 7*7 }}</b>")
    village.file("east", "finance", "2026-Q1", rows, FINANCE_FACTS)

    html = page(built(village), "/u/east/finance/2026-Q1/")

    assert "&lt;b onclick=x&gt;{{ 7*7 }}&lt;/b&gt;" in html
    assert "<b onclick" not in html


def test_a_correction_leads_to_its_row_with_its_reason(village: Village) -> None:
    fix = "corrections:\n  - {date: 2026-04-12, sort: correction, rows: ['2'], reason: 录入时两位数字写反}\n"
    village.file("east", "finance", "2026-Q1", FINANCE, FINANCE_FACTS + fix)

    html = page(built(village), "/u/east/finance/2026-Q1/")

    assert "更正1次" in html
    assert '<a href="#2">第 2 条</a>' in html
    assert "录入时两位数字写反" in html


@pytest.mark.parametrize(
    ("again", "fix", "seen"),
    [
        ("2026-04-16T09:00:00+08:00", "", True),
        ("2026-04-16T09:00:00+08:00", "2026-04-12", False),
        ("2026-04-16T09:00:00+08:00", "2026-04-02", True),
        ("2026-04-09T18:00:00+08:00", "", False),
    ],
)
def test_a_change_that_nobody_explained_is_told(village: Village, again: str, fix: str, seen: bool) -> None:
    told = f"corrections:\n  - {{date: {fix}, sort: correction, rows: ['2'], reason: 写反}}\n" if fix else ""
    village.file("east", "finance", "2026-Q1", FINANCE, FINANCE_FACTS + told, again)

    said = words(page(built(village), "/u/east/finance/2026-Q1/"))

    assert ("改过，没写原因" in said) == seen
    assert ("2026年4月16日又收到过改动" in said) == seen


@pytest.mark.parametrize(
    ("tree", "name"),
    [("", "东头村 财务收支 2026年第1季度"), ("/en", "Dongtou Income and expenditure Q1 2026")],
)
def test_a_filing_says_in_the_words_of_schema_org_what_it_is(village: Village, tree: str, name: str) -> None:
    html = page(built(village), f"{tree}/u/east/finance/2026-Q1/")

    (block,) = re.findall('<script type="application/ld\\+json">(.*?)</script>', html, re.DOTALL)
    told = json.loads(block)

    assert (told["@type"], told["name"]) == ("Dataset", name)
    assert 50 <= len(told["description"]) <= 5000
    assert told["temporalCoverage"] == "2026-01-01/2026-03-31"
    assert told["datePublished"] == "2026-04-09"
    assert [each["encodingFormat"] for each in told["distribution"]] == ["text/csv", "application/json"]
    assert told["license"].startswith("https://spdx.org/licenses/CC-BY")


def test_nothing_that_a_clerk_wrote_can_end_the_block(village: Village) -> None:
    village.file("lane", "finance", "2026-Q1", None, "nil: {reason: '</script><script>x()</script>'}\n")

    html = page(built(village), "/u/lane/finance/2026-Q1/")

    assert "</script><script>x" not in html
    assert json.loads(html.partition('ld+json">')[2].partition("</script>")[0])["@type"] == "Dataset"


def test_an_update_is_not_called_a_correction(village: Village) -> None:
    told = "".join(
        f"  - {{date: 2026-04-{day}, sort: {sort}, rows: ['2'], reason: 补上}}\n"
        for day, sort in ((12, "update"), (13, "update"), (14, "withdrawal"))
    )
    village.file("east", "finance", "2026-Q1", FINANCE, f"{FINANCE_FACTS}corrections:\n{told}")

    said = words(page(built(village), "/u/east/finance/2026-Q1/"))

    assert "更新2次" in said
    assert "撤回1次" in said
    assert "4月13日更新过" in said
    assert "更正" not in said


INQUIRY = """\
number,received,sort,about,question,due,answered,answered_by,answer,satisfied
1,2026-04-11,质询,/u/east/finance/2026-Q1/#3,为什么先付首付款？,2026-04-20,2026-04-14,村民委员会,合同约定开工付四成。,
2,2026-04-12,质询,/u/east/finance/2025-Q1/,这一件在哪里？,2026-04-20,,,,
"""


def test_an_answer_stands_under_the_row_it_is_about(village: Village) -> None:
    village.file("east", "inquiry", "2026", INQUIRY, "", "2026-04-14T09:00:00+08:00")
    out = built(village)

    html = page(out, "/u/east/finance/2026-Q1/")
    row = html[html.index('id="3"') : html.index('class="total"')]

    assert 'class="has-note"' in row
    assert "为什么先付首付款？" in row and "合同约定开工付四成。" in row
    assert "4月11日问，4月14日由村民委员会答（3 天）" in row
    assert "为什么先付首付款？" in page(out, "/u/east/")
    assert 'id="1"' in page(out, "/u/east/inquiry/2026/")
    assert list(dead(out)) == []  # the second asks about a filing that is not there


def test_steps_show_a_dot_for_everybody_and_the_quorum_in_words(village: Village) -> None:
    rows, facts = example(village.portal.kinds["decision"])
    village.file("east", "decision", "2026-03-18-road", rows, facts, "2026-03-20T09:00:00+08:00")

    html = page(built(village), "/u/east/decision/2026-03-18-road/")
    resolved = html[html.index('id="%E5%86%B3%E8%AE%AE"') :]
    resolved = resolved[: resolved.index("</li>")]

    dots = re.findall(r'<i class="([ynax])"></i>', resolved.split('class="key')[0])
    assert {sort: dots.count(sort) for sort in "ynax"} == {"y": 31, "n": 2, "a": 1, "x": 4}
    assert "应到 38，实到 34，够三分之二（26）。31 同意，过了到会的一半（至少 18）。" in resolved
    assert "三组机耕路硬化</h1>" in html


def test_a_step_that_is_still_to_come_is_shown_empty(village: Village) -> None:
    rows, facts = example(village.portal.kinds["decision"])
    rows = rows[: rows.index("结果公开")]
    facts = facts.replace("已办结", "进行中")
    village.file("east", "decision", "2026-03-18-road", rows, facts, "2026-03-20T09:00:00+08:00")

    html = page(built(village), "/u/east/decision/2026-03-18-road/")

    assert re.search(r'<li class="now"><span class="pin" aria-hidden="true">六</span>', html)
    assert "正在办，还没公开" in html


# --- units, board, kinds ----------------------------------------------------------------------------------------------


def test_a_missing_filing_keeps_its_place_with_its_days(village: Village) -> None:
    out = built(village)
    gap = page(out, "/u/town/relief/")

    assert 'id="2026-Q1"' in gap and 'class="hole"' in gap
    assert re.search(r"未公开·已过\d+天", gap)
    assert re.search(r'slot--miss" href="[./]*u/town/relief/#2026-Q1"', page(out, "/board/"))


def test_a_filing_not_yet_due_is_no_reproach(village: Village) -> None:
    for end in (".csv", ".yaml"):
        (village.root / f"datasets/filings/west/finance/2026-Q1{end}").unlink()
    out = built(village, date(2026, 4, 2))

    assert "hole--due" in page(out, "/u/west/finance/")
    assert "未公开·" not in page(out, "/u/west/finance/")


def test_a_unit_page_answers_its_four_questions_in_order(village: Village) -> None:
    html = page(built(village), "/u/east/")

    places = [html.index(f'id="{name}"') for name in ("new", "owed", "money", "ask")]
    assert places == sorted(places)
    assert "800 人" in html and "210 户" in html


def test_a_merged_village_leads_on_and_keeps_its_old_filings(village: Village) -> None:
    rows = (
        FINANCE.replace("2026-01-", "2025-10-")
        .replace("2026-02-", "2025-11-")
        .replace("2026-03-", "2025-12-")
    )
    village.file("old", "finance", "2025-Q4", rows, FINANCE_FACTS, "2026-01-05T09:00:00+08:00")
    out = built(village)

    html = page(out, "/u/old/")
    assert "旧庄村到2025年12月31日为止" in html
    assert 'href="../../u/east/"' in html
    assert "2025年第4季度财务收支" in html
    assert (out / "u/old/finance/2025-Q4/index.html").is_file()
    assert "旧庄村" in page(out, "/u/")


def test_the_board_says_what_is_wrong_beside_the_name(village: Village) -> None:
    said = words(page(built(village), "/board/"))

    assert "西头村 财务收支迟 8 天" in said
    assert re.search(r"测试镇 关爱资金没公开，过了 \d+ 天", said)
    assert "5 个单位，最近一期应公开 5 件。1 件按时，1 件迟了，2 件过了期还没公开，1 件本期没有" in said


def shown(village: Village) -> tuple[Kind, ...]:
    found = pages.publish_all(village.portal, AS_OF).kinds
    assert found
    return found


def test_the_catalogue_has_the_standard_columns(village: Village) -> None:
    html = page(built(village), "/catalogue/")

    assert re.findall(r'<th scope="col">([^<]+)</th>', html) == (
        ["序号", "事项", "内容", "依据", "时限", "主体", "渠道", "对象", "方式", "层级"]
    )
    for kind in shown(village):
        assert kind.title.zh in html


def test_a_page_of_a_kind_has_every_field_its_class_and_a_template(village: Village) -> None:
    out = built(village)

    for kind in shown(village):
        html = page(out, f"/k/{kind.id}/")
        for field in kind.schema.fields:
            assert f"<code>{field.name}</code>" in html and field.title.zh in html
        assert 'id="privacy"' in html
        header = (out / f"k/{kind.id}/template.csv").read_text(encoding="utf-8-sig").strip()
        assert header.split(",") == [field.name for field in kind.schema.fields]


def test_every_kind_has_its_privacy_notice(village: Village) -> None:
    out = built(village)

    for kind in shown(village):
        said = words(page(out, f"/privacy/{kind.id}/"))
        assert "身份证号、手机号、银行卡号" in said
        assert all(field.title.zh in said for field in kind.schema.fields)


def test_figures_are_shown_under_their_caveat_and_only_where_there_are_any(village: Village) -> None:
    assert not (built(village) / "figures").exists()
    rows, facts = example(village.portal.kinds["figures"])
    village.file("county", "figures", "2026", rows, facts, "2026-02-01T09:00:00+08:00")

    html = page(built(village), "/figures/")

    assert "据所见转载文本核验，可能系转载或识别之误" in html
    assert "一致" in html


# --- the whole --------------------------------------------------------------------------------------------------------


def test_every_link_leads_somewhere_in_both_trees(village: Village) -> None:
    out = built(village)

    assert len(list(out.rglob("index.html"))) > 40
    assert list(dead(out)) == []


def test_english_has_the_same_addresses_and_marks_cells_as_chinese(village: Village) -> None:
    out = built(village)
    everywhere = {path.parent.relative_to(out).as_posix() for path in out.rglob("index.html")}
    english = {name.removeprefix("en").strip("/") or "." for name in everywhere if name.split("/")[0] == "en"}

    assert english == {name for name in everywhere if name.split("/")[0] != "en"}
    html = page(out, "/en/u/east/finance/2026-Q1/")
    assert "Income and expenditure" in html
    assert re.search(r'<td class="c-what" data-label="Summary" lang="zh">东渠清淤首付款', html)
    assert 'href="../../../../../u/east/finance/2026-Q1/" lang="zh"' in html


def test_english_pages_hold_no_chinese_label(village: Village) -> None:
    out = built(village)

    for address in ("", "u", "board", "k", "k/finance", "catalogue", "u/town"):
        html = re.sub(
            r"<(\w+)[^>]* lang=\"zh\"[^>]*>.*?</\1>", "", page(out, f"/en/{address}"), flags=re.DOTALL
        )
        assert re.findall(r"[\u4e00-\u9fff]+", re.sub(r"「[^」]*」", "", words(html))) == [], address


def test_the_same_input_gives_the_same_bytes(village: Village) -> None:
    first = {path: path.read_bytes() for path in built(village).rglob("*") if path.is_file()}
    second = {path: path.read_bytes() for path in built(village).rglob("*") if path.is_file()}

    assert first == second


def test_what_came_after_the_day_of_the_build_is_not_there_yet(village: Village) -> None:
    out = built(village, date(2026, 4, 17))

    assert not (out / "u/west/finance/2026-Q1").exists()
    assert "未公开·已过7天" in page(out, "/u/west/finance/")


def test_a_personal_number_stops_the_build_with_a_sentence(village: Village) -> None:
    village.file(
        "east", "finance", "2026-Q1", FINANCE.replace("合同 DT-2026-01", "电话 13812345678"), FINANCE_FACTS
    )

    with pytest.raises(BuildRefused, match="第 4 行「说明」"):
        pages.publish_all(village.portal, AS_OF)


def test_a_filing_that_cannot_be_read_stops_the_build(village: Village) -> None:
    village.file("east", "finance", "2026-Q1", FINANCE.replace("4800.00", "三千"), FINANCE_FACTS)

    with pytest.raises(BuildRefused, match="2026-Q1.csv"):
        pages.publish_all(village.portal, AS_OF)


def test_a_folder_of_an_unknown_unit_stops_the_build(village: Village) -> None:
    village.file("nowhere", "finance", "2026-Q1", FINANCE, FINANCE_FACTS, "2026-04-09T09:30:00+08:00")

    with pytest.raises(BuildRefused, match="nowhere"):
        pages.publish_all(village.portal, AS_OF)


def own_kind(village: Village, template: str) -> None:
    built_in = village.portal.kinds["finance"].folder
    for path in built_in.iterdir():
        if path.is_file():
            village.write(f"datasets/kinds/finance/{path.name}", path.read_bytes())
    village.write("datasets/kinds/finance/page.html", template)


def test_a_kind_may_bring_its_own_page(village: Village) -> None:
    own_kind(village, "<p id=own>{{ name }} {{ ledger.lines | length }} {{ '<i>' }}</p>")

    assert "<p id=own>东头村 3 &lt;i&gt;</p>" in page(built(village), "/u/east/finance/2026-Q1/")


def test_the_page_of_a_kind_runs_in_a_sandbox(village: Village) -> None:
    own_kind(village, "{{ table.__class__.__mro__ }}")

    with pytest.raises(KindError, match="finance/page.html"):
        built(village)


# --- every kind -------------------------------------------------------------------------------------------------------

KINDS = Portal.open(ROOT).kinds if (ROOT / "mkdocs.yml").is_file() else {}


def example(kind: Kind) -> tuple[str, str]:
    """Return the example of a kind: its rows and its sidecar."""
    facts = kind.folder / "example.yaml"
    rows = (kind.folder / "example.csv").read_text(encoding="utf-8")
    return rows, facts.read_text(encoding="utf-8") if facts.is_file() else ""


def owner(village: Village, kind: Kind) -> str:
    """Return a unit that owes filings of the kind, the county for a kind that nobody owes."""
    return next((unit.slug for unit in village.portal.units.on(AS_OF) if unit.sort in kind.owed_by), "county")


@pytest.fixture(scope="module")
def site_of_examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example of every kind, published by units of one village."""
    village = build_village(tmp_path_factory.mktemp("examples") / "village")
    use_every_kind(village)
    placed = {place_example(village, kind) for kind in KINDS.values()}
    for kind in KINDS.values():
        placed |= place_companions(village, kind)
    village.receive(
        {f"{id.path}{end}": "2026-04-10T09:00:00+08:00" for id in placed for end in (".csv", ".yaml")}
    )
    return built(village)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_example_of_every_kind_has_a_page_in_both_languages(site_of_examples: Path, kind: Kind) -> None:
    address = FilingId(home(kind), kind.id, Period.parse(kind.example_period)).address

    for tree, title in (("", kind.title.zh), ("en/", kind.title.en)):
        html = page(site_of_examples, f"{tree}{address}")
        assert title in html
        assert re.search(r'id="[^"]+"[^>]*>', html) and "我要问" in page(site_of_examples, address)


def test_no_link_of_the_examples_leads_nowhere(site_of_examples: Path) -> None:
    assert list(dead(site_of_examples)) == []


@pytest.mark.parametrize("kind", [each for each in KINDS.values() if each.privacy], ids=lambda kind: kind.id)
def test_no_page_tells_of_fewer_people_than_k(village: Village, kind: Kind) -> None:
    rows, facts = example(kind)
    names = [field.name for field in kind.schema.fields]
    assert kind.privacy is not None
    lines = [line.split(",") for line in rows.strip().splitlines()]
    count = names.index(kind.privacy["count"])
    lines[1][count] = "1"
    lone = ",".join(lines[1])
    without_rules(village, kind)
    use_every_kind(village)
    unit = owner(village, kind)
    small = "\n".join([",".join(lines[0]), lone, *(",".join(line) for line in lines[2:])]) + "\n"
    village.file(unit, kind.id, kind.example_period, small, facts, "2026-04-10T09:00:00+08:00")

    html = page(built(village), f"/u/{unit}/{kind.id}/{kind.example_period}/")

    title = kind.schema.fields[count].title.zh
    told = re.findall(rf'<span class="sub-lab">{title}</span> <span>([\d,]+)', html)
    told += re.findall(rf'data-label="{title}"><span class="lab">{title}</span>([\d,]+)', html)
    assert told and all(int(each.replace(",", "")) >= K for each in told)
    assert "合并公布" in html


def test_a_kind_that_nobody_owes_is_not_shown_until_somebody_files_it(village: Village) -> None:
    off = [kind for kind in village.portal.kinds.values() if not kind.owed_by]

    out = built(village)

    assert off
    for kind in off:
        assert not (out / "k" / kind.id).exists()
        assert kind.title.zh not in page(out, "/catalogue/")


def test_a_filing_is_shown_before_it_is_published_as_its_page_will_be(village: Village) -> None:
    portal, id = village.portal, FilingId("west", "finance", Period.parse("2026-Q1"))
    now = datetime(2026, 4, 18, 16, 0, tzinfo=portal.settings.timezone)
    before = previewing.body(portal, publish(portal.read(id), AS_OF), now, Here("zh", id.address))

    after = (built(village) / "u/west/finance/2026-Q1/index.html").read_text("utf-8")

    def seen(html: str) -> str:
        article = html[html.index("<article") : html.index("</article>")]
        article = article.replace(
            ' aria-level="2"', ""
        )  # at the desk its heading stands below the desk's own
        return re.sub(r"公示中·还剩\d+天", "", article)  # the day of the build is another

    assert seen(str(before)) == seen(after) and "迟8天" in before
