"""Writes the service's filings, checked, and puts them into git: the static site stays the only public place.

It pushes and builds nothing. A file is replaced whole, checked like any other, and put back as it was when the check
finds an error. The commit holds the filings and nothing else that may lie in the work tree; its author is the service,
never a person (design §6.8). Where the portal is no git work tree, the files are left as they are.
"""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from mingbai import checks
from mingbai.errors import MingbaiError
from mingbai.messages import say
from mingbai.portal import Portal

_AUTHOR = ("-c", "user.name=Mingbai", "-c", "user.email=mingbai@localhost", "-c", "commit.gpgsign=false")


class NotPublished(MingbaiError):
    """The check found errors; nothing was written, and the message lists what is to be changed."""


class NotCommitted(MingbaiError):
    """The files are written and git refused them; the message says what to do."""


def put(portal: Portal, path: Path, content: bytes) -> None:
    """Write a filing. Raises NotPublished; then the file is as it was before."""
    before = path.read_bytes() if path.is_file() else None
    _replace(path, content)
    sound = False
    try:
        checked = checks.check(portal, [path], portal.today)
        sound = checked.errors == 0
    finally:
        if not sound:
            _put_back(path, before)
    if not sound:
        raise NotPublished("\n".join([say("replies.refused"), checks.report(checked, "zh")]))


def _put_back(path: Path, before: bytes | None) -> None:
    if before is None:
        path.unlink()
    else:
        _replace(path, before)


def _replace(path: Path, content: bytes) -> None:
    """Put `content` at `path` in one step: a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".new")
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    os.chmod(draft, 0o644)
    os.replace(draft, path)


def commit(root: Path, paths: Sequence[str], message: str) -> str | None:
    """Commit the files `paths` below the portal `root` and return the commit; None where there is nothing to do."""
    if not paths or not _is_work_tree(root, paths):
        return None
    files = sorted(set(paths))
    _git(root, "add", "--", *files)
    if not _git(root, "status", "--porcelain", "--", *files):
        return None
    _git(root, *_AUTHOR, "commit", "--quiet", "--no-verify", "--only", "-m", message, "--", *files)
    return _git(root, "rev-parse", "HEAD").strip()


def write_patch(root: Path, commit: str | None, target: Path) -> None:
    """Write the commit as a patch that `git am` takes where the portal is kept; an empty file when there is none."""
    target.write_text("" if commit is None else _git(root, "format-patch", "-1", "--stdout", commit), "utf-8")


def _is_work_tree(root: Path, paths: Sequence[str]) -> bool:
    asked = subprocess.run(
        ["git", "-C", str(root), "rev-parse", "--is-inside-work-tree"],
        capture_output=True,
        text=True,
        check=False,
    )
    ignored = subprocess.run(
        ["git", "-C", str(root), "check-ignore", "--quiet", "--", *paths], capture_output=True, check=False
    )
    return asked.stdout.strip() == "true" and ignored.returncode == 1


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotCommitted(say("replies.git", reason=done.stderr.strip().split("\n")[0]))
    return done.stdout
