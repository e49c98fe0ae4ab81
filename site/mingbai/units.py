"""Knows the tree of units on any date; it knows nothing of what they publish."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from mingbai.errors import PortalError
from mingbai.messages import Text

SORTS = ("county", "town", "village", "community", "collective")


@dataclass(frozen=True)
class Unit:
    """One unit during one span of validity; `valid_to` is inclusive, None while it lasts."""

    slug: str
    name: Text
    sort: str
    parent: str | None
    valid_from: date
    valid_to: date | None
    successors: tuple[str, ...]
    profile: str
    high_turnover: bool
    households: int | None
    population: int | None
    phone: str

    def valid_on(self, day: date) -> bool:
        """Return whether this row describes the unit on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Units:
    """All rows of `units.csv`, asked by date."""

    def __init__(self, rows: Iterable[Unit]) -> None:
        self._rows = tuple(rows)

    @classmethod
    def load(cls, path: Path) -> "Units":
        """Read `units.csv`. Raises PortalError naming line and column for anything that cannot be used."""
        try:
            with path.open(encoding="utf-8-sig", newline="") as lines:
                rows = [
                    _read(row, f"{path.name}:{number}") for number, row in enumerate(csv.DictReader(lines), 2)
                ]
        except (OSError, UnicodeDecodeError) as reason:
            raise PortalError(f"{path}: {reason}") from None
        units = cls(rows)
        units.check()
        return units

    @cached_property
    def _by_slug(self) -> dict[str, list[Unit]]:
        found: dict[str, list[Unit]] = {}
        for unit in sorted(self._rows, key=lambda each: each.valid_from):
            found.setdefault(unit.slug, []).append(unit)
        return found

    def slugs(self) -> tuple[str, ...]:
        """Return every slug there ever was, in file order."""
        return tuple(dict.fromkeys(unit.slug for unit in self._rows))

    def exists(self, slug: str, day: date) -> bool:
        """Return whether there was a unit of that slug on `day`."""
        return any(unit.valid_on(day) for unit in self._by_slug.get(slug, ()))

    def on(self, day: date) -> list[Unit]:
        """Return the units that exist on `day`, in file order."""
        return [unit for unit in self._rows if unit.valid_on(day)]

    def get(self, slug: str, day: date | None = None) -> Unit:
        """Return the unit on `day`, or its newest row. Raises KeyError when there is none."""
        rows = self._by_slug[slug]
        if day is None:
            return rows[-1]
        for unit in rows:
            if unit.valid_on(day):
                return unit
        raise KeyError(slug)

    def about(self, slug: str, day: date) -> Unit:
        """Return the unit on `day`, or as it was last where there was none that day."""
        return next((unit for unit in self._by_slug[slug] if unit.valid_on(day)), self._by_slug[slug][-1])

    def spans(self, slug: str) -> tuple[Unit, ...]:
        """Return every row of a unit, oldest first; none for an unknown one."""
        return tuple(self._by_slug.get(slug, ()))

    def rows(self) -> tuple[Unit, ...]:
        """Return every row, so that a question about the past is answered by the row of that time."""
        return self._rows

    def latest(self) -> list[Unit]:
        """Return the newest row of every unit, in file order: also of units that are no more."""
        return [self._by_slug[slug][-1] for slug in self.slugs()]

    def children(self, slug: str, day: date) -> list[Unit]:
        """Return the units directly below `slug` on `day`, in file order."""
        return [unit for unit in self.on(day) if unit.parent == slug]

    def roots(self, day: date) -> list[Unit]:
        """Return the units without a parent on `day`."""
        return [unit for unit in self.on(day) if unit.parent is None]

    def at(self, slug: str, day: date) -> Unit:
        """Return the unit as it was on `day`: one that had ended by then as it ended. Raises KeyError when unknown."""
        rows = self._by_slug[slug]
        return next((unit for unit in reversed(rows) if unit.valid_from <= day), rows[0])

    def ancestors(self, slug: str, day: date | None = None) -> tuple[Unit, ...]:
        """Return parent, grandparent … of `slug`, nearest first, as they were on `day`, else as the newest rows say."""
        found: list[Unit] = []
        unit = self.get(slug) if day is None else self.at(slug, day)
        while unit.parent is not None:
            unit = self.get(unit.parent) if day is None else self.at(unit.parent, day)
            found.append(unit)
        return tuple(found)

    def heirs(self, slug: str, day: date) -> frozenset[str]:
        """Return who stands where `slug` stood: itself while there is such a unit, else its successors, or theirs."""
        found, asked, seen = set(), [slug], {slug}
        while asked:
            each = asked.pop()
            if self.exists(each, day):
                found.add(each)
            else:
                asked += [other for other in self.at(each, day).successors if other not in seen]
                seen.update(asked)
        return frozenset(found)

    def within(self, slug: str, day: date) -> frozenset[str]:
        """Return `slug` and every unit below it on `day`."""
        below = {slug}
        for unit in self.children(slug, day):
            below |= self.within(unit.slug, day)
        return frozenset(below)

    def check(self) -> None:
        """Raise PortalError for overlapping spans, unknown parents or successors, and circles."""
        for slug, rows in self._by_slug.items():
            for earlier, later in zip(rows, rows[1:], strict=False):
                if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
                    raise PortalError(f"units.csv: {slug} has two rows for {later.valid_from} / 同一天有两行")
            for unit in rows:
                for other in (unit.parent, *unit.successors):
                    if other is not None and other not in self._by_slug:
                        raise PortalError(
                            f"units.csv: {slug} names {other}, which is not there / 没有这个单位"
                        )
            self._check_circle(slug)

    def _check_circle(self, slug: str) -> None:
        seen = {slug}
        unit = self.get(slug)
        while unit.parent is not None:
            if unit.parent in seen:
                raise PortalError(f"units.csv: {slug} lies below itself / 上级绕回了自己")
            seen.add(unit.parent)
            unit = self.get(unit.parent)


def _read(row: dict[str, str], where: str) -> Unit:
    try:
        if (
            row["sort"] not in SORTS
            or not row["unit"].replace("-", "").isalnum()
            or not row["unit"].isascii()
        ):
            raise ValueError(f"{row['unit']} ({row['sort']})")
        return Unit(
            slug=row["unit"],
            name=Text(row["name"], row["name_en"]),
            sort=row["sort"],
            parent=row["parent"] or None,
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            successors=tuple(row["successors"].split()),
            profile=row["profile"],
            high_turnover=row["high_turnover"] == "yes",
            households=int(row["households"]) if row["households"] else None,
            population=int(row["population"]) if row["population"] else None,
            phone=row["phone"],
        )
    except (KeyError, ValueError, AttributeError, TypeError) as reason:
        raise PortalError(f"{where}: cannot be read / 这一行读不出来: {reason}") from None
