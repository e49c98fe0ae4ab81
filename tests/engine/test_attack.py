"""A reader with every table that was published recovers no small cell; the same reader finds every planted leak."""

import random

import pytest

from tests.attack import blanked, cells_of, changed, merged, merged_alone, people, recovered

VILLAGES = ("东头村", "西头村", "南巷社区")
MEMBERS = {"测试镇": frozenset(VILLAGES)}
TOWN = dict.fromkeys(VILLAGES, "测试镇")


@pytest.mark.parametrize("seed", range(12))
def test_levels_and_versions_together_give_no_small_cell(seed: int) -> None:
    chance = random.Random(seed)
    real = people(VILLAGES, chance)

    town = merged(cells_of(real), [], MEMBERS)
    county = merged(cells_of(real, TOWN), [town], MEMBERS)

    assert list(recovered(real, [town, county])) == []


@pytest.mark.parametrize("seed", range(12))
def test_a_corrected_version_gives_no_small_cell_of_either(seed: int) -> None:
    chance = random.Random(seed)
    before = people(VILLAGES, chance)
    after = changed(before, chance)

    first = merged(cells_of(before), [], MEMBERS)
    second = merged(cells_of(after), [first], MEMBERS)

    assert list(recovered(before, [first])) == list(recovered(after, [second])) == []


def test_the_reader_recovers_cells_that_were_left_out_while_their_totals_were_kept() -> None:
    found = [
        atom
        for seed in range(12)
        for real in [people(VILLAGES, random.Random(seed))]
        for atom in recovered(real, [blanked(cells_of(real))])
    ]

    assert found


def test_the_reader_recovers_cells_of_tables_that_were_merged_without_a_look_at_each_other() -> None:
    """Levels with other values of k: what one level merged, the other told."""
    found = []
    for seed in range(60):
        real = people(VILLAGES, random.Random(seed))
        town, county = merged_alone(cells_of(real), MEMBERS), merged_alone(cells_of(real, TOWN), MEMBERS)
        found += list(recovered(real, [town, county]))

    assert found
