"""Writes what people and programs take away, beside the pages it belongs to; it accepts public tables only.

| beside | what |
|---|---|
| a filing | CSV, JSON, `oembed.json` for other sites |
| a unit | `<unit>.xlsx`, `<unit>.json`, `<unit>.zip` (its CSV files as a Data Package), `datapackage.json` |
| a kind | `<kind>.csv`, `.xlsx`, `.json` (all units below each other), `datapackage.json`, `template.xlsx` to fill in |
| `/catalogue/` | `portal.xlsx`, `.json`, `.zip`, `.sqlite`; `dcat.jsonld` and `/data.json` for harvesters |
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from mingbai.downloads import books, catalogues, database, duties, embedding, packages, records, zipping
from mingbai.downloads.catalogues import LICENCES
from mingbai.downloads.cells import text
from mingbai.downloads.packages import schema_of
from mingbai.downloads.records import path_of as json_path
from mingbai.downloads.stacking import Stack, stacks
from mingbai.downloads.tables import csv_bytes, csv_path, fingerprint, stacked_csv
from mingbai.downloads.templates import template
from mingbai.edition import Edition
from mingbai.filings import FilingId
from mingbai.kinds import Kind
from mingbai.privacy import PublicTable

__all__ = [
    "LICENCES",
    "csv_bytes",
    "csv_path",
    "fingerprint",
    "holding",
    "json_path",
    "of_kind",
    "offered",
    "schema_of",
    "text",
    "write",
]

PACKAGE = "datapackage.json"
ALL = "catalogue/portal"


def write(edition: Edition, out: Path) -> None:
    """Write everything below `out`."""
    duties.write(edition, out)
    for path, data in _files(edition):
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def holding(id: FilingId) -> list[str]:
    """Return the paths of all files besides its own folder in which the rows of a filing stand."""
    ends = (".csv", ".xlsx", ".json", ".zip", ".sqlite")
    stems = (f"u/{id.unit}/{id.unit}", f"k/{id.kind}/{id.kind}", ALL)
    return [f"{stem}{end}" for stem in stems for end in ends]


def offered(edition: Edition, stem: str, tables: Sequence[PublicTable]) -> list[tuple[str, str]]:
    """Return form and path, ("xlsx", "u/east/east.xlsx"), of all that holds these filings together."""
    stacked = stacks(edition, tables)
    forms = ["xlsx"] if stacked and books.fits(stacked) else []
    forms += ["zip"] if any(table.nil is None for table in tables) else []
    forms += ["sqlite", "json"] if stem == ALL else ["json"]
    return [(form, f"{stem}.{form}") for form in forms]


def of_kind(edition: Edition, kind: Kind) -> list[tuple[str, str]]:
    """Return form and path of what holds all filings of a kind below each other; nothing where there are no rows."""
    stacked = stacks(edition, [table for table in edition.tables.values() if table.id.kind == kind.id])
    forms = ("csv", "xlsx", "json") if books.fits(stacked) else ("csv", "json")
    return [(form, f"k/{kind.id}/{kind.id}.{form}") for form in forms] if stacked else []


def _files(edition: Edition) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of every file."""
    tables = list(edition.tables.values())
    for table in tables:
        yield records.path_of(table), records.written(records.filing(edition, table))
        if edition.portal.settings.url is not None:
            yield embedding.path_of(table), records.written(embedding.embedded(edition, table))
        if table.nil is None:
            yield csv_path(table), csv_bytes(table)
    for kind in edition.kinds:
        yield f"k/{kind.id}/template.xlsx", template(kind)
    for slug, own in edition.by_unit.items():
        folder, title = f"u/{slug}/", edition.portal.units.get(slug).name.zh
        yield f"{folder}{slug}.json", records.written(records.listed(edition, own))
        yield from _together(edition, folder, f"{folder}{slug}", (slug, title), own)
    for stack in stacks(edition, tables):
        yield from _of_kind(edition, stack)
    yield from _of_portal(edition, tables)


def _together(
    edition: Edition, folder: str, stem: str, named: tuple[str, str], own: Sequence[PublicTable]
) -> Iterator[tuple[str, bytes]]:
    """Yield a book of all filings below a folder, their Data Package, and the package with its tables as a ZIP."""
    stacked = stacks(edition, own)
    if stacked and books.fits(stacked):
        yield f"{stem}.xlsx", books.book(stacked, edition.as_of)
    tables = [table for table in sorted(own, key=lambda each: each.id) if table.nil is None]
    members = {csv_path(table).removeprefix(folder): csv_bytes(table) for table in tables}
    if members:
        entries = [
            packages.resource(table, *file) for table, file in zip(tables, members.items(), strict=True)
        ]
        package = packages.package(edition, *named, {table.kind.licence for table in tables}, entries)
        members = {PACKAGE: records.written(package), **members}
        yield f"{folder}{PACKAGE}", members[PACKAGE]
        yield f"{stem}.zip", zipping.zipped(members)


def _of_kind(edition: Edition, stack: Stack) -> Iterator[tuple[str, bytes]]:
    kind = stack.kind
    stem, data = f"k/{kind.id}/{kind.id}", stacked_csv(stack)
    yield f"{stem}.csv", data
    yield f"{stem}.json", records.written(records.listed(edition, stack.tables))
    if books.fits([stack]):
        yield f"{stem}.xlsx", books.book([stack], edition.as_of)
    entry = packages.stacked_resource(stack, f"{kind.id}.csv", data)
    package = packages.package(edition, kind.id, kind.title.zh, {kind.licence}, [entry])
    yield f"k/{kind.id}/{PACKAGE}", records.written(package)


def _of_portal(edition: Edition, tables: Sequence[PublicTable]) -> Iterator[tuple[str, bytes]]:
    settings, stacked = edition.portal.settings, stacks(edition, tables)
    yield f"{ALL}.json", records.written(records.portal(edition))
    yield f"{ALL}.sqlite", database.database(edition, stacked)
    yield from _together(edition, "", ALL, (settings.county, settings.title.zh), tables)
    if settings.url is not None:
        yield "catalogue/dcat.jsonld", records.written(catalogues.dcat(edition, stacked))
        yield "data.json", records.written(catalogues.data_json(edition, stacked))
