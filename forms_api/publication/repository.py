"""Speaks with git for the service: what is not committed, one commit of the service's own, a patch to carry away.

It pushes nothing and never takes in what somebody else has not finished. The author of a commit is the service, never a
person (design §6.8). Whatever git refuses is NotCommitted: a silence taken for a yes has cost releases before.
"""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from forms_api.publication.replacing import replace
from mingbai.errors import MingbaiError
from mingbai.messages import say

_MAIL = "mingbai@localhost"
_SELF = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Mingbai"), ("EMAIL", _MAIL))
}
_EXPORTED = "refs/mingbai/exported"  # the newest commit that went out in a patch


class NotCommitted(MingbaiError):
    """Git refused, or could not be asked; the message says what to do."""


@dataclass(frozen=True)
class Repository:
    """The git work tree in which a portal lies; paths are below the portal's `root`."""

    root: Path

    @classmethod
    def around(cls, root: Path) -> "Repository | None":
        """Return the work tree around a portal, None where there is no git at all."""
        # Looked for by hand: asked in a repository that it will not open, git says the same as where there is none.
        folders = (root, *root.parents)
        return cls(root) if any((folder / ".git").exists() for folder in folders) else None

    def be_ready(self) -> None:
        """Raise NotCommitted when a commit would fail or belong to no branch. Nothing is changed."""
        inside = self._ask("rev-parse", "--is-inside-work-tree")
        if inside.returncode:
            raise NotCommitted(say("replies.git_shut", reason=_first_line(inside.stderr)))
        if inside.stdout.strip() != "true" or self._ask("symbolic-ref", "--quiet", "HEAD").returncode:
            raise NotCommitted(say("replies.git_detached"))

    def differs(self, path: str) -> bool:
        """Return whether a file is not as it was committed; one that git ignores never is."""
        return bool(self._git("status", "--porcelain", "--untracked-files=all", "--", path))

    def commit(self, paths: Sequence[str], message: str) -> None:
        """Commit those of `paths` that differ, and nothing else that lies in the work tree."""
        for path in filter(self.differs, paths):
            self._git("add", "--", path)
        # Asked again: a file that was added by a run cut off, and is gone by now, differs no longer.
        files = [path for path in dict.fromkeys(paths) if self.differs(path)]
        if files:
            said = ("--quiet", "--no-verify", "--no-gpg-sign", "--only", "-m", message)
            self._git("commit", *said, "--", *files)

    def export(self, target: Path) -> None:
        """Write our commits that neither an earlier patch nor a remote has, for `git am`; no file if there are none."""
        self_made = (
            "rev-list",
            "--reverse",
            "--no-merges",
            f"--committer={_MAIL}",
            "HEAD",
            "--not",
            "--remotes",
        )
        commits = self._git(*self_made, f"--glob={_EXPORTED}*").split()
        if not commits:
            return
        patches = [self._git("format-patch", "-1", "--stdout", each) for each in commits]
        replace(target, "".join(patches).encode("utf-8", "surrogateescape"))
        self._git("update-ref", _EXPORTED, commits[-1])

    def _git(self, *arguments: str) -> str:
        done = self._ask(*arguments)
        if done.returncode:
            raise NotCommitted(say("replies.git", reason=_first_line(done.stderr)))
        return done.stdout

    def _ask(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        try:
            return subprocess.run(
                ["git", "-C", str(self.root), *arguments],
                capture_output=True,
                check=False,
                encoding="utf-8",
                errors="surrogateescape",
                env=os.environ | _SELF,
            )
        except OSError as reason:
            raise NotCommitted(say("replies.git_shut", reason=f"git: {reason.strerror}")) from None


def _first_line(said: str) -> str:
    return said.strip().split("\n")[0].rstrip(".")


def repository_for(root: Path, patch: Path | None) -> Repository | None:
    """Return the work tree around a portal, None where there is none. Raises NotCommitted before anything is done.

    A patch that lies at `patch` already is not written over: nobody knows whether it was taken in.
    """
    found = Repository.around(root)
    if found is not None:
        found.be_ready()
    if patch is None:
        return found
    if found is None:
        raise NotCommitted(say("replies.patch_no_git"))
    if patch.is_dir() or (patch.exists() and patch.stat().st_size):
        raise NotCommitted(say("replies.patch_there", path=patch))
    try:
        with tempfile.TemporaryFile(dir=patch.parent):
            return found
    except OSError as reason:
        raise NotCommitted(say("replies.patch_nowhere", path=patch, reason=reason.strerror)) from None


def carry_away(repository: Repository | None, patch: Path | None) -> None:
    """Write the patch that was asked for."""
    if repository is not None and patch is not None:
        repository.export(patch)
