"""Turns the bytes of a CSV into text cells and findings; it never raises for what a clerk can write."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mingbai.sheets.finding import Finding

MOST_BYTES = 20_000_000
MOST_LINE = 1_000_000
MOST_ROWS = 100_000
_BOMS = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx (a zip), .xls (OLE)
_SUMS = {"合计", "小计", "总计", "累计", "共计", "本页合计"}
# A quote opens a cell only at its start (RFC 4180). Possessive, so that an escaped quote is never split to find an end.
_OPENED = re.compile(r'(?:^|(?<=[,\n\r]))"')
_CLOSED = re.compile(r'(?:[^"]++|"")*+"')


@dataclass(frozen=True)
class Sheet:
    """Text cells as written. `rows` holds (line in a spreadsheet, cells); every row is as wide as `labels`."""

    labels: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    findings: tuple[Finding, ...]


def read_csv(data: bytes, file: str) -> Sheet:
    """Read a CSV. What cannot be read at all gives a sheet without rows and the finding that says why."""
    text, findings = decode(data, file)
    if text is None:
        return Sheet((), (), tuple(findings))
    if not text.strip():
        return Sheet((), (), (*findings, Finding.of("sheets.empty", file)))
    records = _records(text, file, findings)
    if records is None:
        return Sheet((), (), tuple(findings))
    if not records or not any(cell.strip() for cell in records[0]):
        return Sheet((), (), (*findings, Finding.of("sheets.no_header", file, 1)))
    labels = tuple(cell.strip() for cell in records[0])
    rows = tuple(_rows(records[1:], labels, file, findings))
    if not rows and not any(finding.rule in ("quote", "too_large") for finding in findings):
        findings.append(Finding.of("sheets.no_rows", file, 1))
    return Sheet(labels, rows, tuple(findings))


def decode(data: bytes, file: str) -> tuple[str | None, list[Finding]]:
    """Return the text and what is wrong with its bytes; None where there is no text to go on with."""
    if len(data) > MOST_BYTES or max(map(len, re.split(rb"[\r\n]", data))) > MOST_LINE:
        return None, [Finding.of("sheets.too_large", file)]
    if data.startswith(_WORKBOOKS):
        return None, [Finding.of("sheets.workbook", file)]
    encoding = next((name for bom, name in _BOMS.items() if data.startswith(bom)), None) or _wide(data)
    if encoding is not None:
        return _decoded(data, encoding, file)
    if data[:1000].count(0) > 10:
        return None, [Finding.of("sheets.binary", file)]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        return (
            (None, [Finding.of("sheets.binary", file)])
            if b"\x00" in data
            else _decoded(data, "gb18030", file)
        )


def _wide(data: bytes) -> str | None:
    """Return UTF-16 without its mark: of a header in ASCII every second byte is zero."""
    start = data[:64]
    for encoding, zeros, letters in (
        ("utf-16-le", start[1::2], start[::2]),
        ("utf-16-be", start[::2], start[1::2]),
    ):
        if len(start) > 3 and not any(zeros[:8]) and all(letters[:8]):
            return encoding
    return None


def _decoded(data: bytes, encoding: str, file: str) -> tuple[str | None, list[Finding]]:
    name = "GBK" if encoding == "gb18030" else encoding[:6].upper()
    try:
        return data.decode(encoding), [Finding.of("sheets.encoding", file, encoding=name)]
    except UnicodeDecodeError:
        return None, [Finding.of("sheets.binary", file)]


def _records(text: str, file: str, findings: list[Finding]) -> list[list[str]] | None:
    """Split into records. An unclosed quote swallows the rest of the file, so reading stops where it opens."""
    opened = _unclosed(text)
    if opened is not None:
        text = text[: max(text.rfind("\n", 0, opened), text.rfind("\r", 0, opened)) + 1]
    csv.field_size_limit(MOST_LINE)
    try:
        # Python 3.11 and later read NUL like any other character; the cells find it.
        records = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error:  # one cell, over many lines, longer than a line may be
        findings.append(Finding.of("sheets.too_large", file))
        return None
    if opened is not None:
        findings.append(Finding.of("sheets.quote", file, len(records) + 1, row=len(records) + 1))
    return records


def _unclosed(text: str) -> int | None:
    """Return where a quoted cell opens that is never closed."""
    at = 0
    while (found := _OPENED.search(text, at)) is not None:
        closing = _CLOSED.match(text, found.end())
        if closing is None:
            return found.start()
        at = closing.end()
    return None


def _rows(
    records: Sequence[Sequence[str]], labels: Sequence[str], file: str, findings: list[Finding]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield rows made as wide as the header; what is no row (blank, header again, a sum) is told and left out."""
    while records and not any(cell.strip() for cell in records[-1]):
        records = records[:-1]  # spreadsheets leave empty lines at the end; they mean nothing
    if len(records) > MOST_ROWS:
        findings.append(Finding.of("sheets.too_large", file))
        return
    for number, cells in enumerate(records, 2):
        stripped = [cell.strip() for cell in cells]
        if not any(stripped):
            findings.append(Finding.of("sheets.blank_row", file, number, row=number))
        elif tuple(stripped) == tuple(labels):
            findings.append(Finding.of("sheets.header_again", file, number, row=number))
        elif next(filter(None, stripped)).replace(" ", "") in _SUMS:
            findings.append(Finding.of("sheets.sum_row", file, number, row=number))
        else:
            if len(cells) != len(labels):
                facts = {"row": number, "width": len(labels), "cells": len(cells)}
                findings.append(Finding.of("sheets.width", file, number, **facts))
            yield number, tuple([*cells, *[""] * len(labels)][: len(labels)])
