"""One cell at a time: what a clerk wrote, and what a filing holds of it."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

import pytest

from mingbai.importing.conversion import Way
from mingbai.importing.figures import Unread
from mingbai.importing.labels import parted, unit_line, unit_word
from mingbai.kinds import Field
from mingbai.messages import Text
from mingbai.periods import Period
from mingbai.privacy.bands import band_of
from mingbai.privacy.persons import is_person
from mingbai.workbooks import Cell, Value
from tests.examples import KINDS


def way(
    type: str, of: str = "", unit: str | None = None, blanks: Collection[str] = (), since_1904: bool = False
) -> Way:
    name = Text("这一栏", "This")
    field = Field("this", name, name, type, Text(of, of) if of else None, "public", False, (), {})
    return Way(field, unit, Period.parse("2026-Q1"), blanks, since_1904)


@pytest.mark.parametrize(
    ("value", "of", "unit", "text"),
    [
        (Decimal("1.8"), "元", "万元", "18000.00"),
        (Decimal("1.80005"), "元", "万元", "18000.50"),
        (Decimal("0.000001"), "元", "万元", "0.01"),
        (Decimal("12.5"), "元", "千元", "12500.00"),
        (Decimal("0.5"), "元", "亿元", "50000000.00"),
        ("1,268.37", "元", None, "1268.37"),
        ("１２６８．３７", "元", None, "1268.37"),
        ("1，268．37", "元", None, "1268.37"),
        ("¥ 1,268.37", "元", None, "1268.37"),
        ("人民币1268元整", "元", None, "1268.00"),
        ("3.2万", "元", None, "32000.00"),
        ("3.2万元", "元", "万元", "32000.00"),
        ("500元", "元", "万元", "500.00"),
        ("(1,200.00)", "元", None, "-1200.00"),
        ("（1,200.00）", "元", None, "-1200.00"),
        ("−5", "元", None, "-5.00"),
        ("-0.00", "元", None, "0.00"),
        ("12.50亩", "亩", None, "12.50"),
        ("8%", "%", None, "8"),
        (Decimal("3.10"), "平方公里", None, "3.1"),
    ],
)
def test_a_figure_keeps_its_worth(value: Value, of: str, unit: str | None, text: str) -> None:
    assert way("number", of, unit).convert(Cell(value)).text == text


def test_a_stored_percentage_is_read_as_it_is_shown() -> None:
    assert way("number", "%").convert(Cell(Decimal("0.085"), percent=True)).text == "8.5"


@pytest.mark.parametrize(
    ("type", "of", "value", "reason"),
    [
        ("number", "元", "1,26,8.37", "number"),
        ("number", "元", "12,50", "number"),
        ("number", "元", "1268.37.5", "number"),
        ("number", "元", "(-5)", "number"),
        ("number", "元", "壹仟伍元整", "number"),
        ("number", "元", "△500", "sign"),
        ("number", "元", "约500", "number"),
        ("number", "元", date(2026, 3, 1), "number"),
        ("number", "元", "无", "mark"),
        ("number", "元", "——", "mark"),
        ("number", "元", "/", "mark"),
        ("number", "元", "8%", "percent"),
        ("number", "元", "12亩", "unit"),
        ("number", "元", "0.005", "decimals"),
        ("number", "元", "1.8E+04", "exponent"),
        ("integer", "户", "5.5", "whole"),
        ("date", "", "3.18", "date"),
        ("date", "", Decimal("2026.3"), "date"),
        ("date", "", "26-3-18", "date"),
        ("date", "", "5月1日", "date"),
        ("date", "", "2026-02-29", "no_such_day"),
        ("string", "", "=1+1", "formula"),
        ("string", "", "\u200b甲", "unseen"),
        ("string", "", "#N/A", "broken"),
    ],
)
def test_what_is_not_plain_is_not_read(type: str, of: str, value: Value, reason: str) -> None:
    with pytest.raises(Unread) as stopped:
        way(type, of).convert(Cell(value))

    assert stopped.value.reason == reason


@pytest.mark.parametrize(
    "value",
    [
        date(2026, 3, 18), "2026-03-18", "2026年3月18日", "2026.3.18", "2026/3/18", "20260318", "46099",
        Decimal(20260318), Decimal(46099), "3月18日", " 2026 年 3 月 18 日 ", "２０２６年３月１８日",
        "2026-03-18 00:00:00",
    ],
)  # fmt: skip
def test_a_day_is_a_day_however_it_is_written(value: Value) -> None:
    assert way("date").convert(Cell(value)).text == "2026-03-18"


def test_bare_serial_days_count_from_1904_where_the_workbook_says_so() -> None:
    assert way("date", since_1904=True).convert(Cell(Decimal(46099 - 1462))).text == "2026-03-18"


@pytest.mark.parametrize("mark", ["—", "/", "无", "0"])
def test_a_mark_is_blank_when_the_clerk_says_so(mark: str) -> None:
    assert way("number", "元", blanks={mark}).convert(Cell(mark)).text == ""


@pytest.mark.parametrize(
    ("label", "words", "unit"),
    [
        ("收入（万元）", "收入", "万元"),
        ("收 入\n(元)", "收入", "元"),
        ("收入/万元", "收入", "万元"),
        ("收入万元", "收入", "万元"),
        ("收入（单位：千元）", "收入", "千元"),
        ("收入（万）", "收入", "万元"),
        ("*面积（亩）", "面积", "亩"),
        ("收入（本年）", "收入(本年)", None),
    ],
)
def test_a_label_is_parted_from_its_unit(label: str, words: str, unit: str | None) -> None:
    assert parted(label) == (words, unit)


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("单位：万元", "万元"),
        ("金额单位：人民币元", "元"),
        ("收支情况表（万元）", "万元"),
        ("单位：元、亩", "元"),
        ("编制单位：西头村", None),
        ("投资50万元的项目", None),
    ],
)
def test_a_line_names_a_unit_of_money_or_none(line: str, unit: str | None) -> None:
    assert unit_line(line) == unit


PERSONS = "姓名 户主姓名 身份证号码 联系电话 手机 家庭住址 银行卡号 一卡通账号 社会保障卡号 残疾证号 出生年月"
PERSONS += " 领款人 救助对象 开户账号"
NOBODY = (
    "电话费 医保参保登记 社会保障费 申请人数 救助对象户数 受益人口 账户余额 经手人 审批人 面积 村名 地址码"
)


def test_labels_that_lead_to_persons_are_told_from_others() -> None:
    assert [label for label in PERSONS.split() if not is_person(label)] == []
    assert [label for label in NOBODY.split() if is_person(label)] == []


@pytest.mark.parametrize(
    ("amount", "band"),
    [
        ("0.01", "不满1000元"),
        ("999.99", "不满1000元"),
        ("1000", "1000元以上不满3000元"),
        ("3000", "3000元以上不满5000元"),
        ("4999.99", "3000元以上不满5000元"),
        ("5000", "5000元以上"),
    ],
)
def test_an_amount_lies_in_one_band(amount: str, band: str) -> None:
    options = (
        next(kind for kind in KINDS.values() if "band" in kind.schema.by_name).schema.by_name["band"].options
    )

    assert band_of(Decimal(amount), options) == band


@pytest.mark.parametrize(
    ("text", "unit"),
    [("金额：万元", "万元"), ("以万元为单位", "万元"), ("单位：元", "元"), ("2026年500万元专项资金", None)],
)
def test_a_line_outside_the_rows_says_the_unit_or_nothing(text: str, unit: str | None) -> None:
    assert unit_line(text) == unit


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("以下数字均为万元", "万元"),
        ("Unit: 10,000 yuan", "万元"),
        ("500万元专项资金", None),
        ("单位：元", None),
    ],
)
def test_a_unit_that_is_only_spoken_of_is_noticed(text: str, unit: str | None) -> None:
    assert unit_word(text) == unit
