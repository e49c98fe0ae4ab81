"""Puts released filings into git, so that the static site stays the only public place; it pushes and builds nothing.

The commit holds the filings and nothing else that may lie in the work tree. Its author is the service, never a person
(design §6.8). Where the portal is no git work tree, the files are left as they are.
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from mingbai.errors import MingbaiError
from mingbai.messages import say

_AUTHOR = ("-c", "user.name=Mingbai", "-c", "user.email=mingbai@localhost", "-c", "commit.gpgsign=false")


class NotCommitted(MingbaiError):
    """The files are written and git refused them; the message says what to do."""


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
