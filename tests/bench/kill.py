"""Kills the service while residents write, again and again: `scripts/bench kill --cycles 10000`.

Starting Python and its imports would take most of each cycle; so the services are forked from this process, which
has imported them already. What is killed is the same: a group of processes that opened their files themselves.
`--planted` runs the service that answers before it commits, which the harness must find.
"""

import argparse
import os
import re
import runpy
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import forms_api.__main__  # noqa: F401  (what is forked need not import it)
from tests.api.conftest import settle
from tests.api.test_kill import HASTY, REAL, kill, lost

# Each round has a portal of its own: what is to be seen is the kill, not how long a start takes on a million letters.
ROUND = 100


@dataclass
class Forked:
    """A service in a process group of its own."""

    pid: int

    def wait(self) -> object:
        """Wait until it has ended; it may have been waited for already."""
        try:
            return os.waitpid(self.pid, 0)
        except ChildProcessError:
            return None


@contextmanager
def forked(program: list[str], portal: Path) -> Iterator[tuple[int, Forked]]:
    """Run the service in a fork of this process until the block ends; give its port."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _become(program, portal, writing)
    os.close(writing)
    service = Forked(pid)
    try:
        with open(reading) as said:
            found = re.search(r":(\d+)/", said.readline())
            assert found, "the service did not start"
            yield int(found[1]), service
    finally:
        kill(service)


def _become(program: list[str], portal: Path, writing: int) -> NoReturn:
    os.setsid()
    os.dup2(writing, sys.stdout.fileno())
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    sys.argv = ["forms_api", "--portal", str(portal), "--port", "0"]
    try:
        if program == REAL:
            runpy.run_module("forms_api", run_name="__main__")
        else:
            exec(program[1], {"__name__": "__main__"})
    finally:
        os._exit(1)


def main() -> int:
    """Kill until the cycles are done or something is lost; return 1 if it was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=10_000)
    parser.add_argument("--planted", action="store_true")
    said = parser.parse_args()
    program = ["-c", HASTY] if said.planted else REAL
    done = acknowledged = missing = doubled = 0
    begun = time.monotonic()
    while done < said.cycles and not missing + doubled:
        cycles = min(ROUND, said.cycles - done)
        with tempfile.TemporaryDirectory() as folder:
            more, missing, doubled = lost(program, settle(Path(folder) / "portal").root, cycles, forked)
        done, acknowledged = done + cycles, acknowledged + more
        print(
            f"kill: {done} cycles, {acknowledged} acknowledged, {missing} lost, {doubled} doubled or torn,"
            f" {time.monotonic() - begun:.0f} s",
            flush=True,
        )
    return int(missing + doubled > 0)


if __name__ == "__main__":
    raise SystemExit(main())
