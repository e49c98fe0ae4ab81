"""No published cell counts too few people, and nothing is lost on the way."""

import sqlite3
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai.privacy.bands import gives_away, spans
from mingbai.privacy.merging import K_SENSITIVE, Cell, K, L, Rule, merge_upward

ORDER = ("band", "cause", "place")
RULE = Rule(ORDER, frozenset({"cause"}))


def cell(place: str, cause: str, band: str, count: int, amount: str = "100.00") -> Cell:
    values = {"band": frozenset({band}), "cause": frozenset({cause}), "place": frozenset({place})}
    return Cell(values, count, {"amount": Decimal(amount) * count})


cells = st.lists(
    st.builds(
        cell,
        st.sampled_from(["东头村", "西头村", "南巷社区", "北坡村"]),
        st.sampled_from(["大病", "灾害", "助学"]),
        st.sampled_from(["1000以下", "1000—3000", "3000以上"]),
        st.integers(1, 30),
    ),
    max_size=25,
    unique_by=lambda each: tuple(sorted((dim, min(told)) for dim, told in each.values.items())),
)


def total(found: list[Cell]) -> tuple[int, Decimal]:
    return sum(each.count for each in found), sum((each.sums["amount"] for each in found), Decimal(0))


@given(cells)
def test_every_cell_counts_at_least_k(before: list[Cell]) -> None:
    for after in merge_upward(before, RULE):
        assert after.count >= (K_SENSITIVE if after.values["cause"] else K)


@given(cells)
def test_totals_still_add_up(before: list[Cell]) -> None:
    after = merge_upward(before, RULE)

    if sum(each.count for each in before) >= K:
        assert total(after) == total(before)
    else:
        assert after == []


@given(cells)
def test_a_place_never_tells_one_cause_alone(before: list[Cell]) -> None:
    by_place: dict[frozenset[str], set[frozenset[str]]] = {}
    for after in merge_upward(before, RULE):
        by_place.setdefault(after.values["place"], set()).add(after.values["cause"])

    for told in by_place.values():
        assert told == {frozenset()} or len(told) >= L


@given(cells)
def test_the_same_cells_in_another_order_merge_the_same_way(before: list[Cell]) -> None:
    def seen(found: list[Cell]) -> set[tuple[object, ...]]:
        return {
            (*sorted((dim, *sorted(told)) for dim, told in each.values.items()), each.count) for each in found
        }

    assert seen(merge_upward(before, RULE)) == seen(merge_upward(before[::-1], RULE))


def test_a_village_with_one_recipient_is_published_with_its_neighbour() -> None:
    before = [cell("东头村", "大病", "1000以下", 1), cell("西头村", "灾害", "1000以下", 6)]

    after = merge_upward(before, RULE)

    assert [(each.values["place"], each.count) for each in after] == [(frozenset({"东头村", "西头村"}), 7)]


def test_large_cells_stand_as_they_are() -> None:
    before = [cell("东头村", "大病", "1000以下", 12), cell("东头村", "灾害", "1000以下", 11)]

    assert sorted(merge_upward(before, RULE), key=lambda each: each.count) == before[::-1]


BANDS = {"band": spans(["不满1000元", "1000元以上不满3000元", "3000元以上"])}


@pytest.mark.parametrize(
    ("count", "amount", "band"),
    [
        (11, "11000.00", "1000元以上不满3000元"),  # each of them got the least there is
        (11, "11050.00", "1000元以上不满3000元"),  # each got between 1,000 and 1,050
        (20, "59990.00", "1000元以上不满3000元"),  # each got almost the most
        (12, "36000.00", "3000元以上"),
    ],
)
def test_a_sum_that_tells_what_each_household_got_takes_the_band_away(
    count: int, amount: str, band: str
) -> None:
    told = Cell(cell("东头村", "大病", band, count).values, count, {"amount": Decimal(amount)})

    after = merge_upward([told, cell("东头村", "灾害", "不满1000元", 15, "500")], Rule(ORDER, bands=BANDS))

    assert [each.values["band"] for each in after if each.count == count] == [frozenset()]
    assert total(after) == (count + 15, Decimal(amount) + 7500)


@pytest.mark.parametrize(
    ("count", "amount", "band"),
    [(11, "15400.00", "1000元以上不满3000元"), (12, "60000.00", "3000元以上"), (12, "6000.00", "不满1000元")],
)
def test_a_sum_that_leaves_room_keeps_its_band(count: int, amount: str, band: str) -> None:
    told = Cell(cell("东头村", "大病", band, count).values, count, {"amount": Decimal(amount)})

    assert merge_upward([told], Rule(ORDER, bands=BANDS)) == [told]


@given(st.integers(5, 12), st.data())
def test_what_gives_away_is_what_a_search_of_all_amounts_finds_narrow(
    count: int, data: st.DataObject
) -> None:
    """The bounds by another hand: one household's least and most, all others pushed to the other end of the band."""
    amounts = data.draw(st.lists(st.integers(1000, 2999), min_size=count, max_size=count))
    sum_of = sum(amounts)
    possible = [one for one in range(1000, 3000) if (count - 1) * 1000 <= sum_of - one <= (count - 1) * 2999]
    narrow = (possible[-1] - possible[0]) * count < sum_of * 0.099

    if narrow:
        assert gives_away(count, Decimal(sum_of), ["1000元以上不满3000元"], BANDS["band"])


@given(cells)
def test_a_database_that_counts_households_one_by_one_finds_the_same_k_and_l(before: list[Cell]) -> None:
    """By another hand: SQL over one line per household, what is not told written as a star.

    k is the smallest group that reads alike; l how many causes stand among the households of one place.
    """
    after = merge_upward(before, RULE)
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE household (place, cause, band)")
    for each in after:
        told = ["、".join(sorted(each.values[dim])) or "*" for dim in ("place", "cause", "band")]
        database.executemany("INSERT INTO household VALUES (?, ?, ?)", [told] * each.count)

    groups = "SELECT count(*) AS n FROM household {} GROUP BY place, cause, band"
    for where, least in (("WHERE cause = '*'", K), ("WHERE cause != '*'", K_SENSITIVE)):
        (k,) = database.execute(f"SELECT min(n) FROM ({groups.format(where)})").fetchone()
        assert k is None or k >= least
        cells_of = [each.count for each in after if bool(each.values["cause"]) == (least == K_SENSITIVE)]
        assert k == min(cells_of, default=None)
    told_alone = (
        "SELECT place FROM household GROUP BY place HAVING count(DISTINCT cause) < ? AND max(cause) != '*'"
    )
    assert database.execute(told_alone, (L,)).fetchall() == []
    database.close()
