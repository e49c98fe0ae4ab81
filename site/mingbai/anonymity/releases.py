"""Collects every table that counts the same households as a filing: other periods, other levels, earlier versions.

It reads files and git and judges nothing. A table is comparable when it is of the same kind, tells of the same money
(the rule's `same` fact), and either the same unit published it for a span that holds, or lies in, this one's, or a unit
above or below published it for the same span. Where the same households stand from period to period (`standing`), every
period of the unit counts them.
"""

import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mingbai.filings import FilingId, RawTable, assemble
from mingbai.portal import Portal
from mingbai.privacy import short_cells, shown_cells
from mingbai.privacy.merging import Cell
from mingbai.privacy.settling import Region, crosses

PLACE, MONTHS = "place", "months"


@dataclass(frozen=True)
class Release:
    """One table as its page shows it. `version` is the commit in which it stood, "" for the files as they are.

    `exposed`: how many cells of the file itself count too few; in a commit, whoever has the repository reads them.
    """

    id: FilingId
    version: str
    cells: tuple[Cell, ...]
    regions: tuple[Region, ...]
    exposed: int


def releases_beside(portal: Portal, raw: RawTable) -> list[Release]:
    """Return every comparable release, this filing's own earlier versions first, then the nearest periods."""
    own = raw.id
    standing = bool((raw.kind.privacy or {}).get("standing"))
    others = (id for id in portal.filing_ids() if id != own and id.kind == own.kind)
    ids = [own, *(id for id in others if _comparable(portal, own, id, standing))]
    ids.sort(key=lambda id: (id != own, id.unit != own.unit, abs((id.period.last - own.period.last).days)))
    found = [release for id in ids for release in _versions(portal, id, raw)]
    same = (own, tuple(shown_cells(raw)))  # the filing itself, as it is stored
    return [each for each in found if each.exposed or (each.cells and (each.id, each.cells) != same)]


def crossing(portal: Portal) -> Iterator[tuple[FilingId, "Release"]]:
    """Yield every filing with a release that it must not lie beside: read together, smaller cells could be told."""
    for id in portal.filing_ids():
        rule = portal.kinds[id.kind].privacy
        raw = portal.read(id) if rule else None
        if rule is None or raw is None or any(finding.severity == "error" for finding in raw.findings):
            continue
        mine = list(map(region_of(portal, id, rule), shown_cells(raw)))
        for release in releases_beside(portal, raw):
            if any(crosses(one, other) for one in mine for other in release.regions):
                yield id, release
                break


def exposed(portal: Portal) -> list[FilingId]:
    """Return the filings of which some version in git holds cells that count too few."""
    found = []
    for id in portal.filing_ids():
        if portal.kinds[id.kind].privacy:
            versions = list(_versions(portal, id, portal.read(id)))
            found += [id] if any(each.exposed for each in versions) else []
    return found


def region_of(portal: Portal, id: FilingId, rule: Mapping[str, Any]) -> Callable[[Cell], Region]:
    """Return what says of a cell of this filing which households it counts, in terms that other units share.

    A place becomes the units that lie in it; one that is no unit's name counts as the whole of the publishing unit.
    """
    day = id.period.last
    scope = portal.units.within(id.unit, day)
    named = {portal.units.at(slug, day).name.zh: portal.units.within(slug, day) for slug in scope}
    months = None if rule.get("standing") else frozenset(_months(id))
    place = rule.get("place")

    def region(cell: Cell) -> Region:
        told: dict[str, frozenset[str] | None] = {dim: values or None for dim, values in cell.values.items()}
        if place is not None:
            names = told.pop(place) or frozenset()
            known = [named[name] for name in names if name in named]
            told[PLACE] = frozenset().union(*known) if names and len(known) == len(names) else scope
        else:
            told[PLACE] = scope
        return {**told, MONTHS: months}

    return region


def _comparable(portal: Portal, own: FilingId, other: FilingId, standing: bool) -> bool:
    if other.unit == own.unit:
        mine, its = set(_months(own)), set(_months(other))
        return standing or mine <= its or its <= mine
    same = (other.period.first, other.period.last) == (own.period.first, own.period.last)
    day = own.period.last
    below, above = portal.units.within(own.unit, day), portal.units.within(other.unit, day)
    return same and (other.unit in below or own.unit in above)


def _months(id: FilingId) -> Iterator[str]:
    year, month = id.period.first.year, id.period.first.month
    while (year, month) <= (id.period.last.year, id.period.last.month):
        yield f"{year}-{month:02}"
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _versions(portal: Portal, id: FilingId, raw: RawTable) -> Iterator[Release]:
    """Yield the release as it stands and as it stood in each commit that changed it; this filing only as it stood."""
    rule = raw.kind.privacy or {}
    region = region_of(portal, id, rule)
    same = rule.get("same")
    seen: set[tuple[bytes | None, bytes | None]] = set()
    commits = _commits(portal, id)
    for version in ("", *commits):
        files = (_file(portal, id, version, ".csv"), _file(portal, id, version, ".yaml"))
        if files in seen or files[0] is None or (id == raw.id and not version):
            continue
        seen.add(files)
        table = assemble(id, raw.kind, *files)
        readable = not any(finding.severity == "error" for finding in table.findings)
        if readable and (same is None or table.header.get(same) == raw.header.get(same)):
            cells = shown_cells(table)
            exposed = short_cells(table) if commits else 0
            yield Release(id, version, tuple(cells), tuple(region(cell) for cell in cells), exposed)


def _commits(portal: Portal, id: FilingId) -> list[str]:
    """Return the commits that changed the filing, newest first; none where there is no git."""
    paths = [f"{id.path}.csv", f"{id.path}.yaml"]
    done = _git(portal, "log", "--format=%h", "--", *paths)
    return [] if done is None else done.decode("ascii").split()


def _file(portal: Portal, id: FilingId, version: str, suffix: str) -> bytes | None:
    if version:
        return _git(portal, "show", f"{version}:./{id.path}{suffix}")
    path = portal.root / f"{id.path}{suffix}"
    return path.read_bytes() if path.is_file() else None


def _git(portal: Portal, *arguments: str) -> bytes | None:
    try:
        done = subprocess.run(["git", "-C", str(portal.root), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None
