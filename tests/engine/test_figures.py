"""Verification of figures: the results of an independent hand come out, from the data and nothing else."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor, inf
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingbai import figures, filings, privacy
from mingbai.figures import Outcome, RelationError
from mingbai.figures.intervals import Interval
from mingbai.figures.readings import band_of, figure_of, span_of
from mingbai.kinds import Kind, load_kinds
from mingbai.periods import Period

ROOT = Path(__file__).resolve().parents[2]
Cells = dict[str, object]
# Printed words that stand for a number without naming it.
WORDED = {
    "双指数": 2,
    "每半年": 6,
    "半年": 6,
    "季度": 3,
    "一季": 3,
    "全年": 12,
    "半个月": 15,
    "每年至少…一次": 1,
}


@dataclass(frozen=True)
class Real:
    """The filing that the demo shows: its rows by key and its relations by name."""

    rows: Mapping[str, Mapping[str, object]]
    relations: Mapping[str, Mapping[str, object]]

    def verify(self, without: str = "", change: Mapping[str, Cells] | None = None) -> dict[str, Outcome]:
        """Judge everything, with one row left out or some cells changed."""
        changed = [{**row, **(change or {}).get(key, {})} for key, row in self.rows.items() if key != without]
        return {each.relation: each for each in figures.verify(changed, list(self.relations.values()))}


def figures_kind() -> Kind:
    (kind,) = (each for each in load_kinds([ROOT / "datasets/kinds"]).values() if each.role == "figures")
    return kind


def read_real() -> Real:
    """Read the filing through the only door, as the site and the command do."""
    kind = figures_kind()
    id = filings.FilingId("qinghe", kind.id, Period.parse("2026"))
    table = privacy.publish(filings.read(ROOT, id, kind), id.period.last)
    relations = table.header["relations"]
    assert isinstance(relations, list)
    return Real(
        {row.key: row.cells for row in table.rows},
        {str(each["relation"]): each for each in relations if isinstance(each, dict)},
    )


REAL = read_real()
FOUND = REAL.verify()

# domain.md §7.6, row by row: relation, outcome, what its explanation must show.
INDEPENDENT_HAND = [
    ("001-turnout", "一致", ["89.2706%", "89.3%", "89.2456 至 89.2957%"]),
    ("001-merged", "一致", ["40.625%", "40.6%"]),
    ("001-committees", "一致", ["168个 + 56个 = 224"]),
    ("001-groups-after", "推算", ["1502"]),
    ("001-groups-before", "推算", ["3081"]),
    (
        "001-population",
        "一致",
        [
            "596,294",
            "597,714",
            "596,600",
            "595,543 至 597,045",
            "596,173.5 至 599,254.5",
            "595,650 至 597,550",
        ],
    ),
    ("001-area", "一致", ["803.57 至 818.59", "785.65 至 816.47", "806.07 至 806.27"]),
    ("001-village-population", "不可比", ["419,328", "444,717", "调整后的村", "调整前的村"]),
    ("001-committee-mean", "推算", ["5.17"]),
    ("001-committee-size", "一致", ["5.17人", "3 至 7人", "5 至 9人"]),
    ("001-voters-unit", "矛盾", ["33.78人", "0.0089%", "少印了一个「万」字"]),
    ("004-settlements", "一致", ["18个 + 265名 = 283", "283支", "283个"]),
    ("004-award", "一致", ["200万元、150万元、150万元"]),
    ("004-five-star", "推算", ["113.2", "至少 114"]),
    ("004-party", "需说明", ["288", "283个", "差 5"]),
    ("004-classes", "需说明", ["都包含 20户", "都包含 100户", "第一千二百五十九条"]),
    ("004-stars", "需说明", ["89.5", "79.5"]),
    ("004-threshold", "需说明", ["都包含 50户"]),
    ("002-teams", "一致", ["5 个名称"]),
    ("002-boards", "一致", ["8 个名称"]),
    ("002-powers", "一致", ["4 个名称"]),
    ("002-credit", "一致", ["7 个名称"]),
    ("002-trial-days", "推算", ["30 天"]),
    ("002-batches-per-day", "推算", ["2.67"]),
    ("002-counties", "矛盾", ["13个县"]),
    ("002-blanks", "一致", ["27 处", "未公布"]),
    ("002-audience", "不可比", ["没有公布"]),
    ("003-lag", "推算", ["546 天"]),
    ("003-training", "矛盾", ["2019-06", "2019-05-28"]),
    ("003-number", "矛盾", ["民发〔2018144号", "民发〔2018〕144号"]),
    ("003-training-date", "矛盾", ["20196月", "2019年6月"]),
    ("003-letter-date", "矛盾", ["2019528", "2019年5月28日"]),
    ("003-codes", "需说明", ["500110", "500222"]),
    ("000-care-mean", "推算", ["1.4476万元", "1.4467 至 1.4485"]),
    ("000-land-mean", "推算", ["7.26亩/户"]),
    ("000-income", "不可比", ["280万元", "20多万元", "农户", "村集体"]),
    ("000-town-name", "需说明", ["长埔口镇", "长埫口镇", "429004105"]),
]


@pytest.mark.parametrize(("relation", "outcome", "shown"), INDEPENDENT_HAND)
def test_every_result_of_the_independent_hand_comes_out(
    relation: str, outcome: str, shown: list[str]
) -> None:
    found = FOUND[relation]

    assert found.outcome == outcome
    for part in shown:
        assert part in found.explanation.zh


def test_nothing_else_is_a_contradiction_or_a_question() -> None:
    expected = {relation for relation, outcome, _ in INDEPENDENT_HAND if outcome in ("矛盾", "需说明")}

    assert {each.relation for each in FOUND.values() if each.outcome in ("矛盾", "需说明")} == expected


def test_the_filing_uses_every_sort_of_relation_and_every_outcome() -> None:
    assert {each.sort for each in FOUND.values()} == set(figures.SORTS)
    assert {each.outcome for each in FOUND.values()} == set(figures.WORDS)


def test_a_relation_belongs_to_one_document() -> None:
    for each in FOUND.values():
        assert {REAL.rows[key]["document"] for key in each.figures} == {each.document}


@pytest.mark.parametrize("relation", REAL.relations)
def test_leaving_out_any_input_changes_the_outcome(relation: str) -> None:
    before = FOUND[relation]
    for key in before.figures:
        after = REAL.verify(without=key)[relation]

        assert after.outcome == "不可比"
        assert key in after.explanation.zh
        assert after != before


def _other(relation: str, key: str, field: str) -> Cells:
    """Return a clearly different cell: a number tripled and more, other wording, a day on the wrong side."""
    if field == "value":
        value = REAL.rows[key]["value"]
        assert isinstance(value, Decimal)
        return {"value": value * 3 + 1}
    if field == "dated":
        return {"dated": "2049-10-01" if key == FOUND[relation].figures[0] else "1949-10-01"}
    return {"printed": "另一种写法"}


def _inputs(relation: str) -> list[tuple[str, str]]:
    """Return what a relation computes with: (figure, field) of each input."""
    declared, keys = REAL.relations[relation], FOUND[relation].figures
    if declared["sort"] in ("format", "band") or declared.get("within") == "region":
        return [(key, "printed") for key in keys]
    fields = ("value", "printed") if declared["sort"] == "split" else ("value", "dated")
    return [
        (key, field)
        for key in keys
        for field in fields
        if REAL.rows[key][field] is not None and (field != "printed" or REAL.rows[key]["value"] is None)
    ]


COMPUTED = [each for each in REAL.relations if FOUND[each].outcome != "不可比" and each != "002-blanks"]


@pytest.mark.parametrize("relation", COMPUTED)
def test_changing_any_input_changes_what_is_said(relation: str) -> None:
    inputs = _inputs(relation)

    assert {key for key, _ in inputs} == set(FOUND[relation].figures)
    for key, field in inputs:
        after = REAL.verify(change={key: _other(relation, key, field)})[relation]
        assert after != FOUND[relation], (key, field)
        if FOUND[relation].outcome == "一致" and field == "value":
            assert after.outcome in ("矛盾", "需说明"), (key, field)


def test_a_number_entered_where_none_was_printed_is_a_contradiction() -> None:
    for key in FOUND["002-blanks"].figures:
        after = REAL.verify(change={key: {"value": Decimal(0), "precision": Decimal(0)}})["002-blanks"]
        assert after.outcome == "矛盾"
        assert key in after.explanation.zh


CHINESE = dict(zip("零一两二三四五六七八九十", (0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10), strict=True))
SCALES = {"万": 10000, "": 1}


@pytest.mark.parametrize("key", [key for key, cells in REAL.rows.items() if cells["value"] is not None])
def test_a_value_is_the_number_that_was_printed(key: str) -> None:
    cells = REAL.rows[key]
    printed = str(cells["printed"])
    found = re.search(r"(\d+(?:\.\d+)?)(?:余|多)?(万?)", printed)
    expected = (
        Decimal(found[1]) * SCALES[found[2]]
        if found
        else Decimal(WORDED.get(printed) or next(CHINESE[each] for each in printed if each in CHINESE))
    )

    assert cells["value"] == expected


def test_a_printed_step_is_the_last_printed_digit() -> None:
    for key, cells in REAL.rows.items():
        found = re.search(r"\d+(?:\.(\d+))?(万?)", str(cells["printed"]))
        if found and cells["value"] is not None and cells["precision"] and not cells["qualifier"]:
            digits = len(found[1] or "")
            assert cells["precision"] == Decimal(SCALES[found[2]]).scaleb(-digits), key


CHANGES = [
    ("001-turnout", {"001-30": {"value": Decimal("88.3")}}, "矛盾"),
    ("001-merged", {"001-06": {"value": Decimal(20)}}, "矛盾"),
    ("001-committees", {"001-13": {"value": Decimal(57)}}, "矛盾"),
    ("001-population", {"001-22": {"value": Decimal(410)}}, "需说明"),
    ("001-area", {"001-09": {"value": Decimal(45)}}, "需说明"),
    ("001-village-population", {"001-12": {"basis": "调整前的村"}}, "需说明"),
    ("001-committee-size", {"001-32": {"value": Decimal(2300)}}, "矛盾"),
    ("001-voters-unit", {"001-29": {"value": Decimal(337800), "precision": Decimal(100)}}, "一致"),
    ("001-since", {"001-03": {"dated": "2021-08"}}, "需说明"),
    ("001-since", {"001-01": {"dated": "2018-08-18"}}, "矛盾"),
    ("004-settlements", {"004-69": {"value": Decimal(264)}}, "矛盾"),
    ("004-award", {"004-72": {"printed": "4:3:4"}}, "需说明"),
    ("004-award", {"004-72": {"printed": "6:4"}}, "矛盾"),
    ("004-award", {"004-72": {"printed": "平均"}}, "不可比"),
    ("004-party", {"004-60": {"value": Decimal(228)}}, "一致"),
    ("004-classes", {"004-45": {"printed": "50—99户"}, "004-47": {"printed": "不足20户"}}, "一致"),
    ("004-stars", {"004-49": {"printed": "90分以上"}, "004-50": {"printed": "79—90分"}}, "需说明"),
    ("004-threshold", {"004-67": {"printed": "不足50户"}}, "一致"),
    ("004-threshold", {"004-67": {"printed": "户数少的"}}, "不可比"),
    ("002-boards", {"002-58": {"value": Decimal(7)}}, "矛盾"),
    ("002-counties", {"002-35": {"unit": "镇"}}, "一致"),
    ("002-counties", {"002-35": {"value": Decimal(1)}}, "一致"),
    ("002-blanks", {"002-07": {"value": Decimal(0), "precision": Decimal(0)}}, "矛盾"),
    (
        "002-audience",
        {
            "002-10": {"value": Decimal(20), "precision": Decimal(0)},
            "002-11": {"value": Decimal(900), "precision": Decimal(0)},
        },
        "推算",
    ),
    ("003-training", {"003-28": {"dated": "2019-05"}}, "需说明"),
    ("003-training", {"003-28": {"dated": "2019-04"}}, "一致"),
    ("003-training", {"003-28": {"dated": "XXXX-06-01"}}, "不可比"),
    ("003-number", {"003-20": {"printed": "民发〔2018〕144号"}}, "一致"),
    ("003-training-date", {"003-28": {"printed": "2019年6月"}}, "一致"),
    ("003-letter-date", {"003-43": {"printed": "2019年5月28日"}}, "一致"),
    ("003-codes", {"003-46": {"printed": "50011002000120号"}}, "一致"),
    ("003-codes", {"003-46": {"printed": "51011002000120号"}}, "不可比"),
    ("000-income", {"000-30": {"basis": "农户"}}, "需说明"),
    ("000-town-name", {"000-22": {"printed": "长埫口镇"}}, "一致"),
    ("000-town-name", {"000-22": {"printed": "四合村镇"}}, "矛盾"),
]


@pytest.mark.parametrize(("relation", "change", "outcome"), CHANGES)
def test_the_outcome_follows_from_the_data(relation: str, change: dict[str, Cells], outcome: str) -> None:
    assert REAL.verify(change=change)[relation].outcome == outcome


def test_a_name_left_out_of_a_list_is_a_contradiction() -> None:
    relation = dict(REAL.relations["002-boards"])
    names = relation["names"]
    assert isinstance(names, Sequence)

    (shorter,) = figures.verify(list(REAL.rows.values()), [{**relation, "names": names[:-1]}])
    (twice,) = figures.verify(list(REAL.rows.values()), [{**relation, "names": [*names[:-1], names[0]]}])

    assert (shorter.outcome, twice.outcome) == ("矛盾", "矛盾")


def test_verifying_twice_gives_the_same_and_changes_no_row() -> None:
    rows = [dict(row) for row in REAL.rows.values()]

    first = figures.verify(rows, list(REAL.relations.values()))

    assert first == figures.verify(rows, list(REAL.relations.values()))
    assert rows == [dict(row) for row in REAL.rows.values()]


def row(key: str, printed: str = "", **cells: object) -> Cells:
    """Return a small row of an invented document."""
    return {"figure": key, "document": "示范", "printed": printed, "precision": Decimal(0), **cells}


def judge(rows: list[Cells], **options: object) -> Outcome:
    """Judge one relation over all rows."""
    relation = {
        "relation": "r",
        "figures": [each["figure"] for each in rows],
        "zh": "甲",
        "en": "A",
        **options,
    }
    (outcome,) = figures.verify(rows, [relation])
    return outcome


def test_a_blank_is_unpublished_and_never_zero() -> None:
    rows = [row("a", value=Decimal(3)), row("b", value=None, precision=None)]

    assert judge(rows, sort="sum").outcome == "不可比"
    assert judge([row("a", value=Decimal(3)), row("b", value=Decimal(0))], sort="sum").outcome == "推算"


def test_dividing_by_what_may_be_zero_is_not_comparable() -> None:
    rows = [row("a", value=Decimal(3)), row("b", value=Decimal(0))]

    assert judge(rows, sort="ratio").outcome == "不可比"
    wide = [row("a", value=Decimal(3)), row("b", value=Decimal("0.4"), precision=Decimal(1))]
    assert judge(wide, sort="ratio").outcome == "不可比"


def test_printed_precision_decides_between_agreement_and_contradiction() -> None:
    def rows(printed: str) -> list[Cells]:
        share = row("c", value=Decimal(printed), unit="%", precision=Decimal("0.1"))
        return [row("a", value=Decimal(1)), row("b", value=Decimal(3)), share]

    assert judge(rows("33.3"), sort="ratio", sides=[["a", "b"], ["c"]]).outcome == "一致"
    assert judge(rows("33.4"), sort="ratio", sides=[["a", "b"], ["c"]]).outcome == "矛盾"


def test_the_open_end_of_a_rounded_number_is_not_shared() -> None:
    rounded = row("a", value=Decimal("0.1"), precision=Decimal("0.1"))  # [0.05, 0.15)

    assert (
        judge([rounded, row("b", value=Decimal("0.15"))], sort="sum", sides=[["a"], ["b"]]).outcome == "矛盾"
    )
    assert (
        judge([rounded, row("b", value=Decimal("0.05"))], sort="sum", sides=[["a"], ["b"]]).outcome == "一致"
    )


def test_the_whole_number_above_an_open_limit_is_the_next_one() -> None:
    def needed(qualifier: str) -> str:
        share = row("b", value=Decimal(50), unit="%", qualifier=qualifier)
        return judge([row("a", value=Decimal(10)), share], sort="product", whole="up").explanation.zh

    assert "至少 5。" in needed("以上")
    assert "至少 6。" in needed("超过")


def test_rows_name_sort_and_id_and_keep_the_chinese_word_in_both_languages() -> None:
    outcomes = tuple(FOUND.values())

    for lang in ("zh", "en"):
        rows = figures.rows(outcomes, lang)
        assert len(rows) == len(REAL.relations)
        for each in rows:
            assert list(each) == ["document", "figures", "relation", "id", "outcome", "explanation"]
            assert each["relation"] in figures.SORTS
            assert each["id"] in REAL.relations
            assert each["outcome"] in figures.WORDS


def test_the_english_text_names_every_relation_and_counts_them() -> None:
    text = figures.text(tuple(FOUND.values()), "en")

    assert all(f" {relation} (" in text for relation in REAL.relations)
    assert f"{len(REAL.relations)} relations" in text
    assert "[contradicts] 001-voters-unit" in text


def test_the_chinese_text_opens_with_the_caveat() -> None:
    text = figures.text(tuple(FOUND.values()), "zh")

    assert text.startswith("据所见转载文本核验，可能系转载或识别之误")


@pytest.mark.parametrize(
    "broken",
    [
        {"sort": "guess"},
        {"sort": "sum", "figures": []},
        {"sort": "sum", "figures": "ab"},
        {"sort": "sum", "zh": ""},
        {"sort": "sum", "sides": "ab"},
        {"sort": "sum", "sides": [[]]},
        {"sort": "sum", "places": "-1"},
        {"sort": "sum", "places": "99"},
        {"sort": "sum", "step": "1e999999999"},
        {"sort": "sum", "in": {"scale": "0"}},
        {"sort": "order", "figures": ["a"]},
        {"sort": "split"},
        {"sort": "scope"},
        {"sort": "format", "form": "rhyme"},
        {"sort": "bound", "of": "a", "within": [{"at_least": "5", "at_most": "3"}]},
        {"sort": "unit", "sides": [["a"]]},
    ],
)
def test_a_relation_that_cannot_be_understood_is_named(broken: dict[str, object]) -> None:
    rows = [row("a", "1", value=Decimal(1)), row("b", "2", value=Decimal(2))]

    with pytest.raises(RelationError, match="「r」"):
        judge(rows, **broken)


def test_two_relations_of_one_name_are_refused() -> None:
    relation = {"relation": "r", "sort": "sum", "figures": ["a"], "zh": "甲", "en": "A"}

    with pytest.raises(RelationError, match="「r」"):
        figures.verify([row("a", value=Decimal(1))], [relation, relation])


OPTIONS = (
    "sides names within form in places read step less of regions register apart derive sort figures".split()
)
JUNK = st.recursive(
    st.sampled_from(["", "0", "-1", "x", "000-02", "001-28", "1e9", "days", None]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["zh", "scale", "code"]), inner)
    ),
    max_leaves=4,
)


@given(st.sampled_from(sorted(REAL.relations)), st.sampled_from(OPTIONS), JUNK)
def test_junk_in_a_relation_gives_an_outcome_or_a_sentence(relation: str, option: str, junk: object) -> None:
    entry = {**REAL.relations[relation], option: junk}
    try:
        (outcome,) = figures.verify(list(REAL.rows.values()), [entry])
    except RelationError as reason:
        assert "「" in reason.message
    else:
        assert outcome.outcome in figures.WORDS


# ── intervals ──

NUMBERS = st.fractions(min_value=-1000, max_value=1000, max_denominator=1000)


@st.composite
def intervals(draw: st.DrawFn) -> tuple[Interval, Fraction]:
    """Return an interval, open or closed, sometimes endless, and a number in it."""
    inside = draw(NUMBERS)
    below, above = (draw(st.fractions(min_value=0, max_value=50, max_denominator=50)) for _ in range(2))
    low = -inf if draw(st.integers(0, 9)) == 0 else inside - below
    high = inf if draw(st.integers(0, 9)) == 0 else inside + above
    low_closed = low != -inf and (below == 0 or draw(st.booleans()))
    high_closed = high != inf and (above == 0 or draw(st.booleans()))
    return Interval(low, high, low_closed, high_closed), inside


@given(intervals(), intervals())
def test_what_is_computed_from_members_is_a_member(
    left: tuple[Interval, Fraction], right: tuple[Interval, Fraction]
) -> None:
    (first, x), (second, y) = left, right

    assert x + y in first + second
    assert x - y in first - second
    assert x * y in first * second
    if not second.low <= 0 <= second.high:
        assert x / y in first / second


@given(intervals(), intervals(), NUMBERS)
def test_a_meeting_holds_exactly_what_both_hold(
    left: tuple[Interval, Fraction], right: tuple[Interval, Fraction], value: Fraction
) -> None:
    met = left[0].meet(right[0])

    for each in (value, left[1], right[1]):
        assert (each in left[0] and each in right[0]) == (met is not None and each in met)
    assert left[0].meet(left[0]) == left[0]
    assert left[0].within(left[0])


@given(intervals(), intervals())
def test_a_product_has_a_closed_end_only_if_some_pair_reaches_it(
    left: tuple[Interval, Fraction], right: tuple[Interval, Fraction]
) -> None:
    def members(interval: Interval) -> list[Fraction]:
        ends = [Fraction(end) for end in (interval.low, interval.high) if abs(end) != inf]
        return [each for each in (*ends, Fraction(0)) if each in interval]

    product = left[0] * right[0]
    reached = {x * y for x in members(left[0]) for y in members(right[0])}
    if Fraction(0) in left[0] or Fraction(0) in right[0]:
        reached.add(Fraction(0))

    for end, closed in ((product.low, product.low_closed), (product.high, product.high_closed)):
        assert closed == (end in reached)


@given(
    NUMBERS, st.fractions(min_value=Fraction(1, 100), max_value=10), st.fractions(min_value=0, max_value=1)
)
def test_what_rounds_to_a_printed_number_is_in_its_interval(
    value: Fraction, step: Fraction, part: Fraction
) -> None:
    printed = floor(value / step) * step
    candidate = printed - step / 2 + part * step

    rounds_to_it = floor(candidate / step + Fraction(1, 2)) * step == printed

    assert (candidate in Interval.around(printed, step)) == rounds_to_it


@given(intervals())
def test_a_divisor_that_may_be_zero_is_refused(drawn: tuple[Interval, Fraction]) -> None:
    interval, inside = drawn
    around_zero = interval - Interval.point(inside)

    with pytest.raises(ZeroDivisionError):
        _ = Interval.point(Fraction(1)) / around_zero


def test_an_empty_interval_cannot_be_made() -> None:
    for low, high, closed in ((Fraction(2), Fraction(1), True), (Fraction(1), Fraction(1), False)):
        with pytest.raises(ValueError):
            Interval(low, high, closed, closed)


def test_an_infinite_end_is_open() -> None:
    with pytest.raises(ValueError):
        Interval(Fraction(0), inf)


# ── readings ──


@pytest.mark.parametrize(
    ("qualifier", "value", "precision", "expected"),
    [
        ("", "33.78", "0.01", Interval(Fraction("33.775"), Fraction("33.785"), True, False)),
        ("", "168", "0", Interval.point(Fraction(168))),
        ("多", "2600000", "100000", Interval(Fraction(2600000), Fraction(2700000), True, False)),
        ("余", "2000", "1000", Interval(Fraction(2000), Fraction(3000), True, False)),
        ("余", "2000", "0", Interval(Fraction(2000), inf, True, False)),
        ("约", "30", "1", Interval(Fraction(29), Fraction(31))),
        ("以上", "90", "1", Interval(Fraction(90), inf, True, False)),
        ("至少", "1", "0", Interval(Fraction(1), inf, True, False)),
        ("以下", "20", "0", Interval(Fraction(0), Fraction(20))),
        ("超过", "50", "1", Interval(Fraction(50), inf, False, False)),
        ("不足", "3", "0", Interval(Fraction(0), Fraction(3), True, False)),
        ("不足", "0", "0", Interval.point(Fraction(0))),
    ],
)
def test_a_qualifier_gives_its_interval(
    qualifier: str, value: str, precision: str, expected: Interval
) -> None:
    cells = row("a", value=Decimal(value), precision=Decimal(precision), qualifier=qualifier)

    assert figure_of(cells).range == expected


def test_a_percentage_is_a_fraction_of_one() -> None:
    cells = row("a", value=Decimal("40.6"), precision=Decimal("0.1"), unit="%")

    assert figure_of(cells).range == Interval(Fraction("0.4055"), Fraction("0.4065"), True, False)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("100户以上", Interval(Fraction(100), inf, True, False)),
        ("50—100户", Interval(Fraction(50), Fraction(100))),
        ("20户以下", Interval(Fraction(0), Fraction(20))),
        ("不足3名", Interval(Fraction(0), Fraction(3), True, False)),
        ("超过50%", Interval(Fraction(50), inf, False, False)),
        ("100—50户", None),
        ("若干户", None),
    ],
)
def test_a_band_is_read_from_its_limits(printed: str, expected: Interval | None) -> None:
    assert band_of(printed) == expected


@pytest.mark.parametrize(
    ("dated", "expected"),
    [
        ("2019", (date(2019, 1, 1), date(2019, 12, 31))),
        ("2020-02", (date(2020, 2, 1), date(2020, 2, 29))),
        ("2019-05-28", (date(2019, 5, 28), date(2019, 5, 28))),
        ("XXXX-11-10", (date(2001, 11, 10), date(2001, 11, 10))),
        ("2019-13", None),
        ("2019-02-30", None),
        ("2019528", None),
        ("", None),
    ],
)
def test_a_date_stands_for_the_days_of_its_precision(dated: str, expected: tuple[date, date] | None) -> None:
    assert span_of(dated) == expected


def test_a_number_that_no_document_prints_is_unknown() -> None:
    for value in ("1e999999999", "NaN", "Infinity"):
        assert figure_of(row("a", value=Decimal(value))).range is None
