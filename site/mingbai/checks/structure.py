"""Looks at where files lie, what they are called and which of them go together; it reads no row of any."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from mingbai.checks.cases import FACTS_LOST
from mingbai.filings import FilingId, RawTable
from mingbai.folders import FILINGS
from mingbai.kinds import Kind
from mingbai.messages import LANGUAGES, Text
from mingbai.periods import Period
from mingbai.portal import Portal
from mingbai.sheets.finding import Finding
from mingbai.sheets.hidden import HIDDEN

LONGEST_NAME = 200
NOT_OPENED = frozenset({"link", "long_name"})  # findings after which a file is not even read
_KEPT = (".gitkeep",)
_ENDINGS = (".csv", ".yaml")
_MEANT = {".yml": ".yaml"}


def look(portal: Portal) -> Iterator[Finding]:
    """Yield findings about every file and folder below the filings of a portal."""
    base = portal.root / FILINGS
    if base.is_symlink():
        yield Finding.of("checks.link", FILINGS)
        return
    for folder, folders, files in os.walk(base):
        folders.sort()
        here = Path(folder)
        links = [each for each in folders if (here / each).is_symlink()]
        yield from _alike(portal, here, [*folders, *files])
        for name in sorted([*files, *links]):
            if name not in _KEPT:
                yield from _file(portal, here / name)


def _alike(portal: Portal, folder: Path, names: Sequence[str]) -> Iterator[Finding]:
    """Two names that differ only in case are one file on the clerks' computers."""
    seen: dict[str, str] = {}
    for name in sorted(names):
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            yield Finding.of(
                "checks.alike", _path(portal, folder / name), name=_clean(name), other=_clean(other)
            )


def _file(portal: Portal, path: Path) -> Iterator[Finding]:
    file = _path(portal, path)
    parts = path.relative_to(portal.root / FILINGS).parts
    if len(os.fsencode(path.name)) > LONGEST_NAME:
        yield Finding.of("checks.long_name", file, most=LONGEST_NAME)
    elif path.is_symlink() or not path.is_file():
        yield Finding.of("checks.link", file)
    elif len(parts) != 3:
        yield Finding.of("checks.depth", file)
    elif path.suffix not in _ENDINGS:
        yield _ending(path, file)
    else:
        yield from _place(portal, parts[0], parts[1], path.stem, file)


def _ending(path: Path, file: str) -> Finding:
    meant = _MEANT.get(path.suffix.lower(), path.suffix.lower())
    if meant in _ENDINGS:
        return Finding.of("checks.ending", file, name=_clean(path.name), meant=_clean(f"{path.stem}{meant}"))
    return Finding.of("checks.file_type", file, name=_clean(path.name))


def _place(portal: Portal, unit: str, kind: str, label: str, file: str) -> Iterator[Finding]:
    """Check unit, kind and period of a file, each of them, and how they fit."""
    if unit not in portal.units.slugs():
        yield Finding.of("checks.no_unit", file, unit=_clean(unit))
    if kind not in portal.kinds:
        yield Finding.of("checks.no_kind", file, kind=_clean(kind), kinds=[*portal.kinds])
    try:
        period = Period.parse(label)
    except ValueError:
        yield Finding.of("checks.no_period", file, label=_clean(label))
        return
    if unit in portal.units.slugs() and kind in portal.kinds:
        yield from _owed(portal, unit, portal.kinds[kind], period, file)


def fitting(portal: Portal, id: FilingId, file: str) -> Iterator[Finding]:
    """Check that a unit may publish a kind for a period, before there is a file; `file` is named in what is wrong."""
    yield from _owed(portal, id.unit, portal.kinds[id.kind], id.period, file)


def _owed(portal: Portal, slug: str, kind: Kind, period: Period, file: str) -> Iterator[Finding]:
    """Check that the unit existed in the period, publishes the kind, and by periods like this."""
    rows = [unit for unit in portal.units.spans(slug) if unit.valid_from <= period.last]
    rows = [unit for unit in rows if unit.valid_to is None or unit.valid_to >= period.first]
    if not rows:
        title = Text(*(period.title(lang) for lang in LANGUAGES))
        yield Finding.of("checks.not_valid", file, unit=portal.units.get(slug).name, period=title)
        return
    unit = rows[-1]
    # A unit that is not of the portal's county owes nothing here, and may show any kind.
    if kind.owed_by and unit.sort not in kind.owed_by and portal.is_ours(unit):
        yield Finding.of("checks.not_owed", file, kind=kind.title, unit=unit.name)
    cadences = [
        portal.profile_of(each).cadence(kind, each.high_turnover, day)
        for each in rows
        for day in (period.first, period.last)
    ]
    if period.cadence not in cadences:
        cadence = cadences[-1]
        example = (
            f"{period.first}-road" if cadence == "event" else Period.containing(period.first, cadence).label
        )
        facts = {"kind": kind.title, "unit": unit.name, "label": period.label, "example": example}
        yield Finding.of("checks.cadence", file, **facts)


def together(raw: RawTable, has_rows: bool, has_facts: bool) -> Iterator[Finding]:
    """Yield findings about the two files of a filing taken together (design §4)."""
    id, nil = raw.id, raw.sidecar.nil
    rows, facts = f"{id.path}.csv", f"{id.path}.yaml"
    lost = {finding.field for finding in raw.findings if finding.file == facts}
    unreadable = any(finding.rule in FACTS_LOST for finding in raw.findings if finding.file == facts)
    nil_tried = any(field is not None and field.split(".")[0] == "nil" for field in lost)
    required = [
        field for field in (raw.contract.header.fields if raw.contract.header else ()) if field.required
    ]
    if has_rows and nil is not None:
        yield Finding.of("checks.nil_with_rows", facts, None, "nil")
    elif not has_rows and nil is None and not unreadable and not nil_tried:
        yield Finding.of("checks.no_rows_file", facts, name=f"{id.period.label}.csv")
    elif has_rows and required and not has_facts:
        titles = Text(*("、".join(field.title.in_(lang) for field in required) for lang in LANGUAGES))
        yield Finding.of("checks.no_facts_file", rows, name=f"{id.period.label}.yaml", titles=titles)
    elif has_rows and has_facts and not unreadable and not nil_tried and "header" not in lost:
        for field in required:
            if raw.header.get(field.name) is None and field.name not in lost:
                yield Finding.of(
                    "sheets.missing_fact", facts, None, field.name, title=field.title, name=field.name
                )


def _path(portal: Portal, path: Path) -> str:
    return _clean(path.relative_to(portal.root).as_posix())


def _clean(name: str) -> str:
    """Return a name that can be printed: bytes that are no UTF-8 and invisible characters become a mark."""
    return HIDDEN.sub("\ufffd", name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")).replace(
        "\n", "\ufffd"
    )
