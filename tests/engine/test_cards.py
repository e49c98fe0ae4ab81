"""What a page tells a chat, and what a card reads from the page: the same sentence, never more than the page shows."""

import re

import pytest
from markupsafe import Markup

from mingbai.cards.reading import Figure, told
from tests.engine.test_pages import built, page
from tests.engine.test_paper import at
from tests.village import FINANCE, FINANCE_FACTS, Village

FILING = "/u/east/finance/2026-Q1/"


def metas(html: str) -> dict[str, str]:
    """Return what a page says to chats (Open Graph)."""
    found = re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', html)
    return {name: Markup(content).unescape() for name, content in found}


def test_a_filing_tells_a_chat_its_title_and_its_sentence(village: Village) -> None:
    said = metas(page(at(village, "https://mingbai.example.cn"), FILING))

    assert said == {
        "type": "article",
        "site_name": "测试县村务公开",
        "title": "东头村 2026年第1季度财务收支（示范数据）",
        "description": "这个季度收入 1.8 万元，支出 8,000.50 元，期末结余 1.1 万元。"
        "最大的一笔支出是保洁员工资，4,800 元。",
        "url": "https://mingbai.example.cn/u/east/finance/2026-Q1/",
        "image": "https://mingbai.example.cn/assets/images/seal.png",
    }


def test_the_picture_of_a_card_is_one_that_chats_take(village: Village) -> None:
    home = metas(page(at(village, "https://mingbai.example.cn"), "/"))
    picture = village.portal.theme / home["image"].removeprefix("https://mingbai.example.cn/")

    assert picture.read_bytes()[:4] == b"\x89PNG"


def test_the_english_page_tells_its_own_address(village: Village) -> None:
    said = metas(page(at(village, "https://mingbai.example.cn/books/"), f"/en{FILING}"))

    assert said["url"] == "https://mingbai.example.cn/books/en/u/east/finance/2026-Q1/"
    assert said["title"] == "Dongtou: Income and expenditure, Q1 2026 (demonstration data)"


def test_without_an_address_of_its_own_a_portal_tells_none(village: Village) -> None:
    assert "url" not in metas(page(built(village), FILING))


def test_a_portal_that_is_no_demo_says_nothing_of_one(village: Village) -> None:
    village.write(
        "mkdocs.yml", (village.root / "mkdocs.yml").read_text("utf-8").replace("demo: true", "demo: false")
    )

    assert metas(page(built(village), FILING))["title"] == "东头村 2026年第1季度财务收支"


def test_a_list_tells_a_chat_what_it_is_called_and_is_no_article(village: Village) -> None:
    out = built(village)
    told = [metas(page(out, address)) for address in ("/", "/u/east/", "/board/")]

    assert [each["type"] for each in told] == ["website"] * 3
    assert told[1]["title"] == "东头村（示范数据）" and told[1]["description"].startswith(
        "东头村有什么新公开"
    )


def test_a_card_reads_sentence_figures_and_days_from_the_page(village: Village) -> None:
    read = told(page(built(village), FILING))

    assert read
    assert read.sentence == read.spoken.striptags() and "<b>1.8 万元</b>" in read.spoken
    assert read.figures == (
        Figure("", "期初结余", "1,000.00", "元"),
        Figure("＋", "收入", "18,000.00", "元"),
        Figure("－", "支出", "8,000.50", "元"),
        Figure("＝", "期末结余", "10,999.50", "元"),
    )
    assert read.display == "2026年4月9日到2026年4月24日" and read.title == "" and read.address is None


def test_what_a_clerk_typed_is_text_on_a_card_too(village: Village) -> None:
    rows = FINANCE.replace("保洁员工资", "<b onclick=x>工资</b>")
    village.file("east", "finance", "2026-Q1", rows, FINANCE_FACTS)
    read = told(page(built(village), FILING))

    assert read and "<b onclick=x>工资</b>" in read.sentence
    assert "&lt;b onclick=x&gt;工资&lt;/b&gt;" in read.spoken


def test_a_nil_return_has_a_sentence_and_no_figures(village: Village) -> None:
    read = told(page(built(village), "/u/lane/finance/2026-Q1/"))

    assert read and "账户还没有开立" in read.sentence and read.figures == ()


def with_figures(**counts: int) -> str:
    """Return a page with so many figures of each sort, numbered."""
    figures = "".join(
        f'<dd data-card="{sort}" data-words="{sort} {number}">{number}</dd>'
        for sort, count in counts.items()
        for number in range(count)
    )
    metas = '<meta property="og:title" content="a"><meta property="og:description" content="b">'
    return f'{metas}<p data-card="sentence">b</p>{figures}'


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"fact": 9, "total": 3, "sum": 5}, ["sum 0", "sum 1", "sum 2", "sum 3", "sum 4"]),
        ({"fact": 9, "total": 6}, ["total 0", "total 1", "total 2", "total 3"]),
        ({"fact": 9}, ["fact 0", "fact 1", "fact 2"]),
        ({"fact": 1}, []),
        ({"total": 1}, ["total 0"]),
    ],
)
def test_a_card_has_few_figures_but_never_a_part_of_a_sum(counts: dict[str, int], shown: list[str]) -> None:
    read = told(with_figures(**counts))

    assert read and [figure.words for figure in read.figures] == shown


@pytest.mark.parametrize(
    "html", ["", "<p>", '<meta property="og:title" content="a"><p data-card="sentence">b']
)
def test_a_page_without_the_marks_tells_nothing(html: str) -> None:
    assert told(html) is None
