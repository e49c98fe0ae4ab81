"""Looks for a value in every byte below a folder: in files as they are, in packed ones, and in those within them."""

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile, ZipFile


def files_with(folder: Path, value: str) -> list[str]:
    """Return the name of every file that holds a value; links are not followed."""
    wanted = value.encode()
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
    return [path.name for path in files if any(wanted in data for data in unpacked(path.read_bytes()))]


def unpacked(data: bytes) -> Iterator[bytes]:
    """Yield a file's bytes and what they unpack to, members of members too."""
    yield data
    for unpack in (gzip.decompress, zlib.decompress):
        try:
            yield unpack(data)
        except (OSError, zlib.error, EOFError):
            continue
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from unpacked(archive.read(name))
    except BadZipFile:
        return
