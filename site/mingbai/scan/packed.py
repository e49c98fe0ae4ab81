"""Opens what is packed in one piece (gzip, bzip2, xz) or bound together (tar), so far and no further.

What can be opened with other programs only (7z, rar …) becomes a finding `unread`.
"""

import bz2
import io
import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from mingbai.scan.findings import Finding
from mingbai.scan.looking import Piece

if TYPE_CHECKING:
    from mingbai.scan.sources import Found

Read = Callable[[str, bytes], "Iterator[Found]"]
MOST = 256_000_000  # bytes unpacked of one file; beyond lies a bomb
_MOST_MEMBERS = 20_000
_LOCKED = (
    b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"MSCF\x00\x00\x00\x00",
    b"LZIP", b"\x1f\x9d", b"\x1f\xa0", b"ISc(", b"xar!",
)  # fmt: skip
_ENDINGS = (".gz", ".bz2", ".xz", ".lzma")


class _Opener(Protocol):
    """What the decompressors of the standard library have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, most: int, /) -> bytes: ...


_OPENERS: dict[bytes, Callable[[], "_Opener"]] = {
    b"\x1f\x8b\x08": lambda: zlib.decompressobj(wbits=31),
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ\x00": lzma.LZMADecompressor,
    b"\x5d\x00\x00": lzma.LZMADecompressor,
}


def is_packed(data: bytes) -> bool:
    """Tell whether bytes are packed in one piece, bound together, or locked up."""
    return data.startswith((*_LOCKED, *_OPENERS)) or _is_bound(data)


def pieces(file: str, data: bytes, read: Read) -> "Iterator[Found]":
    """Yield the pieces of what is inside; `read` reads it."""
    if _is_bound(data):
        yield from _bound(file, data, read)
    elif data.startswith(_LOCKED):
        yield _unread(file)
    else:
        yield from _in_one(file, data, read)


def _is_bound(data: bytes) -> bool:
    return data[257:262] == b"ustar"


def _unread(file: str, part: str = "") -> Finding:
    return Finding(file, part, 0, 0, "unread", "warning")


def _in_one(file: str, data: bytes, read: Read) -> "Iterator[Found]":
    inner, whole = _unpacked(data)
    if not whole:
        yield _unread(file)
    ending = next((each for each in _ENDINGS if file.lower().endswith(each)), "")
    name = file[: len(file) - len(ending)] if ending else file
    if inner:
        yield from (replace(each, file=file) for each in read(name, inner))


def _unpacked(data: bytes) -> tuple[bytes, bool]:
    """Return what is inside, as much as can be had, and whether it is the whole; one part may follow another."""
    found: list[bytes] = []
    left = MOST
    while data:
        opener = next((make() for start, make in _OPENERS.items() if data.startswith(start)), None)
        if opener is None:
            return b"".join(found), not data.strip(b"\0")
        try:
            found.append(opener.decompress(data, left))
        except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError):
            return b"".join(found), False
        left -= len(found[-1])
        if not opener.eof or left <= 0:
            return b"".join(found), False
        data = opener.unused_data
    return b"".join(found), True


def _bound(file: str, data: bytes, read: Read) -> "Iterator[Found]":
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as bound:
            for number, member in enumerate(bound):
                if number >= _MOST_MEMBERS:
                    yield _unread(file)
                    return
                names = "\n".join([member.name, member.linkname, *member.pax_headers.values()])
                yield Piece(file, names, first=0, part="*")
                inner = bound.extractfile(member) if member.isfile() else None
                if inner is not None:
                    yield from _within(file, member.name, inner.read(MOST), read)
    except (tarfile.TarError, OSError, EOFError, ValueError):
        yield _unread(file)


def _within(file: str, name: str, inner: bytes, read: Read) -> "Iterator[Found]":
    for each in read(name, inner):
        yield replace(each, file=file, part=f"{name}/{each.part}" if each.part else name)
