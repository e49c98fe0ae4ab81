"""A list of persons leaves its identities outside: counts and sums come in, no name does, no message repeats one."""

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from mingbai import cli
from mingbai.filings import FilingId
from mingbai.importing import Request, draft, mapping, told
from mingbai.periods import Period
from mingbai.portal import Portal
from tests.engine.test_importing import ROWS, Desk, desk, sheet
from tests.engine.test_importing_sums import portal
from tests.spreadsheets import Content, Sheet, made, xlsx
from tests.village import AS_OF

__all__ = ["desk", "portal"]

RELIEF = "datasets/filings/town/relief/2026-Q1"
FACTS = ("哪笔资金=测试镇关爱资金", "期初结余=1000", "财政拨款=20000", "社会捐款=0", "期末结余=2950")
OPTIONS = [part for fact in FACTS for part in ("--fact", fact)]
HEADER = ["序号", "姓名", "身份证号", "村", "困难类型", "救助金额（元）", "联系电话", "银行卡号"]
TAKE = ("--map", "村=place", "--map", "困难类型=cause")
NAMES = ["甲乙丙", "丁戊己", "庚辛壬", "子丑寅", "卯辰巳", "午未申", "酉戌亥"]


def identity(number: int) -> str:
    """Return an invented identity number with a right check digit, of a county that does not exist."""
    body = f"420699{1950 + number % 50}0101{number % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def mobile(number: int) -> str:
    return f"1{39 * 10**8 + number:010d}"


def person(number: int, village: str, cause: str, amount: float) -> list[Content]:
    name = NAMES[number % len(NAMES)]
    return [number, name, identity(number), village, cause, amount, mobile(number), f"6222{number:012d}"]


PEOPLE = [
    person(1, "东头村", "大病", 860),
    person(2, "东头村", "大病", 990.5),
    person(3, "东头村", "残疾", 3000),
    person(4, "西头村", "大病", 2999.5),
    person(5, "西头村", "大病", 5200),
    person(6, "西头村", "大病", 5000),
]
TOTAL: list[Content] = ["合计", None, None, None, None, 18050, None, None]
SECRETS = [*NAMES, *(identity(n) for n in range(1, 7)), *(mobile(n) for n in range(1, 7)), "6222000000"]


def said_nothing_of(desk: Desk, secrets: Sequence[str]) -> None:
    written = [path for path in desk.village.root.rglob("*") if path.is_file() and ".git" not in path.parts]
    for secret in secrets:
        assert secret not in desk.said
        assert [path for path in written if secret.encode() in path.read_bytes()] == []


@pytest.mark.parametrize("format", ["xlsx", "xls", "ods", "csv", "gbk"])
def test_a_list_of_persons_becomes_counts_and_sums(desk: Desk, format: str) -> None:
    content = made(format, Sheet([["关爱资金发放花名册"], HEADER, *PEOPLE, TOTAL]))

    assert desk.hands_in(content, *OPTIONS, *TAKE, kind="relief") == 0, desk.said

    assert [tuple(row.values()) for row in desk.rows(RELIEF)] == [
        ("1", "东头村、西头村", "合并公布", "合并公布", "6", "18050.00")
    ]
    assert "隐私报告：测试镇 关爱资金 2026-Q1" in desk.said
    assert "「姓名」能认出人，留在外面" in desk.said
    assert "名单 6 户，公开件里各行户数加起来是 6" in desk.said
    assert "公开件 18,050.00 元，一致；表上印的 1 个合计、小计也对" in desk.said
    said_nothing_of(desk, SECRETS)


def test_the_order_of_the_list_does_not_tell_who_is_who(desk: Desk) -> None:
    pairs = [("西头村", "灾害"), ("东头村", "助学"), ("西头村", "助学"), ("东头村", "灾害")] * 10
    people = [person(n, village, cause, 500) for n, (village, cause) in enumerate(pairs)]
    facts = [*OPTIONS[:-2], "--fact", "期末结余=1000"]

    assert desk.hands_in(xlsx(Sheet([HEADER, *people])), *facts, *TAKE, kind="relief") == 0, desk.said

    assert [row["place"] for row in desk.rows(RELIEF)] == ["东头村", "东头村", "西头村", "西头村"]


@pytest.mark.parametrize(
    ("label", "cell"),
    [
        ("身份证号", identity(1)),
        ("领款人", "甲乙丙"),
        ("户主姓名", "甲乙丙"),
        ("家庭住址", "东头村三组12号"),
        ("银行卡号", "6222000000000001"),
        ("联系方式", mobile(3)),
    ],
)
@pytest.mark.parametrize("said", ["", "=-", "=note"])
def test_identities_do_not_come_into_a_kind_that_may_not_hold_them(
    desk: Desk, label: str, cell: str, said: str
) -> None:
    content = xlsx(
        sheet(
            *[[*row, cell] for row in ROWS],
            header=["序号", "日期", "科目", "摘要", "收入", "支出", "凭证号", label],
        )
    )

    assert desk.hands_in(content, *(("--map", label + said) if said else ())) == 1
    assert f"H 列「{label}」能认出人" in desk.said
    assert not desk.wrote()
    said_nothing_of(desk, [cell])


@pytest.mark.parametrize("at", range(7))
@pytest.mark.parametrize("secret", [identity(7), mobile(7), "622 2020 2020 2020 202"[:19]])
def test_a_number_in_any_cell_stops_the_import_without_being_repeated(
    desk: Desk, at: int, secret: str
) -> None:
    if "622" in secret:
        secret = _card()
    row: list[Content] = [*ROWS[1]]
    row[at] = f"付 {secret} 工资" if at == 3 else secret

    assert desk.hands_in(xlsx(sheet(ROWS[0], row, ROWS[2]))) == 1
    assert f"{'ABCDEFG'[at]}3" in desk.said
    assert "不能公开" in desk.said
    assert not desk.wrote()
    said_nothing_of(desk, [secret])


def _card() -> str:
    """Return an invented card number that its last digit proves (Luhn)."""
    body = "622202999999999"
    digits = [int(each) for each in reversed(body)]
    total = sum(digits[1::2]) + sum(sum(divmod(2 * each, 10)) for each in digits[::2])
    return body + str(-total % 10)


def test_a_name_column_that_is_mapped_to_a_place_stays_outside(desk: Desk) -> None:
    content = xlsx(Sheet([HEADER, *PEOPLE]))

    assert desk.hands_in(content, *OPTIONS, "--map", "姓名=place", *TAKE[2:], kind="relief") == 1
    said_nothing_of(desk, SECRETS)


def test_one_household_that_was_paid_twice_is_named_where_a_column_counts(desk: Desk) -> None:
    rows = [[*row, 1] for row in PEOPLE]
    again = [7, "甲乙丙", identity(2), "东头村", "大病", 100, mobile(9), "6222000000000009", 1]

    assert desk.hands_in(xlsx(Sheet([[*HEADER, "户数"], *rows, again])), *OPTIONS, *TAKE, kind="relief") == 1
    assert "第 8 行和第 3 行「身份证号」一样" in desk.said
    said_nothing_of(desk, SECRETS)


def test_a_person_without_an_amount_is_named_by_row(desk: Desk) -> None:
    person = [7, "酉戌亥", identity(8), "东头村", "大病", None, mobile(9), None]

    assert desk.hands_in(xlsx(Sheet([HEADER, *PEOPLE, person])), *OPTIONS, *TAKE, kind="relief") == 1
    assert "第 8 行的「发放金额」空着" in desk.said
    said_nothing_of(desk, SECRETS)


@pytest.mark.parametrize("first", [None, NAMES[6]])
def test_a_row_that_names_nobody_is_no_household(desk: Desk, first: str | None) -> None:
    sum_without_its_word: list[Content] = [None, None, None, "东头村", "大病", 18050, None, None]
    second_of_a_household: list[Content] = [7, None, None, "东头村", "大病", 50, None, None]
    rows = [*PEOPLE, sum_without_its_word if first is None else second_of_a_household]

    assert desk.hands_in(xlsx(Sheet([HEADER, *rows])), *OPTIONS, *TAKE, kind="relief") == 1
    assert "第 8 行有数，但是没有写是谁" in desk.said


@settings(max_examples=60, deadline=None)
@given(
    fen=st.lists(st.integers(1, 999_999), min_size=1, max_size=40),
    villages=st.lists(st.sampled_from(["东头村", "西头村", "南巷社区"]), min_size=40, max_size=40),
    causes=st.lists(st.sampled_from(["大病", "残疾", "灾害"]), min_size=40, max_size=40),
    unit=st.sampled_from(["元", "万元"]),
    format=st.sampled_from(["xlsx", "xls", "ods", "csv", "gbk"]),
)
def test_the_counts_and_sums_of_every_list_equal_those_of_the_filing(
    portal: Portal, fen: list[int], villages: list[str], causes: list[str], unit: str, format: str
) -> None:
    amounts = [Decimal(each) / 100 for each in fen]
    shown = [float(amount / (10_000 if unit == "万元" else 1)) for amount in amounts]
    people = [[NAMES[n % 7], identity(n), villages[n], causes[n], amount] for n, amount in enumerate(shown)]
    total = [["合计", None, None, None, float(sum(amounts) / (10_000 if unit == "万元" else 1))]]
    labels = ["姓名", "身份证号", "地方", "因为什么", f"发放金额（{unit}）"]
    facts = dict(fact.split("=") for fact in FACTS)
    id = FilingId("town", "relief", Period.parse("2026-Q2"))

    made_of_it = draft(
        portal, made(format, Sheet([labels, *people, *total])), Request("名单", id, facts=facts), AS_OF
    )

    rows = list(csv.DictReader(io.StringIO(made_of_it.rows.decode(), newline="")))
    assert {each.rule for each in made_of_it.findings if each.severity == "error"} <= {
        "balances",
        "carried-over",
        "too_few",
    }
    assert sum(int(row["households"]) for row in rows) == len(people)
    assert sum(Decimal(row["amount"]) for row in rows) == sum(amounts)


def test_what_is_the_same_in_every_row_is_said_once(desk: Desk) -> None:
    header = ["姓名", "身份证号", "救助金额"]
    people = [[NAMES[n], identity(n), 900] for n in range(6)]
    every = ("--every", "地方=东头村", "--every", "因为什么=助学")
    facts = [*OPTIONS[:-2], "--fact", "期末结余=15600"]

    assert desk.hands_in(xlsx(Sheet([header, *people])), *facts, *every, kind="relief") == 0, desk.said
    assert [tuple(row.values()) for row in desk.rows(RELIEF)] == [
        ("1", "东头村", "合并公布", "合并公布", "6", "5400.00")
    ]


def test_a_table_of_counts_comes_in_as_it_is(desk: Desk) -> None:
    header = ["地方", "因为什么", "每户多少", "户数", "发放金额（万元）"]
    rows = [["东头村", "大病", "1000元以上不满3000元", 8, "1.805"]]

    assert desk.hands_in(xlsx(Sheet([header, *rows])), *OPTIONS, kind="relief") == 0, desk.said
    assert desk.total("amount", RELIEF) == Decimal("18050.00")
    assert desk.rows(RELIEF)[0]["households"] == "8"


def test_a_list_without_names_counts_its_rows_when_the_clerk_says_so(desk: Desk) -> None:
    rows = [["东头村", "大病", 900], ["东头村", "大病", 950], *[["西头村", "大病", 4050]] * 4]
    content = xlsx(Sheet([["地方", "因为什么", "发放金额"], *rows]))

    assert desk.hands_in(content, *OPTIONS, "--every", "户数=1", kind="relief") == 0, desk.said
    assert [row["households"] for row in desk.rows(RELIEF)] == ["6"]


def test_a_list_of_too_few_is_not_written(desk: Desk) -> None:
    facts = [*OPTIONS[:-2], "--fact", "期末结余=16149.50"]

    assert desk.hands_in(xlsx(Sheet([HEADER, *PEOPLE[:3]])), *facts, *TAKE, kind="relief") == 1
    assert "一共" not in desk.said and "不到 5 户" in desk.said and not desk.wrote()


def test_a_list_of_persons_that_counts_its_households_itself_is_put_together_too(desk: Desk) -> None:
    rows = [[NAMES[n], "东头村", "大病", 1, 900 + n] for n in range(6)]
    content = xlsx(
        Sheet([["姓名", "地方", "因为什么", "户数", "发放金额"], *rows, ["合计", None, None, 6, 5415]])
    )
    facts = [*OPTIONS[:-2], "--fact", "期末结余=15585"]

    assert desk.hands_in(content, *facts, kind="relief") == 0, desk.said
    assert [(row["households"], row["amount"]) for row in desk.rows(RELIEF)] == [("6", "5415.00")]


def test_a_list_without_a_header_shows_none_of_its_rows_as_one(desk: Desk) -> None:
    rows = [
        [NAMES[0], "户主外出，打电话", "残疾证丢失", "东头村"],
        [NAMES[1], "本人领取人已故", "身份证过期", "西头村"],
    ]

    assert desk.hands_in(xlsx(Sheet(rows)), *OPTIONS, kind="relief") == 1
    assert "没有找到表头" in desk.said
    said_nothing_of(desk, [*NAMES, "残疾证丢失", "身份证过期"])


def test_a_file_named_with_a_number_is_not_called_by_its_name(desk: Desk) -> None:
    assert desk.hands_in(xlsx(sheet(*ROWS)), name=f"{identity(3)}.xlsx") == 1
    said_nothing_of(desk, [identity(3)])


# Whatever the shape of a list, and however wrong: what stands in its cells is never said and never filed.

_PERSONAL = "姓名 户主 身份证号 联系电话 家庭住址 银行卡号 领款人 残疾证号 出生年月 户名".split()
_UNKNOWN = "性别 与户主关系 健康状况 经办 情况 组别".split()
_GIVEN = {
    "村": "东头村",
    "困难类型": "大病",
    "救助金额": 900,
    "户数": 6,
    "日期": "2026-02-03",
    "摘要": "慰问",
    "支出": 5,
}


@st.composite
def lists(draw: st.DrawFn) -> tuple[bytes, list[str], str, dict[str, str]]:
    """Draw a list of persons with its secrets, a kind, and the options of a clerk who tries things."""
    labels = draw(
        st.lists(st.sampled_from([*_PERSONAL, *_UNKNOWN, *_GIVEN]), min_size=2, max_size=9, unique=True)
    )
    number = draw(st.integers(0, 900))
    secrets: list[str] = []

    def secret() -> str:
        made_up = draw(st.sampled_from([*NAMES[:3], "南山坡三组7号", identity(number), mobile(number)]))
        secrets.append(made_up)
        return made_up

    rows = [[_GIVEN.get(label) or secret() for label in labels] for _ in range(draw(st.integers(1, 4)))]
    above: list[list[Content]] = [[secret()]] if draw(st.booleans()) else []
    below: list[list[Content]] = [[secret(), None, secret()]] if draw(st.booleans()) else []
    header: list[list[Content]] = [[*labels]] if draw(st.integers(0, 9)) else []
    merges = [f"A{len(above) + 1}:B{len(above) + 1}"] if draw(st.booleans()) else []
    said = draw(st.lists(st.sampled_from(["-", "place", "summary", "cause", "households"]), max_size=9))
    tried = {
        label: name for label, name in zip(labels, said, strict=False) if label not in _UNKNOWN or name == "-"
    }
    sheet = Sheet([*above, *header, *rows, *below], merges)
    kind = draw(st.sampled_from(["relief", "finance"]))
    return made(draw(st.sampled_from(["xlsx", "xls", "ods", "csv"])), sheet), secrets, kind, tried


@settings(max_examples=200, deadline=None)
@given(drawn=lists())
def test_no_list_of_persons_tells_anything(
    portal: Portal, drawn: tuple[bytes, list[str], str, dict[str, str]]
) -> None:
    content, secrets, kind, tried = drawn
    id = FilingId("town" if kind == "relief" else "west", kind, Period.parse("2026-Q2"))

    made_of_it = draft(portal, content, Request("名单.xlsx", id, mapping=tried), AS_OF)

    said = told(made_of_it, "zh") + told(made_of_it, "en") + made_of_it.rows.decode()
    assert [each for each in secrets if each in said] == []


def test_a_guard_that_sleeps_is_found(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping, "is_person", lambda *labels: False)
    id = FilingId("west", "finance", Period.parse("2026-Q2"))
    content = xlsx(Sheet([["日期", "姓名", "支出"], ["2026-04-01", NAMES[0], 5]]))
    facts = {"opening": "5.00", "closing": "0.00"}
    request = Request("名单.xlsx", id, mapping={"姓名": "summary"}, facts=facts, every={"科目": "慰问"})

    assert NAMES[0] in draft(portal, content, request, AS_OF).rows.decode()


def test_everybody_on_the_list_gets_a_slip_that_opens_their_own_row(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    slips = desk.village.root.parent / "slips.pdf"
    until = str(date.today() + timedelta(days=90))
    more = ("--slips", str(slips), "--until", until)

    assert desk.hands_in(xlsx(Sheet([HEADER, *PEOPLE])), *OPTIONS, *TAKE, *more, kind="relief") == 0, (
        desk.said
    )
    lines = [line for page in PdfReader(slips).pages for line in page.extract_text().split("\n")]
    codes = [line for line in lines if line.count("-") == 3]
    slips.unlink()
    capsys.readouterr()

    assert cli.main(["--portal", str(desk.village.root), "open", codes[4]]) == 0
    assert "发放金额：5200.00" in capsys.readouterr().out
    said_nothing_of(desk, SECRETS)


def test_slips_of_what_is_no_list_are_refused_and_nothing_is_written(desk: Desk) -> None:
    more = ("--slips", str(desk.village.root / "slips.pdf"), "--until", "2999-12-31")

    assert (
        desk.hands_in(xlsx(sheet(*ROWS)), "--fact", "期初结余=1000", "--fact", "期末结余=10999.50", *more)
        == 1
    )
    assert not desk.wrote() and not (desk.village.root / "slips.pdf").exists()


def test_names_in_the_column_of_places_stop_the_import_and_are_not_repeated(desk: Desk) -> None:
    rows = [[name, "大病", "不满1000元", 6, 5400] for name in NAMES[:3]]
    content = xlsx(Sheet([["地方", "因为什么", "每户多少", "户数", "发放金额"], *rows]))

    assert desk.hands_in(content, *OPTIONS, kind="relief") == 1
    assert "说不准是不是人名" in desk.said and not desk.wrote()
    said_nothing_of(desk, NAMES)
