"""Holds what one build publishes: every public table and every duty on one day; it renders and writes nothing.

Pages, search and downloads are all given the same `Edition`, so that none of them opens a filing by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from mingbai import sealed
from mingbai.checks import check, memory_of, report
from mingbai.duties import Duty
from mingbai.errors import BuildRefused, FilingUnreadable
from mingbai.filings import FilingId
from mingbai.kinds import Kind
from mingbai.messages import say, spoken
from mingbai.portal import Portal
from mingbai.privacy import PrivacyStop, PublicTable, publish
from mingbai.sealed import Kept
from mingbai.stages import Overdue, newest, overdue

_SOON = timedelta(days=7)  # a correction may be dated when it was decided, and come some days later
_WRITTEN_HERE = ("replies", "statistics")


@dataclass(frozen=True)
class Edition:
    """What is public on `as_of`: tables by filing, when each came, and what is owed."""

    portal: Portal
    as_of: date
    tables: Mapping[FilingId, PublicTable]
    received: Mapping[FilingId, datetime]
    duties: tuple[Duty, ...]

    @cached_property
    def kinds(self) -> tuple[Kind, ...]:
        """Kinds that are shown: those that somebody owes, and those of which there is a filing.

        A kind that nobody owes is switched off until a portal switches it on or files it.
        """
        filed = {id.kind for id in self.tables}
        return tuple(kind for kind in self.portal.kinds.values() if kind.owed_by or kind.id in filed)

    @cached_property
    def sealed(self) -> Mapping[FilingId, Kept]:
        """Sealed records by filing: of those filings that are published, while they may be opened."""
        standing = sealed.standing(self.portal, self.as_of)
        return {id: kept for id, kept in standing.items() if id in self.tables}

    @cached_property
    def newest(self) -> tuple[PublicTable, ...]:
        """All tables, the one received last first; the same moment is ordered by address."""
        ordered = sorted(self.tables.values(), key=lambda table: table.id.address)
        return tuple(sorted(ordered, key=lambda table: self.received[table.id], reverse=True))

    @cached_property
    def by_unit(self) -> Mapping[str, Sequence[PublicTable]]:
        """Tables of each unit, received last first."""
        found: dict[str, list[PublicTable]] = {}
        for table in self.newest:
            found.setdefault(table.id.unit, []).append(table)
        return found

    @cached_property
    def duty_of(self) -> Mapping[FilingId, Duty]:
        """Duties by the filing that fulfils them."""
        return {duty.id: duty for duty in self.duties}

    @cached_property
    def duties_of(self) -> Mapping[str, Sequence[Duty]]:
        """Duties of each unit, the newest period first."""
        found: dict[str, list[Duty]] = {}
        for duty in sorted(self.duties, key=lambda each: (each.period.last, each.period.first), reverse=True):
            found.setdefault(duty.unit.slug, []).append(duty)
        return found

    @cached_property
    def overdue_of(self) -> Mapping[str, Sequence[Overdue]]:
        """Overdue rows of each unit's registers and events, the longest overdue first."""
        found: dict[str, list[Overdue]] = {}
        for slug, tables in self.by_unit.items():
            late = [each for table in newest(tables) for each in overdue(table, self.as_of)]
            found[slug] = sorted(late, key=lambda each: (-each.days, each.address))
        return found

    def unsaid(self, table: PublicTable) -> date | None:
        """Return the day on which a filing last came changed, where no correction of that time says what changed.

        The service's own kinds (letters, statistics) tell in each row when it was written.
        """
        came = self.portal.received.changed(table.id)
        if came is None or not self.portal.received.witnessed or table.kind.role in _WRITTEN_HERE:
            return None
        day = came.astimezone(self.portal.settings.timezone).date()
        told = any(day - _SOON <= each.date for each in table.corrections)
        return None if told or day > self.as_of else day

    @cached_property
    def ended(self) -> frozenset[str]:
        """Where names stood whose time is over: path of the filing, key of the row, field."""
        return frozenset(
            f"{id.path} {key} {name}" for id, table in self.tables.items() for key, name in table.ended
        )

    def of_kind(self, unit: str, kind: str) -> list[PublicTable]:
        """Return the filings of one unit and kind, newest period first."""
        mine = [table for table in self.by_unit.get(unit, ()) if table.id.kind == kind]
        return sorted(mine, key=lambda table: table.id.period, reverse=True)

    def of_role(self, role: str) -> tuple[Kind | None, list[PublicTable]]:
        """Return the kind that plays `role` and all its filings with rows; None where there is no such kind."""
        kind = self.portal.kind_by_role(role)
        mine = [table for table in self.tables.values() if kind is not None and table.id.kind == kind.id]
        return kind, sorted(mine, key=lambda table: table.id)


def publish_all(portal: Portal, as_of: date) -> Edition:
    """Return what is public on `as_of`; a filing that came later is left out (design §6.3).

    Raises BuildRefused when anything in the portal has to be changed first: nothing is published half.
    """
    _refuse_findings(portal, as_of)
    tables: dict[FilingId, PublicTable] = {}
    received: dict[FilingId, datetime] = {}
    for id in portal.filing_ids():
        when = portal.received_at(id, as_of)
        if when is None or when.date() > as_of:
            continue
        try:
            tables[id] = publish(portal.read(id), as_of)
        except (FilingUnreadable, PrivacyStop) as reason:
            raise BuildRefused(say("pages.not_built", reason=reason.message)) from reason
        received[id] = when
    return Edition(portal, as_of, tables, received, tuple(portal.duties(as_of)))


def _refuse_findings(portal: Portal, as_of: date) -> None:
    """Raise BuildRefused with everything that has to be changed."""
    checked = check(portal, (), as_of, memory_of(portal))
    if checked.errors:
        errors = tuple(finding for finding in checked.findings if finding.severity == "error")
        raise BuildRefused(
            say("pages.not_checked", report=report(replace(checked, findings=errors), spoken()))
        )
