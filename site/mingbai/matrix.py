"""Says how every slot of the seven stands for every unit in an edition; it has no words of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mingbai.duties import Duty
from mingbai.edition import Edition
from mingbai.filings import FilingId
from mingbai.kinds import Kind
from mingbai.messages import Text
from mingbai.units import Unit

# What is told of a cell in which several things stand: the first of these that occurs.
WORST = ("missing", "late", "overdue", "not_due", "on_time", "nil", "never")


@dataclass(frozen=True)
class Column:
    """A slot of the seven (七公开), or the exposure beside them (一曝光), with the kinds that fill it."""

    id: str
    title: Text
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class Thing:
    """One thing that stands in a cell: a duty, an overdue row, a register. `days` late by, past, or left."""

    status: str
    days: int
    address: str
    kind: Kind
    filing: FilingId | None


def columns(edition: Edition) -> list[Column]:
    """Return the slots of the county's 七公开 on the day of the build; those that nobody owes are left out."""
    profile = edition.portal.profile_of(edition.portal.units.get(edition.portal.settings.county))
    slots, _ = profile.seven(edition.as_of)
    expose = profile.expose(edition.as_of)
    kinds = edition.portal.kinds
    return [
        Column(slot.id, slot.title, tuple(kinds[id] for id in slot.kinds if id in kinds))
        for slot in (*slots, *([expose] if expose else []))
        if any(id in kinds and kinds[id].owed_by for id in slot.kinds)
    ]


def note(edition: Edition) -> Text | None:
    """Return where the list of seven is from: no list is official (design §6.15)."""
    profile = edition.portal.profile_of(edition.portal.units.get(edition.portal.settings.county))
    return profile.seven(edition.as_of)[1]


def units(edition: Edition) -> list[Unit]:
    """Return the units of the day that owe anything here, in file order."""
    sorts = {sort for kind in edition.portal.kinds.values() for sort in kind.owed_by}
    here = edition.portal.units.on(edition.as_of)
    return [unit for unit in here if unit.sort in sorts and edition.portal.is_ours(unit)]


def things(edition: Edition, units: Sequence[Unit], kinds: Iterable[Kind]) -> list[Thing]:
    """Return all that stands in the cell of these units and kinds."""
    found: list[Thing] = []
    for unit in units:
        newest = newest_due(edition.duties_of.get(unit.slug, ()))
        for kind in kinds:
            if unit.sort in kind.owed_by and kind.shape == "statement":
                found += [of_duty(duty) for duty in newest if duty.kind.id == kind.id]
            elif unit.sort in kind.owed_by:
                found += _of_rows(edition, unit, kind)
    return found


def worst(things: Sequence[Thing]) -> list[Thing]:
    """Return the things of the worst status in a cell, in their order; none of none."""
    status = next((each for each in WORST if any(thing.status == each for thing in things)), None)
    return [thing for thing in things if thing.status == status]


def newest_due(owed: Iterable[Duty]) -> list[Duty]:
    """Return for each kind the newest duty that has come due or is fulfilled; `owed` is newest first."""
    found: dict[str, Duty] = {}
    for duty in owed:
        if duty.status != "not_due":
            found.setdefault(duty.kind.id, duty)
    return sorted(found.values(), key=lambda duty: duty.kind.id)


def of_duty(duty: Duty) -> Thing:
    """Return a duty as it stands in a cell."""
    return Thing(duty.status, duty.days, duty.place, duty.kind, duty.id)


def _of_rows(edition: Edition, unit: Unit, kind: Kind) -> list[Thing]:
    """Return how a register or the events of a unit stand: overdue rows, else that it is there, else never."""
    late = [each for each in edition.overdue_of.get(unit.slug, ()) if each.table.kind.id == kind.id]
    if late:
        return [Thing("overdue", each.days, each.address, kind, each.table.id) for each in late]
    tables = edition.of_kind(unit.slug, kind.id)
    if tables:
        return [Thing("on_time", 0, tables[0].id.address, kind, tables[0].id)]
    # An event need not have happened; a register has to be there once the kind is owed.
    owed = kind.shape == "register" and edition.portal.settings.since(kind) <= edition.as_of
    return [] if not owed else [Thing("never", 0, f"/u/{unit.slug}/{kind.id}/", kind, None)]
