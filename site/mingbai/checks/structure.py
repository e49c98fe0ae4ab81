"""Looks at where files lie and what they are called; it reads no row."""

import os
from collections.abc import Iterator
from pathlib import Path

from mingbai.filings import FILINGS, FilingId, RawTable
from mingbai.kinds import Kind
from mingbai.messages import LANGUAGES, Text
from mingbai.periods import Period
from mingbai.portal import Portal
from mingbai.sheets.finding import Finding

LONGEST_NAME = 200
_KEPT = (".gitkeep",)


def look(portal: Portal) -> Iterator[Finding]:
    """Yield findings about every file and folder below the filings of a portal."""
    base = portal.root / FILINGS
    for folder, folders, files in os.walk(base):
        folders.sort()
        here = Path(folder)
        yield from _alike(portal, here, [*folders, *files])
        for name in sorted([*files, *(each for each in folders if (here / each).is_symlink())]):
            if name not in _KEPT:
                yield from _file(portal, here / name)


def _alike(portal: Portal, folder: Path, names: list[str]) -> Iterator[Finding]:
    """Two names that differ only in case are one file on the clerks' computers."""
    seen: dict[str, str] = {}
    for name in sorted(names):
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            yield Finding.of("checks.alike", _name(portal, folder / name), name=name, other=other)


def _file(portal: Portal, path: Path) -> Iterator[Finding]:
    file = _name(portal, path)
    parts = path.relative_to(portal.root / FILINGS).parts
    if len(path.name.encode("utf-8", "surrogateescape")) > LONGEST_NAME:
        yield Finding.of("checks.long_name", file, most=LONGEST_NAME)
    elif path.is_symlink() or not path.is_file():
        yield Finding.of("checks.link", file)
    elif len(parts) != 3:
        yield Finding.of("checks.depth", file)
    elif path.suffix not in (".csv", ".yaml"):
        yield Finding.of("checks.file_type", file, name=path.name)
    elif parts[0] not in portal.units.slugs():
        yield Finding.of("checks.no_unit", file, unit=parts[0])
    elif parts[1] not in portal.kinds:
        yield Finding.of("checks.no_kind", file, kind=parts[1], kinds="、".join(portal.kinds))
    else:
        yield from _label(portal, parts[0], portal.kinds[parts[1]], path.stem, file)


def _label(portal: Portal, slug: str, kind: Kind, label: str, file: str) -> Iterator[Finding]:
    """Check that the period is one, is of the owed cadence, and that the unit existed in it."""
    try:
        period = Period.parse(label)
    except ValueError:
        yield Finding.of("checks.no_period", file, label=label)
        return
    rows = [unit for unit in portal.units.spans(slug) if unit.valid_from <= period.last]
    rows = [unit for unit in rows if unit.valid_to is None or unit.valid_to >= period.first]
    if not rows:
        yield Finding.of("checks.not_valid", file, unit=portal.units.get(slug).name, period=_title(period))
        return
    unit = rows[-1]
    cadence = kind.cadence_of(unit.high_turnover)
    if period.cadence != cadence:
        example = Period.containing(period.first, cadence).label if cadence != "event" else "2026-03-18-road"
        yield Finding.of(
            "checks.cadence", file, kind=kind.title, unit=unit.name, label=label, example=example
        )
    if kind.owed_by and unit.sort not in kind.owed_by:
        yield Finding.of("checks.not_owed", file, kind=kind.title, unit=unit.name)


def whole(raw: RawTable, has_csv: bool, has_yaml: bool) -> Iterator[Finding]:
    """Yield findings about the two files of a filing taken together (design §4)."""
    id, said = raw.id, raw.sidecar
    if said.nil is not None and has_csv:
        yield Finding.of("checks.nil_with_rows", f"{id.path}.yaml", None, "nil")
    if not has_csv and said.nil is None:
        yield Finding.of("checks.no_rows_file", f"{id.path}.yaml", name=f"{id.period.label}.csv")
    required = [
        field for field in (raw.contract.header.fields if raw.contract.header else ()) if field.required
    ]
    if has_csv and required and not has_yaml:
        titles = Text(*("、".join(field.title.in_(lang) for field in required) for lang in LANGUAGES))
        yield Finding.of(
            "checks.no_facts_file", f"{id.path}.csv", name=f"{id.period.label}.yaml", titles=titles
        )
    elif has_csv and has_yaml and said.nil is None:
        found = {(finding.file, finding.field) for finding in raw.findings}
        for field in required:
            if raw.header.get(field.name) is None and (f"{id.path}.yaml", field.name) not in found:
                yield Finding.of(
                    "checks.no_fact", f"{id.path}.yaml", None, field.name, title=field.title, name=field.name
                )


def _title(period: Period) -> Text:
    return Text(*(period.title(lang) for lang in LANGUAGES))


def _name(portal: Portal, path: Path) -> str:
    return path.relative_to(portal.root).as_posix()


def filing_of(portal: Portal, path: Path) -> FilingId | None:
    """Return the filing to which a file belongs, None for any other file."""
    try:
        unit, kind, name = path.relative_to(portal.root / FILINGS).parts
        return FilingId(unit, kind, Period.parse(Path(name).stem)) if kind in portal.kinds else None
    except ValueError:
        return None
