"""Merges the cells of a filing and writes them down again as a filing; it decides nothing that `privacy` has not."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mingbai.anonymity.comparing import Gap, gaps
from mingbai.anonymity.crowds import Crowds, crowds, thinned
from mingbai.anonymity.releases import Release, region_of, releases_beside
from mingbai.errors import MingbaiError, UsageError
from mingbai.filings import FilingId, RawTable, assemble
from mingbai.messages import Text, say
from mingbai.periods import Period
from mingbai.places import homes, names, strange_rows
from mingbai.portal import Portal
from mingbai.privacy import cells_of, identifiers, rule_of
from mingbai.privacy.merging import Cell, as_before
from mingbai.privacy.settling import settle
from mingbai.sheets.joining import written


class NotCounted(MingbaiError):
    """There is nothing that could be merged: the kind counts no people, or the file cannot be read."""


class StrangePlace(MingbaiError):
    """Places that are no unit's name stand in `rows`; what stands there is not repeated, for it may be a person's."""

    def __init__(self, rows: list[int]) -> None:
        super().__init__(say("anonymity.place", rows=rows[:10]))
        self.rows = rows


class TooFew(MingbaiError):
    """All together are too few to be published at all."""

    def __init__(self, count: int) -> None:
        super().__init__(say("anonymity.too_few", count=count))
        self.count = count


@dataclass(frozen=True)
class Anonymised:
    """What became of a filing: its cells before and after, what they were held against, what is left to be judged."""

    raw: RawTable
    unit: Text
    before: tuple[Cell, ...]
    after: tuple[Cell, ...]
    releases: tuple[Release, ...]
    gaps: tuple[Gap, ...]
    crowds: Crowds
    rows: str

    @property
    def changed(self) -> bool:
        """Whether anything had to be merged."""
        return sorted(map(_told, self.before)) != sorted(map(_told, self.after))


def anonymise(portal: Portal, raw: RawTable) -> Anonymised:
    """Return a filing whose cells count enough, cross no cell of any release beside it, and add up as before.

    Raises NotCounted for a kind without a `privacy` rule, TooFew when all of it together counts too few.
    """
    rule = raw.kind.privacy
    if rule is None:
        raise NotCounted(say("anonymity.no_rule", kind=raw.kind.title.zh))
    scope = (portal.units, raw.id.unit, raw.id.period.last)
    strange = strange_rows(raw, names(*scope))
    if strange:
        raise StrangePlace(strange)
    if any(
        identifiers(str(value)) for row in raw.rows for value in row.cells.values() if isinstance(value, str)
    ):
        raise NotCounted(say("anonymity.identity"))
    merging = rule_of(raw)
    before, beside = cells_of(raw), releases_beside(portal, raw)
    region = region_of(portal, raw.id, rule)
    patterns = [release.cells for release in beside if release.id.unit == raw.id.unit]
    place = str(rule.get("place"))
    crowded = crowds(before, place, homes(*scope)) if "place" in rule else frozenset()
    after = settle(
        thinned(before, place, crowded), merging, region, [release.regions for release in beside], patterns
    )
    after = as_before(before, after, merging.order)
    if not after:
        raise TooFew(sum(cell.count for cell in before))
    # Where households stand from period to period, what changed in one period is what can be told from two tables.
    near = [each for each in beside if not rule.get("standing") or _is_near(raw.id.period, each.id.period)]
    found = gaps(after, [region(cell) for cell in after], near)
    unit = portal.units.at(raw.id.unit, raw.id.period.last).name
    return Anonymised(
        raw, unit, tuple(before), tuple(after), tuple(beside), tuple(found), crowded, _rows(raw, after)
    )


def _is_near(one: Period, other: Period) -> bool:
    return other.label in (one.label, one.previous().label, one.next().label)


def id_of(portal: Portal, unit: str, kind: str, period: str) -> FilingId:
    """Return the filing that is meant. Raises UsageError for a unit, kind or period that is none."""
    if kind not in portal.kinds:
        raise UsageError(say("anonymity.no_kind", kind=kind))
    if unit not in portal.units.slugs():
        raise UsageError(say("cli.no_unit", unit=unit))
    try:
        return FilingId(unit, kind, Period.parse(period))
    except ValueError:
        raise UsageError(say("anonymity.no_period", period=period)) from None


def table_of(portal: Portal, id: FilingId, source: Path | None) -> RawTable:
    """Return the filing to be merged, its rows from `source` where that is given. Raises UsageError and NotCounted."""
    rows, facts = source or portal.root / f"{id.path}.csv", portal.root / f"{id.path}.yaml"
    if not rows.is_file():
        raise UsageError(say("anonymity.no_filing", path=id.path))
    said = facts.read_bytes() if facts.is_file() else None
    raw = assemble(
        id, portal.kinds[id.kind], rows.read_bytes(), said, portal.settings_of(id), portal.sort_of(id)
    )
    wrong = sum(finding.severity == "error" for finding in raw.findings)
    if wrong:
        raise NotCounted(say("anonymity.unreadable", file=rows, count=wrong))
    return raw


def write(portal: Portal, done: Anonymised) -> None:
    """Put the merged rows in the filing's place, whole or not at all."""
    target = portal.root / f"{done.raw.id.path}.csv"
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.new")
    draft.write_text(done.rows, encoding="utf-8", newline="")
    draft.replace(target)


def _rows(raw: RawTable, cells: Sequence[Cell]) -> str:
    """Return the CSV: the key numbered anew, dimensions joined, everything that told a single row left blank."""
    rule, schema = raw.kind.privacy or {}, raw.contract.schema
    key = schema.primary_key[0]
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(schema.by_name)
    for number, cell in enumerate(cells, 1):
        row = dict.fromkeys(schema.by_name, "")
        row |= {dim: written(values) for dim, values in cell.values.items()}
        row |= {str(rule["count"]): str(cell.count), key: str(number)}
        row |= {name: f"{value:f}" for name, value in cell.sums.items()}
        lines.writerow(row.values())
    return out.getvalue()


def _told(cell: Cell) -> tuple[list[list[str]], int]:
    return [sorted(values) for _, values in sorted(cell.values.items())], cell.count
