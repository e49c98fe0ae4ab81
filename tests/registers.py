"""Registers of villages, who got relief, and a neighbour who has every register and every page.

A register tells name, sex, age, group and household. The neighbour works out by a linear programme which households
must have got what. Everybody here is invented; a name is a number.
"""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from scipy.optimize import linprog

CAUSES = ("大病", "残疾", "灾害", "意外", "助学", "其他困难")
BANDS = ("不满1000元", "1000元以上不满3000元", "3000元以上不满5000元", "5000元以上")
BETWEEN = ((300, 999), (1000, 2999), (3000, 4999), (5000, 20000))  # yuan


@dataclass(frozen=True)
class Person:
    """A line of the register."""

    name: str
    sex: str
    age: int


@dataclass(frozen=True)
class Household:
    """Who lives together, in which group (组) of which village."""

    name: str
    village: str
    group: int
    people: tuple[Person, ...]

    @property
    def has_pupil(self) -> bool:
        """Whether somebody is of an age to study: only such a household can get money for it, and everybody knows."""
        return any(6 <= person.age <= 22 for person in self.people)

    @property
    def is_old(self) -> bool:
        """Whether all are over sixty."""
        return all(person.age >= 60 for person in self.people)


@dataclass(frozen=True)
class Grant:
    """What one household got in one quarter."""

    household: Household
    cause: str
    band: str
    amount: int


Sort = tuple[
    object, ...
]  # what a table or the law can tell a household by; the village first, then whether it has a pupil


@dataclass(frozen=True)
class Told:
    """A published row: the sorts of households it may be about, what it tells (None: anything), how many they are."""

    sorts: frozenset[Sort]
    told: frozenset[str] | None
    count: int


def sort_of(household: Household) -> Sort:
    """Return what this project's tables and the law can tell a household by."""
    return household.village, household.has_pupil


def register(village: str, people: int, chance: random.Random) -> list[Household]:
    """Return the households of a village of about `people` inhabitants: the old alone, the young with children."""
    found: list[Household] = []
    while sum(len(each.people) for each in found) < people:
        old = chance.random() < 0.25
        size = chance.choice((1, 2)) if old else chance.choice((2, 3, 3, 4, 5))
        ages = [chance.randint(60, 95) if old else chance.randint(0, 70) for _ in range(size)]
        name = f"{village}{len(found)}"
        members = tuple(Person(f"{name}-{n}", chance.choice("男女"), age) for n, age in enumerate(ages))
        found.append(Household(name, village, len(found) // 25 + 1, members))
    return found


def grants(households: Sequence[Household], share: float, chance: random.Random) -> list[Grant]:
    """Return who got relief in a quarter: the old three times as often, families of pupils for their schooling."""
    found = []
    for each in households:
        if chance.random() < share * (3 if each.is_old else 1):
            causes = [cause for cause in CAUSES if cause != "助学" or each.has_pupil]
            band = chance.choices(range(4), (4, 5, 2, 1))[0]
            found.append(Grant(each, chance.choice(causes), BANDS[band], chance.randint(*BETWEEN[band])))
    return found


def table(found: Sequence[Grant], places: Mapping[str, str]) -> list[tuple[str, str, str, int, int]]:
    """Return the rows of a relief table: place, cause, band, households, yuan; `places` names a village's place."""
    counts: Counter[tuple[str, str, str]] = Counter()
    sums: Counter[tuple[str, str, str]] = Counter()
    for grant in found:
        at = (places[grant.household.village], grant.cause, grant.band)
        counts[at] += 1
        sums[at] += grant.amount
    return [(*at, counts[at], sums[at]) for at in sorted(counts)]


def certainty(sizes: Mapping[Sort, int], tables: Sequence[Sequence[Told]]) -> Iterator[tuple[str, float]]:
    """Yield (cause, least share) for every sort of household, and every set of them that a row tells of.

    The share is what the tables force, whoever it was: 1.0 means all of them got it, so that everybody who has the
    register knows it of each. Households of one sort cannot be told apart by anything that was published.
    """
    atoms = [(sort, cause) for sort, cause in product(sizes, CAUSES) if cause != "助学" or sort[1]]
    rows = [row for each in tables for row in each]
    equations = [
        [float(sort in row.sorts and (row.told is None or cause in row.told)) for sort, cause in atoms]
        for row in rows
    ]
    limits = [(0, sizes[sort]) for sort, _ in atoms]
    aims = {frozenset({sort}) for sort in sizes} | {row.sorts for row in rows}
    for sorts, cause in product(sorted(aims, key=sorted), CAUSES):
        able = {sort for sort in sorts if (sort, cause) in atoms}
        if able:
            aim = [float(sort in able and cause == what) for sort, what in atoms]
            least = linprog(aim, A_eq=equations, b_eq=[row.count for row in rows], bounds=limits)
            assert least.success, "the tables contradict the register"
            yield cause, least.fun / sum(sizes[sort] for sort in able)


def likeliest(tables: Sequence[Sequence[Told]]) -> float:
    """Return how sure one can be of the cause of a household that is known to have got relief: the largest share."""
    shares = [0.0]
    for each in tables:
        for row in each:
            if row.told is not None and len(row.told) == 1:
                shares.append(row.count / sum(other.count for other in each if other.sorts == row.sorts))
    return max(shares)


def fine_sort_of(household: Household) -> Sort:
    """Return what a careless table tells a household by: its group, and sex and decade of its eldest."""
    eldest = max(household.people, key=lambda person: person.age)
    return *sort_of(household), household.group, eldest.sex, eldest.age // 10


def careless(found: Sequence[Grant]) -> list[Told]:
    """Return the planted leak: a table by group, sex and age, nothing merged, as a clerk might post it."""
    counts = Counter((fine_sort_of(grant.household), grant.cause) for grant in found)
    return [
        Told(frozenset({sort}), frozenset({cause}), count) for (sort, cause), count in sorted(counts.items())
    ]
