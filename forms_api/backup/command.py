"""Is the commands `mingbai backup` and `mingbai restore`: one file with all that was written, proved by restoring it.

The file is a tar with the rows in a SQLite database, whatever engine they come from, and the keys without which no
receipt can be read. So a backup also moves an installation from SQLite to PostgreSQL. Whoever has it can read every
letter: it is made readable by its owner alone.
"""

import argparse
import os
import tempfile
from functools import partial
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from forms_api.backup.archive import KEY, ROWS, NotDone, pack
from forms_api.backup.copying import Kept, copy
from forms_api.backup.restoring import BESIDE, is_half_done, restore
from forms_api.database import Database, cause
from mingbai.calling import Guest, Parser
from mingbai.messages import hint, say
from mingbai.portal import Portal


def back_up(state: Path, target: Path) -> Kept:
    """Write all of `state` to the file `target`, restore it elsewhere, and only then give it its name.

    The service may run meanwhile. Raises NotDone; then there is no file, or the one that was there.
    """
    source = Database.of(state)
    if not source.exists:
        raise NotDone(say("backup.nothing", state=state))
    if is_half_done(state):
        raise NotDone(say("restore.half", state=state))
    if not (state / KEY).is_file():
        raise NotDone(say("backup.no_key", state=state))
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as work:
        copied = _copy_out(source, Path(work) / "rows")
        draft = Path(work) / "draft.tar"
        _pack(state, Path(work) / "rows" / ROWS, draft)
        if restore(draft, Path(work) / "proof", Database.of_file(Path(work) / "proof")) != copied:
            raise NotDone(say("backup.unlike"))
        os.replace(draft, target)
    return copied


def _copy_out(source: Database, folder: Path) -> Kept:
    folder.mkdir(mode=0o700)
    with source.snapshot() as rows, Database.of_file(folder).changing() as into:
        return copy(rows, into)


def _pack(state: Path, rows: Path, draft: Path) -> None:
    beside = {name: state / name for name in BESIDE if (state / name).exists()}
    pack({ROWS: rows, **beside}, draft)


def _backup(said: argparse.Namespace) -> int:
    portal = _portal(said)
    try:
        kept = back_up(portal.state, said.archive)
    except (OSError, SQLAlchemyError) as reason:
        raise NotDone(say("backup.disk", reason=cause(reason))) from reason
    print(say("backup.done", archive=said.archive, letters=kept.letters))
    return 0


def _restore(said: argparse.Namespace) -> int:
    portal = _portal(said)
    try:
        kept = restore(said.archive, portal.state, Database.of(portal.state))
    except (OSError, SQLAlchemyError) as reason:
        raise NotDone(say("restore.stopped", reason=cause(reason))) from reason
    print(say("restore.done", state=portal.state, letters=kept.letters))
    return 0


def _arguments(name: str) -> Parser:
    parser = Parser(prog=f"mingbai {name}", key=f"{name}.about")
    parser.add_argument("--portal", type=Path, help=hint("replies.portal.help"))
    parser.add_argument("--state", type=Path, help=hint("replies.state.help"))
    parser.add_argument("archive", type=Path, help=hint("backup.archive.help"))
    return parser


def _portal(said: argparse.Namespace) -> Portal:
    return Portal.open(said.portal or Portal.find(Path.cwd()), said.state)


backup_command = Guest(partial(_arguments, "backup"), _backup)
restore_command = Guest(partial(_arguments, "restore"), _restore)
