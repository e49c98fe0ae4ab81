"""Measures what a push adds before anything of it is read: commits, objects, bytes, and the shape of every tree.

A tiny pack can unfold to gigabytes, so sizes are asked of git before any content. Limits count what is added; what the
repository holds already does not count against a clerk.
"""

from collections.abc import Iterator

from mingbai.gate.names import wrong_name
from mingbai.git import Change, Repository
from mingbai.messages import say
from mingbai.scan.objects import entries

COMMITS, OBJECTS = 2_000, 20_000
PATHS = 300_000  # names that one tree may unfold to, those that the server has already not counted again
BLOB, ALL = 20 * 1024 * 1024, 500 * 1024 * 1024  # bytes, unpacked
_FILE, _FOLDER = "100644", "040000"
_MODES = {"120000": "gate.symlink", "160000": "gate.submodule", "100755": "gate.executable"}
SHOWN = 10


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
    told = repository.run("cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)", given=ids)
    objects = [line.split(" ") for line in told.decode().splitlines()]
    sizes = [int(size) for _, _, size in objects]
    if max(sizes, default=0) > BLOB:
        yield say("gate.blob", size=max(sizes) // 1_048_576, most=BLOB // 1_048_576)
    if sum(sizes) > ALL:
        yield say("gate.bytes", size=sum(sizes) // 1_048_576, most=ALL // 1_048_576)
    elif _unfolds(repository, [id for id, sort, _ in objects if sort == "tree"]) > PATHS:
        yield say("gate.paths")


def _unfolds(repository: Repository, trees: list[str]) -> int:
    """Return to how many names the largest of these trees unfolds, each counted once.

    Ten trees in each other can name ten thousand million files, and a list of them is what git would make next.
    """
    below = {
        id: [child for _, _, child in entries(data, len(id) // 2)] for id, data in repository.blobs(trees)
    }
    counted: dict[str, int] = {}
    open_, most = list(below), 0
    while open_:  # not by recursion: folders may lie thousands deep
        id = open_[-1]
        waiting = [child for child in below[id] if child in below and child not in counted]
        if waiting:
            open_ += waiting
            continue
        counted[id] = sum(counted.get(child, 1) for child in below[id])
        most = max(most, counted[id])
        open_.pop()
    return most


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


def _short(path: str) -> str:
    clean = path.encode("utf-8", "backslashreplace").decode("utf-8")
    printable = "".join(sign if sign.isprintable() else "�" for sign in clean)
    return printable if len(printable) <= 120 else printable[:117] + "…"
