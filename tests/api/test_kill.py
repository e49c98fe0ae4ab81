"""What was acknowledged is stored, whenever the service is killed; and the harness finds a service that cheats."""

import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import select, text

from forms_api.database import Database
from forms_api.tables import SUBMISSIONS
from tests.api.conftest import letter
from tests.village import Village

ROOT = Path(__file__).resolve().parents[2]
REAL = ["-m", "forms_api"]

# The bug that the harness must be able to find: it answers first and commits afterwards.
HASTY = """
import sys, time
import forms_api, forms_api.writer as room
from forms_api.__main__ import main

class Hasty(room.Writer):
    def _settle(self, batch):
        with self._connection.begin():
            room._answer(batch, [self._attempt(order.job) for order in batch])
            time.sleep(0.02)

forms_api.Writer = Hasty
sys.exit(main(sys.argv[1:]))
"""


class Killable(Protocol):
    """A running service, the leader of a process group of its own."""

    pid: int

    def wait(self) -> object:
        """Wait until it has ended."""


Start = Callable[[list[str], Path], AbstractContextManager[tuple[int, Killable]]]


@contextmanager
def running(
    program: list[str], portal: Path, log: Path = Path(os.devnull), code: Path = ROOT
) -> Iterator[tuple[int, "subprocess.Popen[str]"]]:
    """Run the service in a process group of its own until the block ends; give its port.

    `log` gets what it logs; `code` is the checkout it comes from.
    """
    command = [sys.executable, *program, "--portal", str(portal), "--port", "0"]
    environment = os.environ | {"PYTHONPATH": f"{code / 'site'}{os.pathsep}{code}", "PYTHONUNBUFFERED": "1"}
    with log.open("w") as errors:
        service = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=environment,
            cwd=code,
            start_new_session=True,
        )
    try:
        assert service.stdout is not None
        found = re.search(r":(\d+)/", service.stdout.readline())
        assert found, "the service did not start"
        yield int(found[1]), service
    finally:
        kill(service)
        if service.stdout is not None:
            service.stdout.close()


def kill(service: Killable) -> None:
    """End the service and its worker as a power button would end them."""
    try:
        os.killpg(service.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    service.wait()


def send(port: int, key: str) -> str | None:
    """Send one submission and return its receipt, None if no answer came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    try:
        connection.request("POST", "/api/v1/submissions", json.dumps(letter(text=f"第 {key} 封")), headers)
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return str(json.loads(body)["receipt"]) if answer.status == 201 else None


def found(port: int, receipt: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", f"/api/v1/submissions/{receipt}")
        return connection.getresponse().status == 200
    finally:
        connection.close()


def write_until_killed(port: int, service: Killable, cycle: int) -> tuple[dict[str, str], set[str]]:
    """Let four residents write until the service is killed; return what was acknowledged and what was only sent."""
    acknowledged: dict[str, str] = {}
    sent: set[str] = set()
    stop = threading.Event()

    def resident(name: int) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            key = f"{cycle}-{name}-{number}"
            sent.add(key)
            receipt = send(port, key)
            if receipt is None:
                return
            acknowledged[key] = receipt

    threads = [threading.Thread(target=resident, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(random.uniform(0.02, 0.35))
    kill(service)
    stop.set()
    for thread in threads:
        thread.join()
    return acknowledged, sent


def lost(program: list[str], portal: Path, cycles: int, start: Start = running) -> tuple[int, int, int]:
    """Kill the service up to `cycles` times; return (acknowledged, lost, stored twice or torn).

    Each service is first asked for what the one before it acknowledged, then killed itself.
    """
    acknowledged: dict[str, str] = {}
    sent: set[str] = set()
    more: dict[str, str] = {}
    tried: set[str] = set()
    for cycle in range(cycles + 1):
        with start(program if cycle < cycles else REAL, portal) as (port, service):
            missing = [receipt for receipt in more.values() if not found(port, receipt)]
            if missing:
                return len(acknowledged), len(missing), 0
            assert None not in [send(port, key) for key in tried - more.keys()]
            if cycle < cycles:
                more, tried = write_until_killed(port, service, cycle)
                acknowledged |= more
                sent |= tried
    database = Database.of(portal / ".state")
    with database.reading() as connection:
        if database.embedded:
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
        letters = connection.scalars(select(SUBMISSIONS.c.text)).all()
    return len(acknowledged), 0, abs(len(letters) - len(sent)) + abs(len(set(letters)) - len(sent))


def test_nothing_acknowledged_is_lost_and_nothing_is_stored_twice(village: Village) -> None:
    acknowledged, missing, doubled = lost(REAL, village.root, 3)

    assert acknowledged > 0
    assert (missing, doubled) == (0, 0)


def test_the_same_harness_finds_a_service_that_answers_before_it_commits(village: Village) -> None:
    _, missing, _ = lost(["-c", HASTY], village.root, 60)  # it stops at the first that is lost

    assert missing > 0
