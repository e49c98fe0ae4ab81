"""Shares work out over the processors of the machine; it knows nothing of what the work is.

Processes and not threads, since Python lets one thread work at a time. They are forked, so `work` and `items` need no
copying; a process with threads is never forked (a lock that one of them held would stay shut), it works alone.
"""

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import TypeVar

from mingbai import progress

FEW = 32  # items; below that a process more gains nothing

T = TypeVar("T")
R = TypeVar("R")
_FORK = get_context("fork")


def share_out(work: Callable[[T], R], items: Iterable[T], few: int = FEW) -> list[R]:
    """Return what `work` makes of each item, in their order; fewer than `few` are worked on here.

    Raises whatever `work` raised first, and ChildProcessError where a process was killed. What `work` changes in memory
    is lost; what it writes to the disk stays.
    """
    known = list(items)
    shares = min(len(os.sched_getaffinity(0)), len(known))
    if len(known) < few or shares < 2 or threading.active_count() > 1:
        return [_counted(work(each), done, len(known)) for done, each in enumerate(known, 1)]
    parts = [known[first::shares] for first in range(shares)]
    started = [_start(work, part) for part in parts]
    answers = _gathered([end for end, _ in started], len(known))
    for _, process in started:
        process.join()
    for part, answered in zip(parts, answers, strict=True):
        if answered and isinstance(answered[-1], BaseException):
            raise answered[-1]
        if len(answered) < len(part):
            raise ChildProcessError("a process that shared the work was killed")
    made: list[R] = [answers[at % shares][at // shares] for at in range(len(known))]  # type: ignore[misc]
    return made


def _counted(made: R, done: int, of: int) -> R:
    progress.part(done, of)
    return made


def _start(work: Callable[[T], R], share: Sequence[T]) -> tuple[Connection, BaseProcess]:
    """Start a process on its share; its answers come at the end returned. It ends by itself where nobody waits."""
    ours, theirs = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=_do, args=(ours, theirs, work, share), daemon=True)
    process.start()
    theirs.close()
    return ours, process


def _do(ours: Connection, theirs: Connection, work: Callable[[T], R], share: Sequence[T]) -> None:
    """Send what is made of each item, or what was raised and no more."""
    ours.close()
    try:
        for each in share:
            theirs.send(work(each))
    except Exception as wrong:
        theirs.send(wrong)


def _gathered(ends: Sequence[Connection], of: int) -> list[list[object]]:
    """Return what each process sent until it ended, however it ended."""
    answers: list[list[object]] = [[] for _ in ends]
    talking = list(ends)
    while talking:
        for end in wait(talking):
            assert isinstance(end, Connection)  # what `wait` was given
            try:
                answers[ends.index(end)].append(end.recv())
                progress.part(sum(map(len, answers)), of)
            except (EOFError, OSError):  # it said its last word, or was killed within one
                talking.remove(end)
                end.close()
    return answers
