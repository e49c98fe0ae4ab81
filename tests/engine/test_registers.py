"""A neighbour who has the register of every village and every page learns of no household what it got."""

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from mingbai.anonymity.crowds import CROWD
from tests.county import QUARTERS, county, pages, publish_quarter
from tests.registers import (
    Grant,
    Household,
    careless,
    certainty,
    fine_sort_of,
    grants,
    likeliest,
    register,
    sort_of,
)

SIZES = (300, 450, 800, 1500, 3000, 700, 1200)


@pytest.fixture(scope="module")
def chance() -> random.Random:
    return random.Random(2026)


def got(households: Sequence[Household], chance: random.Random) -> list[Grant]:
    return grants(households, 0.04, chance)


def test_three_years_of_pages_tell_nobodys_cause(tmp_path: Path, chance: random.Random) -> None:
    village, households = county(tmp_path / "portal", SIZES, chance)
    sizes = Counter(map(sort_of, households))
    told = 0
    for period in QUARTERS:
        publish_quarter(village, period, got(households, chance))
        tables = list(pages(village.portal, period, sizes))
        told += sum(row.told is not None for each in tables for row in each)

        assert max(share for _, share in certainty(sizes, tables)) <= CROWD
        assert likeliest(tables) < 1

    assert told > 50, "pages that tell nothing are safe for nothing"


@pytest.mark.parametrize("seed", range(10))
def test_the_neighbour_learns_a_households_cause_from_a_careless_table(seed: int) -> None:
    chance = random.Random(seed)
    households = register("甲一村", 300, chance)
    found = got(households, chance)

    sure = [
        cause
        for cause, share in certainty(Counter(map(fine_sort_of, households)), [careless(found)])
        if share == 1
    ]

    assert sure


def test_a_village_that_got_help_for_one_cause_entirely_is_not_told_by_it(
    tmp_path: Path, chance: random.Random
) -> None:
    """Everybody was flooded: without a look at how many live there the table would name every household."""
    village, households = county(tmp_path / "portal", (300, 450), chance)
    sizes = Counter(map(sort_of, households))
    flooded = [Grant(each, "灾害", "不满1000元", 500) for each in households if each.village == "甲一村"]
    others = [each for each in got(households, chance) if each.household.village != "甲一村"]
    publish_quarter(village, "2023-Q3", [*flooded, *others])

    tables = list(pages(village.portal, "2023-Q3", sizes))

    assert max(share for _, share in certainty(sizes, tables)) <= CROWD
