"""A clerk's spreadsheet becomes a filing, figure by figure; what is not plain is asked about, nothing is guessed."""

import csv
import re
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from mingbai.cli import main
from mingbai.filings import FilingId
from mingbai.importing import Request, draft
from mingbai.messages import catalogue
from mingbai.periods import Period
from tests.spreadsheets import Content, Sheet, made, xlsx
from tests.village import Village, build_village

HEADER = ["序号", "日期", "科目", "摘要", "收入", "支出", "凭证号"]
ROWS: list[list[Content]] = [
    [1, date(2026, 1, 8), "经营收入", "村口门面房租金", 18000, None, "记-001"],
    [2, date(2026, 2, 6), "环境卫生", "保洁员工资", None, 4800, "记-002"],
    [3, date(2026, 3, 11), "工程", "东渠清淤首付款", None, 3200.5, "记-003"],
]
TOTAL: list[Content] = ["合计", None, None, None, 18000, 8000.5, None]
FACTS = ("--fact", "期初结余=1000", "--fact", "期末结余=10999.5")
ENGINE = Path(__file__).resolve().parents[2] / "site" / "mingbai" / "importing"
BASE = "datasets/filings/west/finance/2026-Q1"


@dataclass
class Desk:
    """A clerk at the village: hands in a spreadsheet and reads what is said."""

    village: Village
    capsys: pytest.CaptureFixture[str]
    said: str = ""

    def hands_in(self, content: bytes, *options: str, name: str = "收支.xlsx", kind: str = "finance") -> int:
        path = self.village.root.parent / name
        path.write_bytes(content)
        unit = "town" if kind == "relief" else "west"
        called = ["--unit", unit, "--kind", kind, "--period", "2026-Q1", "--as-of", "2026-04-20", *options]
        status = main(["--portal", str(self.village.root), "import", str(path), *called])
        self.said = self.capsys.readouterr().out
        return status

    def rows(self, base: str = BASE) -> list[dict[str, str]]:
        with (self.village.root / f"{base}.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def wrote(self, base: str = BASE) -> bool:
        return any((self.village.root / f"{base}{end}").exists() for end in (".csv", ".yaml"))

    def total(self, column: str, base: str = BASE) -> Decimal:
        return sum((Decimal(row[column]) for row in self.rows(base) if row[column]), Decimal(0))


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.delenv("MINGBAI_STATE", raising=False)
    village = build_village(tmp_path / "portal")
    for base in (BASE, "datasets/filings/town/relief/2026-Q1"):
        for path in (village.root / base).parent.glob("2026-Q1*"):
            path.unlink()
    return Desk(village, capsys)


def sheet(*rows: Sequence[Content], header: Sequence[Content] = HEADER, **more: object) -> Sheet:
    return Sheet([header, *rows], **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("format", ["xlsx", "xls", "ods", "csv", "gbk"])
def test_a_plain_table_becomes_a_filing_that_passes_its_checks(desk: Desk, format: str) -> None:
    assert desk.hands_in(made(format, sheet(*ROWS, TOTAL)), *FACTS) == 0

    assert [row["date"] for row in desk.rows()] == ["2026-01-08", "2026-02-06", "2026-03-11"]
    assert (desk.total("income"), desk.total("expenditure")) == (Decimal("18000.00"), Decimal("8000.50"))
    assert main(["--portal", str(desk.village.root), "check", "--as-of", "2026-04-20"]) == 0


@pytest.mark.parametrize("format", ["xlsx", "xls", "ods", "csv"])
def test_titles_two_lines_of_header_units_and_notes_are_understood(desk: Desk, format: str) -> None:
    rows: list[list[Content]] = [
        ["西头村2026年第一季度财务收支公开表"],
        ["编制单位：西头村", None, None, None, None, "单位：万元", None],
        ["序号", "日期", "科目", "摘要", "金额", None, "凭证号"],
        [None, None, None, None, "收入", "支出", None],
        [1, "2026年1月8日", "经营收入", "村口门面房租金", 1.8, None, "记-001"],
        [2, "2026.2.6", "环境卫生", "保洁员工资", None, 0.48, "记-002"],
        [3, "20260311", "工程", "东渠清淤首付款", None, 0.32005, "记-003"],
        ["合　计", None, None, None, 1.8, 0.80005, None],
        ["制表人：某某", None, None, "审核：某某", None, None, None],
    ]
    merges = ["A1:G1", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:F3", "G3:G4"]

    assert desk.hands_in(made(format, Sheet(rows, merges)), *FACTS) == 0, desk.said
    assert desk.total("expenditure") == Decimal("8000.50")
    assert "万元换成元" in desk.said
    assert "表里 0.80005 万元，就是 8,000.50 元，公开件 8,000.50 元，一致" in desk.said
    assert "第 9 行：表下面的说明、签字" in desk.said
    assert "某某" not in desk.said


def test_nothing_is_written_on_a_dry_run(desk: Desk) -> None:
    assert desk.hands_in(xlsx(sheet(*ROWS)), *FACTS, "--dry-run") == 0

    assert "一致" in desk.said
    assert not desk.wrote()


def test_english_is_complete(desk: Desk) -> None:
    assert desk.hands_in(xlsx(sheet(*ROWS, TOTAL)), *FACTS, "--lang", "en") == 0

    assert "8,000.50 元 in the sheet, 8,000.50 元 in the filing, the same; 1 printed total right" in desk.said


# What stops an import: the sheet, what is said, and nothing is written.

STOPS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a printed total that is wrong": (
        lambda: xlsx(sheet(*ROWS, ["合计", None, None, None, 18000, 8100.5])),
        "F5「支出」印的合计是 8,100.50，加起来是 8,000.50，差 100.00",
    ),
    "a subtotal that is wrong": (
        lambda: xlsx(sheet(*ROWS[:2], ["小计", None, None, None, 17000, 4800], *ROWS[2:], TOTAL)),
        "E4「收入」印的合计是 17,000，加起来是 18,000",
    ),
    "two tables side by side": (
        lambda: xlsx(
            Sheet([["日期", "摘要", "金额", None, "日期", "摘要", "金额"], *[["2026-01-08", "租金", 1] * 2]])
        ),
        "不止一张表：「Sheet1」A1:C2、「Sheet1」E1:G2",
    ),
    "two tables one below the other": (
        lambda: xlsx(
            Sheet(
                [
                    HEADER,
                    *ROWS,
                    TOTAL,
                    [None],
                    ["工程明细"],
                    ["日期", "摘要", "收入"],
                    ["2026-01-08", "租金", 1],
                ]
            )
        ),
        "不止一张表：「Sheet1」A1:G7、「Sheet1」A8:C9",
    ),
    "two sheets with tables": (
        lambda: xlsx(sheet(*ROWS, name="一季度"), sheet(*ROWS, name="二季度")),
        "--sheet '一季度'",
    ),
    "a hidden row": (lambda: xlsx(sheet(*ROWS, hidden_rows=[3])), "第 3 行有数，但是隐藏的"),
    "a hidden column": (
        lambda: xlsx(sheet(*ROWS, hidden_columns=[7])),
        "G1「凭证号」这一列对得上「凭证号」，但是隐藏的",
    ),
    "a column that nobody knows": (
        lambda: xlsx(sheet(*[[*row, "x"] for row in ROWS], header=[*HEADER, "经手人"])),
        "H1「经手人」这一列不知道是哪一栏",
    ),
    "a column that is only alike": (
        lambda: xlsx(sheet(*[[*row, "x"] for row in ROWS], header=[*HEADER, "备注"])),
        "--map '备注=note'",
    ),
    "a column without a label": (
        lambda: xlsx(sheet(*[[*row, 5] for row in ROWS])),
        "H2 有内容，但是这一列没有列名",
    ),
    "a dash that may mean anything": (
        lambda: xlsx(sheet([*ROWS[0][:5], "—", "记-001"], *ROWS[1:])),
        "F2「支出」是「—」「/」「无」这类记号",
    ),
    "a word where a number belongs": (
        lambda: xlsx(sheet([*ROWS[0][:4], "见附件", None, "记-001"], *ROWS[1:])),
        "E2「收入」这里要是数，读不懂",
    ),
    "more decimals than fen": (
        lambda: xlsx(sheet([*ROWS[0][:4], 18000.005, None, "记-001"], *ROWS[1:])),
        "E2「收入」里存的数比分还细",
    ),
    "a formula without its result": (
        lambda: xlsx(sheet([*ROWS[0][:4], "=9000*2", None, "记-001"], *ROWS[1:])),
        "E2「收入」是公式，文件里没有存它的结果",
    ),
    "a figure that was shortened": (
        lambda: made("csv", sheet([*ROWS[0][:4], "1.8E+04", None, "记-001"], *ROWS[1:])),
        "E2「收入」写成了 1.8E+05 这样的科学记数",
    ),
    "a figure that is shown smaller than it is": (
        lambda: xlsx(sheet(*ROWS, formats={"E2": '0!.0000,"万"'})),
        "E2「收入」的格式把数缩小了显示",
    ),
    "a figure merged over rows": (
        lambda: xlsx(sheet(*ROWS[:2], [*ROWS[2][:5], None, "记-003"], merges=["F3:F4"])),
        "F3「支出」的数合并在几行里",
    ),
    "a word that is no option": (
        lambda: xlsx(sheet([1, date(2026, 1, 8), "杂项", "租金", 18000], *ROWS[1:])),
        "C2「科目」只能写规定的词",
    ),
    "a day that never was": (
        lambda: xlsx(sheet([1, "2026-02-30", "经营收入", "租金", 18000], *ROWS[1:])),
        "B2「日期」没有这一天",
    ),
    "no table at all": (lambda: xlsx(Sheet([["通知"], ["请各村报表"]])), "没有找到表头"),
    "a header and nothing below": (lambda: xlsx(sheet()), "下面没有一行数据"),
    "a web page named like a workbook": (
        lambda: "<html><table><tr><td>收入</td></tr></table></html>".encode(),
        "这是网页（HTML），不是真的表格",
    ),
    "two units of money": (
        lambda: xlsx(Sheet([["单位：万元", "单位：元"], HEADER, *ROWS])),
        "两种金额单位",
    ),
    "a unit that does not fit": (
        lambda: xlsx(sheet(*ROWS, header=[*HEADER[:4], "收入（亩）", *HEADER[5:]])),
        "E1「收入（亩）」的单位是亩，这一栏要用元",
    ),
    "two columns for one field": (
        lambda: xlsx(sheet(*[[*row, 1] for row in ROWS], header=[*HEADER, "收入"])),
        "H1「收入」这一列和另一列都像是「收入」",
    ),
}


@pytest.mark.parametrize("what", STOPS)
def test_what_is_not_plain_stops_the_import_and_says_what_to_do(desk: Desk, what: str) -> None:
    content, said = STOPS[what]

    assert desk.hands_in(content(), *FACTS) == 1

    assert said in desk.said
    assert "什么都没有写" in desk.said
    assert not desk.wrote()
    assert not (desk.village.root / ".state").exists()


def test_facts_that_are_missing_are_asked_for_all_at_once(desk: Desk) -> None:
    assert desk.hands_in(xlsx(sheet(*ROWS))) == 1

    assert "--fact '期初结余=内容'" in desk.said
    assert "--fact '期末结余=内容'" in desk.said
    assert not desk.wrote()


def test_the_kinds_own_checks_judge_and_name_the_row_of_the_sheet(desk: Desk) -> None:
    late = [3, date(2026, 5, 1), "工程", "东渠清淤首付款", None, 3200.5, "记-003"]

    assert desk.hands_in(xlsx(Sheet([["西头村账"], [None], HEADER, *ROWS[:2], late])), *FACTS) == 1

    assert "日期 2026年5月1日 不在这一期里" in desk.said
    assert "公开件的行 → 表里的行：4 → 6" in desk.said
    assert not desk.wrote()


def test_a_filing_that_is_there_is_never_written_over(desk: Desk) -> None:
    assert desk.hands_in(xlsx(sheet(*ROWS)), *FACTS) == 0
    before = (desk.village.root / f"{BASE}.csv").read_bytes()

    assert desk.hands_in(xlsx(sheet(*ROWS[:1])), "--yes") == 1

    assert "已经有了，不能覆盖" in desk.said
    assert "corrections" in desk.said
    assert (desk.village.root / f"{BASE}.csv").read_bytes() == before


def test_a_sidecar_that_waits_for_its_rows_is_kept(desk: Desk) -> None:
    told = (
        "header: {opening: 1000.00, closing: 10999.50}\nsupervision: {opinion: 同意公布, date: 2026-04-08}\n"
    )
    desk.village.write(f"{BASE}.yaml", told)

    assert desk.hands_in(xlsx(sheet(*ROWS))) == 0

    assert (desk.village.root / f"{BASE}.yaml").read_text(encoding="utf-8") == told


# What is understood.


def test_cells_that_cannot_be_read_are_named_in_every_column_at_once(desk: Desk) -> None:
    wrong: list[Content] = [1, "3月32日", "经营收入", "租金", "一大堆", "许多", "记-001"]

    assert desk.hands_in(xlsx(Sheet([HEADER, wrong, ROWS[1]])), *FACTS) == 1
    assert all(cell in desk.said for cell in ("B2", "E2", "F2"))
    assert "一大堆" not in desk.said and not desk.wrote()


def test_what_is_said_of_the_whole_is_judged_and_written_with_it(desk: Desk) -> None:
    facts = {"opening": "1000", "closing": "10999.5"}
    shown = {"place": "村部公示栏", "from": "2026-04-09", "until": "2026-04-10"}
    asked = Request(
        "收支.xlsx",
        FilingId("west", "finance", Period.parse("2026-Q1")),
        facts=facts,
        supervision={"opinion": "同意公布", "date": "2026-04-08"},
        display=shown,
    )
    data = xlsx(Sheet([HEADER, *ROWS]))

    short = draft(desk.village.portal, data, asked, date(2026, 4, 20))
    longer = replace(asked, display=shown | {"until": "2026-04-24"})
    right = draft(desk.village.portal, data, longer, date(2026, 4, 20))

    assert [each.rule for each in short.findings] == ["display_short"] and right.ready
    told = yaml.safe_load(right.facts or b"")
    assert told["supervision"]["opinion"] == "同意公布" and told["display"]["place"] == "村部公示栏"


def test_a_hidden_sheet_is_said_and_not_read(desk: Desk) -> None:
    hidden = sheet([9, date(2026, 1, 1), "工程", "底稿", 5], name="底稿", hidden=True)

    assert desk.hands_in(xlsx(sheet(*ROWS, name="公开"), hidden), *FACTS) == 0
    assert "工作表「底稿」是隐藏的，没有读" in desk.said


@pytest.mark.parametrize(("said", "count", "closing"), [("take", 3, "10999.5"), ("leave", 2, "15799.5")])
def test_hidden_rows_count_as_the_clerk_says(desk: Desk, said: str, count: int, closing: str) -> None:
    facts = ("--fact", "期初结余=1000", "--fact", f"期末结余={closing}")
    rows = [row[1:] for row in ROWS]
    content = xlsx(sheet(*rows, header=HEADER[1:], hidden_rows=[3]))

    assert desk.hands_in(content, *facts, "--hidden-rows", said) == 0, desk.said
    assert len(desk.rows()) == count
    assert "第 3 行：隐藏的，照您说的" in desk.said or "第 3 行是隐藏的，照您说的" in desk.said


def test_one_sheet_of_several_is_chosen_by_its_name(desk: Desk) -> None:
    content = xlsx(sheet(*ROWS, name="一季度"), sheet(*ROWS[:1], name="二季度"))

    assert desk.hands_in(content, *FACTS, "--sheet", "一季度") == 0
    assert len(desk.rows()) == 3


def test_a_mapping_that_was_confirmed_is_remembered_and_shown(desk: Desk) -> None:
    content = xlsx(sheet(*[[*row, "3间", 7] for row in ROWS], header=[*HEADER, "备注", "页码"]))

    assert desk.hands_in(content, *FACTS, "--map", "备注=说明", "--map", "页码=-") == 0
    kept = desk.village.root / ".state" / "mappings" / "finance" / "west.yaml"
    assert kept.read_text(encoding="utf-8") == "备注: note\n页码: '-'\n"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    for end in (".csv", ".yaml"):
        (desk.village.root / f"{BASE}{end}").unlink()

    assert desk.hands_in(content, *FACTS) == 0
    assert "「备注」→ 说明（note），上次确认过的" in desk.said


def test_a_numeric_column_that_is_left_out_is_said_with_its_sum(desk: Desk) -> None:
    content = xlsx(sheet(*[[*row, 7.5] for row in ROWS], header=[*HEADER, "工分"]))

    assert desk.hands_in(content, *FACTS, "--map", "工分=-") == 0
    assert "「工分」：您说不要，这一列的数加起来是 22.50" in desk.said


def test_marks_count_as_blank_only_when_the_clerk_says_so(desk: Desk) -> None:
    rows = [[*row[:4], row[4] or "—", row[5] or 0, row[6]] for row in ROWS]

    assert desk.hands_in(xlsx(sheet(*rows)), *FACTS, "--blank", "—", "--blank", "0") == 0
    assert [row["expenditure"] for row in desk.rows()] == ["", "4800.00", "3200.50"]
    assert "照您说的当空着" in desk.said


def test_a_running_balance_is_compared_and_never_taken_over(desk: Desk) -> None:
    balances = [19000, 14200, 10999.5]
    rows = [[*row, balance] for row, balance in zip(ROWS, balances, strict=True)]

    assert desk.hands_in(xlsx(sheet(*rows, [*TOTAL, 10999.5], header=[*HEADER, "余额"])), *FACTS) == 0
    assert "是算出来的，只拿来核对" in desk.said
    assert "balance" not in desk.rows()[0]


def test_a_running_balance_that_is_wrong_is_named_with_both_figures(desk: Desk) -> None:
    rows = [[*row, balance] for row, balance in zip(ROWS, [19000, 14300, 10999.5], strict=True)]

    assert desk.hands_in(xlsx(sheet(*rows, header=[*HEADER, "余额"])), *FACTS) == 1
    assert "H3「余额」写的是 14,300.00，照规则算是 14,200.00" in desk.said


def test_facts_that_the_sheet_says_are_taken_and_shown(desk: Desk) -> None:
    opening = [None, None, None, "期初结余", 1000, None, None]
    closing = [None, None, None, "期末结余", None, 10999.5, None]

    assert desk.hands_in(xlsx(sheet(opening, *ROWS, TOTAL, closing))) == 0, desk.said
    assert "期初结余 1000.00（E2）" in desk.said
    assert desk.total("income") == 18000


def test_a_fact_said_in_two_ways_is_named(desk: Desk) -> None:
    opening = [None, None, None, "期初结余", 1000, None, None]

    assert desk.hands_in(xlsx(sheet(opening, *ROWS)), "--fact", "期初结余=900", "--fact", "期末结余=1") == 1
    assert "「期初结余」表里 E2 写的是 1,000.00，您说的是 900.00" in desk.said


def test_a_header_said_again_on_every_page_is_no_second_table(desk: Desk) -> None:
    page = ["本页小计", None, None, None, 18000, 4800]

    assert desk.hands_in(xlsx(sheet(*ROWS[:2], page, HEADER, *ROWS[2:], TOTAL)), *FACTS) == 0, desk.said
    assert "第 5 行：表头又写了一遍" in desk.said


def test_words_that_are_merged_over_rows_hold_for_each(desk: Desk) -> None:
    rows = [ROWS[0], [2, date(2026, 2, 6), "工程", "清淤", None, 4800], [3, None, None, "清淤", None, 3200.5]]

    assert desk.hands_in(xlsx(sheet(*rows, merges=["B3:B4", "C3:C4"])), *FACTS) == 0, desk.said
    assert [row["subject"] for row in desk.rows()] == ["经营收入", "工程", "工程"]


def test_figures_written_in_every_way_keep_their_worth(desk: Desk) -> None:
    rows = [
        [1, "2026年1月8日", "经营收入", "租金", "１．８万元", None],
        [2, "2月6日", "环境卫生", "保洁", None, "￥4,800.00"],
        [3, 46092, "工程", "清淤", None, "3200.5元"],
    ]

    assert desk.hands_in(xlsx(sheet(*rows, header=HEADER[:6])), *FACTS) == 0, desk.said
    assert [row["date"] for row in desk.rows()] == ["2026-01-08", "2026-02-06", "2026-03-11"]
    assert (desk.total("income"), desk.total("expenditure")) == (18000, Decimal("8000.50"))
    assert "没写年份，照这一期的年份补上（B3）" in desk.said


@pytest.mark.parametrize(
    "label", ["收入（万）", "收入(万元)", "收入万元", "（单位：万元）收入", "收入\n单位:万元"]
)
def test_a_unit_is_seen_wherever_it_stands_in_a_label(desk: Desk, label: str) -> None:
    rows = [[*row[:4], row[4] and 1.8, *row[5:]] for row in ROWS]
    said = ("--map", "E=income")

    assert desk.hands_in(xlsx(sheet(*rows, header=[*HEADER[:4], label, *HEADER[5:]])), *FACTS, *said) == 0, (
        desk.said
    )
    assert desk.total("income") == 18000


def test_an_entry_whose_words_end_in_a_sum_is_an_entry(desk: Desk) -> None:
    rows = [ROWS[0], [2, date(2026, 2, 6), "环境卫生", "一季度保洁费合计", None, 4800], ROWS[2]]

    assert desk.hands_in(xlsx(sheet(*rows, TOTAL)), *FACTS) == 0, desk.said
    assert len(desk.rows()) == 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--map", "备注"), "要写成 名称=内容"),
        (("--kind", "nothing"), "没有「nothing」这个事项"),
        (("--period", "一季度"), "不是一期"),
        (("--unit", "nowhere"), "nowhere"),
    ],
)
def test_a_wrong_call_exits_with_two(
    desk: Desk, options: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = desk.village.root.parent / "收支.xlsx"
    path.write_bytes(xlsx(sheet(*ROWS)))
    called = ["--unit", "west", "--kind", "finance", "--period", "2026-Q1", *options]

    assert main(["--portal", str(desk.village.root), "import", str(path), *called]) == 2
    assert said in capsys.readouterr().err


def test_every_sentence_is_plain_and_every_problem_has_its_remedy() -> None:
    told = {key: text for key, text in catalogue().items() if key.startswith(("importing.", "workbooks."))}
    asked = [path.read_text(encoding="utf-8") for path in sorted(ENGINE.glob("*.py"))]
    reasons = {
        f"importing.cell_{each}" for text in asked for each in re.findall(r'Unread\(\s*"([a-z_]+)"', text)
    }
    problems = {key for text in asked for key in re.findall(r'"(importing\.[a-z_]+)", request\.file', text)}

    assert len(reasons) > 12
    assert len(problems) > 12
    assert {key for key in reasons | problems if f"{key}.do" not in told} == set()
    assert [key for key, text in told.items() if re.search("系统|操作|非法|[！!]", text.zh)] == []


@pytest.mark.parametrize("begin", ["=1+1", "+说明", "@x", "－退款"])
def test_a_text_that_begins_a_formula_is_not_written(desk: Desk, begin: str) -> None:
    row = [*ROWS[1]]
    row[3] = begin

    assert desk.hands_in(made("csv", sheet(ROWS[0], row, ROWS[2])), *FACTS) == 1
    assert not desk.wrote()
