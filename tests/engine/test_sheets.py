"""Files as clerks hand them in, and worse: each gives its own findings, no others, and never a traceback."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mingbai.checks.judging import judge
from mingbai.checks.sorts import load
from mingbai.filings import FilingId, RawTable, assemble
from mingbai.kinds import load_kinds
from mingbai.messages import LANGUAGES
from mingbai.periods import Period
from mingbai.sheets.finding import Finding
from mingbai.sheets.reader import MOST_LINE, MOST_ROWS
from tests.village import AS_OF, FINANCE, FINANCE_FACTS

KINDS = Path(__file__).resolve().parents[2] / "datasets" / "kinds"
KIND = load_kinds([KINDS])["finance"]
RULES = load(KIND.contract)
ID = FilingId("east", "finance", Period.parse("2026-Q1"))
HEADER, FIRST, SECOND, THIRD = FINANCE.splitlines()
Places = set[tuple[str, int | None, str | None]]


def given_files(rows: str | bytes | None, facts: str | bytes | None) -> tuple[RawTable, list[Finding]]:
    """Put a filing together from its two files and judge it."""
    data = [content.encode() if isinstance(content, str) else content for content in (rows, facts)]
    raw = assemble(ID, KIND, *data)
    return raw, judge(raw, None, RULES, AS_OF, has_rows=rows is not None, has_facts=facts is not None)


def places(findings: list[Finding]) -> Places:
    return {(finding.rule, finding.row, finding.field) for finding in findings}


def changed(old: str, new: str, text: str = FINANCE) -> str:
    assert old in text
    return text.replace(old, new, 1)


def in_income(cell: str) -> str:
    return changed("18000.00", cell)


def in_summary(cell: str) -> str:
    return changed("村口门面房租金", cell)


def on_second_day(cell: str) -> str:
    return changed("2026-02-06", cell)


INCOME, SUMMARY, DAY = ("income", 2), ("summary", 2), ("date", 3)
SOUND: Places = set()


def at(rule: str, place: tuple[str, int]) -> Places:
    return {(rule, place[1], place[0])}


def whole(rule: str) -> Places:
    return {(rule, None, None)}


def row(rule: str, number: int) -> Places:
    return {(rule, number, None)}


SHEETS: dict[str, tuple[str | bytes, Places]] = {
    # bytes and encodings
    "GBK": (FINANCE.encode("gbk"), whole("encoding")),
    "UTF-16 with its mark": (FINANCE.encode("utf-16"), whole("encoding")),
    "UTF-16 LE without": (FINANCE.encode("utf-16-le"), whole("encoding")),
    "UTF-16 BE without": (FINANCE.encode("utf-16-be"), whole("encoding")),
    "UTF-32": (FINANCE.encode("utf-32"), whole("encoding")),
    "UTF-8 with BOM": (FINANCE.encode("utf-8-sig"), SOUND),
    "two BOMs": ("\ufeff\ufeff" + FINANCE, {("hidden_label", 1, "number")}),
    "CRLF": (FINANCE.replace("\n", "\r\n"), SOUND),
    "CR only": (FINANCE.replace("\n", "\r"), SOUND),
    "no line feed at the end": (FINANCE.rstrip(), SOUND),
    "half of a character": (FINANCE.encode().replace("村".encode(), "村".encode()[:2], 1), whole("binary")),
    "a surrogate in UTF-8": (FINANCE.encode().replace("村口".encode(), b"\xed\xa0\x80", 1), whole("binary")),
    "empty": ("", whole("empty")),
    "a BOM and nothing else": ("\ufeff", whole("empty")),
    "blanks only": (" \n\n  \n", whole("empty")),
    "commas only": (",,,\n,,,\n", row("no_header", 1)),
    "header only": (HEADER + "\n", row("no_rows", 1)),
    "header and blank lines": (HEADER + "\n\n,,,,,,,\n", row("no_rows", 1)),
    "an .xlsx renamed": (b"PK\x03\x04" + bytes(range(256)), whole("workbook")),
    "an .xls renamed": (b"\xd0\xcf\x11\xe0" + bytes(200), whole("workbook")),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), whole("binary")),
    "zeros": (bytes(4096), whole("binary")),
    "noise": (bytes(range(128, 256)) * 9, whole("binary")),
    "an endless line": (HEADER + "\n1," + "x" * (MOST_LINE + 1), whole("too_large")),
    "an endless cell over many lines": (
        f'{HEADER}\n1,"' + "x\n" * MOST_LINE + '",,,,,,\n',
        whole("too_large"),
    ),
    "too many rows": (f"{HEADER}\n" + "1,2026-01-08,工程,a,,1,,\n" * (MOST_ROWS + 1), whole("too_large")),
    # quotes
    "an unclosed quote in the first row": (in_summary('"村口'), row("quote", 2)),
    "an unclosed quote further down": (changed("保洁员工资", '"保洁员'), row("quote", 3)),
    "an unclosed quote after escaped ones": (changed("保洁员工资", '"保洁""员""'), row("quote", 3)),
    "an unclosed quote after a cell of two lines": (
        changed("保洁员工资", '"保洁', in_summary('"村口\n门面"')),
        row("quote", 3),
    ),
    "a cell of two lines": (in_summary('"村口\n门面"'), SOUND),
    "a quoted comma": (in_summary('"村口,门面"'), SOUND),
    # the header
    "titles instead of names": (
        changed(HEADER, "序号,日期,科目,摘要,说明,收入,支出,凭证号"),
        {("title_label", 1, name) for name in HEADER.split(",")},
    ),
    "one title": (changed("income", "收入"), {("title_label", 1, "income")}),
    "an English title": (changed("income", "Income"), {("title_label", 1, "income")}),
    "full-width letters": (changed("income", "ｉｎｃｏｍｅ"), {("title_label", 1, "income")}),
    "spaces around a name": (changed("income", " income "), SOUND),
    "an invisible character in a name": (changed("income", "in\u200bcome"), {("hidden_label", 1, "income")}),
    "a name twice": (
        changed("note", "summary"),
        {("double_label", 1, "summary"), ("absent_label", 1, "note")},
    ),
    "a blank name": (changed("note", ""), {("blank_label", 1, None), ("absent_label", 1, "note")}),
    "an unknown column": (
        changed("note", "owner"),
        {("extra_label", 1, "owner"), ("absent_label", 1, "note")},
    ),
    "an unknown column where a column of a rule is missing": (
        changed("income", "in"),
        {("extra_label", 1, "in"), ("absent_label", 1, "income")},
    ),
    "a required column missing": (
        "\n".join(",".join(line.split(",")[:2] + line.split(",")[3:]) for line in FINANCE.splitlines())
        + "\n",
        {("missing_label", 1, "subject")},
    ),
    "columns in another order": (
        "\n".join(",".join(reversed(line.split(","))) for line in FINANCE.splitlines()) + "\n",
        SOUND,
    ),
    "a merged title above the header": ("东头村财务收支,,,,,,,\n" + FINANCE, row("title_row", 1)),
    "no header": (FINANCE.partition("\n")[2], row("not_header", 1)),
    "semicolons": (FINANCE.replace(",", ";"), row("separator", 1)),
    "tabs": (FINANCE.replace(",", "\t"), row("separator", 1)),
    "Chinese commas": (FINANCE.replace(",", "，"), row("separator", 1)),
    # rows
    "too few cells": (changed(",3间,18000.00,,记-001", ""), row("width", 2)),
    "too many cells": (changed("记-001", "记-001,x,y"), row("width", 2)),
    "a blank row": (changed(SECOND, "\n" + SECOND), row("blank_row", 3)),
    "blank rows at the end": (FINANCE + "\n,,,,,,,\n", SOUND),
    "a row of sums": (FINANCE + "合计,,,,,18000.00,8000.50,\n", row("sum_row", 5)),
    "the header again": (changed(SECOND, HEADER + "\n" + SECOND), row("header_again", 3)),
    "merged cells": (changed("2,2026-02-06,", ",,"), {("required", 3, "number"), ("required", 3, "date")}),
    "a key twice": (changed("2,2026-02-06", "1,2026-02-06"), {("double_key", 3, "number")}),
    # numbers
    "万": (in_income("3.2万"), at("number", INCOME)),
    "万元": (in_income("1.8万元"), at("number", INCOME)),
    "separators": (in_income('"18,000.00"'), at("number", INCOME)),
    "full-width digits": (in_income("１８０００"), at("number", INCOME)),
    "full-width everything": (in_income("１８，０００．００"), at("number", INCOME)),
    "other digits": (in_income("١٨٠٠٠"), at("number", INCOME)),
    "Chinese numerals": (in_income("一万八千"), at("number", INCOME)),
    "a currency sign": (in_income("¥18000.00"), at("number", INCOME)),
    "a unit": (in_income("18000元"), at("number", INCOME)),
    "NaN": (in_income("NaN"), at("number", INCOME)),
    "infinity": (in_income("inf"), at("number", INCOME)),
    "an exponent": (in_income("1.8e4"), at("number", INCOME)),
    "an underscore": (in_income("18_000"), at("number", INCOME)),
    "a leading zero": (in_income("018000.00"), at("number", INCOME)),
    "a plus": (in_income("+18000.00"), at("number", INCOME)),
    "minus zero": (in_income("-0.00"), at("number", INCOME)),
    "a truth": (in_income("TRUE"), at("number", INCOME)),
    "a dash": (in_income("—"), at("number", INCOME)),
    "无": (in_income("无"), at("number", INCOME)),
    "a broken formula": (in_income("#REF!"), at("number", INCOME)),
    "a formula": (in_income("=SUM(F3:F9)"), at("number", INCOME)),
    "a number without end": (in_income("9" * 4000), at("number", INCOME)),
    "three decimals": (in_income("18000.001"), at("decimals", INCOME)),
    "one decimal": (in_income("18000.0"), SOUND),
    "a negative amount": (in_income("-18000.00"), at("minimum", INCOME)),
    "a space in a number": (in_income("18 000.00"), at("number", INCOME)),
    "a space before a number": (in_income(" 18000.00"), at("spaces", INCOME)),
    "a decimal where a whole number belongs": (
        changed("1,2026-01", "1.0,2026-01"),
        at("integer", ("number", 2)),
    ),
    "a whole number in Chinese": (changed("1,2026-01", "一,2026-01"), at("integer", ("number", 2))),
    "a whole number below the least": (changed("1,2026-01", "0,2026-01"), at("minimum", ("number", 2))),
    # days
    "a day that never was": (on_second_day("2026-02-30"), at("no_such_day", DAY)),
    "the year 0": (on_second_day("0000-01-01"), at("no_such_day", DAY)),
    "slashes": (on_second_day("2026/2/6"), at("date", DAY)),
    "年月日": (on_second_day("2026年2月6日"), at("date", DAY)),
    "full-width date": (on_second_day("２０２６-０２-０６"), at("date", DAY)),
    "a day without dashes": (on_second_day("20260206"), at("date", DAY)),
    "a spreadsheet's day number": (on_second_day("46059"), at("date", DAY)),
    "a day with a time": (on_second_day("2026-02-06 00:00:00"), at("date", DAY)),
    "a day in words": (on_second_day("正月十五"), at("date", DAY)),
    "a week": (on_second_day("2026-W06-5"), at("date", DAY)),
    # texts
    "a formula in a text": (in_summary("=1+1"), at("formula", SUMMARY)),
    "a text that begins with @": (in_summary("@SUM(A1)"), at("formula", SUMMARY)),
    "a text that begins with -": (in_summary("-3间"), at("formula", SUMMARY)),
    "a full-width formula": (in_summary("＝1+1"), at("formula", SUMMARY)),
    "a quoted formula": (in_summary('"=1+1"'), at("formula", SUMMARY)),
    "NUL": (in_summary("村\x00口"), at("hidden", SUMMARY)),
    "NUL in a number": (in_income("180\x0000.00"), at("hidden", INCOME)),
    "a bell": (in_summary("村\x07口"), at("hidden", SUMMARY)),
    "a tab": (in_summary("村\t口"), at("hidden", SUMMARY)),
    "zero width": (in_summary("村\u200b口"), at("hidden", SUMMARY)),
    "zero width in a number": (in_income("180\u200b00.00"), at("hidden", INCOME)),
    "another direction": (in_summary("村\u202e口"), at("hidden", SUMMARY)),
    "a filler": (in_summary("村\u3164口"), at("hidden", SUMMARY)),
    "a tag character": (in_summary("村\U000e0041口"), at("hidden", SUMMARY)),
    "a lost character": (in_summary("村\ufffd口"), at("hidden", SUMMARY)),
    "a space behind": (changed("环境卫生", "环境卫生 "), at("spaces", ("subject", 3))),
    "a wide space in front": (in_summary("\u3000村口"), at("spaces", SUMMARY)),
    "none of the choices": (changed("环境卫生", "卫生"), at("enum", ("subject", 3))),
    "braces": (changed("环境卫生", "{title}{0.__class__}"), at("enum", ("subject", 3))),
    "a required cell blank": (in_summary(""), at("required", SUMMARY)),
    "a text too long": (in_summary("长" * 3000), at("max_length", SUMMARY)),
    "an identity number": (in_summary("张某11010519491231002X"), at("personal", SUMMARY)),
    "a mobile number": (in_summary("电话 138 0013 8000"), at("personal", SUMMARY)),
}

FACTS: dict[str, tuple[str | bytes, Places]] = {
    "GBK": (FINANCE_FACTS.encode("gbk"), whole("encoding")),
    "UTF-16": (FINANCE_FACTS.encode("utf-16"), whole("encoding")),
    "BOM": (FINANCE_FACTS.encode("utf-8-sig"), SOUND),
    "CR only": (FINANCE_FACTS.replace("\n", "\r"), SOUND),
    "empty": ("", {("missing_fact", None, "opening"), ("missing_fact", None, "closing")}),
    "a comment only": (
        "# 以后再写\n",
        {("missing_fact", None, "opening"), ("missing_fact", None, "closing")},
    ),
    "bytes": (bytes(range(256)), whole("binary")),
    "a workbook": (b"PK\x03\x04", whole("workbook")),
    "a tab to indent": ("header:\n\topening: 1\n", row("yaml", 2)),
    "a list": ("- a\n", row("yaml", 1)),
    "one word": ("nil\n", row("yaml", 1)),
    "Chinese colons": ("header：{opening：1}\n", row("yaml", 1)),
    "two documents": (FINANCE_FACTS + "---\n" + FINANCE_FACTS, row("yaml", 4)),
    "a key that is a list": ("{[1]: 2}\n", row("yaml", 1)),
    "a key twice": (FINANCE_FACTS + "header: {opening: 1}\n", {("twice", 4, "header")}),
    "a fact twice": (changed("opening", "opening: 1, opening", FINANCE_FACTS), {("twice", 1, "opening")}),
    "an alias": ("a: &a [1]\nb: *a\n", row("alias", 2)),
    "a merge of an alias": ("a: &a {b: 1}\nheader: {<<: *a}\n", row("alias", 2)),
    "a thousand laughs": (
        "a: &a [x]\n" + "".join(f"b{n}: &b{n} [*a,*a]\n" for n in range(9)),
        row("alias", 2),
    ),
    "very deep": ("a: " + "[" * 50_000, row("deep", 1)),
    "a tag of Python": (
        "header: !!python/object/apply:os.system ['touch pwned']\n",
        {("mapping", None, "header")},
    ),
    "NUL": (changed("凭证", "凭\x00证", FINANCE_FACTS), row("hidden_line", 2)),
    "zero width": (changed("凭证", "凭\u200b证", FINANCE_FACTS), row("hidden_line", 2)),
    "an unknown key": (FINANCE_FACTS + "who: me\n", {("unknown_key", None, "who")}),
    "an unknown part": (
        changed("opinion", "who: 我, opinion", FINANCE_FACTS),
        {("unknown_key", None, "supervision.who")},
    ),
    "an unknown fact": (
        changed("opening", "owner: 我, opening", FINANCE_FACTS),
        {("extra_fact", None, "owner")},
    ),
    "a fact by its title": (changed("opening", "期初结余", FINANCE_FACTS), {("title_fact", None, "opening")}),
    "a fact missing": (changed("opening: 1000.00, ", "", FINANCE_FACTS), {("missing_fact", None, "opening")}),
    "a fact blank": (changed("1000.00", "", FINANCE_FACTS), {("required", None, "opening")}),
    "a fact in 万": (changed("1000.00", "0.1万", FINANCE_FACTS), {("number", None, "opening")}),
    "a fact with an exponent": (changed("1000.00", "1e3", FINANCE_FACTS), {("number", None, "opening")}),
    "a fact that is not a number": (changed("1000.00", ".nan", FINANCE_FACTS), {("number", None, "opening")}),
    "a fact to the li": (changed("1000.00", "1000.001", FINANCE_FACTS), {("decimals", None, "opening")}),
    "a fact of parts": (changed("1000.00", "{a: 1}", FINANCE_FACTS), {("plain_cell", None, "opening")}),
    "a fact of several": (changed("1000.00", "[1, 2]", FINANCE_FACTS), {("plain_cell", None, "opening")}),
    "header without parts": ("header: 1\n", {("mapping", None, "header")}),
    "nil beside rows": ("nil: {reason: 没有}\n", {("nil_with_rows", None, "nil")}),
    "nil without reason": ("nil: {}\n", {("bad_part", None, "nil.reason")}),
    "nil in one word": ("nil: 没有\n", {("mapping", None, "nil")}),
    "a day that never was": (
        changed("2026-04-08", "2026-02-30", FINANCE_FACTS),
        {("no_such_day_said", None, "supervision.date")},
    ),
    "slashes": (changed("2026-04-08", "2026/4/8", FINANCE_FACTS), {("bad_day", None, "supervision.date")}),
    "a formula": (
        changed("凭证齐全，同意公布", '"=1+1"', FINANCE_FACTS),
        {("formula_key", None, "supervision.opinion")},
    ),
    "corrections in one word": (FINANCE_FACTS + "corrections: 有\n", {("list", None, "corrections")}),
    "a correction of another sort": (
        FINANCE_FACTS + "corrections: [{date: 2026-04-20, sort: 改, rows: 3, reason: ''}]\n",
        {
            ("bad_sort", None, "corrections.sort"),
            ("bad_keys", None, "corrections.rows"),
            ("bad_part", None, "corrections.reason"),
        },
    ),
    "an identity number": (
        changed("凭证齐全", "张某11010519491231002X", FINANCE_FACTS),
        {("personal_said", None, "supervision")},
    ),
}


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_gives_its_findings_and_no_others(name: str) -> None:
    rows, expected = SHEETS[name]

    _, findings = given_files(rows, FINANCE_FACTS)

    assert places(findings) == expected


@pytest.mark.parametrize("name", FACTS)
def test_a_sidecar_gives_its_findings_and_no_others(name: str) -> None:
    facts, expected = FACTS[name]

    _, findings = given_files(FINANCE, facts)

    assert places(findings) == expected
    assert not Path("pwned").exists()


@pytest.mark.parametrize(
    ("rows", "facts", "expected"),
    [
        (FINANCE, None, whole("no_facts_file")),
        (None, FINANCE_FACTS, whole("no_rows_file")),
        (None, "", whole("no_rows_file")),
        (None, "nil: {reason: 账户还没有开立}\n", SOUND),
        (None, "nil: {reason: ''}\n", {("bad_part", None, "nil.reason")}),
    ],
)
def test_two_files_go_together(rows: str | None, facts: str | None, expected: Places) -> None:
    assert places(given_files(rows, facts)[1]) == expected


@pytest.mark.parametrize("name", [*SHEETS, *FACTS])
def test_every_sentence_is_whole_short_and_kind(name: str) -> None:
    files = (SHEETS[name][0], FINANCE_FACTS) if name in SHEETS else (FINANCE, FACTS[name][0])

    _, findings = given_files(*files)

    for finding in findings:
        for lang in LANGUAGES:
            for sentence in (finding.message(lang), finding.remedy(lang)):
                assert sentence
                assert len(sentence) < 300
                assert sentence.isprintable() or "\ufffd" in sentence
                assert not any(word in sentence for word in ("系统", "操作", "非法", "！", "None", "Decimal"))


@pytest.mark.parametrize(
    ("rows", "written"),
    [
        (in_income("3.2万"), "32000.00"),
        (in_income("1.8万元"), "18000.00"),
        (in_income('"18,000.00"'), "18000.00"),
        (in_income("１８，０００．５"), "18000.50"),
        (in_income("¥18000"), "18000.00"),
        (in_income("0.02亿"), "2000000.00"),
        (in_income("-1.5万"), "-15000.00"),
        (changed("1,2026-01", "1.0,2026-01"), "1"),
        (on_second_day("2026/2/6"), "2026-02-06"),
        (on_second_day("2026年2月6日"), "2026-02-06"),
        (on_second_day("20260206"), "2026-02-06"),
        (on_second_day("46059"), "2026-02-06"),
    ],
)
def test_where_it_is_plain_the_finding_says_what_to_write(rows: str, written: str) -> None:
    (finding,) = given_files(rows, FINANCE_FACTS)[1]

    assert f"要写成 {written}。" in finding.message("zh")
    assert finding.message("en").endswith(f"write {written}.")
    assert finding.remedy("zh").startswith(f"改成 {written}。")


@pytest.mark.parametrize("cell", ["一万八千", "3.2345678万", "约300", "18%", "(300)"])
def test_what_is_not_plain_is_not_guessed(cell: str) -> None:
    (finding,) = given_files(in_income(cell), FINANCE_FACTS)[1]

    assert "1234.50 这样" in finding.remedy("zh")


def test_another_encoding_hides_no_other_finding() -> None:
    _, findings = given_files(in_income("3.2万").encode("gbk"), FINANCE_FACTS)

    assert places(findings) == whole("encoding") | at("number", INCOME)
    assert "UTF-8" in findings[0].remedy("zh")


def test_an_invisible_character_is_named() -> None:
    (finding,) = given_files(in_summary("村\u200b口"), FINANCE_FACTS)[1]

    assert "U+200B ZERO WIDTH SPACE" in finding.message("zh")
    assert "「摘要」" in finding.message("zh")


def test_all_findings_come_at_once() -> None:
    rows = changed("环境卫生", "卫生", on_second_day("2026-02-30").replace("18000.00", "3.2万"))
    facts = changed("2026-04-08", "四月", FINANCE_FACTS)

    found = places(given_files(rows, facts)[1])

    expected = at("number", INCOME) | at("no_such_day", DAY) | at("enum", ("subject", 3))
    assert found == expected | {("bad_day", None, "supervision.date")}


def test_a_row_keeps_the_number_it_has_in_a_spreadsheet() -> None:
    rows = changed(SECOND, "\n\n" + SECOND.replace("环境卫生", "卫生"), in_summary('"村口\n门面"'))

    assert ("enum", 5, "subject") in places(given_files(rows, FINANCE_FACTS)[1])


def test_columns_by_their_titles_are_still_read() -> None:
    raw, _ = given_files(changed("income", "收入"), FINANCE_FACTS)

    assert str(raw.rows[0].cells["income"]) == "18000.00"


def cells() -> st.SearchStrategy[str]:
    nasty = [
        "",
        " ",
        "0",
        "-1",
        "3.2万",
        "2026-02-30",
        "=1",
        "\x00",
        '"',
        "\n",
        ",",
        "９",
        "1e9",
        "合计",
        "\u202e",
        "{x}",
    ]
    return st.one_of(st.sampled_from(nasty), st.text(max_size=20))


FAST = settings(max_examples=300, deadline=None)


@FAST
@given(rows=st.binary(max_size=400), facts=st.binary(max_size=200))
@example(rows=b"\xff\xfe", facts=b"\xfe\xff")
@example(rows=b"\xff\xfe\x00\xd8", facts=b"\xef\xbb\xbf")
@example(rows=b'"', facts=b"? ")
@example(rows=b"\xff\xfe\x00\x00\x01", facts=b"!!int x")
def test_no_bytes_whatever_end_in_a_traceback(rows: bytes, facts: bytes) -> None:
    given_files(rows, facts)


@FAST
@given(place=st.integers(0, len(FINANCE.encode()) - 1), cut=st.integers(0, 30), new=st.binary(max_size=8))
def test_no_damage_to_a_sound_sheet_ends_in_a_traceback(place: int, cut: int, new: bytes) -> None:
    data = FINANCE.encode()

    given_files(data[:place] + new + data[place + cut :], FINANCE_FACTS)


@FAST
@given(
    place=st.integers(0, len(FINANCE_FACTS.encode()) - 1), cut=st.integers(0, 30), new=st.binary(max_size=8)
)
def test_no_damage_to_a_sound_sidecar_ends_in_a_traceback(place: int, cut: int, new: bytes) -> None:
    data = FINANCE_FACTS.encode()

    given_files(FINANCE, data[:place] + new + data[place + cut :])


@FAST
@given(rows=st.lists(st.lists(cells(), min_size=8, max_size=8), min_size=1, max_size=6))
def test_no_cells_whatever_end_in_a_traceback(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([HEADER.split(","), *rows])

    _, findings = given_files(out.getvalue().encode("utf-8", "replace"), FINANCE_FACTS)

    assert all(finding.message(lang) and finding.remedy(lang) for finding in findings for lang in LANGUAGES)


@FAST
@given(value=st.one_of(st.decimals(-(10**12), 10**12, places=2), st.sampled_from(["0", "-5", "0.5", "100"])))
def test_a_number_written_as_asked_is_read_as_it_is(value: object) -> None:
    written = "0.00" if str(value) in ("-0.00", "0E-2") else str(value)

    raw, findings = given_files(FINANCE, changed("1000.00", written, FINANCE_FACTS))

    assert "number" not in {finding.rule for finding in findings}
    assert str(raw.header["opening"]) == written


@pytest.mark.parametrize(
    "label", ["姓名", "户主", "身份证号", "手机号", "家庭住址", "银行卡号", "name", "Phone"]
)
def test_a_column_about_persons_is_refused_in_its_own_words(label: str) -> None:
    _, findings = given_files(FINANCE.replace("voucher", label, 1), FINANCE_FACTS)

    (found,) = [each for each in findings if each.rule == "person_label"]

    assert found.field == label
    assert "整列删掉" in found.remedy("zh")
