"""Describes tables as Data Packages with the published Table Schema inside, so that reading one needs no network.

Resources are named by relative paths: a package is the same on the portal, in a ZIP and on a USB stick.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from mingbai.downloads.cells import text
from mingbai.downloads.stacking import LEAD, Stack
from mingbai.edition import Edition
from mingbai.kinds import Field
from mingbai.privacy import PublicTable

PROFILE = "tabular-data-package"


def package(
    edition: Edition, name: str, title: str, licences: Iterable[str], resources: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return a package of resources; the licence is named once for each that they are under."""
    content: dict[str, Any] = {
        "profile": PROFILE,
        "name": name,
        "title": title,
        "created": f"{edition.as_of.isoformat()}T00:00:00Z",
        "licenses": [{"name": licence} for licence in sorted(set(licences))],
        "resources": list(resources),
    }
    return content | ({"description": "示范数据"} if edition.portal.settings.demo else {})


def resource(table: PublicTable, path: str, data: bytes) -> dict[str, Any]:
    """Return the entry of one filing whose CSV is `data` and lies at `path` from the package."""
    id = table.id
    entry = _resource(
        f"{id.unit}-{id.kind}-{id.period.label}".lower(),
        f"{table.kind.title.zh} {id.period.title('zh')}",
        path,
        data,
        schema_of(table),
    )
    return entry | {"header": {name: text(value) for name, value in table.header.items()}}


def stacked_resource(stack: Stack, path: str, data: bytes) -> dict[str, Any]:
    """Return the entry of all filings of a kind in one CSV."""
    keys = [name for name in stack.kind.schema.primary_key if name in {each.name for each in stack.columns}]
    schema = {
        "fields": [
            {"name": each.name, "type": each.type, "title": each.title.zh, "title_en": each.title.en}
            for each in stack.columns
        ],
        "primaryKey": [LEAD[0], LEAD[2], *keys],
        "missingValues": [""],
    }
    return _resource(stack.kind.id, stack.kind.title.zh, path, data, schema)


def _resource(name: str, title: str, path: str, data: bytes, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "title": title,
        "path": path,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "schema": schema,
    }


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
