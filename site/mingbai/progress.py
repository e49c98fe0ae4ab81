"""Shows on a terminal what a long command is at; where nobody watches it says nothing, and it slows nothing down."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from mingbai.messages import say

_WIDTH = 16  # signs of the bar
_LINE = "\r\x1b[2K"  # ECMA-48: to the start of the line, and the line is blank
_shown: ContextVar[Sequence[str]] = ContextVar("shown", default=())


@contextmanager
def shown(*steps: str) -> Iterator[None]:
    """Show a bar for the work within, whose steps are these keys of the catalogue; only on a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    before = _shown.set(steps)
    try:
        yield
    finally:
        _shown.reset(before)
        print(_LINE, end="", file=sys.stderr, flush=True)


def at(step: str) -> None:
    """Say that the work comes to a step; nothing where it is not shown."""
    steps = _shown.get()
    if step in steps:
        done = steps.index(step)
        filled = _WIDTH * done // len(steps)
        bar = "█" * filled + "░" * (_WIDTH - filled)
        print(f"{_LINE}{bar} {done + 1}/{len(steps)} {say(step)}", end="", file=sys.stderr, flush=True)
