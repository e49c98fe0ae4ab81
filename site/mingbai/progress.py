"""Shows on a terminal what a long command is at; where nobody watches it says nothing, and it slows nothing down."""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from mingbai.messages import say

_WIDTH = 16  # signs of the bar
_LINE = "\r\x1b[2K"  # ECMA-48: to the start of the line, and the line is blank
_PAUSE = 0.1  # seconds between two looks of the bar within a step


@dataclass
class _Bar:
    """The steps of a command as keys of the catalogue, which one it is at, and which process may draw."""

    steps: Sequence[str]
    at: int = 0
    drawn: float = 0.0
    process: int = field(default_factory=os.getpid)


_shown: ContextVar[_Bar | None] = ContextVar("shown", default=None)


@contextmanager
def shown(*steps: str) -> Iterator[None]:
    """Show a bar for the work within, whose steps are these keys of the catalogue; only on a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    before = _shown.set(_Bar(steps))
    try:
        at(steps[0])
        yield
    finally:
        _shown.reset(before)
        print(_LINE, end="", file=sys.stderr, flush=True)


def at(step: str) -> None:
    """Say that the work comes to a step; nothing where it is not shown."""
    bar = _mine()
    if bar is not None and step in bar.steps:
        bar.at = bar.steps.index(step)
        _draw(bar, 0, 0)


def part(done: int, of: int) -> None:
    """Say how much of a step is done; nothing where it is not shown."""
    bar = _mine()
    if bar is not None and (done == of or time.monotonic() - bar.drawn > _PAUSE):
        _draw(bar, done, of)


def _mine() -> _Bar | None:
    """Return the bar, if one is shown; a process that helps (`sharing`) draws none over it."""
    bar = _shown.get()
    return bar if bar is not None and bar.process == os.getpid() else None


def _draw(bar: _Bar, done: int, of: int) -> None:
    bar.drawn = time.monotonic()
    filled = int(_WIDTH * (bar.at + (done / of if of else 0)) / len(bar.steps))
    place = f" {bar.at + 1}/{len(bar.steps)}" if len(bar.steps) > 1 else ""
    count = f" {done:,}/{of:,}" if of else ""
    drawn = "█" * filled + "░" * (_WIDTH - filled)
    print(f"{_LINE}{drawn}{place} {say(bar.steps[bar.at])}{count}", end="", file=sys.stderr, flush=True)
