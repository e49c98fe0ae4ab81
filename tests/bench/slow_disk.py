"""Writes on a disk whose every sync takes 10 ms, many to a commit and one to a commit: `scripts/bench slow_disk`.

The second is the control: it shows what group commit is worth on the same machine in the same minute.
"""

import argparse
import itertools
import tempfile
import threading
import time
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from forms_api.cases import Stored, add
from forms_api.database import Database
from forms_api.limits import Limits
from forms_api.writer import Writer
from tests.api.faults import disk
from tests.api.test_power import entry

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--seconds", type=float, default=10.0)
parser.add_argument("--clients", type=int, default=32)
parser.add_argument("--sync", type=float, default=0.010, help="seconds that a sync takes")
said = parser.parse_args()


def _store(name: str, connection: Connection) -> Stored:
    return add(connection, entry(name))


def measure(limits: Limits) -> tuple[float, float]:
    """Return (letters a second, 99th percentile of the time to an acknowledgement in milliseconds)."""
    times: list[float] = []
    numbers = itertools.count()
    with tempfile.TemporaryDirectory() as folder, disk() as slow:
        writer = Writer(Database.of_file(Path(folder)), limits)
        writer.start()
        slow.sync_seconds = said.sync
        until = time.monotonic() + said.seconds

        def client() -> None:
            while (begun := time.monotonic()) < until:
                writer.run(partial(_store, f"{next(numbers):08}"))
                times.append(time.monotonic() - begun)

        threads = [threading.Thread(target=client) for _ in range(said.clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        writer.stop()
    return len(times) / said.seconds, sorted(times)[int(len(times) * 0.99)] * 1000


together, p99 = measure(Limits(wait=60.0))
alone, alone_p99 = measure(Limits(wait=60.0, batch=1, gather=0.0))
print(
    f"slow disk ({said.sync * 1000:.0f} ms a sync, {said.clients} clients): {together:.0f}/s, p99 {p99:.0f} ms;"
    f" one to a commit {alone:.0f}/s, p99 {alone_p99:.0f} ms; {together / alone:.1f} times the rate"
)
