"""Brings approved answers to the public site: notes the intention, writes the row, commits, then says released.

Each step can be cut off, and the next run goes on from what was noted. A case that was withheld or opened again before
its row was committed is taken out of the filing once more; one that cannot be released stops no other. A second answer
replaces the row of the first one, as a correction (design §4).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy import Connection

from forms_api import cases, following
from forms_api.cases import Case, by_number
from forms_api.desk import audit
from forms_api.publication.filings import NotPublished, Publication, settle
from forms_api.replies import intended, laying, reply_rows
from forms_api.replies.intended import Intended
from forms_api.replies.laying import NotReleased
from mingbai.filings import FilingId
from mingbai.folders import FILINGS
from mingbai.kinds import Kind
from mingbai.messages import say, spoken
from mingbai.periods import Period
from mingbai.privacy import identifiers


@dataclass(frozen=True)
class Releasing:
    """One run; `keeper` stands for it in the audit trail, `refused` fills with why a case, or a file, was left."""

    publication: Publication
    kind: Kind
    keeper: str
    refused: dict[int | str, str] = field(default_factory=dict)

    def intend(self, connection: Connection, case: Case, question: str, reply: str) -> None:
        """Note that a case, as it is in this transaction, is to be released in these words. Raises NotReleased."""
        id = self._filing(case)
        for name, text in (("question", question), ("answer", reply)):
            for what in identifiers(text):
                named, sort = say(f"replies.field.{name}"), say(f"privacy.{what}")
                raise NotReleased(say("replies.personal", field=named, what=sort, option=f"--{name}"))
        for found in reply_rows.findings(self.kind.contract_for(id.period.label), question, reply):
            raise NotReleased(say("replies.unfit", says=found.message(spoken()), does=found.remedy(spoken())))
        before = next((each for each in intended.read(connection) if each.number == case.number), None)
        kept = before.address if before is not None and before.holds(case) else case.released
        address = kept or self._free_address(connection, id)
        intended.add(connection, Intended(case.number, case.steps, address, question, reply))

    def place(self, each: Intended) -> tuple[str, int]:
        """Return where a row stands: its file, and its line as a spreadsheet shows it."""
        path = f"{FILINGS}/{each.filing.strip('/').removeprefix('u/')}.csv"
        return path, reply_rows.line_of(self.publication.now(path), each.key)

    def _filing(self, case: Case) -> FilingId:
        return FilingId(case.unit, self.kind.id, Period.parse(f"{case.received_at.year:04}"))

    def _free_address(self, connection: Connection, id: FilingId) -> str:
        """Return an address with a number above all that the filing holds, and all that were ever given in it."""
        given = [*cases.released_addresses(connection), *(each.address for each in intended.read(connection))]
        keys = [each.partition("#")[2] for each in given if each.startswith(f"{id.address}#")]
        keys += reply_rows.rows(self.publication.now(f"{id.path}.csv"))
        return f"{id.address}#{max((int(key) for key in keys if key.isdecimal()), default=0) + 1}"

    def run(self, now: datetime) -> list[Intended]:
        """Write, commit and note all that is intended, and return it. Raises NotCommitted; the next run goes on."""
        while True:
            rows, paths = self._lay()
            with self.publication.database.reading() as connection:
                if not _all_hold(connection, rows):
                    continue  # it went another way while it was written
            self.publication.commit(paths, say("replies.commit", "zh"))
            if self._finish(now, rows, paths):
                return rows

    def _lay(self) -> tuple[list[Intended], list[str]]:
        """Let every filing hold what is intended and nothing that no longer is; return the rows and the files."""
        rows: list[Intended] = []
        paths: list[str] = []
        for id, wanted in self._wanted().items():
            try:
                laid = laying.lay(self.publication, id, wanted)
            except NotPublished as reason:
                named: list[int | str] = [each.number for _, each in wanted] or [f"{id.path}.csv"]
                self.refused.update(dict.fromkeys(named, reason.message))
                continue
            with self.publication.database.changing() as connection:
                for number, why in laid.refused.items():
                    self.refused[number] = why
                    intended.drop(connection, number)
            rows += laid.rows
            paths += laying.paths(id)
        return rows, paths

    def _wanted(self) -> dict[FilingId, list[tuple[Case, Intended]]]:
        """Return what is intended and still holds, by filing; among them the filings that were left half-done."""
        found: dict[FilingId, list[tuple[Case, Intended]]] = defaultdict(list)
        for path in map(PurePosixPath, self.publication.unfinished()):
            found[FilingId(path.parts[-3], path.parts[-2], Period.parse(path.stem))] = []
        with self.publication.database.changing() as connection:
            for each in intended.read(connection):
                case = by_number(connection, each.number)
                if case is not None and each.holds(case):
                    found[self._filing(case)].append((case, each))
                else:
                    intended.drop(connection, each.number)
        return found

    def _finish(self, now: datetime, rows: Iterable[Intended], paths: Iterable[str]) -> bool:
        """Note what is public now; nothing, and False, where a case went another way while it was committed."""
        with self.publication.database.changing() as connection:
            if not _all_hold(connection, rows):
                return False
            for each in rows:
                case = by_number(connection, each.number)
                assert case is not None
                cases.release(connection, case.number, now, case.owner, each.address)
                audit.note(connection, now, self.keeper, "released", case.number)
                following.tell(connection, self.publication.portal, case, now)
                intended.drop(connection, case.number)
            settle(connection, paths)
        return True


def _all_hold(connection: Connection, rows: Iterable[Intended]) -> bool:
    return all(each.holds(by_number(connection, each.number)) for each in rows)
