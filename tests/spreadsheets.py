"""Makes spreadsheets of every sort from lines that a test can read, as township offices make them; all is invented."""

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

import openpyxl
import xlwt
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

Content = str | int | float | Decimal | date | None
FORMATS = ("xlsx", "xls", "ods", "csv", "gbk")


@dataclass
class Sheet:
    """One sheet: rows of cells from A1 on; merges like `A1:G1`; rows and columns count from 1.

    `inks`: what is "struck" or "red", by cell; `flat_rows`: no pixel high, which only XLSX and ODS keep.
    """

    rows: Sequence[Sequence[Content]]
    merges: Sequence[str] = ()
    name: str = "Sheet1"
    hidden: bool = False
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[int] = ()
    formats: dict[str, str] = field(default_factory=dict)
    inks: dict[str, str] = field(default_factory=dict)
    flat_rows: Sequence[int] = ()


def made(format: str, *sheets: Sheet) -> bytes:
    """Return a file of that format; a CSV holds the first sheet alone."""
    if format == "xlsx":
        return xlsx(*sheets)
    if format == "xls":
        return xls(*sheets)
    if format == "ods":
        return ods(*sheets)
    return text(sheets[0], "gb18030" if format == "gbk" else "utf-8-sig")


def xlsx(*sheets: Sheet) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for each in sheets:
        sheet = book.create_sheet(each.name)
        sheet.sheet_state = "hidden" if each.hidden else "visible"
        for number, row in enumerate(each.rows, 1):
            for column, value in enumerate(row, 1):
                if value is not None and value != "":
                    sheet.cell(number, column, float(value) if isinstance(value, Decimal) else value)
        _dress(sheet, each)
    out = io.BytesIO()
    book.save(out)
    return rewritten(out.getvalue(), {'ht="-1"': 'ht="0"'})


def _dress(sheet: Worksheet, each: Sheet) -> None:
    for cell, number_format in each.formats.items():
        sheet[cell].number_format = number_format
    for cell, ink in each.inks.items():
        sheet[cell].font = Font(strike=True) if ink == "struck" else Font(color="FFFF0000")
    for number in each.flat_rows:
        sheet.row_dimensions[number].height = -1  # openpyxl writes no height of nothing
    for area in each.merges:
        sheet.merge_cells(area)
    for number in each.hidden_rows:
        sheet.row_dimensions[number].hidden = True
    for column in each.hidden_columns:
        sheet.column_dimensions[get_column_letter(column)].hidden = True


def rewritten(content: bytes, words: dict[str, str]) -> bytes:
    """Return an archive in whose parts some words are others."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = old.read(name)
            for word, other in words.items():
                part = part.replace(word.encode(), other.encode())
            new.writestr(name, part)
    return out.getvalue()


def xls(*sheets: Sheet) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    fonts = {"": "", "struck": "font: struck_out on", "red": "font: colour_index red"}
    inks = {ink: xlwt.easyxf(font) for ink, font in fonts.items()}
    for each in sheets:
        sheet = book.add_sheet(each.name, cell_overwrite_ok=True)
        sheet.visibility = 1 if each.hidden else 0
        for number, row in enumerate(each.rows):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write(number, column, value, day)
                elif value is not None and value != "":
                    ink = each.inks.get(f"{get_column_letter(column + 1)}{number + 1}", "")
                    sheet.write(number, column, value, inks[ink])
        for area in each.merges:
            left, top, right, bottom = range_boundaries(area)
            sheet.merge(top - 1, bottom - 1, left - 1, right - 1)
        for number in each.hidden_rows:
            sheet.row(number - 1).hidden = True
        for column in each.hidden_columns:
            sheet.col(column - 1).hidden = True
    if all(each.hidden for each in sheets):
        raise ValueError("one sheet has to be seen")
    book.active_sheet = next(index for index, each in enumerate(sheets) if not each.hidden)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.3">
<office:automatic-styles><style:style style:name="seen" style:family="table"><style:table-properties
 table:display="true"/></style:style><style:style style:name="unseen" style:family="table"><style:table-properties
 table:display="false"/></style:style><style:style style:name="struck" style:family="table-cell"><style:text-properties
 style:text-line-through-style="solid"/></style:style><style:style style:name="red" style:family="table-cell">
<style:text-properties fo:color="#ff0000"/></style:style><style:style style:name="flat" style:family="table-row">
<style:table-row-properties style:row-height="0cm"/></style:style></office:automatic-styles>
<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"""


def ods(*sheets: Sheet) -> bytes:
    content = _ODS.format(tables="".join(map(_table, sheets)))
    return packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})


def packed(parts: dict[str, str]) -> bytes:
    """Return a zip of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _table(sheet: Sheet) -> str:
    width = max(map(len, sheet.rows))
    columns = "".join(
        f"<table:table-column{_unseen(number in sheet.hidden_columns)}/>" for number in range(1, width + 1)
    )
    rows = "".join(_row(sheet, number, width) for number in range(1, len(sheet.rows) + 1))
    rest = (
        f'<table:table-row table:number-rows-repeated="{1_048_576 - len(sheet.rows)}">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    style = "unseen" if sheet.hidden else "seen"
    return f'<table:table table:name="{sheet.name}" table:style-name="{style}">{columns}{rows}{rest}</table:table>'


def _unseen(hidden: bool) -> str:
    return ' table:visibility="collapse"' if hidden else ""


def _row(sheet: Sheet, number: int, width: int) -> str:
    cells = [
        _cell(sheet, number, column, [*sheet.rows[number - 1], *[None] * width][column - 1])
        for column in range(1, width + 1)
    ]
    flat = ' table:style-name="flat"' if number in sheet.flat_rows else ""
    return f"<table:table-row{_unseen(number in sheet.hidden_rows)}{flat}>{''.join(cells)}</table:table-row>"


def _cell(sheet: Sheet, row: int, column: int, value: Content) -> str:
    ink = sheet.inks.get(f"{get_column_letter(column)}{row}")
    span = "" if ink is None else f' table:style-name="{ink}"'
    for left, top, right, bottom in map(range_boundaries, sheet.merges):
        if (row, column) == (top, left):
            span += f' table:number-columns-spanned="{right - left + 1}" table:number-rows-spanned="{bottom - top + 1}"'
        elif top <= row <= bottom and left <= column <= right:
            return "<table:covered-table-cell/>"
    if value is None or value == "":
        return f"<table:table-cell{span}/>"
    if isinstance(value, date):
        return f'<table:table-cell{span} office:value-type="date" office:date-value="{value}"/>'
    if isinstance(value, str):
        return f'<table:table-cell{span} office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
    return f'<table:table-cell{span} office:value-type="float" office:value="{value}"/>'


def text(sheet: Sheet, encoding: str = "utf-8", separator: str = ",") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    writer.writerows([_plain(value) for value in row] for row in sheet.rows)
    return out.getvalue().encode(encoding)


def _plain(value: Content) -> Content:
    """Return a number without an exponent, as people see it; a blank as nothing."""
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}"
    return "" if value is None else value
