"""Writes tables as CSV, with the byte order mark by which the spreadsheets of town offices know UTF-8 (RFC 4180)."""

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence

from mingbai.downloads.cells import text
from mingbai.downloads.stacking import Stack
from mingbai.filings import Value
from mingbai.privacy import PublicTable


def csv_path(table: PublicTable) -> str:
    """Return the path of a table's CSV below the site: it lies in the folder of its page."""
    return f"{table.id.address.strip('/')}/{table.id.period.label}.csv"


def csv_bytes(table: PublicTable) -> bytes:
    """Return one filing as CSV; a blank stays a blank, never 0."""
    names = [field.name for field in table.fields]
    return _written(names, ([row.cells.get(name) for name in names] for row in table.rows))


def fingerprint(table: PublicTable) -> str:
    """Return by what a filing's CSV is known again: the first half of its SHA-256 (FIPS 180-4), in groups of eight."""
    digest = hashlib.sha256(csv_bytes(table)).hexdigest()
    return " ".join(digest[at : at + 8] for at in range(0, 32, 8))


def stacked_csv(stack: Stack) -> bytes:
    """Return all filings of a kind as one CSV."""
    return _written([column.name for column in stack.columns], stack.rows)


def _written(names: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(names)
    writer.writerows([text(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + lines.getvalue().encode("utf-8")
