"""Says which rows of registers and events are overdue, by the clocks of their kind; it reads public tables only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from mingbai.kinds import Clock
from mingbai.privacy import PublicRow, PublicTable


@dataclass(frozen=True)
class Overdue:
    """A row whose day has passed while what it waits for is not there; `days` past that day."""

    table: PublicTable
    row: PublicRow
    clock: Clock
    due: date
    days: int

    @property
    def address(self) -> str:
        """The address of the row."""
        return f"{self.table.id.address}#{self.row.anchor}"


def overdue(table: PublicTable, as_of: date) -> Iterator[Overdue]:
    """Yield what is overdue in a table on `as_of`, row by row."""
    for row in table.rows:
        for clock in table.kind.clocks:
            due, done = row.cells.get(clock.due), row.cells.get(clock.done)
            if isinstance(due, date) and due < as_of and not isinstance(done, date):
                yield Overdue(table, row, clock, due, (as_of - due).days)


def newest(tables: Iterable[PublicTable]) -> list[PublicTable]:
    """Return the tables whose rows still run: of a register the last year's, of events every one."""
    found: dict[str, PublicTable] = {}
    events = []
    for table in tables:
        if table.kind.shape == "event":
            events.append(table)
        elif table.kind.shape == "register":
            last = found.get(table.kind.id)
            found[table.kind.id] = table if last is None or table.id.period > last.id.period else last
    return [*found.values(), *events]
