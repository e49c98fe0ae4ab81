"""Looks for what belongs to a person in files, in a built site and in a git history; it changes none of them.

What such a number looks like `privacy` knows; this room opens what it may hide in, and says where it stands.
"""

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from mingbai.errors import PortalError, UsageError
from mingbai.memory import Memory
from mingbai.messages import say
from mingbai.portal import Portal
from mingbai.scan import innocent
from mingbai.scan.commits import told
from mingbai.scan.declared import NOTHING_DECLARED, Declared, declared_at, declared_for_site
from mingbai.scan.findings import SORTS, Finding, as_json, report, veiled
from mingbai.scan.looking import Piece, look
from mingbai.scan.objects import LOST, Object, entries, objects, prefix, refs
from mingbai.scan.sources import pieces
from mingbai.sharing import share_out

__all__ = [
    "SORTS",
    "Finding",
    "as_json",
    "portal_of",
    "report",
    "scan_data",
    "scan_paths",
    "scan_range",
    "scan_site",
    "usual_paths",
]


def portal_of(named: Path | None) -> Portal | None:
    """Return the portal whose schemas are believed: the one named, else the one around here."""
    if named is not None:
        return Portal.open(named)
    try:
        return Portal.open(Portal.find(Path.cwd()))
    except PortalError:
        return None


def usual_paths(portal: Portal | None) -> list[Path]:
    """Return what a portal takes in with a push, the folder here where there is no portal."""
    if portal is None:
        return [Path.cwd()]
    return [path for name in ("content", "datasets") if (path := portal.root / name).is_dir()]


def scan_paths(portal: Portal | None, paths: Sequence[Path]) -> list[Finding]:
    """Return what is found in files and in folders with all that is below, in order. Raises UsageError for no such."""
    looked = share_out(partial(_scan_own, portal), _files(paths))
    return _told_once([each for found in looked for each in found])


def _scan_own(portal: Portal | None, path: Path) -> list[Finding]:
    """Return what is found in a file, believing what the portal declares of it."""
    root = portal.root if portal is not None else Path.cwd()
    below = path.resolve().parent / path.name
    inside = [below.relative_to(root).as_posix()] if below.is_relative_to(root) else []
    return list(_scan_file(path, declared_at(portal, inside)))


def scan_site(portal: Portal | None, folder: Path, memory: Memory | None = None) -> list[Finding]:
    """Return what is found in a built site. What schemas declare stands there in many forms and is known by itself.

    A file that held nothing the last time, by the same rules, is not looked into again where there is a `memory`.
    """
    declared = declared_for_site(portal)
    before = innocent.known(memory, declared)
    looked = share_out(partial(_scan_built, declared, before), _files([folder]))
    innocent.remember(memory, declared, (digest for digest, found in looked if digest and not found))
    return _told_once([each for _, found in looked for each in found])


def _scan_built(
    declared: Declared, before: Collection[bytes], path: Path
) -> tuple[bytes | None, list[Finding]]:
    """Return the hash of a file of a site, None where it cannot be read, and what is found in it and its name."""
    if path.is_symlink() or (data := _read(path)) is None:
        return None, list(_scan_file(path, declared))
    name, digest = str(path), innocent.digest_of(path, data)
    inside = [] if digest in before else scan_data(name, data, declared)
    return digest, [*_named(name, name), *inside]


def scan_range(portal: Portal | None, folder: Path, range: str) -> list[Finding]:
    """Return what is found in every object of a range of the repository at `folder`. Raises UsageError."""
    before = prefix(folder)
    reached: set[str] = set()
    names: set[str] = set()
    found: list[Finding] = []
    for each in objects(folder, range):
        reached.add(each.id)
        at = f"{_brought(each)}:{min(each.paths, default='')}"
        if each.sort == "blob":
            below = [path.removeprefix(before) for path in each.paths]
            found += scan_data(at, each.data, declared_at(portal, below))
        elif each.sort == "tree":
            found += _entries(at, each, names)
        else:
            found += [finding for piece in told(each.id[:12], each.data) for finding in look(piece)]
            found += _named(each.id[:12], *each.paths)
    for name in refs(folder, reached):
        found += _named(name, name)
    return _told_once(found)


def _brought(each: Object) -> str:
    """Return the commit that brought an object; of one that no commit leads to, that and its own name."""
    return f"{LOST} {each.id[:12]}" if each.commit == LOST else each.commit[:12]


def _entries(at: str, tree: Object, known: set[str]) -> Iterator[Finding]:
    """Yield what stands in the names of a tree. The next trees hold mostly the same: a name is told once."""
    for _, name, _ in entries(tree.data, len(tree.id) // 2):
        path = f"{at.partition(':')[2]}/{name}".removeprefix("/")
        if path not in known:
            known.add(path)
            yield from _named(f"{at.partition(':')[0]}:{path}", name)


def scan_data(file: str, data: bytes, declared: Declared = NOTHING_DECLARED) -> Iterator[Finding]:
    """Yield what is found in the bytes of one file."""
    for each in pieces(file, data, declared):
        if isinstance(each, Piece):
            yield from look(each)
        else:
            yield each


def _scan_file(path: Path, declared: Declared) -> Iterator[Finding]:
    name = str(path)
    yield from _named(name, name)
    data = _read(path)
    if data is None:
        yield Finding(name, "", 0, 0, "unread", "warning")
    else:
        yield from scan_data(name, data, declared)


def _read(path: Path) -> bytes | None:
    """Return the bytes of a file, of a link those that say where it leads; None where they cannot be had.

    A pipe or a device is not opened: it would wait for ever, or never end.
    """
    try:
        if path.is_symlink():
            return os.fsencode(os.readlink(path))
        return path.read_bytes() if path.is_file() else None
    except OSError:
        return None


def _named(file: str, *names: str) -> Iterator[Finding]:
    """Yield what stands in the name itself: line and column are 0."""
    for name in names:
        for found in look(Piece(file, name.replace("\n", " "))):
            yield replace(found, line=0, column=0)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files, those of folders in order of their names; a repository's own store is read by range only."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            for folder, below, names in os.walk(path):
                below[:] = sorted(each for each in below if each != ".git")
                links = [each for each in below if (Path(folder) / each).is_symlink()]
                yield from (Path(folder) / name for name in sorted([*names, *links]))
        elif path.exists() or path.is_symlink():
            yield path
        else:
            raise UsageError(say("scan.no_file", path=veiled(str(path))))


def _told_once(found: Iterable[Finding]) -> list[Finding]:
    """Return findings in order, each place once with its worst severity, and no number in a name."""
    names: dict[str, str] = {}
    for each in found:
        for name in (each.file, each.part):
            if name not in names:
                names[name] = veiled(name)
    told = {replace(each, file=names[each.file], part=names[each.part]) for each in found}
    worst = {replace(each, severity=""): each for each in sorted(told, key=_is_error)}
    return sorted(worst.values())


def _is_error(each: Finding) -> bool:
    return each.severity == "error"
