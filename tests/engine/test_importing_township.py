"""Workbooks as township offices make them: what is understood of each, and what is said about those that are wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest

from mingbai.importing import Draft, Request, asking, draft
from tests.engine.test_importing import FACTS, HEADER, ROWS, TOTAL, Desk, desk, sheet
from tests.engine.test_importing_people import FACTS as FUND_FACTS
from tests.engine.test_importing_people import NAMES, RELIEF, identity, mobile, said_nothing_of
from tests.engine.test_importing_sums import ID
from tests.spreadsheets import Content, Sheet, made, ods, text, xls, xlsx
from tests.village import AS_OF

__all__ = ["desk"]

BALANCED = [[*row, balance] for row, balance in zip(ROWS, [19000, 14200, 10999.5], strict=True)]
SHORT = HEADER[:6]
PLAIN = [row[:6] for row in ROWS]


@dataclass(frozen=True)
class Office:
    """A workbook, what the clerk adds, what has to be said; all are the same account of 18,000 and 8,000.50."""

    content: Callable[[], bytes]
    says: Sequence[str] = ()
    options: Sequence[str] = field(default=FACTS)
    name: str = "收支.xlsx"


def _notice_board() -> bytes:
    """The quarterly notice: numbered empty rows, the carried balance on top, capitals and signatures below."""
    return xlsx(
        Sheet(
            [
                ["西头村财务公开栏"],
                ["2026年第一季度", None, None, None, None, None, None, "单位：元"],
                [*HEADER, "余额"],
                [None, date(2026, 1, 1), None, "上期结余", None, None, None, 1000],
                *BALANCED,
                [4, None, None, None, None, None, None, 10999.5],
                [5],
                [*TOTAL, 10999.5],
                ["合计（大写）：收入壹万捌仟元整，支出捌仟元伍角"],
                ["村主任：某甲", None, "会计：某乙", None, "监委会：某丙"],
            ],
            merges=["A1:H1", "A11:H11"],
        )
    )


def _two_parts() -> bytes:
    rows: list[Sequence[Content]] = [["一、收入"], PLAIN[0], ["小计", None, None, None, 18000, None]]
    rows += [["二、支出"], *PLAIN[1:], ["小计", None, None, None, None, 8000.5], [*TOTAL[:6]]]
    return xls(Sheet([["西头村收支明细"], SHORT, *rows], merges=["A1:F1", "A3:F3", "A6:F6"]))


def _by_month() -> bytes:
    rows: list[Sequence[Content]] = [PLAIN[0], ["本月合计", None, None, None, 18000, None]]
    rows += [
        PLAIN[1],
        ["本月合计", None, None, None, None, 4800],
        ["本年累计", None, None, None, 18000, 4800],
    ]
    rows += [
        PLAIN[2],
        ["本月合计", None, None, None, None, 3200.5],
        ["本年累计", None, None, None, 18000, 8000.5],
    ]
    return ods(Sheet([SHORT, *rows]))


def _ten_thousands_in_the_title() -> bytes:
    rows = [
        [*row[:4], *(float(Decimal(str(each)) / 10000) if each else None for each in row[4:6])]
        for row in PLAIN
    ]  # type: ignore[arg-type]
    return xlsx(Sheet([["西头村收支情况表（万元）"], SHORT, *rows]))


def _ten_thousands_in_a_note() -> bytes:
    rows = [
        [*row[:4], *(float(Decimal(str(each)) / 10000) if each else None for each in row[4:6])]
        for row in PLAIN
    ]  # type: ignore[arg-type]
    return xlsx(Sheet([SHORT, *rows, ["注：本表金额单位为万元"]]))


def _people_who_sign() -> bytes:
    return xlsx(
        Sheet([[*SHORT, "经手人", "审批人", "领取签字"], *[[*row, "某甲", "某乙", None] for row in PLAIN]])
    )


def _labels_with_breaks() -> bytes:
    return xlsx(Sheet([["序 号", "日　期", "科\n目", "摘要*", "收入\n（元）", "支出/元"], *PLAIN]))


def _total_on_top() -> bytes:
    return xlsx(Sheet([SHORT, TOTAL[:6], *PLAIN]))


def _tabs() -> bytes:
    rows = [[f"{each}" if isinstance(each, int) else each for each in row] for row in PLAIN]
    return text(Sheet([SHORT, *rows]), "utf-16", "\t")


def _noughts() -> bytes:
    return xlsx(Sheet([SHORT, *[[*row[:4], row[4] or 0, row[5] or 0] for row in PLAIN]]))


def _further_right() -> bytes:
    return xls(Sheet([[None], [None], *[[None, None, *row] for row in [SHORT, *PLAIN]]]))


def _letter_below() -> bytes:
    return ods(Sheet([SHORT, *PLAIN, TOTAL[:6], [None], [f"如有疑问请打电话 {mobile(1)} 找某甲"]]))


def _groups_of_columns() -> bytes:
    rows: list[Sequence[Content]] = [
        ["序号", "日期", "科目", "摘要", "本期发生额（元）", None, "凭证"],
        [None, None, None, None, "收入金额", "支出金额", "号数"],
        *ROWS,
    ]
    return xlsx(Sheet(rows, merges=["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1"]))


def _three_lines() -> bytes:
    rows: list[Sequence[Content]] = [
        ["序号", "日期", "科目", "摘要", "金额", None, "凭证号"],
        [None, None, None, None, "本期发生额", None, None],
        [None, None, None, None, "收入", "支出", None],
        *ROWS,
    ]
    down = [f"{letter}2:{letter}4" for letter in "ABCDG"]
    return xlsx(Sheet([["西头村收支"], *rows], merges=["A1:G1", "E2:F2", "E3:F3", *down]))


OFFICES = {
    "a header of three lines": Office(_three_lines, ["第 2–4 行是表头"]),
    "the notice board": Office(_notice_board, ["第 4 行：结转、结余", "第 8–9 行：只有序号"]),
    "income above, expenses below": Office(_two_parts, ["分段的标题", "第 5、9 行：小计"]),
    "month by month": Office(_by_month, ["累计，包括以前的，没法核对"]),
    "万元 in the title": Office(_ten_thousands_in_the_title, ["表里 0.80005 万元，就是 8,000.50 元"]),
    "万元 in a note below": Office(_ten_thousands_in_a_note, ["表上写的金额单位是万元"]),
    "people who sign": Office(
        _people_who_sign,
        ["「经手人」：您说不要", "「领取签字」：一格都没有填，不要"],
        [*FACTS, "--map", "经手人=-", "--map", "审批人=-"],
    ),
    "labels with line ends": Office(_labels_with_breaks, ["和栏名一样，写法不同"]),
    "the total on top": Office(_total_on_top, ["表上印的 1 个合计、小计也对"]),
    "a text with tabs that is named xls": Office(_tabs, ["CSV 文字"], name="导出.xls"),
    "noughts for nothing": Office(_noughts, ["照您说的当空着"], [*FACTS, "--blank", "0"]),
    "a table further right and down": Office(_further_right, ["的 C3:H6"]),
    "a letter below the table": Office(_letter_below, ["表下面的说明"]),
    "groups of columns": Office(_groups_of_columns, ["在上一行大标题下面"], [*FACTS, "--map", "凭证号数=-"]),
}


@pytest.mark.parametrize("which", OFFICES)
def test_a_workbook_of_an_office_is_understood(desk: Desk, which: str) -> None:
    office = OFFICES[which]

    assert desk.hands_in(office.content(), *office.options, name=office.name) == 0, desk.said

    assert (desk.total("income"), desk.total("expenditure")) == (Decimal(18000), Decimal("8000.50"))
    assert len(desk.rows()) == 3
    for said in office.says:
        assert said in desk.said
    said_nothing_of(desk, ["某甲", "某乙", "某丙", mobile(1)])


def _left_and_right() -> bytes:
    labels = ["项目", "金额", "日期"] * 2
    rows: list[Sequence[Content]] = [
        ["收入", None, None, "支出"],
        labels,
        ["租金", 5, "1月2日", "纸", 3, "1月3日"],
    ]
    return xlsx(Sheet(rows, merges=["A1:C1", "D1:F1"]))


def _names_merged_over_two_columns() -> bytes:
    rows: list[Sequence[Content]] = [["姓名", None, "村", "备注"], [NAMES[0], "户主", "东头村", "大病"]]
    return xlsx(Sheet([*rows, [NAMES[1], "本人", "西头村", "残疾"]], merges=["A1:B1"]))


WRONG = {
    "income left, expenses right": (_left_and_right, "「Sheet1」A1:C3、「Sheet1」D1:F3"),
    "noughts where nothing is": (_noughts, "加 --blank 0 再导"),
    "a grand total that is wrong below subtotals that are right": (
        lambda: xlsx(sheet(*ROWS, ["小计", *TOTAL[1:]], ["总计", None, None, None, 18000, 8000.6])),
        "F6「支出」印的合计是 8,000.60，加起来是 8,000.50，差 0.10",
    ),
    "a figure that was lost before the sum": (
        lambda: xlsx(sheet(ROWS[0], ROWS[2], TOTAL, header=HEADER)),
        "差 4,800",
    ),
    "ditto marks": (lambda: xlsx(sheet(ROWS[0], [2, "〃", *ROWS[1][2:]])), "B3「日期」这里要是日期"),
    "days without a year from another quarter": (
        lambda: xlsx(sheet([1, "5月1日", *ROWS[0][2:]])),
        "B2「日期」这里要是日期",
    ),
    "a broken formula": (lambda: xlsx(sheet([*ROWS[0][:4], "#REF!"])), "公式算错了"),
    "a name merged over two columns": (_names_merged_over_two_columns, "什么都没有写"),
    "a column that was named and is not there": (
        lambda: xlsx(sheet(*ROWS)),
        "--map 里的「页码」，表里没有这一列",
    ),
}


@pytest.mark.parametrize("which", WRONG)
def test_a_workbook_that_is_not_right_is_named_for_what_it_is(desk: Desk, which: str) -> None:
    content, said = WRONG[which]
    more = ("--map", "页码=-") if "named" in which else ()

    assert desk.hands_in(content(), *FACTS, *more) == 1

    assert said in desk.said
    assert not desk.wrote()
    said_nothing_of(desk, NAMES)


def _bank(number: int) -> tuple[str, str]:
    return "农商行", f"6217{number:012d}"


def test_a_unit_between_the_labels_counts_for_the_whole_table(desk: Desk) -> None:
    rows = [
        [*row[:4], *(None if each is None else each / 10_000 for each in row[4:6]), row[6]] for row in ROWS
    ]
    content = xlsx(Sheet([[*HEADER, "单位：万元"], *rows]))

    assert desk.hands_in(content, *FACTS, "--map", "单位：万元=-") == 0, desk.said
    assert desk.total("income") == Decimal("18000.00")


def test_a_unit_that_is_only_spoken_of_is_asked_about(desk: Desk) -> None:
    content = xlsx(Sheet([["以下数字均为万元"], HEADER, *ROWS]))

    assert desk.hands_in(content, *FACTS) == 1
    assert "A1 里写着「万元」" in desk.said and not desk.wrote()


def test_two_tables_with_headings_of_their_own_and_a_gap_between_are_two(desk: Desk) -> None:
    rows: list[Sequence[Content]] = [
        ["收入明细", None, None, None, "支出明细", None, None],
        ["日期", "摘要", "收入", None, "日期", "摘要", "支出"],
        ["2026-01-08", "鱼塘", 12000, None, "2026-02-06", "清淤", 8400],
    ]

    assert desk.hands_in(xlsx(Sheet(rows))) == 1
    assert "A1:C3" in desk.said and "E1:G3" in desk.said and "有没有把握" not in desk.said


def test_a_hidden_row_is_not_said_to_be_counted_before_the_clerk_says_so(desk: Desk) -> None:
    content = xlsx(sheet(*ROWS, hidden_rows=(3,)))

    assert desk.hands_in(content) == 1
    assert "照您说的" not in desk.said and "--hidden-rows take" in desk.said


@pytest.mark.parametrize("format", ["xlsx", "xls", "ods"])
def test_a_real_looking_register_of_relief_leaves_everybody_outside(desk: Desk, format: str) -> None:
    labels = "序号 村名 户主姓名 身份证号码 性别 年龄 家庭人口 困难类型 救助金额 开户银行 银行账号 联系电话 领取人签字"
    people: list[Sequence[Content]] = [
        [n, "东头村", NAMES[n % 7], identity(n), "男", 60 + n, 3, "大病", 900 + n, *_bank(n), mobile(n), None]
        for n in range(1, 13)
    ]
    rows = [["关爱资金发放花名册"], labels.split(), *people, ["合计", *[None] * 7, 10878], ["制表人：某甲"]]
    facts = [part for fact in FUND_FACTS[:-1] for part in ("--fact", fact)]
    left = [part for label in "性别 年龄 家庭人口 开户银行".split() for part in ("--map", f"{label}=-")]

    content = made(format, Sheet(rows, merges=["A1:M1"]))
    status = desk.hands_in(
        content, *facts, "--fact", "期末结余=10122", "--map", "村名=地方", *left, kind="relief"
    )

    assert status == 0, desk.said
    assert [tuple(row.values()) for row in desk.rows(RELIEF)] == [
        ("1", "东头村", "合并公布", "不满1000元", "12", "10878.00")
    ]
    said_nothing_of(
        desk, [*NAMES, *(identity(n) for n in range(1, 13)), *(mobile(n) for n in range(1, 13)), "6217000"]
    )
    memory = desk.village.root / ".state" / "mappings" / "relief" / "town.yaml"
    assert "姓名" not in memory.read_text(encoding="utf-8")


def _drafted(desk: Desk, request: Request) -> Draft:
    content = xlsx(sheet(*[[*row, "3间"] for row in ROWS], header=[*HEADER, "备注"]))
    return draft(desk.village.portal, content, request, AS_OF)


def test_a_clerk_at_a_terminal_is_asked_column_by_column_then_for_the_facts(desk: Desk) -> None:
    asked: list[str] = []
    answers = iter(["说明", "1000", "10999.5"])

    def ask(question: str) -> str:
        asked.append(question)
        return next(answers)

    made_of_it = _drafted(desk, Request("收支.xlsx", ID))
    for _ in ("the column", "the facts"):
        request = asking.answered(made_of_it, ask, "zh")
        assert request is not None
        made_of_it = _drafted(desk, request)

    assert "H1「备注」这一列是哪一栏？像是「说明」（note）" in asked[0]
    assert ["期初结余" in asked[1], "期末结余" in asked[2]] == [True, True]
    assert made_of_it.composed is not None
    assert made_of_it.composed.rows[0]["note"] == "3间"


def test_a_clerk_who_knows_no_answer_is_not_asked_again(desk: Desk) -> None:
    assert asking.answered(_drafted(desk, Request("收支.xlsx", ID)), lambda question: "", "zh") is None
