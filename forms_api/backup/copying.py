"""Copies every row from one database to another, SQLite or PostgreSQL; it knows no file and no key."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, inspect, select

from forms_api.tables import METADATA, SUBMISSIONS

_ROWS = 50  # at a time: with photos half a megabyte each


@dataclass(frozen=True)
class Kept:
    """How many rows stand in each table."""

    rows: dict[str, int]

    @property
    def letters(self) -> int:
        """How many letters there are."""
        return self.rows[SUBMISSIONS.name]

    @property
    def anything(self) -> bool:
        """Whether there is a row at all."""
        return any(self.rows.values())


def copy(source: Connection, into: Connection) -> Kept:
    """Copy every row of every table, parents first."""
    counts = dict.fromkeys(METADATA.tables, 0)
    there = inspect(source).get_table_names()
    for table in METADATA.sorted_tables:
        if table.name not in there:
            continue  # an earlier version wrote it: a step to the next one only adds tables
        # yield_per: PostgreSQL hands over all rows at once otherwise, and photos are many gigabytes.
        rows = source.execute(select(table), execution_options={"yield_per": _ROWS})
        for part in rows.mappings().partitions():
            into.execute(insert(table), [dict(row) for row in part])
            counts[table.name] += len(part)
    if into.dialect.name == "postgresql":
        _number_on(into)
    return Kept(counts)


def count(connection: Connection) -> Kept:
    """Count the rows of every table; there are none in one that is not there."""
    there = inspect(connection).get_table_names()
    return Kept(
        {
            name: (connection.scalar(select(func.count()).select_from(table)) or 0) if name in there else 0
            for name, table in METADATA.tables.items()
        }
    )


def _number_on(into: Connection) -> None:
    """Let PostgreSQL number on after the rows that were numbered elsewhere: the next one would collide with them."""
    for table in METADATA.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            free = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
            counter = func.pg_get_serial_sequence(table.name, column.name)
            into.execute(select(func.setval(counter, free, False)))
