"""Lets a neighbour with every register and every page of three years look for anybody: `scripts/bench registers`.

Ten villages of 300 to 3,000 inhabitants in two towns; every quarter both towns and the county publish their relief
through the commands a clerk runs. `--planted` posts each quarter as a careless clerk would, which must be found.
"""

import argparse
import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from mingbai.anonymity.crowds import CROWD
from tests.county import QUARTERS, county, pages, publish_quarter
from tests.registers import careless, certainty, fine_sort_of, grants, likeliest, register, sort_of

SIZES = (300, 450, 800, 1500, 3000, 600, 1200, 350, 2200, 900)

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--planted", action="store_true")
parser.add_argument(
    "--share", type=float, default=0.04, help="how many of a hundred households get relief in a quarter"
)
said = parser.parse_args()

chance, begun = random.Random(2026), time.monotonic()
sure = rows = got = 0
highest = cause = 0.0
with tempfile.TemporaryDirectory() as folder:
    village, people = county(Path(folder) / "portal", SIZES, chance)
    if said.planted:
        people = register("甲一村", SIZES[0], chance)
    sizes = Counter(map(fine_sort_of if said.planted else sort_of, people))
    for period in QUARTERS:
        found = grants(people, said.share, chance)
        if said.planted:
            tables = [careless(found)]
        else:
            publish_quarter(village, period, found)
            tables = list(pages(village.portal, period, sizes))
        shares = [share for _, share in certainty(sizes, tables)]
        got, rows = got + len(found), rows + sum(map(len, tables))
        sure += sum(share > CROWD for share in shares)
        highest, cause = max(highest, *shares), max(cause, likeliest(tables))
print(
    f"registers: {len(people)} households, {len(QUARTERS)} quarters, {got} grants, {rows} rows; sorts of households"
    f" known to have got something: {sure}; at most {highest:.0%} of a sort; the cause of a known recipient at most"
    f" {cause:.0%} sure, {time.monotonic() - begun:.0f} s"
)
raise SystemExit(sure > 0)
