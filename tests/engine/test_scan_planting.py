"""A number planted in any of a thousand places is found, and what only looks like one is left alone."""

import random
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from mingbai.scan import scan_data
from tests.planting import (
    LOOKALIKES,
    VALUES,
    WRITINGS,
    Planted,
    packed_files,
    page,
    split_files,
    text_files,
)

SORTS = {"old": "id"}
# Latin letters of a page and pixels cannot hold every script; what was lost in writing cannot be found.
PLAIN = ("plain", "spaces", "dashes", "dots", "one by one", "lower case")


def places(seed: int) -> Iterator[tuple[str, str, Planted]]:
    """Yield sort, value and file: every sort, written in every way, in every file that can hold it."""
    chance = random.Random(seed)
    for sort, make in VALUES.items():
        for name, write in WRITINGS.items():
            value = make(chance)
            for planted in (
                *text_files(chance, write(value, chance)),
                *packed_files(chance, write(value, chance)),
            ):
                yield sort, f"{name}, {planted.how}", planted
            if name in PLAIN:
                yield sort, name, Planted("a.pdf", page(write(value, chance)), "pdf")
        if sort != "old":
            for planted in split_files(chance, make(chance)):
                yield sort, planted.how, planted


def missed(find: Callable[[Planted], set[str]], seed: int) -> tuple[int, Counter[str]]:
    """Return how many places there were, and those in which nothing of the sort was found."""
    count, lost = 0, Counter[str]()
    for sort, how, planted in places(seed):
        count += 1
        if SORTS.get(sort, sort) not in find(planted):
            lost[f"{sort}: {how}"] += 1
    return count, lost


def found_by_scan(planted: Planted) -> set[str]:
    return {finding.sort for finding in scan_data(planted.name, planted.data)}


def test_a_number_is_found_in_a_thousand_places_however_it_is_written() -> None:
    count, lost = missed(found_by_scan, seed=1)

    assert count >= 900
    assert lost == Counter()


def test_a_scan_that_reads_files_as_plain_text_only_is_noticed() -> None:
    def careless(planted: Planted) -> set[str]:
        return {finding.sort for finding in scan_data("a.txt", planted.data[4:])}

    _, lost = missed(careless, seed=1)

    assert any("xlsx" in how for how in lost)
    assert any("picture" in how for how in lost)


def test_what_only_looks_like_a_number_is_left_alone() -> None:
    chance, cells, wrong = random.Random(2), 0, Counter[str]()
    for _ in range(6):
        for name, make in LOOKALIKES.items():
            for planted in (*text_files(chance, make(chance)), *packed_files(chance, make(chance))):
                cells += 1
                wrong.update(
                    f"{name}, {planted.how}: {finding.sort}"
                    for finding in scan_data(planted.name, planted.data)
                )

    assert cells >= 1000
    assert wrong == Counter()


@pytest.mark.parametrize("seed", range(3))
def test_columns_of_figures_hold_no_telephone_number(seed: int) -> None:
    chance = random.Random(seed)
    heads = ["项目", "户数", "人数", "一季度", "二季度", "支出", "完成率"]
    rows = [
        heads,
        *([chance.choice("甲乙丙"), *(str(chance.randrange(10**4)) for _ in heads[1:])] for _ in range(400)),
    ]
    data = "\n".join(",".join(row) for row in rows).encode()

    assert [each.sort for each in scan_data("a.csv", data)] == []
