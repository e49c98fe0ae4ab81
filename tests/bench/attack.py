"""Lets a reader with every table of three years look for small cells: `scripts/bench attack --villages 100`.

Counties of five towns with four villages each; every quarter each town publishes its villages and the county its towns,
and every fourth quarter some households are booked anew. A linear programme works out what can be worked out of all of
it together. `--planted` merges each table without a look at the others, which the reader must find.
"""

import argparse
import random
import time

from tests.attack import cells_of, changed, merged, merged_alone, people, recovered

TOWNS, VILLAGES, QUARTERS = 5, 4, 12

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--villages", type=int, default=100)
parser.add_argument("--planted", action="store_true")
said = parser.parse_args()

chance, begun = random.Random(2026), time.monotonic()
tables = cells = small = found = 0
for county in range(-(-said.villages // (TOWNS * VILLAGES))):
    members = {
        f"{county}-{town}": frozenset(f"{county}-{town}-{n}" for n in range(VILLAGES))
        for town in range(TOWNS)
    }
    town_of = {village: town for town, villages in members.items() for village in villages}
    for quarter in range(QUARTERS):
        real = people(sorted(town_of), chance)
        versions = [real] if quarter % 4 else [real, changed(real, chance)]
        published = []
        for version in versions:
            shown = []
            for villages in members.values():
                own = {atom: count for atom, count in version.items() if atom[0] in villages}
                beside = [] if said.planted else [*published, *shown]
                table = (
                    merged_alone(cells_of(own), members)
                    if said.planted
                    else merged(cells_of(own), beside, members)
                )
                shown.append(table)
            above = cells_of(version, town_of)
            shown.append(
                merged_alone(above, members) if said.planted else merged(above, [*published, *shown], members)
            )
            published += shown
            tables, cells = tables + len(shown), cells + sum(len(each.counts) for each in shown)
            small += sum(0 < count < 5 for count in version.values())
            found += len(list(recovered(version, shown)))
print(
    f"attack: {said.villages} villages, {QUARTERS} quarters, {tables} tables with {cells} cells; of {small} small cells"
    f" {found} recovered, {time.monotonic() - begun:.0f} s"
)
raise SystemExit(found > 0)
