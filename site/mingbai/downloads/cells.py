"""Says how one public value stands in a text file, in JSON and in a spreadsheet; it knows no table."""

import json
from datetime import date
from decimal import Decimal

from mingbai.filings import Value

Plain = str | int | float | bool | date | None


def text(value: Value) -> str:
    """Return a cell the way it stands in a file: ISO dates, plain numbers, nothing for a blank."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return str(value)


def plain(value: Value) -> Plain:
    """Return a cell as a number, a day or a text: what spreadsheets and databases reckon with. Yuan fit a double."""
    if isinstance(value, Decimal):
        return float(value)
    return value if value is None or isinstance(value, str | int | bool | date) else text(value)


def in_json(value: Value) -> str | int | float | bool | None:
    """Return a cell as JSON holds it: numbers as numbers, days as ISO texts."""
    known = plain(value)
    return known.isoformat() if isinstance(known, date) else known
