"""Finds what a submission is about, a filing or one of its rows, and says it in public words; it shows nothing else.

The values come through `mingbai.privacy`, so a form can never quote what a page would not show.
"""

from dataclasses import dataclass
from urllib.parse import quote, unquote

from mingbai.errors import FilingUnreadable
from mingbai.filings import FilingId, Value
from mingbai.kinds import Field
from mingbai.messages import say
from mingbai.pages.values import shown
from mingbai.portal import Portal
from mingbai.privacy import PrivacyStop, PublicRow, PublicTable, publish

LONGEST = 400


@dataclass(frozen=True)
class Subject:
    """What is asked about: `address` in its one canonical form, and the row if one is meant."""

    address: str
    unit: str
    table: PublicTable
    row: PublicRow | None


def find(portal: Portal, address: str) -> Subject | None:
    """Return the published filing or row at `address` (`/u/<unit>/<kind>/<period>/`, perhaps `#<key>`), or None."""
    if len(address) > LONGEST or not address.startswith("/u/"):
        return None
    path, _, key = address.partition("#")
    id = portal.filing_at(path)
    if id is None or path != id.address:
        return None
    table = _published(portal, id)
    if table is None:
        return None
    if not key:
        return Subject(id.address, id.unit, table, None)
    wanted = quote(unquote(key), safe="", errors="replace")  # half a surrogate is the key of no row
    row = next((each for each in table.rows if each.anchor == wanted), None)
    return None if row is None else Subject(f"{id.address}#{row.anchor}", id.unit, table, row)


def _published(portal: Portal, id: FilingId) -> PublicTable | None:
    try:
        return publish(portal.read(id), portal.today)
    except (FilingUnreadable, PrivacyStop):
        return None  # not fit to be published, so for a resident it is not there


def title(portal: Portal, subject: Subject, lang: str) -> str:
    """Return the subject in words: village, kind, period, row."""
    unit = portal.units.get(subject.unit)
    facts = {
        "unit": unit.name.in_(lang),
        "kind": subject.table.kind.title.in_(lang),
        "period": subject.table.id.period.title(lang),
    }
    if subject.row is None:
        return say("forms.subject.filing", lang, **facts)
    keys = subject.table.kind.schema.primary_key
    named = subject.table.kind.schema.by_name[keys[0]].title.in_(lang) if len(keys) == 1 else ""
    return say("forms.subject.row", lang, row=f"{named} {subject.row.key}".strip(), **facts)


def values(subject: Subject, lang: str) -> list[str]:
    """Return what the row says: the columns that its kind puts on cards and in search, blanks left out."""
    if subject.row is None:
        return []
    show = subject.table.kind.show
    fields = {field.name: field for field in subject.table.fields}
    said = []
    for name in (show.get("date"), show.get("what"), *show.get("amounts", ())):
        if name in fields and subject.row.cells.get(name) not in (None, ""):
            said.append(_said(fields[name], subject.row.cells[name], lang))
    return said


def _said(field: Field, value: Value, lang: str) -> str:
    cell = shown(field, value, lang)
    text = "、".join(cell.parts) if cell.parts else cell.text
    if not cell.number:
        return text
    unit = field.unit.in_(lang) if field.unit else ""
    return f"{field.title.in_(lang)} {text} {unit}".strip()
