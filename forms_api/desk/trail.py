"""Reads the audit trail: for the keeper as lines or as a table, for a case as who read it; it adds nothing to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, or_, select

from forms_api.deadlines import day_words
from forms_api.tables import AUDIT, FILED, NAMED
from mingbai.downloads.duties import as_csv
from mingbai.messages import say
from mingbai.sheets.cells import FORMULA
from mingbai.sheets.hidden import HIDDEN

COLUMNS = ("at", "account", "what", "case", "named", "filing")
READ = ("read", "looked", "met")
_MOST = 300  # lines of one case that its page shows; the command shows them all


@dataclass(frozen=True)
class Line:
    """Who did what, when; `case`, `named` and `filing`: the case, account or filing to which it was done, if to one."""

    at: datetime
    account: str
    what: str
    case: int | None
    named: str | None
    filing: str | None


@dataclass(frozen=True)
class Reading:
    """One account's readings of a case on one day, at which times, in words."""

    account: str
    day: str
    times: tuple[str, ...]


def lines(
    connection: Connection,
    case: int | None = None,
    account: str | None = None,
    since: date | None = None,
) -> list[Line]:
    """Return the lines in the order in which they were written; `account` did it or had it done to it."""
    asked = (
        select(AUDIT, NAMED.c.account.label("named"), FILED.c.filing)
        .select_from(
            AUDIT.outerjoin(NAMED, NAMED.c.line == AUDIT.c.line).outerjoin(
                FILED, FILED.c.line == AUDIT.c.line
            )
        )
        .order_by(AUDIT.c.line)
    )
    if case is not None:
        asked = asked.where(AUDIT.c.submission == case)
    if account is not None:
        asked = asked.where(or_(AUDIT.c.account == account, NAMED.c.account == account))
    if since is not None:
        asked = asked.where(AUDIT.c.at >= since.isoformat())
    return [
        Line(datetime.fromisoformat(row.at), row.account, row.what, row.submission, row.named, row.filing)
        for row in connection.execute(asked)
    ]


def readings(connection: Connection, case: int, lang: str) -> list[Reading]:
    """Return who read a case, looked at its photos or its writer, the newest day first; at most 300 readings."""
    mine = (AUDIT.c.submission == case, AUDIT.c.what.in_(READ))
    asked = select(AUDIT.c.at, AUDIT.c.account).where(*mine).order_by(AUDIT.c.line.desc()).limit(_MOST)
    found: dict[tuple[date, str], list[str]] = {}
    for row in connection.execute(asked):
        at = datetime.fromisoformat(row.at)
        times = found.setdefault((at.date(), row.account), [])
        if f"{at:%H:%M}" not in times:
            times.append(f"{at:%H:%M}")
    return [Reading(name, day_words(day, lang), tuple(times[::-1])) for (day, name), times in found.items()]


def as_text(found: Sequence[Line], lang: str) -> str:
    """Return lines to read in a terminal: nothing in a name can steer it."""
    return "\n".join(
        say(
            "desk.trail.line",
            lang,
            at=f"{line.at:%Y-%m-%d %H:%M}",
            account=shown(line.account) or say("desk.trail.nobody", lang),
            what=say(f"desk.trail.{line.what}", lang),
            object=" ".join(
                shown(str(each)) for each in (line.case, line.named, line.filing) if each is not None
            ),
        ).rstrip()
        for line in found
    )


def as_table(found: Sequence[Line]) -> str:
    """Return lines as CSV: times in ISO, acts by their names in the database, no cell that a spreadsheet calculates."""
    rows = [
        {
            "at": line.at.isoformat(timespec="seconds"),
            "account": _cell(line.account),
            "what": line.what,
            "case": "" if line.case is None else str(line.case),
            "named": _cell(line.named or ""),
            "filing": line.filing or "",
        }
        for line in found
    ]
    return as_csv(COLUMNS, rows)


def shown(name: str) -> str:
    """Return a name as it may stand in a terminal."""
    return HIDDEN.sub("\ufffd", name).replace("\n", " ")


def _cell(name: str) -> str:
    cell = (
        HIDDEN.sub("", name).replace("\n", " ").strip()
    )  # hidden ones go: behind one a formula would stay one
    return f"'{cell}" if cell.startswith(FORMULA) else cell
