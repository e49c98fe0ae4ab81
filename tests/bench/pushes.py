"""Lets two hundred units push within a minute: `scripts/bench pushes`; every push must come, none by hand again.

`--rounds 500` lets two units push at the same moment that often instead. `--files 20000` lets the portal hold that many
pages besides. `--without-gatekeeper` lets every hook read the rules anew. `--planted` takes the merging away from the
server, which must be found.
"""

import argparse
import fcntl
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mingbai.git import MAIN
from mingbai.receiving.installing import init, take_files
from mingbai.receiving.layout import Server
from tests.server import CLERK, Clone, clone
from tests.village import FINANCE, FINANCE_FACTS, build_village

MINUTE = 60.0

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--units", type=int, default=200)
parser.add_argument("--rounds", type=int, default=0)
parser.add_argument("--files", type=int, default=0)
parser.add_argument("--without-gatekeeper", action="store_true")
parser.add_argument("--planted", action="store_true")
said = parser.parse_args()


def server_with(folder: Path, units: int) -> Server:
    """Return a server with that many villages, each with a publisher of its own, and a builder that is held back."""
    village = build_village(folder / "source")
    with (village.root / "datasets/units.csv").open("a", encoding="utf-8") as out:
        out.writelines(
            f"v{n},第{n}村,V{n},village,town,2020-01-01,,,national,,210,800,\n" for n in range(units)
        )
    for n in range(said.files):
        village.write(f"content/notes/{n // 200}/{n}.md", f"# 第{n}页\n\n二月支出 {n}.00 元\n")
    server = init(folder / "server")
    take_files(server, village.root)
    server.publishers.write_text(
        "publishers:\n" + "".join(f"  c{n}: {{units: [v{n}]}}\n" for n in range(units))
    )
    if said.planted:
        hook = server.repository.path / "hooks" / "post-receive"
        hook.write_text("#!/bin/sh\nexit 0\n")
    return server


def filing(unit: int, opinion: str) -> dict[str, str | bytes | None]:
    base = f"datasets/filings/v{unit}/finance/2026-Q1"
    return {f"{base}.csv": FINANCE, f"{base}.yaml": FINANCE_FACTS.replace("凭证齐全", opinion)}


def start(clerk: Clone, unit: int) -> "subprocess.Popen[bytes]":
    """Begin a push and do not wait for it."""
    words = ["push", "-o", "no-wait", "origin", f"HEAD:refs/heads/u/v{unit}"]
    environment = os.environ | {"MINGBAI_PUBLISHER": f"c{unit}"}
    return subprocess.Popen(
        ["git", "-C", str(clerk.folder), *CLERK, *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def on_main(server: Server, unit: int, opinion: str) -> bool:
    """Tell whether what a unit pushed stands on `main`."""
    path = f"{MAIN}:datasets/filings/v{unit}/finance/2026-Q1.yaml"
    there = server.repository.says("cat-file", "-t", path) is not None
    return there and opinion.encode() in server.repository.run("show", path)


with tempfile.TemporaryDirectory() as folder:
    units = 2 if said.rounds else said.units
    server = server_with(Path(folder), units)
    held = (server.state / "builder.lock").open("a")
    fcntl.flock(held, fcntl.LOCK_EX)
    clerks = [clone(server, Path(folder) / f"clerk{n}", f"c{n}") for n in range(units)]
    command = [sys.executable, "-I", "-m", "mingbai", "gatekeeper", str(server.root)]
    keeper = None if said.without_gatekeeper else subprocess.Popen(command)
    while keeper and not (server.state / "gate.sock").exists():
        time.sleep(0.1)
    lost, refused, begun = 0, 0, time.monotonic()
    for round in range(said.rounds or 1):
        for number, clerk in enumerate(clerks):
            clerk.commit(filing(number, f"第{round}轮"))
        begun = time.monotonic() if not said.rounds else begun
        pushes = []
        for number, clerk in enumerate(clerks):
            pushes.append(start(clerk, number))
            time.sleep(0 if said.rounds else max(0.0, begun + MINUTE * number / units - time.monotonic()))
        for push in pushes:
            words = push.communicate()[0].decode()
            refused += push.returncode != 0
            if push.returncode:
                print(words)
        lost += (
            sum(not on_main(server, number, f"第{round}轮") for number in range(units)) if not refused else 0
        )
    took = time.monotonic() - begun
    if keeper:
        keeper.kill()
    lines = len(server.log.read_text().splitlines())
print(
    f"pushes: {units * (said.rounds or 1)} pushes, {refused} refused, {lost} not on main, {lines} lines logged,"
    f" {took:.0f} s"
)
raise SystemExit(refused + lost > 0)
