"""Lets ten times as many residents write at once as the service has threads: `scripts/bench overload --seconds 60`.

Each who is accepted looks at once where the letter stands. Only 201, 200, 429 and 503 may come back, the last two with
Retry-After; what is accepted is accepted quickly; memory stays.
The clients are one thread of selectors: many threads would measure their own waiting. They share the machine with the
service, so how late they come to look at an answer is measured as well.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections import Counter
from pathlib import Path

from forms_api.limits import Limits
from tests.api.conftest import letter, settle
from tests.api.test_kill import REAL, running

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--seconds", type=float, default=60.0)
parser.add_argument("--times", type=int, default=10, help="how many clients for each thread of the service")
said = parser.parse_args()

statuses: Counter[int] = Counter()
times: list[float] = []
without_retry: list[int] = []
lateness: list[float] = []
TICK = 0.01


async def resident(port: int, name: int, until: float) -> None:
    """Write without pause until the time is over, and look at what was written."""
    number = 0
    while (begun := time.monotonic()) < until:
        number += 1
        body = json.dumps(letter(text=f"{name} {number}")).encode()
        status, answer = await ask(port, "POST", "", body)
        if status == 201:
            times.append(time.monotonic() - begun)
            await ask(port, "GET", f"/{json.loads(answer)['receipt']}", b"")


async def ask(port: int, method: str, below: str, body: bytes) -> tuple[int, bytes]:
    """Send one request on a connection of its own; 0 when it was cut off."""
    head = (
        f"{method} /api/v1/submissions{below} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Content-Length: {len(body)}\r\nContent-Type: application/json\r\n\r\n"
    )
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head.encode() + body)
        answer = await asyncio.wait_for(reader.read(), 60)
        writer.close()
    except (OSError, TimeoutError):
        answer = b""
    status = int(answer[9:12] or 0)
    statuses[status] += 1
    if status not in (200, 201) and b"\r\nRetry-After: " not in answer:
        without_retry.append(status)
    return status, answer.partition(b"\r\n\r\n")[2]


async def watch(until: float) -> None:
    """Look again and again how late the clients themselves are."""
    while (begun := time.monotonic()) < until:
        await asyncio.sleep(TICK)
        lateness.append(time.monotonic() - begun - TICK)


def percentile(found: list[float]) -> float:
    """Return the 99th percentile in milliseconds."""
    return sorted(found)[int(len(found) * 0.99)] * 1000


async def crowd(port: int, clients: int) -> None:
    """Let everybody write at once."""
    until = time.monotonic() + said.seconds
    await asyncio.gather(watch(until), *(resident(port, name, until) for name in range(clients)))


def memory(pid: int) -> int:
    """Return what the service and its worker hold in memory, MiB."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    pages = [int(Path(f"/proc/{each}/statm").read_text().split()[1]) for each in (str(pid), *children)]
    return sum(pages) * 4096 // 2**20


clients = said.times * Limits.threads
with tempfile.TemporaryDirectory() as folder:
    village = settle(Path(folder) / "portal")
    village.write(".state/forms.yaml", "all_burst: 1000000000\nall_per_hour: 1000000000\n")
    with running(REAL, village.root) as (port, service):
        asyncio.run(crowd(port, Limits.threads // 4))  # warm, not measured
        early = memory(service.pid)
        statuses.clear()
        times.clear()
        without_retry.clear()
        lateness.clear()
        asyncio.run(crowd(port, clients))
        late = memory(service.pid)
print(
    f"overload ({clients} clients, {said.seconds:.0f} s): {dict(statuses)},"
    f" {len(without_retry)} without Retry-After, accepted {len(times) / said.seconds:.0f}/s,"
    f" p99 {percentile(times):.0f} ms (the clients late by {percentile(lateness):.0f} ms), memory {early} -> {late} MiB"
)
raise SystemExit(bool(without_retry) or not set(statuses) <= {200, 201, 429, 503})
