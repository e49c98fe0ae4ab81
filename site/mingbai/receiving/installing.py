"""Makes a server: the repository that is pushed to, its hooks, the folders; it takes no push.

`import` takes a first history, scanned like any push; `update` changes on the server what no push may change.
"""

import os
import sys
from datetime import datetime
from pathlib import Path

from mingbai import scan
from mingbai.duties import committed
from mingbai.errors import MingbaiError, UsageError
from mingbai.folders import CONFIG, OPEN, WITHDRAWN
from mingbai.gate import misshapen_in_history
from mingbai.git import MAIN, GitRefused, Repository, changes
from mingbai.messages import say, spoken
from mingbai.receiving import laying, log, merging, waking
from mingbai.receiving.layout import Server
from mingbai.receiving.locks import alone

PACK = 200 << 20  # bytes that may come over the wire
_CONFIG = {
    "receive.advertisePushOptions": "true",
    "receive.denyNonFastForwards": "true",
    "receive.denyDeletes": "true",
    "receive.fsckObjects": "true",
    "receive.maxInputSize": str(PACK),
    "receive.autogc": "false",
    "uploadpack.allowFilter": "true",
    "transfer.hideRefs": "refs/mingbai",
    "core.fsync": "all",
    "core.sharedRepository": "group",
    "gc.reflogExpire": "never",
    "core.logAllRefUpdates": "always",
}
_HOOK = '#!/bin/sh\nexec "{python}" -I -m mingbai.receiving.{module}\n'
_OURS = (CONFIG, "content", "datasets")


class Refused(MingbaiError):
    """A first history or an update may not come; the message says what is wrong with it."""


def init(root: Path) -> Server:
    """Make a server in `root`, which must be empty or not there yet. Raises UsageError."""
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise UsageError(say("receiving.not_empty", folder=root))
    server = Server(root.resolve())
    for folder in (server.portal, server.repository.path):
        folder.mkdir(parents=True)
    server.state.mkdir(mode=0o700)
    server.repository.run("init", "--quiet", "--bare", "--initial-branch=main", ".")
    for name, value in _CONFIG.items():
        server.repository.run("config", name, value)
    write_hooks(server)
    server.publishers.write_text(say("receiving.publishers"), "utf-8")
    os.symlink("portal/build/site", server.current)
    return server


def write_hooks(server: Server) -> None:
    """Write the hooks: anew after every update of the engine, which may stand elsewhere and be parted otherwise."""
    for name in ("pre-receive", "post-receive"):
        hook = server.repository.path / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(_HOOK.format(python=sys.executable, module=name.replace("-", "_")), "utf-8")
        hook.chmod(0o755)


def take_history(server: Server, source: Path) -> None:
    """Take the branch that is checked out at `source` as the first history. Raises UsageError and Refused."""
    if server.repository.says("rev-parse", "--verify", "--quiet", MAIN):
        raise UsageError(say("receiving.not_first"))
    branch = Repository(source.resolve()).says("symbolic-ref", "--quiet", "HEAD") or "HEAD"
    try:
        server.repository.run("fetch", "--quiet", "--no-tags", str(source.resolve()), branch)
    except GitRefused as reason:
        raise UsageError(say("receiving.no_history", source=source, reason=reason.message)) from None
    _move(server, server.repository.run("rev-parse", "FETCH_HEAD").decode().strip(), None)


def take_files(server: Server, source: Path) -> list[str]:
    """Put settings and datasets of the portal at `source` in the place of the server's; return the paths that changed.

    What no push may change is changed like this: settings, kinds, profiles, calendar, units. Filings and prose are
    taken where the server has none yet. Raises UsageError and Refused.
    """
    if not (source / CONFIG).is_file():
        raise UsageError(say("receiving.no_portal", source=source))
    write_hooks(server)
    old = server.repository.says("rev-parse", "--verify", "--quiet", MAIN)
    new = _commit(server, source, old)
    found = [each.path for each in changes(server.repository, old or laying.EMPTY, new)]
    if found:
        _move(server, new, old)
    return found


def _move(server: Server, new: str, old: str | None) -> None:
    """Let `main` go to a commit, when nothing in it is wrong; then lay it out and ask for a build. Raises Refused."""
    wrong = misshapen_in_history(server.repository, new)
    personal = scan.scan_range(None, server.repository.path, f"{new} --not --all")
    if any(each.severity == "error" for each in personal):
        wrong.append(scan.report(personal, spoken(), in_history=True))
    if wrong:
        raise Refused("\n".join(wrong))
    with alone(server.state / "main.lock"):
        server.repository.run("update-ref", MAIN, new, old or "")
        laying.lay_out(server, new)
        log.catch_up(server, _typed(server, new) if old is None else None)
    waking.mark(server)


def _commit(server: Server, source: Path, old: str | None) -> str:
    """Write a commit with the files of `source`; what is open to pushes stays as the server has it."""
    index = {"GIT_INDEX_FILE": str(server.state / "update.index"), "GIT_WORK_TREE": str(source.resolve())}
    staged = Repository(
        server.repository.path, {**index, "GIT_DIR": str(server.repository.path), **merging.WHO}
    )
    (server.state / "update.index").unlink(missing_ok=True)
    if old is not None:
        staged.run("read-tree", old)
    taken = [name for name in _OURS if (source / name).exists()]
    kept = [f":(exclude){path.rstrip('/')}" for path in (*OPEN, WITHDRAWN)] if old is not None else []
    staged.run("add", "--all", "--force", "--", *taken, *kept)
    tree = staged.run("write-tree").decode().strip()
    message = say("receiving.update" if old else "receiving.first", "zh")
    parent = ["-p", old] if old else []
    return staged.run("commit-tree", tree, *parent, "-m", message).decode().strip()


def _typed(server: Server, commit: str) -> dict[str, datetime]:
    """Return the days that a first history tells; one commit alone tells nothing of the sort."""
    if server.repository.says("rev-list", "--count", commit) == "1":
        return {}
    return dict(committed(server.repository.path))
