"""A household of several rows counts as one: by identity number, merged cell or column; names alone are asked about."""

import csv
from collections.abc import Sequence
from decimal import Decimal

import pytest

from tests.engine.test_importing import Desk, desk
from tests.engine.test_importing_people import (
    HEADER,
    NAMES,
    OPTIONS,
    PEOPLE,
    RELIEF,
    SECRETS,
    TAKE,
    identity,
    mobile,
    said_nothing_of,
)
from tests.spreadsheets import Content, Sheet, made, xlsx

__all__ = ["desk"]

CALLED = [*OPTIONS[:-2], "--fact", "期末结余=2650", *TAKE]  # 300 yuan more than the list of six
NAMED = ["序号", "户主姓名", "村", "困难类型", "救助金额（元）"]


def _counts(desk: Desk) -> tuple[int, Decimal]:
    with (desk.village.root / f"{RELIEF}.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return sum(int(row["households"]) for row in rows), sum(Decimal(row["amount"]) for row in rows)


def _named(*more: Sequence[Content]) -> list[Sequence[Content]]:
    return [NAMED, *[[row[0], row[1], *row[3:6]] for row in PEOPLE], *more]


def test_rows_with_one_identity_number_are_one_household(desk: Desk) -> None:
    again = [7, "甲乙丙", identity(2), "东头村", "大病", 300, mobile(9), "6222000000000009"]

    assert desk.hands_in(xlsx(Sheet([HEADER, *PEOPLE, again])), *CALLED, kind="relief") == 0, desk.said
    assert _counts(desk) == (6, Decimal("18350.00"))
    assert "有 1 户写了几行，每户只算 1，金额加在一起（是一户的行：3、8）。" in desk.said
    said_nothing_of(desk, SECRETS)


@pytest.mark.parametrize("format", ["xlsx", "xls", "ods"])
def test_rows_under_one_merged_name_are_one_household(desk: Desk, format: str) -> None:
    second: list[Content] = [None, None, None, "西头村", "大病", 300, None, None]
    content = made(format, Sheet([HEADER, *PEOPLE, second], ["A7:A8", "B7:B8", "C7:C8"]))

    assert desk.hands_in(content, *CALLED, kind="relief") == 0, desk.said
    assert _counts(desk) == (6, Decimal("18350.00"))


def test_a_figure_merged_over_the_rows_of_one_household_is_one_figure(desk: Desk) -> None:
    last = [*PEOPLE[5][:5], 5300, *PEOPLE[5][6:]]
    second: list[Content] = [None, None, None, "西头村", "大病", None, None, None]
    content = xlsx(Sheet([HEADER, *PEOPLE[:5], last, second], ["B7:B8", "C7:C8", "F7:F8"]))

    assert desk.hands_in(content, *CALLED, kind="relief") == 0, desk.said
    assert _counts(desk) == (6, Decimal("18350.00"))


def test_a_household_that_is_two_things_at_once_is_named_by_its_rows(desk: Desk) -> None:
    again = [7, "甲乙丙", identity(2), "东头村", "残疾", 300, mobile(9), "6222000000000009"]

    assert desk.hands_in(xlsx(Sheet([HEADER, *PEOPLE, again])), *CALLED, kind="relief") == 1
    assert "第 3、8 行是一户，「因为什么」却写得不一样" in desk.said
    said_nothing_of(desk, SECRETS)


@pytest.mark.parametrize(("told", "count"), [("户主姓名", 6), ("B", 6), ("-", 7)])
def test_rows_of_one_name_are_households_as_the_clerk_says(desk: Desk, told: str, count: int) -> None:
    content = xlsx(Sheet(_named([7, NAMES[1], "东头村", "大病", 300])))

    assert desk.hands_in(content, *CALLED, kind="relief") == 1
    assert "「户主姓名」有 1 行和前面的一样（第 8 行和第 2 行）" in desk.said
    said_nothing_of(desk, SECRETS)
    assert desk.hands_in(content, *CALLED, "--household", told, kind="relief") == 0, desk.said
    assert _counts(desk) == (count, Decimal("18350.00"))


def test_a_column_of_households_that_is_not_there_is_told(desk: Desk) -> None:
    called = [*CALLED, "--household", "户编号"]

    assert desk.hands_in(xlsx(Sheet(_named())), *called, kind="relief") == 1
    assert "--household 说的「户编号」，表里没有这一列。" in desk.said
