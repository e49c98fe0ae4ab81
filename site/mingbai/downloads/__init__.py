"""Writes what people take away: CSV beside each page and Data Packages; it accepts public tables only.

CSV files carry a BOM, because the spreadsheets of town offices read them as GBK otherwise (RFC 4180, UTF-8).
A package lists its resources by relative path with the published Table Schema inside, so Frictionless needs no network.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from mingbai.downloads import duties
from mingbai.edition import Edition
from mingbai.filings import Value
from mingbai.kinds import Field
from mingbai.privacy import PublicTable

PROFILE = "tabular-data-package"


def write(edition: Edition, out: Path) -> None:
    """Write every CSV beside its page, a package for each unit and one for the portal, and the board's tables."""
    duties.write(edition, out)
    resources: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for table in edition.tables.values():
        if table.nil is None:
            path = csv_path(table)
            data = csv_bytes(table)
            target = out / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            resources.setdefault(table.id.unit, []).append((path, _resource(table, data)))
    for slug, entries in resources.items():
        unit = edition.portal.units.get(slug)
        own = [{**entry, "path": path.removeprefix(f"u/{slug}/")} for path, entry in entries]
        _write_package(out / "u" / slug, f"{slug}", unit.name.zh, own, edition)
    every = [{**entry, "path": path} for entries in resources.values() for path, entry in entries]
    if every:
        _write_package(out, edition.portal.settings.county, edition.portal.settings.title.zh, every, edition)


def csv_path(table: PublicTable) -> str:
    """Return the path of a table's CSV below the site: it lies in the folder of its page."""
    return f"{table.id.address.strip('/')}/{table.id.period.label}.csv"


def csv_bytes(table: PublicTable) -> bytes:
    """Return the table as CSV with a BOM and CRLF; a blank stays a blank, never 0."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow([field.name for field in table.fields])
    for row in table.rows:
        writer.writerow([text(row.cells.get(field.name)) for field in table.fields])
    return b"\xef\xbb\xbf" + lines.getvalue().encode("utf-8")


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


def schema_of(table: PublicTable) -> dict[str, Any]:
    """Return the Table Schema of what is published: merging and computing change types, never names."""
    required_still = {"required": True}
    fields = []
    for field in table.fields:
        entry = dict(field.descriptor) if "title" in field.descriptor else _computed_entry(field)
        if table.kind.privacy is not None:
            # Merged rows join values and leave columns out, so only the type still holds for every cell.
            entry["constraints"] = required_still if field.name in table.kind.schema.primary_key else {}
        fields.append(entry)
    key = list(table.kind.contract_for(table.id.period.label).schema.primary_key)
    return {"fields": fields, "primaryKey": key, "missingValues": [""]}


def _computed_entry(field: Field) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": field.name,
        "type": field.type,
        "title": field.title.zh,
        "title_en": field.title.en,
        "class": field.cls,
        "computed": True,
    }
    if field.unit is not None:
        entry |= {"unit": field.unit.zh, "unit_en": field.unit.en}
    return entry


def _resource(table: PublicTable, data: bytes) -> dict[str, Any]:
    id = table.id
    return {
        "name": f"{id.unit}-{id.kind}-{id.period.label}".lower(),
        "title": f"{table.kind.title.zh} {id.period.title('zh')}",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "schema": schema_of(table),
        "header": {name: text(value) for name, value in table.header.items()},
    }


def _write_package(
    folder: Path, name: str, title: str, resources: Iterable[Mapping[str, Any]], edition: Edition
) -> None:
    settings = edition.portal.settings
    package: dict[str, Any] = {
        "profile": PROFILE,
        "name": name,
        "title": title,
        "created": f"{edition.as_of.isoformat()}T00:00:00Z",
        "licenses": [{"name": settings.licence}],
        "resources": list(resources),
    }
    if settings.demo:
        package["description"] = "示范数据"
    folder.mkdir(parents=True, exist_ok=True)
    content = json.dumps(package, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "datapackage.json").write_text(content + "\n", encoding="utf-8")
