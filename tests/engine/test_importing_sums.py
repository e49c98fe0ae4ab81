"""The sums of a spreadsheet equal those of the filing, whatever its shape; a planted fault is found."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mingbai.filings import FilingId
from mingbai.importing import Draft, Request, composing, conversion, draft, told
from mingbai.importing.conversion import Converted
from mingbai.periods import Period
from mingbai.portal import Portal
from tests.spreadsheets import FORMATS, Content, Sheet, made
from tests.village import AS_OF, build_village

ID = FilingId("west", "finance", Period.parse("2026-Q2"))
LABELS = {
    "date": ["日期", "日 期", "记账日期"],
    "subject": ["科目", "会计科目"],
    "summary": ["摘要", "摘  要"],
}
LABELS |= {
    "income": ["收入", "收入金额", "收 入"],
    "expenditure": ["支出", "支出金额"],
    "voucher": ["凭证号", "凭证编号"],
}
UNITS = {"元": 1, "千元": 1000, "万元": 10_000}
DAY: dict[str, Callable[[date], Content]] = {
    "day": lambda day: day,
    "serial": lambda day: (day - date(1899, 12, 30)).days,
    "words": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "dots": lambda day: f"{day.year}.{day.month}.{day.day}",
    "compact": lambda day: f"{day:%Y%m%d}",
    "iso": str,
}
FIGURE: dict[str, Callable[[Decimal], Content]] = {
    "number": float,
    "text": str,
    "separators": lambda value: f"{value:,f}",
    "wide": lambda value: f"{value:f}".translate(str.maketrans("0123456789.", "０１２３４５６７８９．")),
    "money": lambda value: f"¥ {value:,f}",
}


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Portal:
    root: Path = tmp_path_factory.mktemp("sums") / "portal"
    return build_village(root).portal


@st.composite
def shapes(draw: st.DrawFn) -> tuple[bytes, Decimal, Decimal, int]:
    """Draw a spreadsheet as an office might make it, and its sums in yuan."""
    fen = draw(st.lists(st.integers(1, 10**9).map(lambda n: Decimal(n) / 100), min_size=1, max_size=12))
    sides = draw(st.lists(st.booleans(), min_size=len(fen), max_size=len(fen)))
    unit = draw(st.sampled_from(sorted(UNITS)))
    day_style, figure_style = draw(st.sampled_from(sorted(DAY))), draw(st.sampled_from(sorted(FIGURE)))
    shown = [FIGURE[figure_style](value / UNITS[unit]) for value in fen]
    first = draw(st.integers(0, 60))
    entries: list[list[Content]] = [
        [
            DAY[day_style](date(2026, 4, 1) + timedelta(first)),
            "其他收入" if side else "其他支出",
            f"第{number}笔",
            figure if side else None,
            None if side else figure,
            f"记-{number:03d}",
        ]
        for number, (figure, side) in enumerate(zip(shown, sides, strict=True), 1)
    ]
    totals = _sums(fen, sides)
    rows = list(entries)
    if draw(st.booleans()) and len(rows) > 2:
        cut = draw(st.integers(1, len(rows) - 1))
        part = _sums(fen[:cut], sides[:cut])
        rows.insert(cut, ["小计", None, None, *[float(each / UNITS[unit]) for each in part], None])
    if draw(st.booleans()):
        rows.insert(draw(st.integers(0, len(rows))), [])
    if draw(st.booleans()):
        rows.append(["合　计", None, None, *[float(each / UNITS[unit]) for each in totals], None])
    if draw(st.booleans()):
        rows.append(["制表人：某某", None, "审核：某某"])
    table = _headed(draw, rows, unit)
    return made(draw(st.sampled_from(FORMATS)), table), totals[0], totals[1], len(entries)


def _sums(fen: list[Decimal], sides: list[bool]) -> list[Decimal]:
    """Return what came in and what went out."""
    pairs = list(zip(fen, sides, strict=True))
    return [sum((value for value, side in pairs if side is wanted), Decimal(0)) for wanted in (True, False)]


def _headed(draw: st.DrawFn, rows: list[list[Content]], unit: str) -> Sheet:
    labels = [draw(st.sampled_from(words)) for words in LABELS.values()]
    above: list[list[Content]] = [["西头村收支表"]] if draw(st.booleans()) else []
    where = draw(st.sampled_from(["label", "line"]))
    if where == "line" or unit == "元":
        above.append(["编制单位：西头村", None, None, None, f"单位：{unit}"])
    else:
        labels[3], labels[4] = f"{labels[3]}（{unit}）", f"{labels[4]}\n({unit})"
    merges = ["A1:F1"] if above and len(above[0]) == 1 else []
    if draw(st.booleans()):
        top = len(above) + 1
        header: list[list[Content]] = [
            [*labels[:3], "金额", None, labels[5]],
            [None, None, None, *labels[3:5], None],
        ]
        merges += [f"D{top}:E{top}", *(f"{letter}{top}:{letter}{top + 1}" for letter in "ABCF")]
    else:
        header = [list(labels)]
    width = draw(st.integers(0, 2))
    return _moved(Sheet([*above, *header, *rows], merges), width)


def _moved(sheet: Sheet, by: int) -> Sheet:
    """Return the sheet with blank columns on its left."""
    letters = "ABCDEFGH"
    right = str.maketrans(letters[:-by] if by else "", letters[by:] if by else "")
    merges = [area.translate(right) for area in sheet.merges]
    return replace(sheet, rows=[[None] * by + list(row) for row in sheet.rows], merges=merges)


def drafted(portal: Portal, content: bytes, income: Decimal, expenditure: Decimal) -> Draft:
    facts = {"opening": "1000.00", "closing": f"{1000 + income - expenditure:.2f}"}
    return draft(portal, content, Request("表.xlsx", ID, facts=facts), AS_OF)


def column(rows: bytes, name: str) -> Decimal:
    read = csv.DictReader(io.StringIO(rows.decode(), newline=""))
    return sum((Decimal(row[name]) for row in read if row[name]), Decimal(0))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shape=shapes())
def test_the_sums_of_every_shape_equal_those_of_the_filing(
    portal: Portal, shape: tuple[bytes, Decimal, Decimal, int]
) -> None:
    content, income, expenditure, count = shape

    made_of_it = drafted(portal, content, income, expenditure)

    told = {each.rule: each.message("zh") for each in made_of_it.findings if each.severity == "error"}
    errors = [message for rule, message in told.items() if rule != "carried-over"]
    assert errors == []
    assert (column(made_of_it.rows, "income"), column(made_of_it.rows, "expenditure")) == (
        income,
        expenditure,
    )
    assert made_of_it.rows.count(b"\n") == count + 1


@pytest.mark.parametrize("at", [3, 4])
@pytest.mark.parametrize("label", ["金额", "借方", "贷方", "发生数", "", "甲", "合计"])
def test_a_label_that_is_not_certain_is_asked_about_and_never_guessed(
    portal: Portal, label: str, at: int
) -> None:
    header: list[Content] = ["日期", "科目", "摘要", "收入", "支出"]
    entry: list[Content] = [date(2026, 4, 2), "其他收入", "租金", *([5, None] if at == 3 else [None, 5])]
    header[at] = label

    made_of_it = drafted(portal, made("xlsx", Sheet([header, entry])), Decimal(5), Decimal(0))

    assert {each.rule for each in made_of_it.findings} & {
        "column_maybe",
        "column_unknown",
        "column_unlabelled",
    }
    assert made_of_it.rows == b""


# Planted faults: each must be found by the sums, before anything is written.

PLAIN = Sheet(
    [
        ["日期", "科目", "摘要", "收入", "支出"],
        [date(2026, 4, 2), "其他收入", "租金", 1234.56, None],
        [date(2026, 4, 3), "其他支出", "纸", None, 99.99],
        [date(2026, 4, 4), "其他支出", "笔", None, 0.01],
    ]
)


def _rounds(way: Any, cell: Any) -> Converted:
    found = _SOUND["number"](way, cell)
    return Converted(f"{Decimal(found.text):.0f}.00", found.notes)


def _scales(way: Any, cell: Any) -> Converted:
    found = _SOUND["number"](way, cell)
    return Converted(f"{Decimal(found.text) * 10:.2f}", found.notes)


_SOUND = dict(conversion._SORTS)


@pytest.mark.parametrize("fault", [_rounds, _scales, lambda way, cell: Converted("0.00")])
def test_a_converter_that_changes_a_figure_is_found(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, fault: Callable[[Any, Any], Converted]
) -> None:
    monkeypatch.setitem(conversion._SORTS, "number", fault)  # type: ignore[arg-type]

    made_of_it = drafted(portal, made("xlsx", PLAIN), Decimal("1234.56"), Decimal("100"))

    assert "sum_lost" in {each.rule for each in made_of_it.findings}


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_row_that_is_dropped_on_the_way_is_found(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    sound = composing.entries
    monkeypatch.setattr(
        composing, "entries", lambda lines: [r for i, r in enumerate(sound(lines)) if i != lost]
    )

    made_of_it = drafted(portal, made("xlsx", PLAIN), Decimal("1234.56"), Decimal("100"))

    assert "sum_lost" in {each.rule for each in made_of_it.findings}


# Whatever stands in a sheet, it ends in a filing or in sentences.

_WORDS = (
    "合计 小计 累计 期初结余 一、收入 注：略 审核： 2026年4月2日 4月31日 2026-13-40 1,2,3 (5) ¥5万元".split()
)
_WORDS += "5% — 无 #REF! =1+1 其他收入 其他支出 单位：万元 日期 收入 姓名 ９９９ 5元整 \u200b".split(" ")
_CELLS: list[Content] = [*_WORDS, "x" * 300, "1" * 60, "", " ", None, None, None]
_CELLS += [0, 5, -3, 1.005, 46092, 10**20, 1e300, True, date(2026, 4, 2), date(1899, 1, 1)]
_LABELS = "序号 日期 科目 摘要 收入 支出 余额 备注 姓名 收入（万元）".split()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_sheet_ends_in_a_traceback(portal: Portal, data: st.DataObject) -> None:
    cells = st.lists(st.sampled_from(_CELLS), max_size=7)
    header = data.draw(st.lists(st.sampled_from(_LABELS), max_size=7))
    rows = [*data.draw(st.lists(cells, max_size=2)), header, *data.draw(st.lists(cells, max_size=8))]
    merges = data.draw(
        st.sampled_from([[], ["A1:B1"], ["A2:A4"], ["C3:D5"], ["B1:B2"], ["E2:F3"], ["A1:G1", "C3:D5"]])
    )
    hidden = data.draw(st.lists(st.integers(1, 9), max_size=2))
    table = Sheet([["首"], *rows], merges, hidden_rows=hidden, hidden_columns=[2] if len(hidden) == 2 else [])
    mapping = {label: data.draw(st.sampled_from(["-", "income", "date", "nothing"])) for label in header[:2]}
    said = {"facts": {"opening": "0.00", "closing": "0.00"}, "every": {"科目": "其他收入", "摘要": "略"}}
    request = Request("表", ID, mapping=mapping, blanks=frozenset("0"), **said)  # type: ignore[arg-type]
    format = data.draw(st.sampled_from(FORMATS))

    made_of_it = draft(portal, made(format, table), request, AS_OF)

    assert told(made_of_it, "zh")
    assert told(made_of_it, "en")
    assert made_of_it.ready or made_of_it.errors
