"""Remembers which files of a built site held nothing personal, so that the next build looks at what changed alone.

Known are hashes of whole files, under a key of all that a verdict depends on: this room, `privacy`, what is declared.
"""

import sys
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path

from mingbai.memory import Memory
from mingbai.scan.declared import Declared

_NAME = "innocent files of a site"
_JUDGES = ("scan", "privacy", "workbooks")
_SIZE = 32


def digest_of(path: Path, data: bytes) -> bytes:
    """Return the hash of a file: of its bytes, and of the ending of its name, by which a table is read."""
    return sha256(path.suffix.lower().encode("utf-8", "surrogateescape") + b"\0" + data).digest()


def known(memory: Memory | None, declared: Declared) -> frozenset[bytes]:
    """Return the hashes of the files that held nothing the last time."""
    told = memory.recall(_NAME, _key(declared)) if memory is not None else None
    return (
        frozenset() if told is None else frozenset(told[at : at + _SIZE] for at in range(0, len(told), _SIZE))
    )


def remember(memory: Memory | None, declared: Declared, digests: Iterable[bytes]) -> None:
    """Keep the hashes of the files that hold nothing now; those of an earlier build are forgotten."""
    if memory is not None:
        memory.remember(_NAME, _key(declared), b"".join(sorted(set(digests))))


def _key(declared: Declared) -> str:
    columns = sorted((name, sorted(sorts)) for name, sorts in declared.columns.items())
    return f"{_engine()} {sha256(repr((columns, sorted(declared.numbers))).encode()).hexdigest()}"


@cache
def _engine() -> str:
    here = Path(__file__).resolve().parents[1]
    sources = [path for room in _JUDGES for path in sorted((here / room).rglob("*.py"))]
    told = sha256(sys.version.encode())
    for path in sources:
        told.update(sha256(path.read_bytes()).digest())
    return told.hexdigest()
