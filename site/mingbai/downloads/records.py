"""Writes filings as JSON that programs read: one beside each page, and lists of them for unit, kind and portal.

An interface that is only files: it is read with GET, never asked, and works wherever the site lies.
"""

import json
from collections.abc import Iterable
from typing import Any

from mingbai.downloads.cells import in_json
from mingbai.edition import Edition
from mingbai.kinds import Field
from mingbai.privacy import PublicTable


def path_of(table: PublicTable) -> str:
    """Return the path of a filing's JSON below the site: it lies in the folder of its page."""
    return f"{table.id.address.strip('/')}/{table.id.period.label}.json"


def filing(edition: Edition, table: PublicTable) -> dict[str, Any]:
    """Return one filing: what it is of, when it came, its facts, its columns and its rows. Amounts are yuan."""
    return {
        **_about(edition, table),
        "licence": table.kind.licence,
        "nil": None if table.nil is None else str(table.nil),
        "facts": [
            {**_called(field), "value": in_json(table.header.get(field.name))}
            for field in table.header_fields
        ],
        "fields": [_called(field) for field in table.fields],
        "rows": [
            {field.name: in_json(row.cells.get(field.name)) for field in table.fields} for row in table.rows
        ],
        "corrections": [
            {
                "date": each.date.isoformat(),
                "sort": each.sort,
                "rows": list(each.rows),
                "reason": str(each.reason),
            }
            for each in table.corrections
        ],
    }


def listed(edition: Edition, tables: Iterable[PublicTable]) -> list[dict[str, Any]]:
    """Return what filings there are and where each lies, the one received last first."""
    wanted = {table.id for table in tables}
    return [
        {**_about(edition, table), "json": f"/{path_of(table)}"}
        for table in edition.newest
        if table.id in wanted
    ]


def portal(edition: Edition) -> dict[str, Any]:
    """Return the portal: its units and kinds with their addresses, and every filing."""
    units = edition.portal.units
    return {
        "title": edition.portal.settings.title.zh,
        "title_en": edition.portal.settings.title.en,
        "as_of": edition.as_of.isoformat(),
        "demo": edition.portal.settings.demo,
        "units": [
            {
                "unit": unit.slug,
                "name": unit.name.zh,
                "name_en": unit.name.en,
                "sort": unit.sort,
                "parent": unit.parent,
                "json": f"/u/{unit.slug}/{unit.slug}.json" if unit.slug in edition.by_unit else None,
            }
            for unit in map(units.get, units.slugs())
        ],
        "kinds": [
            {
                "kind": kind.id,
                "title": kind.title.zh,
                "title_en": kind.title.en,
                "schema": f"/k/{kind.id}/schema.json",
                "json": f"/k/{kind.id}/{kind.id}.json",
            }
            for kind in edition.kinds
        ],
        "filings": listed(edition, edition.tables.values()),
    }


def written(content: object) -> bytes:
    """Return JSON as bytes, the same for the same content."""
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"


def _about(edition: Edition, table: PublicTable) -> dict[str, Any]:
    id, due = table.id, edition.duty_of.get(table.id)
    return {
        "unit": id.unit,
        "kind": id.kind,
        "period": id.period.label,
        "title": f"{table.kind.title.zh} {id.period.title('zh')}",
        "address": id.address,
        "received": edition.received[id].isoformat(timespec="seconds"),
        "due": due.due.isoformat() if due is not None else None,
        "status": due.status if due is not None else None,
    }


def _called(field: Field) -> dict[str, Any]:
    names = {"name": field.name, "title": field.title.zh, "title_en": field.title.en, "type": field.type}
    return names | ({"unit": field.unit.zh} if field.unit is not None else {})
