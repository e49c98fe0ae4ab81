"""Shares work out over the processors of the machine; it knows nothing of what the work is.

Processes and not threads, since Python lets one thread work at a time. They are forked, so `work` and `items` need no
copying; a process with threads is never forked (a lock that one of them held would stay shut), it works alone.
"""

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TypeVar

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
        return [work(each) for each in known]
    started = [_start(work, known[first::shares]) for first in range(shares)]
    answers = [_answer(*each) for each in started]
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    made: list[R] = [answers[at % shares][at // shares] for at in range(len(known))]  # type: ignore[index]
    return made


def _start(work: Callable[[T], R], share: Sequence[T]) -> tuple[Connection, BaseProcess]:
    """Start a process on its share; its answer comes at the end returned. It ends by itself where nobody waits."""
    ours, theirs = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=_do, args=(ours, theirs, work, share), daemon=True)
    process.start()
    theirs.close()
    return ours, process


def _do(ours: Connection, theirs: Connection, work: Callable[[T], R], share: Sequence[T]) -> None:
    ours.close()
    try:
        answer: object = [work(each) for each in share]
    except Exception as wrong:
        answer = wrong
    theirs.send(answer)


def _answer(end: Connection, process: BaseProcess) -> object:
    with end:
        try:
            answer = end.recv()
        except EOFError:
            answer = ChildProcessError("a process that shared the work was killed")
    process.join()
    return answer
