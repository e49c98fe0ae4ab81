"""Tells who wrote a letter, where they said so; the only module that reads that table, and it reads nothing else."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from forms_api.tables import WRITERS


@dataclass(frozen=True)
class Writer:
    """How the writer of a letter is called and can be reached, as they typed it; None for what they left out."""

    name: str | None
    contact: str | None


def writer_of(connection: Connection, number: int) -> Writer | None:
    """Return who wrote a letter, None where nothing was said of it or it is deleted by now."""
    row = connection.execute(select(WRITERS).where(WRITERS.c.submission == number)).first()
    return None if row is None else Writer(row.name, row.contact)
