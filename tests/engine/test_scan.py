"""The scan as a clerk calls it: what it says, what it keeps to itself, what a schema makes it leave alone."""

import io
import json
import random
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlwt

from mingbai.cli import main
from mingbai.scan import scan_data
from tests.planting import card, document, identity, mobile, page, picture, workbook, zipped
from tests.village import FINANCE, FINANCE_FACTS, Village, build_village

KINDS = Path(__file__).resolve().parents[2] / "datasets" / "kinds"
CHANCE = random.Random(11)


@pytest.fixture
def village(tmp_path: Path) -> Village:
    return build_village(tmp_path)


def run(village: Village, *arguments: str) -> int:
    return main(["--portal", str(village.root), "scan", *arguments])


def sorts(name: str, data: bytes | str) -> list[str]:
    return [each.sort for each in scan_data(name, data.encode() if isinstance(data, str) else data)]


def test_a_sound_portal_is_clean(village: Village, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(village) == 0
    assert "没有查到" in capsys.readouterr().out


def test_a_finding_names_file_line_column_and_sort_and_exits_with_one(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    value = mobile(CHANCE)
    path = village.write("a.csv", f"事项,说明\n保洁,\n垫付,退给{value}\n")

    assert run(village, str(path), "--format", "json") == 1
    told = capsys.readouterr().out
    assert json.loads(told) == [
        {"file": str(path), "part": None, "line": 3, "column": 2, "type": "mobile", "severity": "error"}
    ]


@pytest.mark.parametrize("shape", ["text", "json"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_value_is_told_nowhere_not_even_where_a_name_holds_it(
    village: Village, capsys: pytest.CaptureFixture[str], shape: str, lang: str
) -> None:
    value = identity(CHANCE)
    village.write(f"in/{value}/{value}.md", f"证件{value}")
    (village.root / "in/a.xlsx").write_bytes(workbook(value, "sheet name"))
    (village.root / "in/a.zip").write_bytes(zipped({f"{value}.md": value}))

    assert run(village, str(village.root / "in"), "--format", shape, "--lang", lang) == 1
    said = capsys.readouterr()
    assert value not in said.out + said.err


def test_the_report_says_what_to_do(village: Village, capsys: pytest.CaptureFixture[str]) -> None:
    village.write("in/a.md", f"卡{card(CHANCE)}，电话{mobile(CHANCE)}")

    run(village, str(village.root / "in"))
    said = capsys.readouterr().out
    assert "删掉这一列" in said
    assert "座机" in said


@pytest.mark.parametrize(
    "arguments",
    [["nowhere.csv"], ["--git", "nobody..HEAD"], ["--git", "HEAD", "a.csv"], ["--site", "nowhere"]],
)
def test_a_wrong_call_exits_with_two(village: Village, arguments: list[str]) -> None:
    assert run(village, *arguments) == 2


@pytest.mark.parametrize(
    ("header", "cell", "sort"),
    [
        ("一卡通号", "123456789012", "account"),
        ("社会保障卡号", "A12345678", "account"),
        ("开户账号", "12345-678901", "account"),
        ("出 生 日 期", "1980年3月5日", "birth"),
        ("出生年月", "1980.03", "birth"),
        ("家庭住址", "三组12号", "address"),
        ("账户余额", "123456789.00", None),
        ("社保缴费金额", "1234567890", None),
        ("出生人数", "12", None),
        ("地址", "村部公示栏", None),
        ("账号", "见附件", None),
    ],
)
def test_a_header_tells_what_its_cells_hold(header: str, cell: str, sort: str | None) -> None:
    tables = {
        "a.csv": f"序号,{header},事项\n1,{cell},保洁\n",
        "a.md": f"| 序号 | {header} |\n| --- | --- |\n| 1 | {cell} |\n",
        "a.html": f"<table><tr><th>序号</th><th>{header}</th></tr>\n<tr><td>1</td><td>{cell}</td></tr></table>",
    }

    assert {name: set(sorts(name, text)) for name, text in tables.items()} == dict.fromkeys(
        tables, {sort} if sort else set()
    )


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("一九八〇年三月五日出生", "birth"),
        ("生于1980年3月5日", "birth"),
        ("2026年3月5日生效", None),
        ("2026年3月5日出生人口", None),
        ("家住幸福巷 5 号", "address"),
        ("三组十二号", "address"),
        ("安居小区3栋2单元301", "address"),
        ("三组12号井", None),
        ("修路5号前完成", None),
        ("县政府1号文件", None),
        ("账号：6217 0000 1234 5", "account"),
        ("账号见附件", None),
        ("11010519491231****", "mask"),
        ("3****************4", None),
        ("1380013*0*0", "mask"),
        ("138********", None),
        ("138001380##", "mask"),
        ("330106680305***", "mask"),
        ("1500*600*75", None),
    ],
)
def test_words_and_masks_that_lead_to_a_person_are_told_from_others(text: str, sort: str | None) -> None:
    assert sorts("a.md", text) == ([sort] if sort else [])


def test_a_number_that_a_spreadsheet_cut_to_fifteen_digits_still_gives_away_the_day_of_birth() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = 330106198003051 * 1000
    out = io.BytesIO()
    book.save(out)

    assert set(sorts("a.xlsx", out.getvalue())) == {"mask"}


def declare(village: Village, looks_like: list[str]) -> None:
    """Give the portal a finance kind of its own, whose vouchers have the numbers of a bank."""
    own = village.root / "datasets/kinds/finance"
    shutil.copytree(KINDS / "finance", own)
    schema = json.loads((own / "schema.json").read_text("utf-8"))
    for field in schema["fields"]:
        if field["name"] == "voucher":
            field["looks_like"] = looks_like
            field.pop("constraints", None)
    (own / "schema.json").write_text(json.dumps(schema, ensure_ascii=False), "utf-8")


def file_with(village: Village, voucher: str) -> str:
    village.file("east", "finance", "2026-Q1", FINANCE.replace("记-002", voucher), FINANCE_FACTS)
    return str(village.root / "datasets/filings/east/finance/2026-Q1.csv")


def test_a_declared_column_is_left_alone_for_the_sorts_it_declares(village: Village) -> None:
    declare(village, ["mobile"])

    assert run(village, file_with(village, mobile(CHANCE))) == 0
    assert run(village, file_with(village, identity(CHANCE))) == 1


def test_a_declaration_holds_in_its_own_column_only(village: Village) -> None:
    declare(village, ["mobile"])
    village.file("east", "finance", "2026-Q1", FINANCE.replace("保洁员工资", mobile(CHANCE)), FINANCE_FACTS)

    assert run(village, str(village.root / "datasets/filings")) == 1


def test_what_is_scanned_cannot_declare_itself(village: Village) -> None:
    elsewhere = village.root / "incoming"
    path = file_with(village, mobile(CHANCE))
    copy = elsewhere / "datasets/filings/east/finance/2026-Q1.csv"
    copy.parent.mkdir(parents=True)
    shutil.copy(path, copy)
    declare(village, ["mobile"])

    assert run(village, path) == 0
    assert run(village, str(copy)) == 1


def test_a_site_may_show_what_a_schema_declares_and_nothing_like_it(village: Village) -> None:
    declare(village, ["mobile"])
    declared = mobile(CHANCE)
    file_with(village, declared)
    village.write("site/u/index.html", f"<p>{declared}</p>")

    assert run(village, "--site", str(village.root / "site")) == 0
    village.write("site/u/other.html", f"<p>{mobile(CHANCE)}</p>")
    assert run(village, "--site", str(village.root / "site")) == 1


def test_a_declared_number_may_be_published_and_checked(village: Village) -> None:
    declare(village, ["mobile"])
    file_with(village, mobile(CHANCE))

    assert main(["--portal", str(village.root), "check"]) == 0


def test_what_cannot_be_opened_is_told_and_not_passed_over() -> None:
    whole = document(identity(CHANCE))

    assert sorts("a.docx", whole[: len(whole) // 2]) == ["unread"]
    assert sorts("a.png", b"\x89PNG\r\n\x1a\n" + b"x" * 40) == ["unread"]
    assert sorts("a.pdf", b"%PDF-1.7\nnothing") == ["unread"]


def test_a_zip_that_swells_beyond_measure_is_told_and_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mingbai.scan.archives.MOST", 1_000_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.csv", b"0" * 50_000_000)
        archive.writestr("a.md", mobile(CHANCE))

    assert sorted(sorts("a.zip", out.getvalue())) == ["mobile", "unread"]


def test_archives_in_archives_are_opened_so_deep_and_no_deeper() -> None:
    inner = mobile(CHANCE).encode()
    for _ in range(3):
        inner = zipped({"a.zip": inner})
    assert sorts("a.zip", inner) == ["mobile"]

    for _ in range(6):
        inner = zipped({"a.zip": inner})
    assert sorts("a.zip", inner) == ["unread"]


def test_a_broken_file_never_ends_in_a_traceback() -> None:
    chance = random.Random(4)
    for _ in range(150):
        value = mobile(chance)
        for whole in (workbook(value, "comment"), document(value), page(value), picture(value, "exif")):
            broken = bytearray(whole)
            for _ in range(chance.randint(1, 5)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            list(
                scan_data(
                    "a.bin",
                    bytes(broken[: chance.randrange(len(broken))] if chance.random() < 0.3 else broken),
                )
            )


def test_an_identity_number_that_a_narrow_column_of_a_pdf_broke_is_found() -> None:
    value = identity(CHANCE)

    assert set(sorts("a.pdf", page(value[:10], value[10:]))) == {"id"}


@pytest.mark.parametrize("reader", ["docx", "pptx"])
def test_a_table_of_a_document_has_headers_and_rows_too(reader: str) -> None:
    cell, row, table = {"docx": ("w:tc", "w:tr", "w:tbl"), "pptx": ("a:tc", "a:tr", "a:tbl")}[reader]
    prefix = cell[0]
    rows = [["序号", "一卡通号"], ["1", "123456789012"]]
    body = "".join(
        f"<{row}>"
        + "".join(
            f"<{cell}><{prefix}:p><{prefix}:r><{prefix}:t>{each}</{prefix}:t></{prefix}:r></{prefix}:p></{cell}>"
            for each in cells
        )
        + f"</{row}>"
        for cells in rows
    )
    xml = f'<x xmlns:w="w" xmlns:a="a"><{table}>{body}</{table}></x>'

    assert set(sorts("a.docx", zipped({"word/document.xml": xml}))) == {"account"}


@pytest.mark.parametrize("as_number", [True, False])
def test_a_workbook_of_old_is_read_cell_by_cell(as_number: bool) -> None:
    value = mobile(CHANCE)
    book = xlwt.Workbook()
    book.add_sheet("一").write(0, 0, "事项")
    hidden = book.add_sheet("二")
    hidden.visibility = 1
    hidden.write(2, 1, int(value) if as_number else value)
    out = io.BytesIO()
    book.save(out)

    (found,) = {
        (each.line, each.column, each.sort) for each in scan_data("a.xls", out.getvalue()) if each.part
    }
    assert found == (3, 2, "mobile")
