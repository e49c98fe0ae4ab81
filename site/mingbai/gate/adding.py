"""Measures what a push adds before anything of it is read: commits, objects, bytes, and the shape of every tree.

A tiny pack can unfold to gigabytes, so sizes are asked of git before any content. Limits count what is added; what the
repository holds already does not count against a clerk.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from mingbai.gate.names import wrong_name
from mingbai.git import Repository
from mingbai.messages import say

COMMITS, OBJECTS, ENTRIES = 2_000, 20_000, 2_000_000
BLOB, ALL = 20 * 1024 * 1024, 500 * 1024 * 1024  # bytes, unpacked
_FILE, _FOLDER = "100644", "040000"
_MODES = {"120000": "gate.symlink", "160000": "gate.submodule", "100755": "gate.executable"}
SHOWN = 10


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


def too_much(repository: Repository, new: str) -> Iterator[str]:
    """Say which limits the objects that `new` brings go over; the first that is passed ends the count."""
    commits = int(repository.says("rev-list", "--count", new, "--not", "--all") or 0)
    if commits > COMMITS:
        yield say("gate.commits", count=commits, most=COMMITS)
        return
    listed = repository.run("rev-list", "--objects", "--no-object-names", new, "--not", "--all").split()
    if len(listed) > OBJECTS:
        yield say("gate.objects", count=len(listed), most=OBJECTS)
        return
    ids = b"".join(id + b"\n" for id in listed)
    sizes = [*map(int, repository.run("cat-file", "--batch-check=%(objectsize)", given=ids).split())]
    if max(sizes, default=0) > BLOB:
        yield say("gate.blob", size=max(sizes) // 1_048_576, most=BLOB // 1_048_576)
    if sum(sizes) > ALL:
        yield say("gate.bytes", size=sum(sizes) // 1_048_576, most=ALL // 1_048_576)


def changes_of_every_commit(repository: Repository, new: str) -> list[Change]:
    """Return what each commit of a push changed against its parents: what was put in and taken out again counts."""
    log = repository.run(
        *("log", "-c", "--root", "--raw", "-z", "--no-abbrev", "--no-renames", "--format=", new),
        *("--not", "--all"),
    )
    return _read(log)


def changes(repository: Repository, old: str, new: str) -> list[Change]:
    """Return what differs between two trees or commits, by path."""
    return _read(repository.run("diff-tree", "-r", "-z", "--no-renames", old, new))


def misshapen(found: list[Change]) -> Iterator[str]:
    """Say which files are none (links, other repositories, programs) and which names some computer cannot hold."""
    told = dict.fromkeys(_told(found))
    yield from [*told][:SHOWN]
    if len(told) > SHOWN:
        yield say("gate.more", count=len(told) - SHOWN)


def _told(found: list[Change]) -> Iterator[str]:
    for each in found:
        if each.is_gone:
            continue
        if each.mode != _FILE:
            yield say(_MODES.get(each.mode, "gate.mode"), path=_short(each.path))
        if wrong := wrong_name(each.path):
            yield say(wrong, path=_short(each.path))


def _read(raw: bytes) -> list[Change]:
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


def _short(path: str) -> str:
    clean = path.encode("utf-8", "backslashreplace").decode("utf-8")
    printable = "".join(sign if sign.isprintable() else "�" for sign in clean)
    return printable if len(printable) <= 120 else printable[:117] + "…"
