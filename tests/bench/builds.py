"""Kills builders at random while a reader reads: `scripts/bench builds`; no page may be missing or partial.

Every round a clerk's push waits to be built; the builder is killed at a random moment, and the next one builds. One
reader opens the newest pages on the disk all the while, another asks nginx for them. `--planted` puts sites up by
unlink and symlink, as `ln -sfn` does, which both must find.
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
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from mingbai.builder import build_newest
from mingbai.receiving.layout import Server
from tests.server import build_server, clone
from tests.village import FINANCE_FACTS
from tests.webserver import Reader as Browser
from tests.webserver import serving

PAUSE = 0.001  # seconds between two pages: readers who never wait would leave the builder no processor
PAGES = ("index.html", "u/east/index.html", "u/east/finance/2026-Q1/index.html", "board/index.html")
EAST = "datasets/filings/east/finance/2026-Q1"

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--kills", type=int, default=1000)
parser.add_argument("--seed", type=int, default=2026, help="another seed kills at other moments")
parser.add_argument("--planted", action="store_true")
said = parser.parse_args()


class Reader(threading.Thread):
    """Opens pages of the site that stands, one after the other, until it is stopped."""

    def __init__(self, fetch: Callable[[str], str]) -> None:
        super().__init__(daemon=True)
        self.fetch, self.reads, self.missing, self.partial, self.goes_on = fetch, 0, 0, 0, True

    def run(self) -> None:
        """Read."""
        while self.goes_on:
            for page in PAGES:
                self.reads += 1
                try:
                    self.partial += not self.fetch(page).rstrip().endswith("</html>")
                except FileNotFoundError:
                    self.missing += 1
                time.sleep(PAUSE)

    def told(self) -> str:
        """Stop, and return what came of it."""
        self.goes_on = False
        self.join()
        return f"{self.reads} pages read, {self.missing} missing, {self.partial} partial"


def from_disk(server: Server, page: str) -> str:
    """Return a page as it lies there."""
    return (server.current / page).read_text("utf-8")


def through(browser: Browser, page: str) -> str:
    """Return a page as nginx sends it."""
    text = browser.read(page)
    if not text:
        raise FileNotFoundError(page)
    return text


def take_down_and_put_up(server: Server, readers: list[Reader]) -> None:
    """Put the same site up again as `ln -sfn` does it: between two calls nothing stands there."""
    link, until = server.portal / "build" / "site", time.monotonic() + 20
    target = os.readlink(link)
    while time.monotonic() < until and not all(reader.missing for reader in readers):
        link.unlink()
        link.symlink_to(target)


# A hook may outlive the push that was stopped, and writes on while its folder is taken away.
with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
    chance = random.Random(said.seed)
    server, _ = build_server(Path(folder))
    begun = time.monotonic()
    build_newest(server)
    length = time.monotonic() - begun
    clerk = clone(server, Path(folder) / "clerk")
    (Path(folder) / "nginx").mkdir()
    with serving(Path(folder) / "nginx", server.current) as browser:
        readers = [Reader(partial(from_disk, server)), Reader(partial(through, browser))]
        for reader in readers:
            reader.start()
        killed = unbuilt = 0
        if said.planted:
            take_down_and_put_up(server, readers)
        with suppress(KeyboardInterrupt):  # whoever stops it is told what came of it so far
            while killed < (0 if said.planted else said.kills):
                words = f"第{killed}次"
                with (server.state / "builder.lock").open("a") as handle:
                    fcntl.flock(handle, fcntl.LOCK_EX)
                    clerk.commit({f"{EAST}.yaml": FINANCE_FACTS.replace("凭证齐全", words)})
                    clerk.push()
                command = [sys.executable, "-I", "-m", "mingbai", "builder", str(server.root), "--once"]
                builder = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL)
                try:
                    time.sleep(chance.uniform(0, length * 1.2))
                finally:  # also where the harness is stopped: a builder left alive would lose the ground under it
                    os.killpg(builder.pid, signal.SIGKILL)
                    builder.wait()
                killed += 1
                if killed % 10 == 0:  # a builder that is let live finds whatever the killed ones left
                    build_newest(server)
                    unbuilt += words not in (server.current / PAGES[2]).read_text("utf-8")
        told = [reader.told() for reader in readers]
    half = list((server.portal / "build" / "releases").glob("*.tmp"))
print(
    f"builds: {killed} builders killed; from the disk {told[0]}; through nginx {told[1]};"
    f" {unbuilt} pushes not built by the next builder, {len(half)} half builds left"
)
wrong = sum(reader.missing + reader.partial for reader in readers)
raise SystemExit(wrong + unbuilt > 0)
