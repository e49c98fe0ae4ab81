"""Columns that follow by rule: what each sort reckons, and that nothing is reckoned from what is blank or unread."""

import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mingbai.computed import Facts, add_computed, hold_computed
from mingbai.errors import KindError
from mingbai.expressions import UNREAD
from mingbai.kinds import Contract, load_kinds
from mingbai.kinds.contracts import Field, Schema, read_computed
from mingbai.messages import Text

KINDS = Path(__file__).resolve().parents[2] / "datasets" / "kinds"
TYPES = {"place": "string", "round": "string", "points": "number", "households": "integer", "day": "date"}
STARS = [(90, 5), (80, 4), (70, 3), (0, 0)]


def contract(*computed: Mapping[str, Any]) -> Contract:
    words = Text("词", "word")
    fields = [
        Field(name, words, words, type, None, "public", False, (), {"name": name, "type": type})
        for name, type in TYPES.items()
    ]
    columns = tuple(read_computed({"title": {"zh": "词", "en": "word"}, **each}, "test") for each in computed)
    settings = {"months": 3, "stars": STARS}
    schema = Schema(tuple(fields), ("place",), {})
    return Contract(schema, None, (), Path("test"), None, columns, settings)


def compute(
    *computed: Mapping[str, Any], rows: Sequence[tuple[Any, ...]], settings: Mapping[str, Any] | None = None
) -> list[Any]:
    """Return the values of the last column for rows given in the order of `TYPES`."""
    own = contract(*computed)
    cells = [dict(zip(TYPES, [*row, *[None] * 5], strict=False)) for row in rows]
    facts = Facts({"period_first": date(2026, 1, 1)}, {**own.settings, **(settings or {})}, own)
    return [row[computed[-1]["field"]] for row in add_computed(cells, facts)]


STAR = {"field": "star", "sort": "band", "type": "integer", "of": "points", "bands": "stars"}
BEST = {"field": "best", "sort": "best", "type": "integer", "of": "star", "by": "place"}
RIGHT = {"field": "right", "sort": "value", "of": "1000 * best"}
AWARD = {
    "field": "award",
    "sort": "split",
    "of": "right",
    "by": "place",
    "step": "round",
    "shares": {"初": 4, "复": 3, "定": 3},
}


@pytest.mark.parametrize(
    ("points", "star"),
    [("100", 5), ("90", 5), ("89.99", 4), ("80", 4), ("79.5", 3), ("70", 3), ("69.9", 0), ("-1", None)],
)
def test_a_band_holds_its_lower_bound(points: str, star: int | None) -> None:
    assert compute(STAR, rows=[("甲", "初", Decimal(points))]) == [star]


def test_a_region_may_set_other_bands() -> None:
    assert compute(STAR, rows=[("甲", "初", Decimal(85))], settings={"stars": [(85, 5), (0, 0)]}) == [5]


def test_the_highest_star_stays_though_a_later_round_falls() -> None:
    rows = [
        ("甲", "初", Decimal(92)),
        ("乙", "初", Decimal(71)),
        ("甲", "复", Decimal(75)),
        ("乙", "复", Decimal(88)),
    ]

    assert compute(STAR, BEST, rows=rows) == [5, 3, 5, 4]


def test_an_award_is_paid_four_three_three() -> None:
    rows = [("甲", each, Decimal(95)) for each in ("初", "复", "定")]

    assert compute(STAR, BEST, RIGHT, AWARD, rows=rows) == [Decimal(2000), Decimal(1500), Decimal(1500)]


def test_a_star_gained_later_is_made_good_so_that_the_parts_add_up() -> None:
    rows = [("甲", "初", Decimal(72)), ("甲", "复", Decimal(83)), ("甲", "定", Decimal(91))]

    parts = compute(STAR, BEST, RIGHT, AWARD, rows=rows)

    assert parts == [Decimal(1200), Decimal(1600), Decimal(2200)]
    assert sum(parts) == 5000


def test_what_came_before_is_looked_up_in_the_own_group() -> None:
    before = {"field": "before", "sort": "before", "type": "integer", "of": "star", "by": "place"}
    rows = [("甲", "初", Decimal(92)), ("乙", "初", Decimal(71)), ("甲", "复", Decimal(75))]

    assert compute(STAR, before, rows=rows) == [None, None, 5]


def test_a_value_reads_rows_settings_and_the_columns_before_it() -> None:
    due = {"field": "due", "sort": "value", "type": "date", "of": "months(day, setting.months)"}
    late = {"field": "late", "sort": "value", "type": "boolean", "of": "due < period_first"}
    rows = [
        ("甲", "初", None, None, date(2025, 9, 30)),
        ("乙", "初", None, None, date(2025, 11, 30)),
        ("丙", "初"),
    ]

    assert compute(due, rows=rows) == [date(2025, 12, 30), date(2026, 2, 28), None]
    assert compute(due, late, rows=rows) == [True, False, None]


def test_a_number_is_rounded_to_the_places_that_are_shown() -> None:
    share = {"field": "share", "sort": "value", "of": "points * 100 / households", "places": 1}
    mean = {"field": "mean", "sort": "value", "type": "integer", "of": "points / households"}
    rows = [("甲", "初", Decimal(2), 3)]

    assert compute(share, rows=rows) == [Decimal("66.7")]
    assert compute(mean, rows=rows) == [1]


def test_nothing_is_reckoned_from_a_blank() -> None:
    assert compute(STAR, BEST, RIGHT, AWARD, rows=[("甲", "初")]) == [None]


def test_what_rests_on_an_unread_cell_is_unread_itself() -> None:
    rows = [("甲", "初", UNREAD), ("乙", "初", Decimal(90))]

    assert compute(STAR, rows=rows) == [UNREAD, 5]
    assert compute(STAR, BEST, rows=rows) == [UNREAD, UNREAD]


@pytest.mark.parametrize(
    "wrong",
    [
        {"field": "x", "sort": "magic"},
        {"field": "x", "sort": "value", "of": "nobody + 1"},
        {"field": "x", "sort": "value", "of": "x + 1"},
        {"field": "x", "sort": "value", "of": "setting.stars + 1"},
        {"field": "x", "sort": "value", "of": "points", "colour": "red"},
        {"field": "x", "sort": "value", "of": "rounded(points, 99999)"},
        {"field": "x", "sort": "value", "of": "months(day, 999999999999)"},
        {"field": "x", "sort": "running", "start": "openning", "plus": ["points"], "minus": []},
        {"field": "x", "sort": "ratio", "of": "points"},
        {"field": "x", "sort": "band", "of": "points", "bands": "moons"},
        {
            "field": "x",
            "sort": "split",
            "of": "points",
            "by": "place",
            "step": "round",
            "shares": {"a": "three"},
        },
        {
            "field": "x",
            "sort": "split",
            "of": "points",
            "by": "place",
            "step": "round",
            "shares": {"a": 0, "b": 0},
        },
        {"field": "x", "sort": "split", "of": "points", "by": "place", "step": "round", "shares": {"a": 4}},
        {"field": "x", "sort": "split", "of": "points", "by": "place", "shares": {"a": 4, "b": 6}},
        {
            "field": "x",
            "sort": "split",
            "of": "points",
            "by": ["place"],
            "step": "round",
            "shares": {"a": 4, "b": 6},
        },
        {"field": "x", "sort": "value", "of": "points", "places": 9999999},
        {"field": "x", "sort": "value", "of": "points", "places": "two"},
        {"field": "x", "sort": "value", "of": "rounded(points, -3)"},
        {"field": "x", "sort": "value", "of": "rounded(points, 99999 + 9)"},
        {"field": "x", "sort": "ratio", "of": "place", "to": "points"},
        {"field": "x", "sort": "days", "from": "points", "to": "points"},
        {"field": "points", "sort": "value", "of": "households + 1"},
    ],
    ids=str,
)
def test_a_column_that_cannot_be_reckoned_is_refused(wrong: Mapping[str, Any]) -> None:
    with pytest.raises(KindError, match="test"):
        hold_computed(contract(wrong))


@pytest.mark.parametrize("shares", ["{初评: 4, 复评: 3}", "{初评: 4, 复评: 3, 终评: 3}"])
def test_every_step_has_its_share_and_no_other_has(tmp_path: Path, shares: str) -> None:
    shutil.copytree(KINDS / "star", tmp_path / "star")
    path = tmp_path / "star/kind.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("{初评: 4, 复评: 3, 定评: 3}", shares), encoding="utf-8"
    )

    with pytest.raises(KindError, match="star/kind.yaml: award: shares.*定评"):
        hold_computed(load_kinds([tmp_path])["star"].contract)
