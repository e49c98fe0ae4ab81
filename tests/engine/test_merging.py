"""No published cell counts too few people, and nothing is lost on the way."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from mingbai.privacy.merging import K_SENSITIVE, Cell, K, L, merge_upward

ORDER = ("band", "cause", "place")
SENSITIVE = frozenset({"cause"})


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
    for after in merge_upward(before, ORDER, SENSITIVE):
        assert after.count >= (K_SENSITIVE if after.values["cause"] else K)


@given(cells)
def test_totals_still_add_up(before: list[Cell]) -> None:
    after = merge_upward(before, ORDER, SENSITIVE)

    if sum(each.count for each in before) >= K:
        assert total(after) == total(before)
    else:
        assert after == []


@given(cells)
def test_a_place_never_tells_one_cause_alone(before: list[Cell]) -> None:
    by_place: dict[frozenset[str], set[frozenset[str]]] = {}
    for after in merge_upward(before, ORDER, SENSITIVE):
        by_place.setdefault(after.values["place"], set()).add(after.values["cause"])

    for told in by_place.values():
        assert told == {frozenset()} or len(told) >= L


@given(cells)
def test_the_same_cells_in_another_order_merge_the_same_way(before: list[Cell]) -> None:
    def seen(found: list[Cell]) -> set[tuple[object, ...]]:
        return {
            (*sorted((dim, *sorted(told)) for dim, told in each.values.items()), each.count) for each in found
        }

    assert seen(merge_upward(before, ORDER, SENSITIVE)) == seen(merge_upward(before[::-1], ORDER, SENSITIVE))


def test_a_village_with_one_recipient_is_published_with_its_neighbour() -> None:
    before = [cell("东头村", "大病", "1000以下", 1), cell("西头村", "灾害", "1000以下", 6)]

    after = merge_upward(before, ORDER, SENSITIVE)

    assert [(each.values["place"], each.count) for each in after] == [(frozenset({"东头村", "西头村"}), 7)]


def test_large_cells_stand_as_they_are() -> None:
    before = [cell("东头村", "大病", "1000以下", 12), cell("东头村", "灾害", "1000以下", 11)]

    assert sorted(merge_upward(before, ORDER, SENSITIVE), key=lambda each: each.count) == before[::-1]
