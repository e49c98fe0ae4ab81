"""The plain sentence: amounts as people say them, and a template that can reach public values only."""

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from mingbai.errors import KindError
from mingbai.filings import FilingId
from mingbai.periods import Period
from mingbai.privacy import PublicTable, publish
from mingbai.sentences import day, marked_sentence, money, sentence, wan
from tests.village import AS_OF, Village, build_village

Q1 = Period.parse("2026-Q1")
FINANCE = Path(__file__).resolve().parents[2] / "datasets/kinds/finance"


@pytest.fixture
def village(tmp_path: Path) -> Village:
    return build_village(tmp_path)


def table(village: Village, unit: str = "east") -> PublicTable:
    return publish(village.portal.read(FilingId(unit, "finance", Q1)), AS_OF)


def with_sentence(village: Village, zh: str, renamed: Mapping[str, str] | None = None) -> PublicTable:
    """Return east's filing under a kind whose Chinese sentence is `zh`, its words renamed throughout."""
    for path in FINANCE.iterdir():
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            for old, new in (renamed or {}).items():
                text = re.sub(rf"\b{old}\b", new, text)
            village.write(f"datasets/kinds/finance/{path.name}", text)
    facts = (village.root / "datasets/kinds/finance/kind.yaml").read_text(encoding="utf-8")
    start, end = facts.index("sentence:"), facts.index("largest: expenditure")
    village.write(
        "datasets/kinds/finance/kind.yaml", f"{facts[:start]}sentence: {{zh: {zh!r}, en: x}}\n{facts[end:]}"
    )
    return table(village)


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("116912.64", "11.69 万元"),
        ("486.50", "486.50 元"),
        ("0.00", "0 元"),
        ("9999.99", "9,999.99 元"),
        ("10000.00", "1 万元"),
        ("86000.00", "8.6 万元"),
        ("-20500.00", "-2.05 万元"),
        ("123456789.00", "1.23 亿元"),
        ("100050.00", "10.01 万元"),
    ],
)
def test_amounts_are_said_in_wan_from_ten_thousand_on(amount: str, said: str) -> None:
    assert wan(Decimal(amount)) == said


def test_a_blank_is_unpublished_and_never_zero() -> None:
    assert (wan(None), money(None), day(None)) == ("未公布", "未公布", "未公布")


def test_money_has_two_places_and_separators() -> None:
    assert money(Decimal("18000")) == "18,000.00"


def test_the_sentence_says_the_totals_of_the_table(village: Village) -> None:
    said = sentence(table(village), village.portal.units.get("east"), "zh")

    assert "收入 1.8 万元" in said
    assert "支出 8,000.50 元" in said
    assert "期末结余 1.1 万元" in said
    assert "保洁员工资" in said


def test_both_languages_have_one(village: Village) -> None:
    assert "18,000 yuan" in sentence(table(village), village.portal.units.get("east"), "en")


def test_on_a_page_a_rounded_amount_carries_the_exact_one(village: Village) -> None:
    said = marked_sentence(table(village), village.portal.units.get("east"), "zh")

    assert '<data value="10999.50"><b>1.1 万元</b></data>' in said


def test_on_a_page_a_cell_is_escaped(village: Village) -> None:
    told = with_sentence(village, "{{ rows[0].cells.summary }}<i>")
    rows = (village.root / "datasets/filings/east/finance/2026-Q1.csv").read_text(encoding="utf-8")
    village.write("datasets/filings/east/finance/2026-Q1.csv", rows.replace("村口门面房租金", "<b>门面</b>&"))

    said = marked_sentence(table(village), village.portal.units.get("east"), "zh")

    assert told.kind.sentence.zh
    assert said == "&lt;b&gt;门面&lt;/b&gt;&amp;<i>"


def test_a_nil_return_says_its_reason(village: Village) -> None:
    assert "账户还没有开立" in sentence(table(village, "lane"), village.portal.units.get("lane"), "zh")


def test_a_fact_named_like_a_method_of_a_dictionary_is_still_the_fact(village: Village) -> None:
    rows = village.root / "datasets/filings/east/finance/2026-Q1.yaml"
    rows.write_text(rows.read_text(encoding="utf-8").replace("opening:", "items:"), encoding="utf-8")

    told = with_sentence(village, "{{ header.items | money }}", {"opening": "items"})

    assert sentence(told, village.portal.units.get("east"), "zh") == "1,000"


def test_the_largest_row_is_the_one_that_cost_most(village: Village) -> None:
    told = with_sentence(village, "{{ largest.cells.summary }} {{ largest.cells.expenditure | money }}")

    assert sentence(told, village.portal.units.get("east"), "zh") == "保洁员工资 4,800"


def test_a_folded_line_leaves_no_blank_after_chinese_punctuation(village: Village) -> None:
    told = with_sentence(village, "收到 {{ count }} 笔；  都在这里。")

    assert sentence(told, village.portal.units.get("east"), "zh") == "收到 3 笔；都在这里。"


@pytest.mark.parametrize(
    "broken",
    [
        "{{ totals.unknown }}",
        "{{ header.closing | nosuchfilter }}",
        "{% for row in rows %}",
        "{{ 1 / 0 }}",
        "{{ rows.__class__.__mro__ }}",
        "{{ header.closing + 'x' }}",
    ],
)
def test_a_template_that_does_not_work_is_the_maintainers_error(village: Village, broken: str) -> None:
    with pytest.raises(KindError, match="finance/kind.yaml"):
        sentence(with_sentence(village, broken), village.portal.units.get("east"), "zh")
