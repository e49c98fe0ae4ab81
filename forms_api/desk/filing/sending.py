"""Sends a filing through the server's own gate, by an ordinary push in the name of the account; it judges nothing.

There is no second way in: what comes from the desk meets the same hooks as any push. The commit is made in a repository
of its own that is gone afterwards, so of what the gate refuses no object is left. Its author is a role of a unit.
"""

import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

from forms_api.desk.accounts import Account
from mingbai.errors import MingbaiError, PortalError
from mingbai.filings import FilingId
from mingbai.gate import Publishers
from mingbai.git import MAIN, GitRefused, Pushed, Repository
from mingbai.importing.writing import PREFIX
from mingbai.messages import say
from mingbai.receiving.layout import Server
from mingbai.receiving.merging import holds
from mingbai.receiving.options import NO_WAIT

VARIABLE = "MINGBAI_SERVER"
FOLDER = "publishing"  # below the state folder: where commits are made
_OLD = 15 * 60  # seconds after which a folder for checks belongs to nobody who is still at it
_TRIES, _PAUSE = 20, 0.25  # how often, seconds apart, when others push to the same branch at that moment


class NotTaken(MingbaiError):
    """The filing is not published; the message says why, in the gate's own words where the gate refused it."""


@dataclass(frozen=True)
class Parcel:
    """What is sent: the files of a filing by path, by whom, and what the commit says."""

    account: Account
    id: FilingId
    files: Mapping[str, bytes]
    message: str


def configured() -> Server | None:
    """Return the server that `$MINGBAI_SERVER` names, None without one. Raises PortalError where there is none."""
    said = os.environ.get(VARIABLE)
    if not said:
        return None
    server = Server(Path(said).resolve())
    if not server.is_there:
        raise PortalError(say("receiving.no_server", folder=said))
    return server


def sweep(state: Path) -> None:
    """Take away what a process that was killed left of its work; an import that runs beside it keeps its own."""
    shutil.rmtree(state / FOLDER, ignore_errors=True)
    for folder in Path(gettempdir()).glob(f"{PREFIX}*"):
        with suppress(FileNotFoundError):
            told = folder.lstat()
            if told.st_uid == os.getuid() and time.time() - told.st_mtime > _OLD:
                shutil.rmtree(folder, ignore_errors=True)


def is_known(server: Server, account: Account, unit: str) -> bool:
    """Return whether the gate would take a push of this account for a unit; of a list it cannot read it takes none."""
    try:
        publisher = Publishers.read(server.publishers).by_name.get(account.name)
    except PortalError:
        return False
    return publisher is not None and (publisher.is_administrator or unit in publisher.units)


def stands(server: Server, id: FilingId, commit: str = MAIN) -> str | None:
    """Return the path of a file of the filing that was published already, None without one."""
    paths = (f"{id.path}.csv", f"{id.path}.yaml")
    there = (
        path for path in paths if server.repository.says("cat-file", "-e", f"{commit}:{path}") is not None
    )
    return next(there, None)


def send(server: Server, state: Path, parcel: Parcel) -> None:
    """Publish a filing that is not there yet. Raises NotTaken."""
    try:
        pushed = _push(server, state, parcel)
        for _ in range(_TRIES):
            if pushed.taken or pushed.said:
                break
            time.sleep(_PAUSE)
            pushed = _push(server, state, parcel)
    except (GitRefused, OSError) as reason:
        raise NotTaken(say("desk.filing.stuck", reason=str(reason))) from None
    if not pushed.taken:
        raise NotTaken(pushed.said or say("desk.filing.stuck", reason=pushed.reason))


def _push(server: Server, state: Path, parcel: Parcel) -> Pushed:
    """Push once; without a word of the hooks it was git that refused, for the branch had moved."""
    main = server.repository.run("rev-parse", MAIN).decode().strip()
    if stands(server, parcel.id, main):
        raise NotTaken(say("desk.filing.quicker"))
    with _workshop(server, state, parcel.account) as work:
        commit = _commit(work, main, parcel)
        target = f"{commit}:refs/heads/u/{parcel.id.unit}"
        pushed = work.push(server.repository.path, target, NO_WAIT)
    if pushed.taken and not holds(server.repository, commit):
        raise NotTaken(say("desk.filing.not_merged"))
    return pushed


@contextmanager
def _workshop(server: Server, state: Path, account: Account) -> Iterator[Repository]:
    """Yield an empty repository that reads the server's objects; it is gone afterwards."""
    below = state / FOLDER
    below.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(dir=below) as folder:
        work = Repository(Path(folder), _named(account))
        work.run("init", "--quiet", "--bare", "--template=", ".")
        others = Path(folder) / "objects" / "info" / "alternates"
        others.parent.mkdir(exist_ok=True)
        others.write_text(f"{server.repository.path / 'objects'}\n", "utf-8")
        yield work


def _commit(work: Repository, parent: str, parcel: Parcel) -> str:
    work.run("read-tree", parent)
    for path, content in parcel.files.items():
        blob = work.run("hash-object", "-w", "--stdin", given=content).decode().strip()
        work.run("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
    tree = work.run("write-tree").decode().strip()
    return work.run("commit-tree", tree, "-p", parent, "-m", parcel.message).decode().strip()


def _named(account: Account) -> dict[str, str]:
    """Return who commits, a role of a unit and never a person, and who pushes: the account, for the hooks alone.

    Where the letters are is no business of hooks and builder, who would inherit it.
    """
    named = {"NAME": f"{account.role} of {account.unit}", "EMAIL": "desk@localhost"}
    who = {f"GIT_{part}_{name}": value for part in ("AUTHOR", "COMMITTER") for name, value in named.items()}
    return who | {"MINGBAI_PUBLISHER": account.name, "MINGBAI_DATABASE": ""}
