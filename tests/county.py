"""Builds a portal for a county with registers, publishes through `anonymise`, and reads what its pages tell."""

import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from mingbai.anonymity import anonymise, id_of, table_of, write
from mingbai.filings import FilingId
from mingbai.messages import say
from mingbai.places import WHOLE
from mingbai.portal import Portal
from mingbai.privacy import publish
from mingbai.sheets.joining import told
from tests.registers import Grant, Household, Sort, Told, register, table
from tests.village import SETTINGS, UNITS, Village

TOWNS, VILLAGES = "甲乙丙丁", "一二三四五"
QUARTERS = [f"{year}-Q{quarter}" for year in (2023, 2024, 2025) for quarter in (1, 2, 3, 4)]


def county(root: Path, sizes: Sequence[int], chance: random.Random) -> tuple[Village, list[Household]]:
    """Return a portal and its households; towns have up to five villages, of `sizes` inhabitants."""
    lines, people = [UNITS.splitlines()[0], "county,测试县,C,county,,2020-01-01,,,national,,,,"], []
    for number, size in enumerate(sizes):
        town, place = TOWNS[number // 5], VILLAGES[number % 5]
        if number % 5 == 0:
            lines.append(f"town{number // 5},{town}镇,T,town,county,2020-01-01,,,national,,,,")
        name = f"{town}{place}村"
        own = register(name, size, chance)
        people += own
        parent = f"town{number // 5}"
        lines.append(f"v{number},{name},V,village,{parent},2020-01-01,,,national,,{len(own)},{size},")
    village = Village(root)
    village.write("mkdocs.yml", SETTINGS)
    village.write("datasets/units.csv", "\n".join(lines) + "\n")
    village.write("content/about.md", "# 关于\n\n示范数据。\n")
    return village, people


def publish_quarter(village: Village, period: str, found: Sequence[Grant]) -> None:
    """File the relief of a quarter by every town, over its villages, and by the county, over its towns."""
    by_town: dict[str, list[Grant]] = {}
    for grant in found:
        by_town.setdefault(grant.household.village[0], []).append(grant)
    places = {grant.household.village: grant.household.village for grant in found}
    for name, own in sorted(by_town.items()):
        _file(village, f"town{TOWNS.index(name)}", period, table(own, places))
    _file(village, "county", period, table(found, {each: f"{each[0]}镇" for each in places}))


def _file(village: Village, unit: str, period: str, rows: Sequence[tuple[str, str, str, int, int]]) -> None:
    lines = [
        f"{n},{place},{cause},{band},{count},{yuan}.00"
        for n, (place, cause, band, count, yuan) in enumerate(rows, 1)
    ]
    paid = sum(row[-1] for row in rows)
    facts = f"header: {{fund: 关爱资金, opening: 0.00, allocated: {paid}.00, donated: 0.00, closing: 0.00}}\n"
    head = "number,place,cause,band,households,amount\n"
    village.file(unit, "relief", period, head + "\n".join(lines) + "\n", facts)
    portal = village.portal
    write(portal, anonymise(portal, table_of(portal, id_of(portal, unit, "relief", period), None)))


def pages(portal: Portal, period: str, sizes: Mapping[Sort, int]) -> Iterator[list[Told]]:
    """Yield what every page of the period tells of causes, whatever level published it."""
    for id in portal.filing_ids():
        if id.period.label == period:
            rows = [row.cells for row in publish(portal.read(id), id.period.last).rows]
            yield [
                Told(
                    _sorts(portal, id, str(row["place"]), sizes),
                    told_of(row, "cause"),
                    int(str(row["households"])),
                )
                for row in rows
            ]


def told_of(row: Mapping[str, object], dim: str) -> frozenset[str] | None:
    """Return what a cell of a page tells; None where it tells nothing."""
    return told(str(row[dim]).removesuffix(say("privacy.joined", "zh", values=""))) or None


def _sorts(portal: Portal, id: FilingId, place: str, sizes: Mapping[Sort, int]) -> frozenset[Sort]:
    day, units = id.period.last, portal.units
    named = {units.at(slug, day).name.zh: slug for slug in units.within(id.unit, day)}
    words = told_of({"place": place}, "place") or WHOLE
    slugs = {slug for word in words for slug in units.within(named.get(word, id.unit), day)}
    villages = {units.at(slug, day).name.zh for slug in slugs}
    return frozenset(sort for sort in sizes if sort[0] in villages)
