"""Writes the workbook that a clerk fills in for a kind: notes on every column, lists to choose from, room for rows.

`mingbai import` reads it back without a question. Facts about the whole stand above the table, a title and a cell each.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from mingbai.kinds import Field, Kind
from mingbai.messages import say

ROWS = 200  # that are ready to be filled; more may follow
_WORDS = "说明"
_NUMBERS = {"number": "#,##0.00", "integer": "0", "date": "yyyy-mm-dd"}
_TEXT = "@"  # or 记-041 and 2026-01 become dates
_TYPES = ("string", "integer", "number", "date", "boolean", "array")
_FIRST_DAY = date(1949, 10, 1)
_AT = datetime(2026, 1, 1)  # the same kind gives the same bytes


def template(kind: Kind) -> bytes:
    """Return the workbook for the kind as it is now."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": kind.title.zh, "created": _AT})
        sheet, words = book.add_worksheet(kind.title.zh), book.add_worksheet(_WORDS)
        formats = _formats(book)
        header = kind.header_schema.fields if kind.header_schema is not None else ()
        fields = [*header, *kind.schema.fields]
        lists = _explain(words, fields)
        sheet.write_string(0, 0, say("template.title", "zh", kind=kind.title.zh), formats["title"])
        sheet.write_string(1, 0, say("template.how", "zh"), formats["small"])
        for row, field in enumerate(header, 2):
            sheet.write_string(row, 0, field.title.zh, formats["head"])
            sheet.write_comment(row, 0, _told(field), {"x_scale": 2})
            sheet.write_blank(row, 1, None, formats[field.type])
            _guard(sheet, (row, 1, row, 1), field, lists)
        top = 3 + len(header)
        for column, field in enumerate(kind.schema.fields):
            sheet.write_string(top, column, field.title.zh, formats["head"])
            sheet.write_comment(top, column, _told(field), {"x_scale": 2})
            sheet.set_column(column, column, _width(field), formats[field.type])
            _guard(sheet, (top + 1, column, top + ROWS, column), field, lists)
        sheet.freeze_panes(top + 1, 0)
    return out.getvalue()


def _formats(book: xlsxwriter.Workbook) -> Mapping[str, Format]:
    """Return the looks of cells: heads, and one for each type of field."""
    looks: dict[str, dict[str, Any]] = {
        "title": {"bold": True, "font_size": 16},
        "small": {"font_color": "#555555"},
        "head": {"bold": True, "border": 1, "bg_color": "#F3EBDD"},
        **{type: {"num_format": _NUMBERS.get(type, _TEXT)} for type in _TYPES},
    }
    return {name: book.add_format(look) for name, look in looks.items()}


def _explain(sheet: Worksheet, fields: Sequence[Field]) -> dict[str, str]:
    """Write what every field means and, to the right, its options; return where the options of a field stand.

    A sentence a row and options without heads: an import that met a second table would ask which one is meant.
    """
    sheet.set_column(0, 0, 100)
    lists: dict[str, str] = {}
    for row, field in enumerate(fields):
        sheet.write_string(row, 0, f"{field.title.zh}：{_told(field)}")
    for column, field in enumerate([each for each in fields if each.options], 2):
        for row, option in enumerate(field.options):
            sheet.write_string(row, column, option)
        name = xl_col_to_name(column, True)
        lists[field.name] = f"='{_WORDS}'!{name}$1:{name}${len(field.options)}"
    return lists


def _guard(
    sheet: Worksheet, where: tuple[int, int, int, int], field: Field, lists: Mapping[str, str]
) -> None:
    """Let the program refuse what the check would: other words than the options, no date, a number below the least."""
    rule: dict[str, Any] | None = None
    if field.name in lists:
        rule = {"validate": "list", "source": lists[field.name]}
    elif field.type == "date":
        rule = {"validate": "date", "criteria": ">=", "value": _FIRST_DAY}
    elif field.type in ("number", "integer") and "minimum" in field.descriptor.get("constraints", {}):
        least = float(Decimal(str(field.descriptor["constraints"]["minimum"])))
        sort = "decimal" if field.type == "number" else "integer"
        rule = {"validate": sort, "criteria": ">=", "value": least}
    if rule is not None:
        told = {"error_title": field.title.zh[:32], "error_message": _told(field)[:255]}
        sheet.data_validation(*where, {**rule, **told})


def _told(field: Field) -> str:
    """Return what stands in the note of a column."""
    unit = say("template.in_unit", "zh", unit=field.unit.zh) if field.unit else ""
    return say(
        "template.needed" if field.required else "template.may", "zh", says=field.description.zh, unit=unit
    )


def _width(field: Field) -> int:
    return {"number": 14, "integer": 8, "date": 12}.get(field.type, 24 if not field.options else 14)
