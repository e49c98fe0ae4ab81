"""Says what stands beside, above and below a table: further values, headings, what its words mean; it lays out none."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from mingbai.edition import Edition
from mingbai.filings import Value
from mingbai.kinds import Field
from mingbai.pages.places import place
from mingbai.pages.reckoning import reckoned
from mingbai.pages.values import Shown, shown
from mingbai.privacy import PublicRow, PublicTable
from mingbai.sentences import quoting


@dataclass(frozen=True)
class Said:
    """A further value of a row, under its subject; `address` when the value leads to another page."""

    label: str
    shown: Shown
    name: str = ""
    address: str = ""


@dataclass(frozen=True)
class Heading:
    """What stands above rows that belong together: their group, and what is the same in all of them."""

    words: str
    same: Sequence[Said]


def headings(
    edition: Edition, table: PublicTable, rest: Sequence[Field], lang: str
) -> tuple[list[Heading | None], list[set[str]]]:
    """Return for each row the heading above it, if it begins a group, and the fields told there."""
    group = heading_field(table)
    if group is None:
        return [None] * len(table.rows), [set()] * len(table.rows)
    headings: list[Heading | None] = []
    told: list[set[str]] = []
    for name, together in groupby(table.rows, key=lambda row: str(row.cells.get(group) or "")):
        rows = list(together)
        same = [field for field in rest if _same(rows, field.name) and field.name != group]
        first = [said(edition, field, rows[0].cells[field.name], lang) for field in same]
        headings += [Heading(name, first), *([None] * (len(rows) - 1))]
        told += [{group, *(field.name for field in same)}] * len(rows)
    return headings, told


def _same(rows: Sequence[PublicRow], name: str) -> bool:
    """Return whether all of several rows say the same."""
    values = [row.cells.get(name) for row in rows]
    return len(rows) > 1 and there(values[0]) and all(value == values[0] for value in values)


def by_group(table: PublicTable) -> bool:
    """Return whether rows go under headings: entries of a register that have neither date nor amount."""
    show = table.kind.show
    return table.kind.shape == "register" and not show.get("date") and not show.get("amounts")


def heading_field(table: PublicTable) -> str | None:
    """Return the field that stands in the headings above the rows, None where there are none."""
    group = table.kind.show.get("group")
    return group if isinstance(group, str) and by_group(table) else None


def said(edition: Edition, field: Field, value: Value, lang: str) -> Said:
    """Return a value with its title and unit; an address in this portal is shown as what stands there."""
    there = place(edition, value, lang) if isinstance(value, str) and value.startswith("/u/") else None
    if there is not None:
        words = Shown(there.words, number=False, blank=False, chinese=False)
        return Said(field.title.in_(lang), words, field.name, there.address)
    one = shown(field, value, lang)
    unit = unit_words(field, lang)
    if one.number and unit:
        one = Shown(f"{one.text} {unit}".replace(" %", "%"), one.number, one.blank, one.chinese)
    return Said(field.title.in_(lang), one, field.name)


def there(value: Value) -> bool:
    """Return whether a cell says anything."""
    return value is not None and value != "" and value != []


def unit_words(field: Field, lang: str) -> str:
    """Return the unit of a field, nothing for one without."""
    return field.unit.in_(lang) if field.unit else ""


def meant(table: PublicTable, lang: str) -> Sequence[tuple[str, Markup]]:
    """Return title and meaning, as the kind's schema tells them, of each field that holds something in `table`."""
    contract = table.kind.contract_for(table.id.period.label)
    computed = {each.field.name: reckoned(contract, each, lang) for each in contract.computed}
    filled = [field for field in table.header_fields if there(table.header.get(field.name))]
    filled += [field for field in table.fields if any(there(row.cells.get(field.name)) for row in table.rows)]
    return [
        (field.title.in_(lang), quoting(computed.get(field.name) or field.description.in_(lang), lang))
        for field in filled
    ]
