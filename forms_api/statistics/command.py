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

from forms_api.cases import Case, all_cases
from forms_api.database import Database, Turn, cause
from forms_api.desk import audit
from forms_api.publication.filings import RELEASE_LOCK, NotPublished, OpenChange, Publication, settle
from forms_api.publication.repository import carry_away, repository_for
from forms_api.statistics.counting import Row, count
from mingbai.calling import Guest, Parser
from mingbai.errors import PortalError, UsageError
from mingbai.filings import FilingId
from mingbai.kinds import Kind
from mingbai.messages import hint, say
from mingbai.periods import Period
from mingbai.portal import Portal
from mingbai.units import Unit

ROLE, _KEEPER = "statistics", "mingbai statistics"


def _main(said: argparse.Namespace) -> int:
    """Run the command and return 0. Raises MingbaiError, which `mingbai` turns into a status."""
    portal = Portal.open(said.portal or Portal.find(Path.cwd()), said.state)
    kind, period = portal.kind_by_role(ROLE), _period(said.period, portal)
    if kind is None:
        raise PortalError(say("statistics.no_kind"))
    database = Database.of(portal.state)
    if not database.exists:
        raise PortalError(say("replies.no_database", state=portal.state))
    try:
        with Turn(portal.state, RELEASE_LOCK).taken():
            repository = repository_for(portal.root, said.patch)
            refused = _count(Publication(portal, database, kind.id, repository), kind, period)
            carry_away(repository, said.patch)
    except (OSError, SQLAlchemyError) as reason:
        raise PortalError(say("replies.disk", reason=cause(reason))) from reason
    if refused:
        raise PortalError("\n".join(refused))
    return 0


def _count(publication: Publication, kind: Kind, period: Period) -> list[str]:
    """Write and commit the filings of a quarter, and those that an earlier run left; return why some could not be."""
    portal, refused = publication.portal, []
    with publication.database.snapshot() as connection:
        cases = all_cases(connection)
    for unit in _units_of(portal, period):
        try:
            _write(publication, kind, cases, unit, period)
        except NotPublished as reason:
            refused.append(say("statistics.refused", unit=unit.name.zh, reason=reason.message))
    paths, written = [], []
    for path in publication.unfinished():
        try:
            new = publication.base(path) != publication.now(path)
            paths.append(path)
            written += [path] if new else []
        except OpenChange as reason:
            refused.append(reason.message)
    publication.commit(paths, say("statistics.commit", "zh", period=period.label))
    with publication.database.changing() as connection:
        settle(connection, paths)
        audit.note(connection, datetime.now(portal.settings.timezone), _KEEPER, "counted")
    print("\n".join(say("statistics.written", path=path) for path in written) or say("statistics.nothing"))
    return list(dict.fromkeys(refused))


def _units_of(portal: Portal, period: Period) -> list[Unit]:
    """Return the units that existed on some day of the period, each by its newest row of that time."""
    there = [
        unit
        for unit in portal.units.rows()
        if unit.valid_from <= period.last and (unit.valid_to is None or unit.valid_to >= period.first)
    ]
    return list({unit.slug: unit for unit in sorted(there, key=lambda each: each.valid_from)}.values())


def _period(label: str, portal: Portal) -> Period:
    """Return a quarter that is over. Raises UsageError: the numbers of one that is not could still change."""
    try:
        period = Period.parse(label)
    except ValueError:
        raise UsageError(say("statistics.period", period=label)) from None
    if period.cadence != "quarterly" or period.last >= portal.today:
        raise UsageError(say("statistics.period", period=label))
    return period


def _write(publication: Publication, kind: Kind, cases: Sequence[Case], unit: Unit, period: Period) -> None:
    """Write one unit's filing, unless there is nothing to tell or it stands already. Raises NotPublished."""
    path = f"{FilingId(unit.slug, kind.id, period).path}.csv"
    stands = publication.now(path) is not None and path not in publication.unfinished()
    rows = [] if stands else count(publication.portal, cases, unit, period)
    if rows:
        publication.put({path: _csv(kind, rows)})


def _csv(kind: Kind, rows: Sequence[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(kind.schema.by_name), lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")


def _arguments() -> Parser:
    parser = Parser(prog="mingbai statistics", key="statistics.about")
    parser.add_argument("period", help=hint("statistics.period.help"))
    parser.add_argument("--portal", type=Path, help=hint("replies.portal.help"))
    parser.add_argument("--state", type=Path, help=hint("replies.state.help"))
    parser.add_argument("--patch", type=Path, help=hint("replies.patch.help"))
    return parser


main = Guest(_arguments, _main)
