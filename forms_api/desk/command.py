"""Is the command `mingbai desk`: makes accounts, signs them out, closes them, from the server; it serves no page."""

import argparse
import getpass
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from forms_api.database import Database, cause
from forms_api.desk import accounts, audit, passwords, sessions
from forms_api.desk.accounts import ROLES, Account
from forms_api.desk.passwords import Unusable
from forms_api.levels import SUPERVISOR
from mingbai.errors import PortalError, UsageError
from mingbai.messages import say
from mingbai.portal import Portal

_KEEPER = "mingbai desk"


def main(argv: Sequence[str]) -> int:
    """Run the command and return 0. Raises UsageError and PortalError, which `mingbai` turns into a status."""
    said = _arguments().parse_args(list(argv))
    portal = Portal.open(said.portal or Portal.find(Path.cwd()), said.state)
    portal.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        print(said.run(portal, said))
    except Unusable as reason:
        raise UsageError(
            say(reason.message, "zh", **passwords.RULES, longest=accounts.LONGEST_NAME)
        ) from None
    except (OSError, SQLAlchemyError) as reason:
        raise PortalError(say("replies.disk", reason=cause(reason))) from reason
    return 0


def _add(portal: Portal, said: argparse.Namespace) -> str:
    if said.unit.removeprefix(SUPERVISOR) not in portal.units.slugs():
        raise UsageError(say("replies.no_unit", unit=said.unit))
    password = (
        getpass.getpass(say("desk.add.ask")) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    )
    now = datetime.now(portal.settings.timezone)
    with Database.of(portal.state).changing() as connection:
        made = accounts.add(connection, Account(said.name, said.unit, said.role), password, now)
        audit.note(connection, now, _KEEPER, "added")
    return say("desk.add.done", name=said.name, uri=made.uri, codes="\n".join(made.recoveries))


def _close(portal: Portal, said: argparse.Namespace) -> str:
    now = datetime.now(portal.settings.timezone)
    with Database.of(portal.state).changing() as connection:
        accounts.close(connection, said.name, now)
        audit.note(connection, now, _KEEPER, "closed")
    return say("desk.close.done", name=said.name)


def _put_out(portal: Portal, said: argparse.Namespace) -> str:
    now = datetime.now(portal.settings.timezone)
    with Database.of(portal.state).changing() as connection:
        sessions.close_all(connection, said.name)
        audit.note(connection, now, _KEEPER, "put_out")
    return say("desk.out.done", name=said.name)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mingbai desk", description=say("desk.about"))
    parser.add_argument("--portal", type=Path, help=say("replies.portal.help"))
    parser.add_argument("--state", type=Path, help=say("replies.state.help"))
    users = parser.add_subparsers(required=True, metavar="COMMAND").add_parser(
        "user", help=say("desk.user.help")
    )
    commands = users.add_subparsers(required=True, metavar="COMMAND")
    adding = commands.add_parser("add", help=say("desk.add.help"))
    adding.add_argument("name")
    adding.add_argument("--unit", required=True, help=say("desk.unit.help"))
    adding.add_argument("--role", required=True, choices=ROLES, help=say("desk.role.help"))
    adding.set_defaults(run=_add)
    closing = commands.add_parser("close", help=say("desk.close.help"))
    closing.add_argument("name")
    closing.set_defaults(run=_close)
    leaving = commands.add_parser("out", help=say("desk.out.help"))
    leaving.add_argument("name")
    leaving.set_defaults(run=_put_out)
    return parser
