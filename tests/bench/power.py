"""Cuts the power at random places of what the writer did to the disk: `scripts/bench power --cuts 10000`."""

import argparse
import tempfile
import time
from pathlib import Path

from tests.api.test_power import run

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--cuts", type=int, default=10_000)
parser.add_argument("--letters", type=int, default=200, help="letters in each run of a thousand cuts")
said = parser.parse_args()

totals = [0, 0, 0]
begun = time.monotonic()
for seed in range(-(-said.cuts // 1000)):
    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder), said.letters, min(1000, said.cuts), seed)
    totals = [before + now for before, now in zip(totals, found, strict=True)]
print(
    f"power: {said.cuts} cuts, {totals[0]} acknowledged, {totals[1]} lost, {totals[2]} images broken,"
    f" {time.monotonic() - begun:.0f} s"
)
raise SystemExit(totals[1] + totals[2] > 0)
