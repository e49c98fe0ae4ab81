"""Packs a backup into one file, and unpacks it only when all of it is there; it knows no row and no installation.

The file is a tar whose last member lists the others with size and SHA-256. So a copy that was broken off anywhere, or
in which a byte has changed, is found before anything is restored from it.
"""

import json
import os
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from hashlib import file_digest, sha256
from pathlib import Path
from typing import BinaryIO

from forms_api.database import FILE
from mingbai.errors import MingbaiError
from mingbai.messages import say

ROWS, KEY = FILE, "keys/receipt.key"  # without these two nothing can be restored
_LIST = "manifest.json"


class NotDone(MingbaiError):
    """Nothing was written, or nothing was changed; the message says why and what to do."""


class _Strange(Exception):
    """Something stands in a tar that no backup holds: a link, a device, a way out of the folder."""


class _Read:
    """A file that keeps count of what was read from it: a log may grow while it is packed."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.sum = file, sha256()

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        part = self._file.read(size)
        self.sum.update(part)
        return part


def pack(parts: Mapping[str, Path], target: Path) -> None:
    """Write `parts` (name → file or folder) to a new file that its owner alone may read, and wait for the disk."""
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        with tarfile.open(fileobj=out, mode="w") as packed:
            listed = dict(_add(packed, name, path) for name, path in _files(parts))
            (target.parent / _LIST).write_text(json.dumps(listed), "utf-8")
            packed.add(target.parent / _LIST, _LIST)
        out.flush()
        os.fsync(out.fileno())


def _files(parts: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    for name, path in parts.items():
        inside = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
        yield from ((str(Path(name) / each.relative_to(path)), each) for each in inside)


def _add(packed: tarfile.TarFile, name: str, path: Path) -> tuple[str, dict[str, object]]:
    info = packed.gettarinfo(path, name)
    with path.open("rb") as file:
        read = _Read(file)
        packed.addfile(info, read)  # type: ignore[arg-type]
    return name, {"size": info.size, "sha256": read.sum.hexdigest()}


def unpack(archive: Path, folder: Path) -> None:
    """Put what a backup holds into an empty folder. Raises NotDone for what is no backup, or not all of one."""
    if not archive.is_file():
        raise NotDone(say("restore.no_file", archive=archive))
    try:
        packed = tarfile.open(archive, "r:")
    except (tarfile.TarError, ValueError):
        raise NotDone(say("restore.no_backup", archive=archive)) from None
    with packed:
        try:
            _take_out(packed, folder)
        except _Strange:
            raise NotDone(say("restore.no_backup", archive=archive)) from None
        except (tarfile.TarError, ValueError):
            raise NotDone(say("restore.cut", archive=archive, names=_LIST)) from None
    wrong = _wrong(folder)
    if {ROWS, KEY, _LIST} <= set(wrong):
        raise NotDone(say("restore.no_backup", archive=archive))
    if wrong:
        raise NotDone(say("restore.cut", archive=archive, names="、".join(wrong)))


def _take_out(packed: tarfile.TarFile, folder: Path) -> None:
    """Write each file of a tar below `folder`; ours holds plain files alone. Python 3.11.2 has no filter for others."""
    root = folder.resolve()
    for member in packed:
        target = (root / member.name).resolve()
        part = packed.extractfile(member) if member.isreg() else None
        if part is None or not target.is_relative_to(root):
            raise _Strange
        target.parent.mkdir(parents=True, exist_ok=True)
        with part, target.open("wb") as out:
            shutil.copyfileobj(part, out)
        target.chmod(0o600)


def _wrong(folder: Path) -> list[str]:
    """Return the names that are missing, not as they were packed, or there without having been packed."""
    try:
        listed = json.loads((folder / _LIST).read_text("utf-8"))
        wrong = [name for name, said in listed.items() if not _is_as_listed(folder / name, said)]
    except (OSError, ValueError, AttributeError, TypeError, KeyError, RecursionError):
        return [*(name for name in (ROWS, KEY) if not (folder / name).is_file()), _LIST]
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    strange = there - {*listed, _LIST}
    return [*(name for name in (ROWS, KEY) if name not in listed), *wrong, *sorted(strange)]


def _is_as_listed(path: Path, said: Mapping[str, object]) -> bool:
    if not path.is_file() or path.stat().st_size != said["size"]:
        return False
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest() == said["sha256"]
