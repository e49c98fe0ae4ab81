"""Reads what a commit, or a whole push, changes by path, and writes it out; it judges none of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mingbai.git.repository import GitRefused, Repository


@dataclass(frozen=True)
class Change:
    """A file as one commit, or the whole push, leaves it; `id` is of noughts where it was taken away."""

    mode: str
    id: str
    path: str

    @property
    def is_gone(self) -> bool:
        """Whether the file was taken away."""
        return not self.id.strip("0")


def apply(repository: Repository, root: Path, found: Iterable[Change]) -> None:
    """Write changed files below `root` as git holds them, and take away those that are gone.

    Bytes come from the objects, never through a filter that somebody pushed; each is moved over the old file, so that
    whoever has that one linked or open keeps it whole.
    """
    wanted: dict[str, list[str]] = {}
    for each in found:
        if each.is_gone:
            (root / each.path).unlink(missing_ok=True)
            _leave_no_empty_folder(root, (root / each.path).parent)
        else:
            wanted.setdefault(each.id, []).append(each.path)
    for id, data in repository.blobs(list(wanted)):
        for path in wanted[id]:
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_name(f".{target.name}.new")
            fresh.write_bytes(data)
            fresh.replace(target)


def changes_of_every_commit(repository: Repository, new: str) -> list[Change]:
    """Return what each commit of a push changed against its parents: what was put in and taken out again counts."""
    log = repository.run(
        *("log", "-c", "--root", "--raw", "-z", "--no-abbrev", "--no-renames", "--format=", new),
        *("--not", "--all"),
    )
    return read_raw(log)


def changes(repository: Repository, old: str, new: str) -> list[Change]:
    """Return what differs between two trees or commits, by path."""
    return read_raw(repository.run("diff-tree", "-r", "-z", "--no-renames", old, new))


def read_raw(raw: bytes) -> list[Change]:
    """Read git's raw format with -z (git-diff-tree(1)): colon, mode and id for each parent, then those that result."""
    found = []
    parts = iter(raw.split(b"\0"))
    for part in parts:
        head = part.lstrip(b"\n").decode("ascii", "replace")
        if head.startswith(":"):
            parents = len(head) - len(head.lstrip(":"))
            words = head.lstrip(":").split(" ")
            path = next(parts).decode("utf-8", "surrogateescape")
            found.append(Change(words[parents], words[2 * parents + 1], path))
    return found


def _leave_no_empty_folder(root: Path, folder: Path) -> None:
    while folder != root and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def merged_tree(repository: Repository, main: str, new: str) -> str | None:
    """Return the tree of `main` with `new` merged into it, None where both changed the same (git-merge-tree(1))."""
    try:
        return repository.run("merge-tree", "--write-tree", main, new).decode().split("\n")[0]
    except GitRefused:
        return None
