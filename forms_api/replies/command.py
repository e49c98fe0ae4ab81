"""Is the command `mingbai replies`: list, answer and release, for those who sit at the server; it serves no page.

A unit sees what it handles and nothing else: letters and reports about it are handled one level up (design §6.13).
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from forms_api import markup, receipts
from forms_api.cases import Case, by_number, by_receipt, draft_of, drafted_cases, open_cases
from forms_api.confidants import SUPERVISOR
from forms_api.database import Database, Turn, cause
from forms_api.desk import accounts, audit, handling
from forms_api.desk.accounts import Account
from forms_api.desk.acting import LONGEST, Act
from forms_api.keys import Keys
from forms_api.publication.filings import RELEASE_LOCK, Publication
from forms_api.publication.repository import carry_away, repository_for
from forms_api.replies.intended import Intended
from forms_api.replies.laying import NotReleased
from forms_api.replies.releasing import Releasing
from forms_api.replies.reply_rows import ROLE
from forms_api.story import reader
from forms_api.submissions import PRIVATE, clean
from mingbai.calling import Guest, Parser
from mingbai.errors import MingbaiError, UsageError
from mingbai.messages import hint, say
from mingbai.portal import Portal

KEEPER = "mingbai replies"  # who sits at the server, in the audit trail


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
        if case is None or self.unit not in (None, case.owner):
            raise Unanswered(say("replies.no_case"))
        return case

    def _by_receipt(self, connection: Connection, typed: str) -> Case | None:
        try:
            symbols = receipts.read(typed)
        except receipts.ReceiptMistyped as reason:
            raise Unanswered(say(f"forms.receipt.{reason.reason}")) from None
        return by_receipt(connection, Keys.load(self.portal.state).sign("receipt", symbols.encode()))


def _main(said: argparse.Namespace) -> int:
    """Run the command and return 0. Raises UsageError and Unanswered, which `mingbai` turns into a status."""
    portal = Portal.open(said.portal or Portal.find(Path.cwd()), said.state)
    if said.unit is not None and said.unit.removeprefix(SUPERVISOR) not in portal.units.slugs():
        raise UsageError(say("replies.no_unit", unit=said.unit))
    try:
        done = said.run(Desk(portal, said.unit), said)
    except (OSError, SQLAlchemyError) as reason:
        raise Unanswered(say("replies.disk", reason=cause(reason))) from reason
    print(done, end="\n" if done else "")
    return 0


def _list(desk: Desk, said: argparse.Namespace) -> str:
    with desk.database.reading() as connection:
        found = open_cases(connection, desk.unit)
    with desk.database.changing() as connection:
        now = _now(desk.portal)
        audit.note(connection, now, KEEPER, "listed")
        for case in found:
            audit.note(connection, now, KEEPER, "read", case.number)  # whole letters are shown
    return "\n".join(_line(desk.portal, case) for case in found) or say("replies.none")


def _line(portal: Portal, case: Case) -> str:
    head = say(
        "replies.line",
        number=case.number,
        due=case.answer_by.isoformat(),
        type=say(f"replies.sort.{case.type}"),
        unit=portal.units.get(case.unit).name.zh,
        handler=reader(portal, case.owner, "zh"),
        about=case.about or "",
    ).rstrip()
    return "\n".join([head, *(f"    {line}" for line in case.text.split("\n"))])


def _answer(desk: Desk, said: argparse.Namespace) -> str:
    text = clean(said.text)
    if not text:
        raise Unanswered(say("replies.no_text"))
    _keep_short("answer", text, LONGEST)
    with desk.database.changing() as connection:
        case, now = desk.find(connection, said.case), _now(desk.portal)
        if case.answer is not None:
            raise Unanswered(say("replies.answered_before"))
        account = Account(KEEPER, case.owner, "clerk")
        handling.answer(Act(connection, desk.portal, now, account, case, {"answer": text}))
        audit.note(connection, now, KEEPER, "answered", case.number)
    return say("replies.answered", number=case.number)


def _release(desk: Desk, said: argparse.Namespace) -> str:
    """Release what is wanted and what an earlier run left half-done. Raises Unanswered for what was refused."""
    kind, database = desk.portal.kind_by_role(ROLE), desk.database
    if kind is None:
        raise Unanswered(say("replies.no_kind"))
    with Turn(desk.portal.state, RELEASE_LOCK).taken():
        repository = repository_for(desk.portal.root, said.patch)
        releasing = Releasing(Publication(desk.portal, database, kind.id, repository), kind, KEEPER)
        for number in _wanted(desk, said):
            _intend(releasing, desk, number, said)
        done: list[Intended] = []
        try:
            done = releasing.run(_now(desk.portal))
            carry_away(repository, said.patch)
        finally:
            _tell(releasing, done)
    if releasing.refused:
        raise Unanswered(say("replies.some_refused", count=len(releasing.refused)))
    return "" if done else say("replies.none_approved")


def _tell(releasing: Releasing, done: Sequence[Intended]) -> None:
    """Print what is released and what is not, also when git or the disk ended the run."""
    for each in done:
        path, line = releasing.place(each)
        print(say("replies.released", path=path, row=line, address=each.address))
    for number, reason in releasing.refused.items():
        print(say("replies.refused_one", number=number, reason=reason), file=sys.stderr)


def _wanted(desk: Desk, said: argparse.Namespace) -> list[int]:
    """Return the numbers of the cases to release. Raises Unanswered for the one named that cannot be."""
    words = said.question is not None or said.answer is not None
    with desk.database.reading() as connection:
        if said.case is not None:
            case = desk.find(connection, said.case)
            _must_be_ready(connection, case, words)
            return [case.number]
        mine = [case for case in drafted_cases(connection) if desk.unit in (None, case.owner)]
    if words:
        raise Unanswered(say("replies.words_for_whom"))
    return [case.number for case in mine if case.approved is not None]


def _intend(releasing: Releasing, desk: Desk, number: int, said: argparse.Namespace) -> None:
    """Note the intention on the case as it is now: it may have gone another way since the list was read."""
    with desk.database.changing() as connection:
        case = by_number(connection, number)
        if case is None:
            return
        try:
            _must_be_ready(connection, case, words=False)
            releasing.intend(connection, case, *_words(connection, case, said))
        except (Unanswered, NotReleased) as reason:
            releasing.refused[number] = reason.message


def _must_be_ready(connection: Connection, case: Case, words: bool) -> None:
    """Raise Unanswered when a case cannot be released; `words` says that others than those approved are given.

    Where people sign in at the desk, only what one drafted and another approved (four eyes).
    """
    if not case.public or case.type in PRIVATE or case.last("withheld") is not None:
        raise Unanswered(say("replies.not_public"))
    if case.answer is None:
        raise Unanswered(say("replies.not_answered"))
    if case.is_released:
        raise Unanswered(say("replies.released_before", address=case.released))
    approved = case.approved is not None and case.merged is None
    if approved and words:
        raise Unanswered(say("replies.words_approved"))
    if not approved and accounts.any_open(connection):
        raise Unanswered(say("replies.not_approved"))


def _words(connection: Connection, case: Case, said: argparse.Namespace) -> tuple[str, str]:
    """Return question and answer in the words that are to be published."""
    draft = draft_of(connection, case)
    if draft is not None and case.approved is not None and case.merged is None:
        return draft.question, draft.answer
    reply = "" if case.answer is None else markup.plain(case.answer.text)
    question = clean(case.text if said.question is None else said.question)
    return question, clean(reply if said.answer is None else said.answer)


def _keep_short(field: str, text: str, most: int) -> None:
    if len(text) > most:
        raise Unanswered(
            say("replies.long", field=say(f"replies.field.{field}"), most=most, length=len(text))
        )


def _now(portal: Portal) -> datetime:
    return datetime.now(portal.settings.timezone)


def _arguments() -> Parser:
    parser = Parser(prog="mingbai replies", key="replies.about")
    parser.add_argument("--portal", type=Path, help=hint("replies.portal.help"))
    parser.add_argument("--state", type=Path, help=hint("replies.state.help"))
    listing = parser.add_command("list", "replies.list.help")
    listing.set_defaults(run=_list)
    answering = parser.add_command("answer", "replies.answer.help")
    answering.add_argument("case", help=hint("replies.case.help"))
    answering.add_argument("--text", required=True, help=hint("replies.text.help"))
    answering.set_defaults(run=_answer)
    releasing_ = parser.add_command("release", "replies.release.help")
    releasing_.add_argument("case", nargs="?", help=hint("replies.release.case.help"))
    releasing_.add_argument("--patch", type=Path, help=hint("replies.patch.help"))
    releasing_.add_argument("--question", help=hint("replies.question.help"))
    releasing_.add_argument("--answer", help=hint("replies.reply.help"))
    releasing_.set_defaults(run=_release)
    for command in (listing, answering, releasing_):
        command.add_argument("--unit", help=hint("replies.unit.help"))
    return parser


main = Guest(_arguments, _main)
