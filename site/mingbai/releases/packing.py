"""Puts a packed copy beside each text of a finished build, so that a web server need not pack; it changes no file.

A copy is gzip at its hardest and bears neither name nor time: the same page gives the same bytes. It is made of what
was verified already and lies in the folder of what it copies, so whoever withdraws a folder takes the copy too.
"""

import os
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mingbai import frames

SUFFIX = ".gz"
LEAST = 1024  # bytes; below that a copy saves no packet on the way

_TEXTS = frozenset((".html", ".css", ".js", ".json", ".xml", ".svg", ".csv", ".yaml", ".ics", ".txt"))
_GZIP = 16 + zlib.MAX_WBITS  # a header of ten fixed bytes (RFC 1952), without name and time


def pack(out: Path) -> None:
    """Write the copies below `out`."""
    with ThreadPoolExecutor(os.cpu_count()) as threads:  # zlib lets other threads work
        list(threads.map(_pack_one, sorted(_texts(out))))  # a list, so that a disk that is full is heard of


def packed(text: bytes) -> bytes:
    """Return `text` as gzip."""
    packer = zlib.compressobj(9, zlib.DEFLATED, _GZIP, 9)
    return packer.compress(text) + packer.flush()


def _texts(out: Path) -> Iterator[Path]:
    """Yield what is worth a copy; frames are read on the server alone."""
    kept = out / frames.FOLDER
    for path in out.rglob("*"):
        if path.suffix in _TEXTS and path.parent != kept and path.is_file() and path.stat().st_size >= LEAST:
            yield path


def _pack_one(path: Path) -> None:
    path.with_name(path.name + SUFFIX).write_bytes(packed(path.read_bytes()))
