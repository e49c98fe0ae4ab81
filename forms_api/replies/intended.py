"""Remembers which answers are on their way to the public site, from before their row is written until it is committed.

It writes no file. What is intended no longer holds once the case goes another way: withheld, opened again, drafted
anew.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from forms_api.cases import Case
from forms_api.tables import INTENDED

_OTHER_WAYS = ("withheld", "reopened", "drafted", "merged")


@dataclass(frozen=True)
class Intended:
    """A case, the step at which it was looked at, the address of its row, and the words to be published."""

    number: int
    step: int
    address: str
    question: str
    answer: str

    @property
    def filing(self) -> str:
        """The address of the filing."""
        return self.address.partition("#")[0]

    @property
    def key(self) -> str:
        """The running number of the row in its filing."""
        return self.address.partition("#")[2]

    def holds(self, case: Case | None) -> bool:
        """Return whether the case has gone no other way since."""
        return case is not None and not any(
            event.step > self.step and event.what in _OTHER_WAYS for event in case.events
        )


def add(connection: Connection, each: Intended) -> None:
    """Remember it, in place of what was intended with the case before."""
    drop(connection, each.number)
    values = {"submission": each.number, "step": each.step, "address": each.address}
    connection.execute(insert(INTENDED).values(**values, question=each.question, answer=each.answer))


def drop(connection: Connection, number: int) -> None:
    """Intend nothing with a case."""
    connection.execute(delete(INTENDED).where(INTENDED.c.submission == number))


def read(connection: Connection) -> list[Intended]:
    """Return all that is intended, in the order of the rows."""
    rows = connection.execute(select(INTENDED)).all()
    found = [Intended(row.submission, row.step, row.address, row.question, row.answer) for row in rows]
    return sorted(found, key=lambda each: (each.filing, int(each.key)))
