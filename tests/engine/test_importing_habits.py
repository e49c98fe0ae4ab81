"""How account books write: days in two columns, money in capitals, triangles, torn figures, numbers left out."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from mingbai.importing.capitals import capital
from tests.engine.test_importing import FACTS, HEADER, ROWS, Desk, desk
from tests.spreadsheets import Content, Sheet, made, packed, rewritten, xlsx

__all__ = ["desk"]

BOOK: list[Sequence[Content]] = [
    ["序号", "2026年", None, "科目", "摘要", "收入", "支出", "凭证号"],
    [None, "月", "日", None, None, None, None, None],
    [1, 1, 8, "经营收入", "村口门面房租金", 18000, None, "记-001"],
    [2, 2, 6, "环境卫生", "保洁员工资", None, 4800, "记-002"],
    [3, None, 11, "工程", "东渠清淤首付款", None, 3200.5, "记-003"],
]
ACROSS = ["A1:A2", "B1:C1", "D1:D2", "E1:E2", "F1:F2", "G1:G2", "H1:H2"]


@pytest.mark.parametrize("merges", [ACROSS, [*ACROSS, "B4:B5"]])
@pytest.mark.parametrize("format", ["xlsx", "xls", "ods"])
def test_month_and_day_in_two_columns_are_one_day(desk: Desk, format: str, merges: list[str]) -> None:
    assert desk.hands_in(made(format, Sheet(BOOK, merges)), *FACTS) == 0, desk.said

    assert [row["date"] for row in desk.rows()] == ["2026-01-08", "2026-02-06", "2026-02-11"]
    assert "B、C 列合成一列「日期」" in desk.said


def test_a_birthday_in_two_columns_is_not_joined_to_a_day(desk: Desk) -> None:
    header = [[*BOOK[0][:1], "出生", *BOOK[0][2:]], BOOK[1]]

    assert desk.hands_in(xlsx(Sheet([*header, *BOOK[2:]], ACROSS)), *FACTS) == 1
    assert "合成一列" not in desk.said and not desk.wrote()


def test_the_heading_above_month_and_day_is_kept(desk: Desk) -> None:
    header = [[*BOOK[0][:1], "到期", *BOOK[0][2:]], BOOK[1]]

    assert desk.hands_in(xlsx(Sheet([*header, *BOOK[2:]], ACROSS)), *FACTS) == 1
    assert "「到期·日期」这一列像是「日期」，没有把握" in desk.said


def test_a_month_without_its_day_is_asked_about(desk: Desk) -> None:
    rows = [*BOOK[:3], [2, 2, None, *BOOK[3][3:]]]

    assert desk.hands_in(xlsx(Sheet(rows, ACROSS)), *FACTS) == 1
    assert "B4「日期」" in desk.said and not desk.wrote()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("壹万捌仟元整", "18000"),
        ("人民币肆佰捌拾陆元伍角", "486.5"),
        ("叁万贰仟元零贰角伍分", "32000.25"),
        ("壹亿零伍万零叁元正", "100050003"),
        ("壹佰拾元整", "110"),
        ("玖分", "0.09"),
        ("壹万贰仟", None),
        ("元整", None),
        ("贰壹元", None),
        ("约壹仟元", None),
        ("伍仟叁万元", None),
        ("伍仟零叁万元", "50030000"),
    ],
)
def test_capital_numerals_are_read_whole_or_not_at_all(text: str, value: str | None) -> None:
    assert capital(text) == (None if value is None else Decimal(value))


def test_money_in_capitals_adds_up(desk: Desk) -> None:
    rows = [ROWS[0], [*ROWS[1][:5], "肆仟捌佰元整", "记-002"], [*ROWS[2][:5], "'3200.50", "记-003"]]

    assert desk.hands_in(xlsx(Sheet([HEADER, *rows])), *FACTS) == 0, desk.said
    assert desk.total("expenditure") == Decimal("8000.50")
    assert "大写金额，改成数（F3）" in desk.said


def test_a_triangle_before_a_figure_is_asked_about(desk: Desk) -> None:
    rows = [*ROWS[:2], [*ROWS[2][:5], "△3200.50", "记-003"]]

    assert desk.hands_in(xlsx(Sheet([HEADER, *rows])), *FACTS) == 1
    assert "F4「支出」前面的三角" in desk.said and not desk.wrote()


@pytest.mark.parametrize("number", [None, 1])
def test_rows_without_a_number_of_their_own_can_be_numbered_anew(desk: Desk, number: int | None) -> None:
    content = xlsx(Sheet([HEADER, *ROWS[:2], [number, *ROWS[2][1:]]]))

    assert desk.hands_in(content, *FACTS) == 1
    assert "「序号」有的空着，有的重复（A4）" in desk.said and "--map 'A=-'" in desk.said
    assert desk.hands_in(content, *FACTS, "--map", "A=-") == 0, desk.said
    assert [row["number"] for row in desk.rows()] == ["1", "2", "3"]


TEXT = "日期,科目,摘要,收入,支出\n2026-01-08,经营收入,租金,{},\n"
ONE = ("--fact", "期初结余=0", "--fact", "期末结余=18000")


def test_a_figure_torn_at_its_comma_is_named_by_row(desk: Desk) -> None:
    assert desk.hands_in(TEXT.format("18,000.00").encode(), *ONE, name="收支.csv") == 1

    assert "CSV 第 2 行比表头多一格" in desk.said and not desk.wrote()


def test_a_figure_that_an_export_kept_as_text_is_read(desk: Desk) -> None:
    assert desk.hands_in(TEXT.format('="18000"').encode(), *ONE, name="收支.csv") == 0, desk.said

    assert desk.total("income") == Decimal("18000.00")


LOCKED = (
    Path(__file__).parents[1] / "fixtures" / "locked"
)  # made with a spreadsheet program, the password is 1234


@pytest.mark.parametrize("name", ["standard.xlsx", "agile.xlsx", "old.xls", "open.ods"])
def test_a_file_that_a_program_has_locked_is_called_locked(desk: Desk, name: str) -> None:
    assert desk.hands_in((LOCKED / name).read_bytes(), *FACTS) == 1

    assert "这个文件加了密码" in desk.said and not desk.wrote()


STRICT = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "http://purl.oclc.org/ooxml/spreadsheetml/main"
}
FLAT = '<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (rewritten(xlsx(Sheet([HEADER, *ROWS])), STRICT), "Strict Open XML"),
        (f'<?xml version="1.0"?>{FLAT}'.encode(), "（fods），读不了"),
        (packed({"word/document.xml": "<w/>"}), "这是文档或者幻灯片"),
    ],
    ids=["strict", "flat", "document"],
)
def test_a_file_that_is_something_else_is_called_by_its_name(desk: Desk, content: bytes, said: str) -> None:
    assert desk.hands_in(content, *FACTS) == 1

    assert said in desk.said and not desk.wrote()


LAND = [
    ["序号", "资源类别", "地类", "坐落", "面积（亩）", "利用方式", "已发包面积（亩）", "承包方"],
    ["ZY-001", "农用地", "耕地", "一组到四组", 820.5, "家庭承包", 820.5, "本村农户"],
    ["ZY-002", "农用地", "林地", "后山", 460, "家庭承包", 380, "本村农户"],
]


@pytest.fixture
def land(desk: Desk) -> Desk:
    settings = (desk.village.root / "mkdocs.yml").read_text(encoding="utf-8")
    desk.village.write("mkdocs.yml", settings.replace("relief, service]", "relief, resource, service]"))
    return desk


def test_numbers_of_things_are_not_taken_for_numbers_of_rows(land: Desk) -> None:
    content = xlsx(Sheet(LAND))

    assert land.hands_in(content, "--period", "2026", kind="resource") == 1
    assert "A1「序号」这一列像是「资源编号」，没有把握" in land.said


def test_a_column_that_counts_rows_is_left_out_where_things_have_numbers_of_their_own(land: Desk) -> None:
    rows = [["资源编号", *LAND[0]], *([row[0], number, *row[1:]] for number, row in enumerate(LAND[1:], 1))]

    land.hands_in(xlsx(Sheet(rows)), "--period", "2026", kind="resource")

    assert "B 「序号」：只是行的序号，不要" in land.said
    assert "A 「资源编号」→ 资源编号" in land.said
