"""Is the command `mingbai statistics`: writes how letters were answered in a quarter as filings; it serves no page.

A unit gets a filing of the kind whose role is `statistics` when it had letters. What is published already is left as it
is: a correction of it is made like any other.
"""

import argparse
import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from forms_api import publication
from forms_api.cases import Case, all_cases
from forms_api.counting import Row, count
from forms_api.database import Database, cause
from forms_api.desk import audit
from mingbai.errors import PortalError, UsageError
from mingbai.filings import FilingId
from mingbai.kinds import Kind
from mingbai.messages import say
from mingbai.periods import Period
from mingbai.portal import Portal

ROLE, _KEEPER = "statistics", "mingbai statistics"


def main(argv: Sequence[str]) -> int:
    """Run the command and return 0. Raises MingbaiError, which `mingbai` turns into a status."""
    said = _arguments().parse_args(list(argv))
    portal = Portal.open(said.portal or Portal.find(Path.cwd()), said.state)
    kind, period = portal.kind_by_role(ROLE), _period(said.period, portal)
    if kind is None:
        raise PortalError(say("statistics.no_kind"))
    database = Database.of(portal.state)
    if not database.exists:
        raise PortalError(say("replies.no_database", state=portal.state))
    try:
        with database.snapshot() as connection:
            cases = all_cases(connection)
        written = [
            path
            for unit in portal.units.on(period.last)
            if (path := _write(portal, kind, cases, unit.slug, period))
        ]
        commit = publication.commit(portal.root, written, say("statistics.commit", period=period.label))
        with database.changing() as connection:
            audit.note(connection, datetime.now(portal.settings.timezone), _KEEPER, "counted")
    except (OSError, SQLAlchemyError) as reason:
        raise PortalError(say("replies.disk", reason=cause(reason))) from reason
    if said.patch is not None:
        publication.write_patch(portal.root, commit, said.patch)
    print("\n".join(say("statistics.written", path=path) for path in written) or say("statistics.nothing"))
    return 0


def _period(label: str, portal: Portal) -> Period:
    """Return a quarter that is over. Raises UsageError: the numbers of one that is not could still change."""
    try:
        period = Period.parse(label)
    except ValueError:
        raise UsageError(say("statistics.period", period=label)) from None
    if period.cadence != "quarterly" or period.last >= portal.today:
        raise UsageError(say("statistics.period", period=label))
    return period


def _write(portal: Portal, kind: Kind, cases: Sequence[Case], unit: str, period: Period) -> str | None:
    """Write one unit's filing and return its path; None where there is nothing to tell or it stands already."""
    path = f"{FilingId(unit, kind.id, period).path}.csv"
    rows = count(portal, cases, unit, period)
    if not rows or (portal.root / path).exists():
        return None
    publication.put(portal, portal.root / path, _csv(kind, rows))
    return path


def _csv(kind: Kind, rows: Sequence[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(kind.schema.by_name), lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mingbai statistics", description=say("statistics.about"))
    parser.add_argument("period", help=say("statistics.period.help"))
    parser.add_argument("--portal", type=Path, help=say("replies.portal.help"))
    parser.add_argument("--state", type=Path, help=say("replies.state.help"))
    parser.add_argument("--patch", type=Path, help=say("replies.patch.help"))
    return parser
