"""Holds the kernel's locks: whoever dies lets go; it waits, and never breaks one."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Wait until nobody else is in here, then be alone (flock(2))."""
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def together(path: Path) -> Iterator[None]:
    """Wait until nobody is alone in here, then read beside other readers."""
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield


@contextmanager
def alone_or_not(path: Path) -> Iterator[bool]:
    """Yield whether nobody else was in here; it does not wait."""
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def one_of(paths: Sequence[Path]) -> Iterator[None]:
    """Hold one of the places: a free one, else wait in line for one; the kernel wakes who waits, nobody looks again."""
    for path in paths:
        with alone_or_not(path) as mine:
            if mine:
                yield
                return
    with alone(paths[os.getpid() % len(paths)]):
        yield
