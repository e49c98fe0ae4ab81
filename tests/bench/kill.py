"""Kills the service while residents write, again and again: `scripts/bench kill --cycles 10000`."""

import argparse
import tempfile
import time
from pathlib import Path

from tests.api.conftest import settle
from tests.api.test_kill import REAL, lost

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--cycles", type=int, default=10_000)
said = parser.parse_args()

with tempfile.TemporaryDirectory() as folder:
    village = settle(Path(folder) / "portal")
    begun = time.monotonic()
    acknowledged, missing, doubled = lost(REAL, village.root, said.cycles)
    print(
        f"kill: {said.cycles} cycles, {acknowledged} acknowledged, {missing} lost, {doubled} doubled or torn,"
        f" {time.monotonic() - begun:.0f} s"
    )
raise SystemExit(missing + doubled > 0)
