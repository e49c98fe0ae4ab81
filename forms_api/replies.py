"""Is the command `mingbai replies`: list, answer and release, for those who sit at the server; it serves no page.

A unit sees what it handles and nothing else: letters and reports about it are handled one level up (design §6.13).
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from forms_api import receipts, releasing
from forms_api.cases import Case, answer, by_number, by_receipt, open_cases, released_addresses
from forms_api.cases import release as note_release
from forms_api.database import Database, Turn, cause
from forms_api.keys import Keys
from forms_api.levels import SUPERVISOR
from forms_api.submissions import PRIVATE, clean
from mingbai.errors import MingbaiError, UsageError
from mingbai.messages import say
from mingbai.portal import Portal

_LONGEST_ANSWER = 4000


class Unanswered(MingbaiError):
    """The command could not do what was asked; the message says why."""


@dataclass(frozen=True)
class Desk:
    """Who sits at the command: the portal, and the unit for which the person acts (None: the portal's keeper)."""

    portal: Portal
    unit: str | None

    @property
    def database(self) -> Database:
        """Where submissions lie. Raises Unanswered before the first one."""
        found = Database.of(self.portal.state)
        if not found.exists:
            raise Unanswered(say("replies.no_database", state=self.portal.state))
        return found

    def find(self, connection: Connection, typed: str) -> Case:
        """Return the case behind a receipt or a number. Raises Unanswered if it is not there or not this unit's."""
        if typed.isascii() and typed.isdecimal() and len(typed) == 9:
            case = by_number(connection, int(typed))
        else:
            case = self._by_receipt(connection, typed)
        if case is None or self.unit not in (None, case.handler):
            raise Unanswered(say("replies.no_case"))
        return case

    def _by_receipt(self, connection: Connection, typed: str) -> Case | None:
        try:
            symbols = receipts.read(typed)
        except receipts.ReceiptMistyped as reason:
            raise Unanswered(say(f"forms.receipt.{reason.reason}")) from None
        return by_receipt(connection, Keys.load(self.portal.state).sign("receipt", symbols.encode()))


def main(argv: Sequence[str]) -> int:
    """Run the command and return 0. Raises UsageError and Unanswered, which `mingbai` turns into a status."""
    said = _arguments().parse_args(list(argv))
    portal = Portal.open(said.portal or Portal.find(Path.cwd()), said.state)
    if said.unit is not None and said.unit.removeprefix(SUPERVISOR) not in portal.units.slugs():
        raise UsageError(say("replies.no_unit", unit=said.unit))
    try:
        done = said.run(Desk(portal, said.unit), said)
    except (OSError, SQLAlchemyError) as reason:
        raise Unanswered(say("replies.disk", reason=cause(reason))) from reason
    print(done)
    return 0


def _list(desk: Desk, said: argparse.Namespace) -> str:
    with desk.database.reading() as connection:
        found = open_cases(connection, desk.unit)
    return "\n".join(_line(desk.portal, case) for case in found) or say("replies.none")


def _line(portal: Portal, case: Case) -> str:
    head = say(
        "replies.line",
        number=case.number,
        due=case.answer_by.isoformat(),
        type=say(f"replies.sort.{case.type}"),
        unit=portal.units.get(case.unit).name.zh,
        handler=_handler(portal, case),
        about=case.about or "",
    ).rstrip()
    return "\n".join([head, *(f"    {line}" for line in case.text.split("\n"))])


def _handler(portal: Portal, case: Case) -> str:
    name = portal.units.get(case.handler.removeprefix(SUPERVISOR)).name.zh
    return say("forms.supervisor", unit=name) if case.handler.startswith(SUPERVISOR) else name


def _answer(desk: Desk, said: argparse.Namespace) -> str:
    text = clean(said.text)
    if not text:
        raise Unanswered(say("replies.no_text"))
    _keep_short("answer", text, _LONGEST_ANSWER)
    with desk.database.changing() as connection:
        case = desk.find(connection, said.case)
        if case.answer is not None:
            raise Unanswered(say("replies.answered_before"))
        answer(connection, case.number, _now(desk.portal), case.handler, text)
    return say("replies.answered", number=case.number)


def _release(desk: Desk, said: argparse.Namespace) -> str:
    database = desk.database
    with Turn(desk.portal.state, "release.lock").taken():
        with database.reading() as connection:
            case, taken = desk.find(connection, said.case), released_addresses(connection)
        if not case.public or case.type in PRIVATE:
            raise Unanswered(say("replies.not_public"))
        if case.answer is None:
            raise Unanswered(say("replies.not_answered"))
        if case.released is not None:
            raise Unanswered(say("replies.released_before", address=case.released))
        question = clean(case.text if said.question is None else said.question)
        reply = clean(case.answer.text if said.answer is None else said.answer)
        done = releasing.release(desk.portal, case, case.answer, question, reply, taken)
        with desk.database.changing() as connection:
            note_release(connection, case.number, _now(desk.portal), case.handler, done.address)
    return say("replies.released", path=done.path, row=done.line, address=done.address)


def _keep_short(field: str, text: str, most: int) -> None:
    if len(text) > most:
        raise Unanswered(
            say("replies.long", field=say(f"replies.field.{field}"), most=most, length=len(text))
        )


def _now(portal: Portal) -> datetime:
    return datetime.now(portal.settings.timezone)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mingbai replies", description=say("replies.about"))
    parser.add_argument("--portal", type=Path, help=say("replies.portal.help"))
    parser.add_argument("--state", type=Path, help=say("replies.state.help"))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    listing = commands.add_parser("list", help=say("replies.list.help"))
    listing.set_defaults(run=_list)
    answering = commands.add_parser("answer", help=say("replies.answer.help"))
    answering.add_argument("case", help=say("replies.case.help"))
    answering.add_argument("--text", required=True, help=say("replies.text.help"))
    answering.set_defaults(run=_answer)
    releasing_ = commands.add_parser("release", help=say("replies.release.help"))
    releasing_.add_argument("case", help=say("replies.case.help"))
    releasing_.add_argument("--question", help=say("replies.question.help"))
    releasing_.add_argument("--answer", help=say("replies.reply.help"))
    releasing_.set_defaults(run=_release)
    for command in (listing, answering, releasing_):
        command.add_argument("--unit", help=say("replies.unit.help"))
    return parser
