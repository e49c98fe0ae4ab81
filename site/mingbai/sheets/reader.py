"""Turns the bytes of a CSV or a sidecar into text cells and findings; it never raises for what a clerk can write."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mingbai.sheets.finding import Finding

MOST_BYTES = 20_000_000
MOST_LINE = 1_000_000
MOST_ROWS = 100_000
# C0 and C1 controls, zero-width, bidi and other invisible marks: two texts that look alike must be alike.
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc]"
)


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
    records = _records(text, file, findings)
    if not records or not any(cell.strip() for cell in records[0]):
        findings.append(Finding.of("sheets.no_header", file, 1))
        return Sheet((), (), tuple(findings))
    labels = tuple(cell.strip() for cell in records[0])
    rows = tuple(_rows(records[1:], len(labels), file, findings))
    if not rows:
        findings.append(Finding.of("sheets.no_rows", file, 1))
    findings += _hidden([(1, labels), *rows], labels, file)
    return Sheet(labels, rows, tuple(findings))


def decode(data: bytes, file: str) -> tuple[str | None, list[Finding]]:
    """Return the text and what is wrong with its bytes; None where there is no text to go on with."""
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        return None, [Finding.of("sheets.empty", file)]
    if len(data) > MOST_BYTES or max(map(len, data.split(b"\n"))) > MOST_LINE:
        return None, [Finding.of("sheets.too_large", file)]
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return None, [Finding.of("sheets.workbook", file)]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(data, "utf-16", Finding.of("sheets.encoding", file, encoding="UTF-16"), file)
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        if b"\x00" in data:
            return None, [Finding.of("sheets.binary", file)]
        return _decoded(data, "gb18030", Finding.of("sheets.encoding", file, encoding="GBK"), file)


def _decoded(data: bytes, encoding: str, finding: Finding, file: str) -> tuple[str | None, list[Finding]]:
    try:
        return data.decode(encoding), [finding]
    except UnicodeDecodeError:
        return None, [Finding.of("sheets.binary", file)]


def _records(text: str, file: str, findings: list[Finding]) -> list[list[str]]:
    """Split into records. An unclosed quote swallows the rest of the file, so reading stops where it opens."""
    opened = _unclosed(text)
    if opened is not None:
        line = text.count("\n", 0, opened) + 1
        findings.append(Finding.of("sheets.quote", file, line, line=line))
        text = text[: text.rfind("\n", 0, opened) + 1]
    csv.field_size_limit(MOST_LINE)
    # NUL is reported as a hidden character; the csv module of Python 3.11 and later reads it as any other.
    return list(csv.reader(io.StringIO(text, newline="")))


def _unclosed(text: str) -> int | None:
    """Return where a quoted cell opens that is never closed (RFC 4180: a quote opens only at a cell's start)."""
    at = 0
    while (found := re.compile(r'(?:^|(?<=[,\n\r]))"').search(text, at)) is not None:
        closing = re.compile(r'(?:[^"]|"")*"').match(text, found.end())
        if closing is None:
            return found.start()
        at = closing.end()
    return None


def _rows(
    records: Sequence[Sequence[str]], width: int, file: str, findings: list[Finding]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    while records and not any(cell.strip() for cell in records[-1]):
        records = records[:-1]  # spreadsheets leave empty lines at the end; they mean nothing
    if len(records) > MOST_ROWS:
        findings.append(Finding.of("sheets.too_large", file))
        return
    for number, cells in enumerate(records, 2):
        if not any(cell.strip() for cell in cells):
            findings.append(Finding.of("sheets.blank_row", file, number, row=number))
            continue
        if len(cells) != width:
            findings.append(
                Finding.of("sheets.width", file, number, row=number, width=width, cells=len(cells))
            )
        yield number, tuple([*cells, *[""] * width][:width])


def _hidden(rows: Sequence[tuple[int, Sequence[str]]], labels: Sequence[str], file: str) -> list[Finding]:
    return [
        Finding.of(
            "sheets.hidden", file, number, label or None, row=number, code=name_of(found[0]), label=label
        )
        for number, cells in rows
        for label, cell in zip(labels, cells, strict=True)
        if (found := HIDDEN.search(cell)) is not None
    ]


def name_of(character: str) -> str:
    """Return `U+200B ZERO WIDTH SPACE` for a character that cannot be seen."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()
