"""Kills builders at random while a reader reads: `scripts/bench builds`; no page may be missing or partial.

Every round a clerk's push waits to be built; the builder is killed at a random moment, and the next one builds. The
reader opens the newest pages all the while. `--planted` puts sites up by unlink and symlink, as `ln -sfn` does, which
must be found.
"""

import argparse
import fcntl
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from mingbai.builder import build_newest
from mingbai.receiving.layout import Server
from tests.server import build_server, clone
from tests.village import FINANCE_FACTS

PAGES = ("index.html", "u/east/index.html", "u/east/finance/2026-Q1/index.html", "board/index.html")
EAST = "datasets/filings/east/finance/2026-Q1"

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--kills", type=int, default=1000)
parser.add_argument("--planted", action="store_true")
said = parser.parse_args()


class Reader(threading.Thread):
    """Opens pages of the site that stands, one after the other, until it is stopped."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self.site, self.reads, self.missing, self.partial, self.goes_on = server.current, 0, 0, 0, True

    def run(self) -> None:
        """Read."""
        while self.goes_on:
            for page in PAGES:
                self.reads += 1
                try:
                    self.partial += not (self.site / page).read_text("utf-8").rstrip().endswith("</html>")
                except FileNotFoundError:
                    self.missing += 1


def take_down_and_put_up(server: Server, reader: Reader) -> None:
    """Put the same site up again as `ln -sfn` does it: between two calls nothing stands there."""
    link, until = server.portal / "build" / "site", time.monotonic() + 20
    target = os.readlink(link)
    while time.monotonic() < until and not reader.missing:
        link.unlink()
        link.symlink_to(target)


with tempfile.TemporaryDirectory() as folder:
    chance = random.Random(2026)
    server, _ = build_server(Path(folder))
    begun = time.monotonic()
    build_newest(server)
    length = time.monotonic() - begun
    clerk = clone(server, Path(folder) / "clerk")
    reader = Reader(server)
    reader.start()
    unbuilt = 0
    if said.planted:
        take_down_and_put_up(server, reader)
    for number in range(0 if said.planted else said.kills):
        words = f"第{number}次"
        with (server.state / "builder.lock").open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            clerk.commit({f"{EAST}.yaml": FINANCE_FACTS.replace("凭证齐全", words)})
            clerk.push()
        command = [sys.executable, "-I", "-m", "mingbai", "builder", str(server.root), "--once"]
        builder = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, length * 1.2))
        os.killpg(builder.pid, signal.SIGKILL)
        builder.wait()
        if number % 10 == 9:  # a builder that is let live finds whatever the killed ones left
            build_newest(server)
            unbuilt += words not in (server.current / PAGES[2]).read_text("utf-8")
    reader.goes_on = False
    reader.join()
    half = list((server.portal / "build" / "releases").glob("*.tmp"))
print(
    f"builds: {0 if said.planted else said.kills} builders killed, {reader.reads} pages read, {reader.missing} missing,"
    f" {reader.partial} partial, {unbuilt} pushes not built by the next builder, {len(half)} half builds left"
)
raise SystemExit(reader.missing + reader.partial + unbuilt > 0)
