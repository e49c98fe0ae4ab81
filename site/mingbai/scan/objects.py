"""Reads every object of a range of a git repository: blobs, trees, commits, tags; it checks nothing out.

Git forgets nothing: what was committed and deleted again is in every clone. So the tip alone says little, and each
object that the range reaches is read, with the commit that brought it.
"""

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mingbai import progress
from mingbai.errors import UsageError
from mingbai.messages import say

_ALL = ("--all", "--branches", "--tags", "--remotes", "--not")
LOST = "unreachable"  # stands for the commit of an object that none leads to
_LINK = b"160000"  # a commit of another repository: nothing of it is here


@dataclass
class Object:
    """An object with the commit that brought it and every path at which a tree of the range holds it."""

    id: str
    sort: str
    data: bytes
    commit: str
    paths: frozenset[str]


def objects(folder: Path, range: str) -> Iterator[Object]:
    """Yield every object that a range reaches, trees first, so that a blob comes with all of its paths.

    `range` is what git takes: `A..B`, `HEAD`, `NEW --not --all`; `--all` by itself means whatever the repository keeps.
    Raises UsageError for what git refuses.
    """
    words = range.split()
    if not words or any(word.startswith("-") and word not in _ALL for word in words):
        raise UsageError(say("scan.bad_range", range=range))
    brought, first = _listed(folder, words)
    tags = _tags(folder, set(brought))
    lost = _unreachable(folder, {*brought, *tags}) if words == ["--all"] else []
    brought.update(dict.fromkeys(lost, LOST))
    sorts = _sorts(folder, [*brought, *(tag for tag in tags if tag not in brought)])
    paths: dict[str, set[str]] = {id: {path} for id, path in first.items() if path}
    trees = [id for id, sort in sorts.items() if sort == "tree"]
    for done, (id, data) in enumerate(_contents(folder, trees)):
        progress.part(done, len(sorts))
        above = first.get(id, "")
        for mode, name, entry in entries(data, len(id) // 2):
            path = f"{above}/{name}" if above else name
            if mode != _LINK:
                paths.setdefault(entry, set()).add(path)
        yield Object(id, "tree", data, brought.get(id, id), frozenset(paths.get(id, ())))
    rest = [id for id, sort in sorts.items() if sort != "tree"]
    for done, (id, data) in enumerate(_contents(folder, rest), len(trees)):
        progress.part(done, len(sorts))
        known = paths.get(id, set()) | {tags[id]} if id in tags else paths.get(id, set())
        yield Object(id, sorts[id], data, brought.get(id, id), frozenset(known))


def prefix(folder: Path) -> str:
    """Return where `folder` lies below the top of its repository: "" at the top, else with a slash at its end."""
    return decoded(_git(folder, "rev-parse", "--show-prefix")).strip("\n")


def entries(tree: bytes, size: int) -> Iterator[tuple[bytes, str, str]]:
    """Yield mode, name and object of every entry of a tree; `size` is how many bytes name an object."""
    at = 0
    while at < len(tree):
        end = tree.index(b"\0", at)
        mode, _, name = tree[at:end].partition(b" ")
        at = end + 1 + size
        yield mode, decoded(name), tree[end + 1 : at].hex()


def refs(folder: Path, reached: set[str]) -> Iterator[str]:
    """Yield the names of branches and tags that point to an object which the range reaches."""
    shown = _git(folder, "for-each-ref", "--format=%(objectname) %(*objectname) %(refname)")
    for line in decoded(shown).splitlines():
        *ids, name = line.split(" ")
        if reached & set(ids):
            yield name


def decoded(name: bytes) -> str:
    """Return a path or a message in the encoding it is in: UTF-8, else what a Chinese Windows writes."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name.decode("utf-8", "replace")


def _listed(folder: Path, words: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return by object the commit that brought it and the first path; git lists what a commit brings after it."""
    shown = _git(folder, "rev-list", "--objects", "--in-commit-order", "--reverse", *words, "--")
    brought: dict[str, str] = {}
    first: dict[str, str] = {}
    commit = ""
    for line in shown.split(b"\n"):
        id, parted, path = line.partition(b" ")
        if not id:
            continue
        name = id.decode("ascii", "replace")
        if not parted:
            commit = name
        brought[name] = commit
        first[name] = decoded(path)
    return brought, first


def _tags(folder: Path, reached: set[str]) -> dict[str, str]:
    """Return the annotated tags that point into the range, with their names; a range does not always name them."""
    facts = "%(objecttype) %(objectname) %(*objectname) %(refname:short)"
    shown = _git(folder, "for-each-ref", f"--format={facts}", "refs/tags")
    found = {}
    for line in decoded(shown).splitlines():
        sort, id, target, name = (*line.split(" ", 3), "", "")[:4]
        if sort == "tag" and target in reached:
            found[id] = name
    return found


def _unreachable(folder: Path, known: set[str]) -> list[str]:
    """Return what git keeps and no branch leads to: old stashes, amended commits, what was added and taken back."""
    shown = _git(folder, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
    return [id for id in shown.decode().split() if id not in known]


def _sorts(folder: Path, ids: Sequence[str]) -> dict[str, str]:
    shown = _git(
        folder, "cat-file", "--batch-check=%(objectname) %(objecttype)", given="\n".join(ids).encode()
    )
    return {id: sort for id, _, sort in (line.partition(" ") for line in shown.decode().splitlines())}


def _contents(folder: Path, ids: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield each object's bytes; one git reads them all, and is asked for one at a time, so that no pipe fills up."""
    command = ["git", "-C", str(folder), "cat-file", "--batch"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as git:
        assert git.stdin and git.stdout
        for id in ids:
            git.stdin.write(f"{id}\n".encode())
            git.stdin.flush()
            size = int(git.stdout.readline().split()[2])
            yield id, git.stdout.read(size + 1)[:-1]
        git.stdin.close()


def _git(folder: Path, *words: str, given: bytes | None = None) -> bytes:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words], input=given, capture_output=True, check=False
        )
    except OSError:
        raise UsageError(say("scan.no_git")) from None
    if done.returncode:
        raise UsageError(say("scan.git_refused", folder=folder))
    return done.stdout
