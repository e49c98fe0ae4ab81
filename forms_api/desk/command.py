"""Is the command `mingbai desk`: keeps accounts and shows the audit trail, from the server; it serves no page."""

import argparse
import getpass
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from forms_api.confidants import SUPERVISOR
from forms_api.database import Database, cause
from forms_api.desk import accounts, audit, passwords, sessions, trail
from forms_api.desk.accounts import ROLES, Account, Kept
from forms_api.desk.passwords import Unusable
from mingbai.calling import Guest, Parser, add_format, day
from mingbai.errors import PortalError, UsageError
from mingbai.messages import hint, say
from mingbai.portal import Portal

_KEEPER = "mingbai desk"


def _main(said: argparse.Namespace) -> int:
    """Run the command and return 0. Raises UsageError and PortalError, which `mingbai` turns into a status."""
    portal = Portal.open(said.portal or Portal.find(Path.cwd()), said.state)
    portal.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        print(said.run(portal, said))
    except Unusable as reason:
        rules: dict[str, object] = {**passwords.RULES, "longest": accounts.LONGEST_NAME}
        raise UsageError(say(reason.message, None, **rules)) from None
    except (OSError, SQLAlchemyError) as reason:
        raise PortalError(say("replies.disk", reason=cause(reason))) from reason
    return 0


def _add(portal: Portal, said: argparse.Namespace) -> str:
    if said.unit.removeprefix(SUPERVISOR) not in portal.units.slugs():
        raise UsageError(say("replies.no_unit", unit=said.unit))
    password, now = _password(), datetime.now(portal.settings.timezone)
    with Database.of(portal.state).changing() as connection:
        made = accounts.add(connection, Account(said.name, said.unit, said.role), password, now)
        audit.note(connection, now, _KEEPER, "added", named=said.name)
    return say("desk.add.done", name=said.name, uri=made.uri, codes="\n".join(made.recoveries))


def _reset(portal: Portal, said: argparse.Namespace) -> str:
    password, now = _password(), datetime.now(portal.settings.timezone)
    with Database.of(portal.state).changing() as connection:
        kept = accounts.find(connection, said.name)
        if kept is None:
            raise Unusable("desk.no_account")
        passwords.judge(password, accounts.own_words(kept.account))
        account = replace(kept.account, drawn=True)
        made = accounts.reset(connection, account, passwords.kept(password), now)
        sessions.close_all(connection, said.name)
        audit.note(connection, now, _KEEPER, "reset", named=said.name)
    return say("desk.reset.done", name=said.name, uri=made.uri, codes="\n".join(made.recoveries))


def _password() -> str:
    if sys.stdin.isatty():
        return getpass.getpass(say("desk.add.ask"))
    return sys.stdin.readline().rstrip("\n")


def _list(portal: Portal, said: argparse.Namespace) -> str:
    with Database.of(portal.state).changing() as connection:
        found = accounts.every(connection)
    return "\n".join(_line(each) for each in found) or say("desk.list.none")


def _line(kept: Kept) -> str:
    state = "closed" if kept.closed_at is not None else "drawn" if kept.account.drawn else "open"
    return say(
        "desk.list.line",
        name=trail.shown(kept.account.name),
        unit=kept.account.unit,
        role=say(f"desk.role.{kept.account.role}"),
        created=kept.created_at.date().isoformat(),
        state=say(f"desk.list.{state}"),
    )


def _trail(portal: Portal, said: argparse.Namespace) -> str:
    with Database.of(portal.state).changing() as connection:
        found = trail.lines(connection, said.case, said.account, said.since)
    return trail.as_table(found).rstrip("\n") if said.format == "csv" else trail.as_text(found, "zh")


def _close(portal: Portal, said: argparse.Namespace) -> str:
    now = datetime.now(portal.settings.timezone)
    with Database.of(portal.state).changing() as connection:
        accounts.close(connection, said.name, now)
        audit.note(connection, now, _KEEPER, "closed", named=said.name)
    return say("desk.close.done", name=said.name)


def _put_out(portal: Portal, said: argparse.Namespace) -> str:
    now = datetime.now(portal.settings.timezone)
    with Database.of(portal.state).changing() as connection:
        if accounts.find(connection, said.name) is None:
            raise Unusable("desk.no_account")
        sessions.close_all(connection, said.name)
        audit.note(connection, now, _KEEPER, "put_out", named=said.name)
    return say("desk.out.done", name=said.name)


def _arguments() -> Parser:
    parser = Parser(prog="mingbai desk", key="desk.about")
    parser.add_argument("--portal", type=Path, help=hint("replies.portal.help"))
    parser.add_argument("--state", type=Path, help=hint("replies.state.help"))
    _users(parser.add_command("user", "desk.user.help"))
    reading = parser.add_command("trail", "desk.trail.help")
    reading.add_argument("--case", type=int, help=hint("desk.trail.case.help"))
    reading.add_argument("--account", help=hint("desk.trail.account.help"))
    reading.add_argument("--since", type=day, help=hint("desk.trail.since.help"))
    add_format(reading, ("text", "csv"))
    reading.set_defaults(run=_trail)
    return parser


def _users(users: Parser) -> None:
    adding = users.add_command("add", "desk.add.help")
    adding.add_argument("name", help=hint("desk.name.help"))
    adding.add_argument("--unit", required=True, help=hint("desk.unit.help"))
    adding.add_argument("--role", required=True, choices=ROLES, help=hint("desk.role.help"))
    adding.set_defaults(run=_add)
    closing = users.add_command("close", "desk.close.help")
    closing.add_argument("name", help=hint("desk.name.help"))
    closing.set_defaults(run=_close)
    leaving = users.add_command("out", "desk.out.help")
    leaving.add_argument("name", help=hint("desk.name.help"))
    leaving.set_defaults(run=_put_out)
    resetting = users.add_command("reset", "desk.reset.help")
    resetting.add_argument("name", help=hint("desk.name.help"))
    resetting.set_defaults(run=_reset)
    users.add_command("list", "desk.list.help").set_defaults(run=_list)


main = Guest(_arguments, _main)
