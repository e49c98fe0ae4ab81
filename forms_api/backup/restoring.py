"""Puts a backup into an empty installation, its keys before its rows; it covers nothing that is there.

Rows without their key cannot be read by anybody who holds a receipt, and a service that starts between the two would
make another key. So a mark stands in the state folder while a restore is under way: with it the service does not start,
and the same restore can be run again.
"""

import os
import shutil
import tempfile
from pathlib import Path

from alembic.util.exc import CommandError
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DatabaseError, OperationalError

from forms_api.backup.archive import NotDone, unpack
from forms_api.backup.copying import Kept, copy, count
from forms_api.database import Database
from forms_api.tables import SUBMISSIONS
from mingbai.messages import say

BESIDE = ("keys", "forms.yaml", "mail.yaml", "receive.log")  # what an installation needs beside its rows
_MARK, _WORK = "restoring", ".restore-"


def is_half_done(state: Path) -> bool:
    """Return whether a restore into this folder was begun and not finished."""
    return (state / _MARK).exists()


def restore(archive: Path, state: Path, database: Database) -> Kept:
    """Put a backup into an empty state folder and database, or finish what was begun there.

    Raises NotDone, and then nothing was put there. What stops it later leaves the mark.
    """
    there = _there(database)
    if not is_half_done(state) and (there.anything or any((state / name).exists() for name in BESIDE)):
        raise NotDone(say("restore.not_empty", state=state))
    fresh = not state.exists()
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in state.glob(f"{_WORK}*"):  # of one that was killed, with every letter in it
        shutil.rmtree(left)
    try:
        with tempfile.TemporaryDirectory(dir=state, prefix=_WORK) as work:
            unpack(archive, Path(work))
            rows = _brought_up(archive, Path(work))
            with rows.snapshot() as source:
                if there.anything and there != count(source):
                    raise NotDone(say("restore.not_empty", state=state))
                return _put(Path(work), source, state, database)
    finally:
        if fresh and not any(state.iterdir()):
            state.rmdir()


def _put(work: Path, source: Connection, state: Path, database: Database) -> Kept:
    """Put keys, then rows, under the mark; rows that went in before it was stopped are the same ones."""
    (state / _MARK).touch(mode=0o600)
    _place(work, state)
    kept = _there(database)
    if not kept.anything:
        with database.changing() as into:
            kept = copy(source, into)
    (state / _MARK).unlink()
    _settle(state)
    return kept


def _there(database: Database) -> Kept:
    """Return what a database holds, without making one where there is none."""
    if not database.exists:
        return Kept({})
    with database.reading() as connection:
        return count(connection)


def _brought_up(archive: Path, folder: Path) -> Database:
    """Return the rows of a backup in the form of this version. Raises NotDone."""
    rows = Database.of_file(folder)
    try:
        with rows.reading() as connection:
            if not inspect(connection).has_table(SUBMISSIONS.name):
                raise NotDone(say("restore.no_backup", archive=archive))
        with rows.changing():
            return rows
    except OperationalError:  # the disk, not the file
        raise
    except DatabaseError:
        raise NotDone(say("restore.damaged", archive=archive)) from None
    except CommandError:
        raise NotDone(say("restore.newer", archive=archive)) from None


def _place(work: Path, state: Path) -> None:
    """Move what stands beside the rows to its place and wait for the disk."""
    for name in BESIDE:
        target = state / name
        if target.is_dir():
            shutil.rmtree(target)
        if (work / name).exists():
            os.replace(work / name, target)
            _settle(target)
    (state / "keys").chmod(0o700)
    _settle(state)


def _settle(path: Path) -> None:
    """Wait until a file, or a folder and the files in it, is on the disk."""
    for each in (path, *(path.rglob("*") if path.name == "keys" else ())):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
