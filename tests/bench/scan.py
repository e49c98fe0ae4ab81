"""Measures how many megabytes of ordinary tables and prose a scan reads in a second: `scripts/bench scan`.

The filter alone (bytes decoded and sifted) and the whole (files of a portal: decoded, sifted, candidates looked at).
What is read is this project's own demo, repeated; the time is that of the processor, for others use the machine too.
"""

import argparse
import random
import time
from collections.abc import Callable
from pathlib import Path

from mingbai.privacy import suspects
from mingbai.scan import scan_data
from tests.planting import identity, mobile, text_files

ROOT = Path(__file__).resolve().parents[2]
parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--megabytes", type=int, default=20)
parser.add_argument("--times", type=int, default=3)
said = parser.parse_args()


def repeated(paths: list[Path]) -> list[bytes]:
    """Return the files again and again, so many megabytes."""
    once = [path.read_bytes() for path in paths]
    return once * (said.megabytes * 1_000_000 // sum(map(len, once)) + 1)


def speed(work: Callable[[], object], size: int) -> float:
    """Return the best of some runs in megabytes a second."""
    taken = []
    for _ in range(said.times):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return size / 1_000_000 / min(taken)


def plain_rows() -> list[bytes]:
    """Return a ledger as offices keep them: number, day, words, amount, voucher."""
    chance = random.Random(1)
    row = "{},2026-{:02}-{:02},环境卫生,保洁员工资,{:.2f},,记-{:03}"
    rows = [
        row.format(at, chance.randint(1, 12), chance.randint(1, 28), chance.randrange(10**7) / 100, at % 1000)
        for at in range(said.megabytes * 14_000)
    ]
    return ["\n".join(rows).encode()]


suspects("中")  # tables are made when first needed
for name, files in {
    "tables of the demo": repeated(sorted((ROOT / "datasets/filings").glob("*/*/*.csv"))),
    "prose of the demo": repeated(sorted((ROOT / "content").rglob("*.md"))),
    "a plain ledger": plain_rows(),
}.items():
    file, size = "a.md" if name.startswith("prose") else "a.csv", sum(map(len, files))
    sifted = speed(lambda files=files: [suspects(each.decode()) for each in files], size)  # type: ignore[misc]
    whole = speed(lambda files=files, file=file: [list(scan_data(file, each)) for each in files], size)  # type: ignore[misc]
    lines, left = (
        sum(each.count(b"\n") for each in files),
        sum(len(suspects(each.decode())) for each in files),
    )
    print(
        f"{name}: filter {sifted:.0f} MB/s, whole {whole:.0f} MB/s; {left} of {lines} lines were looked at closely"
    )

chance = random.Random(2)
small = [each for _ in range(300) for make in (identity, mobile) for each in text_files(chance, make(chance))]
begun = time.process_time()
found = sum(bool(list(scan_data(each.name, each.data))) for each in small)
rate = len(small) / (time.process_time() - begun)
print(f"{found} of {len(small)} small files with a number in them, {rate:.0f} a second")
