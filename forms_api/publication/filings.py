"""Writes the service's filings, checked, and remembers what it wrote until that is committed; it builds nothing.

Files are replaced whole, checked like any others, and put back as they were when the check finds an error. What a file
was before, and what was written since, is noted first: whoever comes after a run that was cut off can tell the
service's own half-done work from a clerk's, finishes the one and never touches the other. Where the portal is no git
work tree, what is written is public.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from forms_api.database import Database
from forms_api.publication.replacing import replace
from forms_api.publication.repository import Repository
from forms_api.tables import UNCOMMITTED
from mingbai import checks
from mingbai.errors import MingbaiError
from mingbai.folders import FILINGS
from mingbai.messages import say, spoken
from mingbai.portal import Portal

RELEASE_LOCK = "release.lock"  # of the turn in which filings are written and committed
_GONE = "-"  # stands for the sum of a file that is not there


class NotPublished(MingbaiError):
    """Nothing was written; the message says what is to be changed."""


class OpenChange(NotPublished):
    """Somebody changed the file and has not committed it: nothing was written."""


@dataclass(frozen=True)
class _Begun:
    """A filing that is not committed: how it was, and the sums of what was written since."""

    before: bytes | None
    written: tuple[str, ...]

    def is_ours(self, content: bytes | None) -> bool:
        return _sum(content) in (_sum(self.before), *self.written)


@dataclass(frozen=True)
class Publication:
    """The filings of one kind that the service writes; paths are below the portal."""

    portal: Portal
    database: Database
    kind: str
    repository: Repository | None

    def unfinished(self) -> list[str]:
        """Return the files that were changed and not committed yet."""
        with self.database.reading() as connection:
            paths = connection.scalars(select(UNCOMMITTED.c.path).order_by(UNCOMMITTED.c.path)).all()
        return [path for path in paths if path.startswith(f"{FILINGS}/") and path.split("/")[-2] == self.kind]

    def now(self, path: str) -> bytes | None:
        """Return a file as it is, None where it is not."""
        full = self.portal.root / path
        return full.read_bytes() if full.is_file() else None

    def base(self, path: str) -> bytes | None:
        """Return a file without what the service has not committed. Raises OpenChange."""
        with self.database.reading() as connection:
            return self._begun(connection, path).before

    def _begun(self, connection: Connection, path: str) -> _Begun:
        row = connection.execute(select(UNCOMMITTED).where(UNCOMMITTED.c.path == path)).first()
        now = self.now(path)
        if row is not None and (found := _Begun(row.before, tuple(row.written.split()))).is_ours(now):
            return found
        if self.repository is not None and self.repository.differs(path):
            raise OpenChange(say("replies.open_change", path=path))
        return _Begun(now, ())

    def put(self, files: Mapping[str, bytes | None]) -> None:
        """Write files that belong together; None takes one away. Raises NotPublished; then they are as they were."""
        before = {path: self.now(path) for path in files}
        with self.database.changing() as connection:
            for path, content in files.items():
                self._note(connection, path, content)
        try:
            self._write(files)
            wrong = self._wrong_in(path for path, content in files.items() if content is not None)
        except BaseException:
            self._write(before)
            raise
        if wrong:
            self._write(before)
            raise NotPublished("\n".join([say("replies.refused"), wrong]))

    def _wrong_in(self, paths: Iterable[str]) -> str:
        there = [self.portal.root / path for path in paths]
        checked = checks.check(self.portal, there, self.portal.today) if there else None
        return checks.report(checked, spoken()) if checked is not None and checked.errors else ""

    def _note(self, connection: Connection, path: str, content: bytes | None) -> None:
        begun = self._begun(connection, path)
        written = dict.fromkeys((*begun.written, _sum(content)))
        connection.execute(delete(UNCOMMITTED).where(UNCOMMITTED.c.path == path))
        values = {"path": path, "before": begun.before, "written": " ".join(written)}
        connection.execute(insert(UNCOMMITTED).values(**values))

    def _write(self, files: Mapping[str, bytes | None]) -> None:
        for path, content in files.items():
            if content is None:
                (self.portal.root / path).unlink(missing_ok=True)
            elif content != self.now(path):
                replace(self.portal.root / path, content)

    def commit(self, paths: Iterable[str], message: str) -> None:
        """Commit files that were put. Raises NotCommitted; the next run commits them."""
        if self.repository is not None:
            self.repository.commit(list(paths), message)


def settle(connection: Connection, paths: Iterable[str]) -> None:
    """Write down that files are committed, in the transaction of whatever follows from it."""
    connection.execute(delete(UNCOMMITTED).where(UNCOMMITTED.c.path.in_(list(paths))))


def _sum(content: bytes | None) -> str:
    return _GONE if content is None else hashlib.sha256(content).hexdigest()
