"""Is the commands `mingbai backup` and `mingbai restore`: one file with all that was written, proved by restoring it.

The file is a tar with the rows in a SQLite database, whatever engine they come from, and the keys without which no
receipt can be read. So a backup also moves an installation from SQLite to PostgreSQL. Whoever has it can read every
letter: it is made readable by its owner alone.
"""

import argparse
import os
import shutil
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from forms_api.database import FILE, Database, cause
from forms_api.tables import AUDIT, METADATA, SUBMISSIONS
from mingbai.errors import MingbaiError
from mingbai.messages import say
from mingbai.portal import Portal

_BESIDE = ("keys", "forms.yaml", "mail.yaml", "receive.log")  # what else an installation needs
_ROWS = 50  # at a time: with photos half a megabyte each


class NotDone(MingbaiError):
    """Nothing was written, or nothing was changed; the message says why."""


@dataclass(frozen=True)
class Kept:
    """How many rows stand in each table of a backup."""

    rows: dict[str, int]

    @property
    def letters(self) -> int:
        """How many letters there are."""
        return self.rows[SUBMISSIONS.name]


def back_up(state: Path, target: Path) -> Kept:
    """Write all of `state` to the file `target`, restore it elsewhere, and only then give it its name.

    The service may run meanwhile. Raises NotDone; then there is no file, or the one that was there.
    """
    source = Database.of(state)
    if not source.exists:
        raise NotDone(say("backup.nothing", state=state))
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as work:
        copied = _copy_out(source, Path(work) / "rows")
        draft = Path(work) / "draft.tar"
        _pack(state, Path(work) / "rows" / FILE, draft)
        if restore(draft, Path(work) / "proof", Database.of_file(Path(work) / "proof")) != copied:
            raise NotDone(say("backup.unlike"))
        os.replace(draft, target)
    return copied


def restore(archive: Path, state: Path, database: Database) -> Kept:
    """Put a backup into an empty state folder and database. Raises NotDone, and then nothing was put there."""
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any((state / name).exists() for name in _BESIDE) or _count(database):
        raise NotDone(say("restore.not_empty", state=state))
    with tempfile.TemporaryDirectory(dir=state, prefix=".restore-") as work:
        try:
            with tarfile.open(archive) as packed:
                packed.extractall(work, filter="data")
        except (tarfile.TarError, OSError) as reason:
            raise NotDone(say("restore.unreadable", archive=archive, reason=reason)) from None
        rows = Database.of_file(Path(work))
        if not rows.exists:
            raise NotDone(say("restore.unreadable", archive=archive, reason=FILE))
        with rows.snapshot() as source, database.changing() as into:
            kept = _copy(source, into)
        for name in _BESIDE:
            if (Path(work) / name).exists():
                shutil.move(Path(work) / name, state / name)
    return kept


def _copy_out(source: Database, folder: Path) -> Kept:
    folder.mkdir(mode=0o700)
    with source.snapshot() as rows, Database.of_file(folder).changing() as into:
        return _copy(rows, into)


def _copy(source: Connection, into: Connection) -> Kept:
    """Copy every row of every table, parents first."""
    counts = {}
    for table in METADATA.sorted_tables:
        counts[table.name] = 0
        # yield_per: PostgreSQL hands over all rows at once otherwise, and photos are many gigabytes.
        rows = source.execute(select(table), execution_options={"yield_per": _ROWS})
        for part in rows.mappings().partitions():
            into.execute(insert(table), [dict(row) for row in part])
            counts[table.name] += len(part)
    if into.dialect.name == "postgresql":
        # Lines that were numbered elsewhere do not move PostgreSQL's own counter; the next line would collide.
        newest = select(func.max(AUDIT.c.line)).scalar_subquery()
        into.execute(
            select(func.setval(func.pg_get_serial_sequence(AUDIT.name, "line"), func.coalesce(newest, 1)))
        )
    return Kept(counts)


def _count(database: Database) -> int:
    """Return how many letters a database holds; making its tables, where there are none, changes nothing for anyone."""
    with database.changing() as connection:
        return connection.scalar(select(func.count()).select_from(SUBMISSIONS)) or 0


def _pack(state: Path, rows: Path, draft: Path) -> None:
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        with tarfile.open(fileobj=out, mode="w") as packed:
            packed.add(rows, FILE)
            for name in _BESIDE:
                if (state / name).exists():
                    packed.add(state / name, name)
        out.flush()
        os.fsync(out.fileno())


def backup_command(argv: Sequence[str]) -> int:
    """Run `mingbai backup`."""
    portal, archive = _arguments("backup", argv)
    try:
        kept = back_up(portal.state, archive)
    except (OSError, SQLAlchemyError) as reason:
        raise NotDone(say("backup.disk", reason=cause(reason))) from reason
    print(say("backup.done", archive=archive, letters=kept.letters))
    return 0


def restore_command(argv: Sequence[str]) -> int:
    """Run `mingbai restore`."""
    portal, archive = _arguments("restore", argv)
    try:
        kept = restore(archive, portal.state, Database.of(portal.state))
    except (OSError, SQLAlchemyError) as reason:
        raise NotDone(say("backup.disk", reason=cause(reason))) from reason
    print(say("restore.done", state=portal.state, letters=kept.letters))
    return 0


def _arguments(name: str, argv: Sequence[str]) -> tuple[Portal, Path]:
    parser = argparse.ArgumentParser(prog=f"mingbai {name}", description=say(f"{name}.about"))
    parser.add_argument("--portal", type=Path, help=say("replies.portal.help"))
    parser.add_argument("--state", type=Path, help=say("replies.state.help"))
    parser.add_argument("archive", type=Path, help=say("backup.archive.help"))
    said = parser.parse_args(list(argv))
    return Portal.open(said.portal or Portal.find(Path.cwd()), said.state), said.archive
