"""A spreadsheet of any sort comes down to the same grid; what is none is named as what it is."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Font

from mingbai.workbooks import Refused, open_book
from mingbai.workbooks.grids import figure
from tests.spreadsheets import Sheet, made, ods, packed, text, xls, xlsx

SHEET = Sheet(
    rows=[
        ["东头村收支表", None, None],
        ["日期", "收入", "说明"],
        [date(2026, 3, 18), 0.1 + 0.2, "租金"],
        [None, 1234567.89, "第二行\n有两段"],
    ],
    merges=["A1:C1"],
    hidden_rows=[4],
    hidden_columns=[3],
)
BOOKS = ["xlsx", "xls", "ods"]


@pytest.mark.parametrize("format", BOOKS)
def test_every_sort_of_workbook_gives_the_same_cells(format: str) -> None:
    (grid,) = open_book(made(format, SHEET)).grids

    assert grid.at(3, 1).value == date(2026, 3, 18)
    assert grid.at(3, 2).value == Decimal("0.3")
    assert grid.at(4, 2).value == Decimal("1234567.89")
    assert grid.at(2, 3).value == "说明"
    assert grid.at(9, 9).value is None


@pytest.mark.parametrize("format", BOOKS)
def test_what_is_hidden_and_merged_is_known(format: str) -> None:
    book = open_book(made(format, SHEET, Sheet([["草稿"]], name="草稿", hidden=True)))

    first, second = book.grids
    assert (first.hidden, second.hidden) == (False, True)
    assert first.hidden_rows == {4}
    assert first.hidden_columns == {3}
    assert [str(area) for area in first.merges] == ["A1:C1"]
    assert first.whole(1, 3).value == "东头村收支表"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_text_is_read_in_every_encoding_and_with_every_separator(encoding: str, separator: str) -> None:
    sheet = Sheet([["日期", "收入", "说明"], ["2026-03-18", "1,200.00", "租金"]] * 3)

    (grid,) = open_book(text(sheet, encoding, separator)).grids

    assert [grid.at(2, column).value for column in (1, 2, 3)] == ["2026-03-18", "1,200.00", "租金"]


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_a_figure_of_fen_survives_binary_fractions(value: Decimal) -> None:
    assert figure(float(value)) == value


@given(st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=50))
def test_a_sum_that_a_program_reckoned_shows_no_noise(fen: list[int]) -> None:
    assert figure(sum(each / 100 for each in fen)).quantize(Decimal("0.01")) == Decimal(sum(fen)) / 100


def test_the_days_of_1904_are_days() -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active["A1"] = date(2026, 3, 18)
    out = io.BytesIO()
    book.save(out)

    opened = open_book(out.getvalue())

    assert opened.since_1904
    assert opened.grids[0].at(1, 1).value == date(2026, 3, 18)


def test_a_formula_gives_its_stored_result_and_without_one_is_told() -> None:
    content = xlsx(Sheet([["合计"], [1], [2], ["=SUM(A2:A3)"]]))

    assert open_book(content).grids[0].at(4, 1).unreckoned


def test_a_percentage_is_known_by_its_format() -> None:
    content = xlsx(Sheet([["利率"], [0.08]], formats={"A2": "0.0%"}))

    assert open_book(content).grids[0].at(2, 1).percent


@pytest.mark.parametrize(
    ("number_format", "shrunk"),
    [
        ("0!.0000,", True),
        ("#,##0,", True),
        ("#,##0.00", False),
        ("#,##0_);(#,##0)", False),
        ("General", False),
    ],
)
def test_a_format_that_shows_a_figure_smaller_is_known(number_format: str, shrunk: bool) -> None:
    content = xlsx(Sheet([["金额"], [18000]], formats={"A2": number_format}))

    assert open_book(content).grids[0].at(2, 1).shrunk is shrunk


def test_a_sheet_that_claims_a_million_rows_is_read_all_the_same() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "日期"
    book.active["XFD1048576"].font = Font(bold=True)
    out = io.BytesIO()
    book.save(out)

    assert list(open_book(out.getvalue()).grids[0].cells) == [(1, 1)]


def test_repeated_cells_of_an_ods_each_hold_their_value() -> None:
    content = ods(Sheet([["甲"], ["乙"]]))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        told = archive.read("content.xml").decode()
    told = told.replace(
        '<table:table-cell office:value-type="string"><text:p>乙</text:p></table:table-cell>',
        '<table:table-cell table:number-columns-repeated="3" office:value-type="float" office:value="7.5"/>',
    )
    parts = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": told}

    grid = open_book(packed(parts)).grids[0]

    assert [grid.at(2, column).value for column in (1, 2, 3)] == [Decimal("7.5")] * 3


def test_macros_are_noted_and_not_run() -> None:
    content = io.BytesIO(xlsx(Sheet([["甲"]])))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xcc")

    assert open_book(content.getvalue()).macros


def _bomb() -> bytes:
    return packed({"xl/workbook.xml": "<workbook/>", "xl/worksheets/sheet1.xml": " " * 130_000_000})


def _entities() -> bytes:
    told = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>'
    return packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": told})


def _too_many() -> bytes:
    cell = (
        '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
    )
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    with zipfile.ZipFile(io.BytesIO(ods(Sheet([["甲"]])))) as archive:
        told = archive.read("content.xml").decode()
    told = told.replace("</table:table>", f"{row}</table:table>")
    return packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": told})


def _encrypted_ods() -> bytes:
    parts = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "..."}
    return packed(parts | {"META-INF/manifest.xml": "<manifest:encryption-data/>"})


def _locked_xls() -> bytes:
    """Return an xls whose stream says that it is encrypted (FilePass), as a password makes it."""
    content = xls(Sheet([["甲"]]))
    # The record WRITEACCESS (0x5C, 112 bytes) becomes FILEPASS (0x2F): nothing else needs to move.
    return content.replace(b"\x5c\x00\x70\x00", b"\x2f\x00\x70\x00", 1)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
REFUSED = {
    "empty": b"",
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "pdf": b"%PDF-1.7\n" + bytes(100),
    "web_page": "<html><table><tr><td>收入</td></tr></table></html>".encode(),
    "xml_2003": b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    "password": OLE + "EncryptedPackage".encode("utf-16-le") + b"\x00\x00",
    "document": packed({"word/document.xml": "<document/>"}),
    "archive": packed({"readme.txt": "hello"}),
    "xlsb": packed({"xl/workbook.bin": "..."}),
    "cut_off": xlsx(SHEET)[:2000],
    "unpacks_too_large": _bomb(),
    "entities": _entities(),
    "too_large": _too_many(),
    "damaged": packed({"xl/workbook.xml": "<workbook"}),
    "no_text": bytes(range(256)) * 20,
    "quote": '日期,收入\n"没有收尾,1\n'.encode(),
    "too_many_bytes": b"a" * 20_000_001,
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_is_no_spreadsheet_is_named_as_what_it_is(reason: str) -> None:
    with pytest.raises(Refused) as stopped:
        open_book(REFUSED[reason])

    assert stopped.value.reason == reason
    assert stopped.value.does.zh


@pytest.mark.parametrize("content", [_encrypted_ods(), _locked_xls()], ids=["ods", "xls"])
def test_a_password_is_named_in_every_format(content: bytes) -> None:
    with pytest.raises(Refused) as stopped:
        open_book(content)

    assert stopped.value.reason == "password"


@pytest.mark.parametrize("format", BOOKS)
def test_a_file_that_is_cut_anywhere_is_refused_in_words(format: str) -> None:
    content = made(format, SHEET)

    for part in (10, 100, len(content) // 2, len(content) - 30):
        with pytest.raises(Refused):
            open_book(content[:part])


@given(st.binary(max_size=400), st.sampled_from(BOOKS), st.integers(min_value=0, max_value=3000))
def test_no_bytes_end_in_a_traceback(noise: bytes, format: str, at: int) -> None:
    content = _SOUND[format]
    try:
        open_book(content[:at] + noise + content[at + len(noise) :])
    except Refused as reason:
        assert reason.message


_SOUND = {format: made(format, SHEET) for format in BOOKS}


def test_an_error_of_a_formula_stays_visible() -> None:
    book = xlwt.Workbook()
    book.add_sheet("甲").row(0).set_cell_error(0, "#REF!")
    out = io.BytesIO()
    book.save(out)

    assert open_book(out.getvalue()).grids[0].at(1, 1).value == "#REF!"
