"""Takes what the holder of a receipt says of the answer, once: is it solved, and how satisfied; it shows no page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert

from forms_api.cases import moment
from forms_api.tables import VERDICTS

SATISFIED = ("yes", "fairly", "no")
_SOLVED = {"yes": True, "no": False}


@dataclass(frozen=True)
class Said:
    """A verdict that is whole."""

    solved: bool
    satisfied: str


def read(typed: Mapping[str, str]) -> Said | None:
    """Return the verdict in the fields of a form, None when one of the two is not chosen."""
    solved, satisfied = typed.get("solved", ""), typed.get("satisfied", "")
    return Said(_SOLVED[solved], satisfied) if solved in _SOLVED and satisfied in SATISFIED else None


def add(connection: Connection, number: int, at: datetime, said: Said) -> None:
    """Store a verdict. Raises sqlalchemy's IntegrityError when there is one."""
    connection.execute(
        insert(VERDICTS).values(
            submission=number, at=moment(at), solved=said.solved, satisfied=said.satisfied
        )
    )
