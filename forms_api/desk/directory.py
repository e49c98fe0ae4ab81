"""Finds who is responsible for a matter (该由谁办), from the published filings of the kind whose role is `directory`.

It reads what is public and nothing else; it sends nothing anywhere.
"""

from dataclasses import dataclass

from mingbai.errors import FilingUnreadable
from mingbai.filings import FilingId
from mingbai.portal import Portal
from mingbai.privacy import PrivacyStop, PublicTable, publish

ROLE = "directory"
ITEM, OWNER, PHONE = "item", "owner", "phone"


@dataclass(frozen=True)
class Body:
    """A body that answers for some matters, with its office telephone."""

    name: str
    phone: str
    items: tuple[str, ...]


def bodies(portal: Portal) -> list[Body]:
    """Return the bodies of the newest directories, each once, as they stand there; none where there is no directory."""
    found: dict[str, tuple[str, list[str]]] = {}
    for table in _newest(portal):
        for row in table.rows:
            name, phone, item = (str(row.cells.get(field) or "") for field in (OWNER, PHONE, ITEM))
            if name:
                _, items = found.setdefault(name, (phone, []))
                if item not in items:
                    items.append(item)
    return [Body(name, phone, tuple(items)) for name, (phone, items) in found.items()]


def _newest(portal: Portal) -> list[PublicTable]:
    kind = portal.kind_by_role(ROLE)
    newest: dict[str, FilingId] = {}
    for id in portal.filing_ids():
        if kind is not None and id.kind == kind.id and not portal.is_nil(id):
            if id.unit not in newest or newest[id.unit].period.label < id.period.label:
                newest[id.unit] = id
    return [table for id in newest.values() if (table := _published(portal, id)) is not None]


def _published(portal: Portal, id: FilingId) -> PublicTable | None:
    try:
        return publish(portal.read(id), portal.today)
    except (FilingUnreadable, PrivacyStop):
        return None
