"""Where a table begins and ends: printed pages, headers of many lines, cells that the clerk names, rows of words."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from mingbai.importing.ranges import area_of
from tests.engine.test_importing import FACTS, HEADER, ROWS, TOTAL, Desk, desk
from tests.spreadsheets import Content, Sheet, made, xlsx

__all__ = ["desk"]

TITLE = ["西头村2026年第一季度财务收支公开表"]


def _page(number: int) -> list[Sequence[Content]]:
    return [TITLE, [f"第{number}页", None, None, None, None, "单位：元"], HEADER]


@pytest.mark.parametrize("gap", [[], [[None]]])
@pytest.mark.parametrize("format", ["xlsx", "xls", "ods", "gbk"])
def test_a_page_that_says_title_and_header_again_is_no_second_table(
    desk: Desk, format: str, gap: list[Sequence[Content]]
) -> None:
    so_far: list[Content] = [None, None, None, "本页合计", 18000, 4800, None]
    rows = [*_page(1), *ROWS[:2], so_far, *gap, *_page(2), ROWS[2], TOTAL]

    assert desk.hands_in(made(format, Sheet(rows)), *FACTS) == 0, desk.said
    assert (len(desk.rows()), desk.total("expenditure")) == (3, Decimal("8000.50"))
    assert "表头又写了一遍" in desk.said and "表上印的 2 个合计、小计也对" in desk.said


def test_a_second_table_under_another_title_is_asked_about(desk: Desk) -> None:
    rows = [TITLE, ["甲账户"], HEADER, *ROWS[:2], [None], ["乙账户"], HEADER, ROWS[2]]

    assert desk.hands_in(xlsx(Sheet(rows)), *FACTS) == 1
    assert "A3:G7" in desk.said and "A8:G9" in desk.said and "--range A3:G7" in desk.said
    assert not desk.wrote()


def test_a_header_of_four_lines_is_one_header(desk: Desk) -> None:
    header: list[Sequence[Content]] = [
        ["序号", "记账情况", None, "摘要", "本季发生额", None, "凭证号"],
        [None, "日期", "科目", None, "收支情况", None, None],
        [None, None, None, None, "金额（元）", None, None],
        [None, None, None, None, "收入", "支出", None],
    ]
    merges = ["A1:A4", "B1:C1", "B2:B4", "C2:C4", "D1:D4", "E1:F1", "E2:F2", "E3:F3", "G1:G4"]

    assert desk.hands_in(xlsx(Sheet([*header, *ROWS], merges)), *FACTS) == 0, desk.said
    assert desk.total("income") == Decimal("18000.00")


def test_of_two_tables_the_cells_that_are_named_are_imported_and_the_rest_is_told(desk: Desk) -> None:
    rows = [["单位：万元"], HEADER, [1, "2026-01-08", "经营收入", "租金", 1.8], [None], ["去年的账"]]
    content = xlsx(Sheet([*rows, HEADER, *ROWS]))
    facts = ("--fact", "期初结余=0", "--fact", "期末结余=18000")

    assert desk.hands_in(content, *facts, "--range", "a2:G3") == 0, desk.said
    assert desk.total("income") == Decimal("18000.00"), "the unit above the cells counts"
    assert "这个工作表里别处还有" in desk.said


def test_cells_without_a_header_are_told(desk: Desk) -> None:
    assert desk.hands_in(xlsx(Sheet([HEADER, *ROWS])), *FACTS, "--range", "A2:G4") == 1

    assert "A2:G4 里没有找到表头" in desk.said and not desk.wrote()


@pytest.mark.parametrize(
    ("said", "area"),
    [("A5:H40", "A5:H40"), ("h40：a5", "A5:H40"), ("$B$2:$AB$9", "B2:AB9"), ("A5", None), ("5:40", None)],
)
def test_cells_are_named_by_their_corners(said: str, area: str | None) -> None:
    assert (None if (found := area_of(said)) is None else str(found)) == area


def test_a_word_between_the_months_is_a_heading_and_a_single_sum_sign_a_sum(desk: Desk) -> None:
    rows = [*ROWS[:2], ["补记"], ROWS[2], ["计", *TOTAL[1:]]]

    assert desk.hands_in(xlsx(Sheet([HEADER, *rows])), *FACTS) == 0, desk.said
    assert "第 4 行：分段的标题" in desk.said and "第 6 行：合计" in desk.said


def test_what_is_left_at_the_end_of_the_quarter_is_no_entry(desk: Desk) -> None:
    rows = [[*row, None] for row in ROWS]
    left: list[Content] = [None, "2026-03-31", None, "本季末结余", None, None, None, 10999.5]

    assert desk.hands_in(xlsx(Sheet([[*HEADER, "余额"], *rows, left])), *FACTS) == 0, desk.said
    assert "第 5 行：结转、结余" in desk.said


def test_a_day_on_which_something_happened_is_no_birthday(desk: Desk) -> None:
    header = ["序号", "发生日期", *HEADER[2:]]

    assert desk.hands_in(xlsx(Sheet([header, *ROWS])), *FACTS) == 0, desk.said
    assert "「发生日期」→ 日期" in desk.said
