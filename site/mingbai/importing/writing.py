"""Holds a composed filing against its kind's own checks in a copy of the portal, and writes it; it replaces nothing."""

import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from mingbai.checks import Checked, check
from mingbai.computed import Facts, add_computed
from mingbai.errors import PortalError
from mingbai.filings import FilingId, assemble
from mingbai.folders import FILINGS
from mingbai.importing.composing import Composed
from mingbai.importing.request import Request
from mingbai.importing.taking import Taken
from mingbai.messages import say
from mingbai.portal import Portal
from mingbai.sheets.finding import Finding
from mingbai.workbooks.grids import address

PREFIX = "mingbai-import-"  # of the folders for temporary files in which a filing is checked
_READ = ("datasets/kinds", "datasets/profiles", "datasets/calendar", "datasets/units.csv")


def already(portal: Portal, id: FilingId, request: Request) -> Iterator[Finding]:
    """Say what is filed there already: what was published is corrected with a reason, never written over."""
    if (portal.root / f"{id.path}.csv").exists():
        yield Finding.of("importing.already", request.file, None, None, path=f"{id.path}.csv")
    elif (portal.root / f"{id.path}.yaml").exists() and portal.read(id).sidecar.nil is not None:
        yield Finding.of("importing.already_nil", request.file, None, None, path=f"{id.path}.yaml")
    elif (portal.root / f"{id.path}.yaml").exists() and request.said_of_whole:
        yield Finding.of("importing.already_facts", request.file, None, None, path=f"{id.path}.yaml")


def checked(portal: Portal, id: FilingId, rows: bytes | None, facts: bytes | None, as_of: date) -> Checked:
    """Return what the kind's own checks find in the filing, laid into a copy of what they read of the portal.

    `rows` is None for a nil return.
    """
    with TemporaryDirectory(prefix=PREFIX) as folder:
        copy = Path(folder).resolve()
        shutil.copy(portal.root / "mkdocs.yml", copy)
        for part in _READ:
            if (portal.root / part).exists():
                (copy / part).parent.mkdir(parents=True, exist_ok=True)
                (copy / part).symlink_to(portal.root / part)
        own = portal.root / FILINGS / id.unit
        if own.is_dir():
            shutil.copytree(own, copy / FILINGS / id.unit, symlinks=True)
        parts = {copy / f"{id.path}.yaml": facts, copy / f"{id.path}.csv": rows}
        given = {path: content for path, content in parts.items() if content is not None}
        for path, content in given.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return check(Portal.open(copy, portal.state), [*given][-1:], as_of)


def misreckoned(
    portal: Portal,
    id: FilingId,
    files: tuple[bytes, bytes | None],
    composed: Composed,
    columns: Mapping[str, Taken],
    request: Request,
) -> Iterator[Finding]:
    """Compare the columns that the kind computes with what the sheet says; they are never taken over."""
    kind = portal.kinds[id.kind]
    raw = assemble(id, kind, *files, portal.settings_of(id), portal.sort_of(id))
    cells = add_computed([row.cells for row in raw.rows], Facts(raw.facts, raw.settings, raw.contract))
    for each in raw.contract.computed:
        taken = columns.get(each.field.name)
        if taken is None:
            continue
        for source, row in zip(composed.sources, cells, strict=False):
            said = taken.cells[source].text if source is not None else ""
            reckoned = row[each.field.name]
            if said and _differs(said, reckoned):
                facts = {
                    "cell": address(source or 0, taken.match.column.number),
                    "left": Decimal(said) if taken.is_number else said,
                    "right": reckoned,
                }
                yield Finding.of(
                    "importing.reckoned", request.file, source, None, title=each.field.title, **facts
                )


def _differs(said: str, reckoned: object) -> bool:
    if isinstance(reckoned, int | Decimal) and not isinstance(reckoned, bool):
        return Decimal(said) != Decimal(reckoned)
    return said != str(reckoned)


def write(portal: Portal, id: FilingId, rows: bytes, facts: bytes | None) -> list[str]:
    """Write the files of a filing that is not there yet and return their paths below the portal.

    The rows come last: a filing without its facts would be judged without them. Raises PortalError where nothing can be
    written, or somebody else was quicker.
    """
    target = portal.root / f"{id.path}.csv"
    parts = {f"{id.path}.yaml": facts, f"{id.path}.csv": rows}
    written = {path: content for path, content in parts.items() if content is not None}
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for path, content in written.items():
            with (portal.root / path).open("xb") as stream:
                stream.write(content)
    except OSError as reason:
        raise PortalError(say("importing.cannot_write", path=id.path, reason=reason.strerror)) from None
    return [*written]
