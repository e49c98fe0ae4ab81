"""Where money came from and where it went are two bars of one length, or no picture at all."""

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from mingbai.edition import publish_all
from mingbai.pages.flows import flow
from mingbai.portal import Portal
from mingbai.privacy import PublicTable
from tests.village import AS_OF, Village

DEMO = Path(__file__).resolve().parents[2]


@pytest.fixture
def table(village: Village) -> PublicTable:
    """The quarter of a village that balances."""
    (found,) = (each for each in publish_all(village.portal, AS_OF).tables.values() if each.id.unit == "east")
    return found


def test_what_there_was_and_what_came_is_as_long_as_what_went_and_what_is_left(table: PublicTable) -> None:
    found = flow(table, "zh")

    assert found is not None and found.total == "19,000.00"
    assert [(part.words, part.x, part.width) for part in found.came] == [
        ("期初结余", "0.0%", "5.3%"),
        ("收入", "5.3%", "94.7%"),
    ]
    assert [(part.words, part.x, part.width) for part in found.went] == [
        ("支出", "0.0%", "42.1%"),
        ("期末结余", "42.1%", "57.9%"),
    ]


@pytest.mark.parametrize(
    ("opening", "closing"), [("1000.00", "10999.49"), ("-20000.00", "-10000.50"), ("1000.00", None)]
)
def test_sums_that_differ_debts_and_blanks_are_not_drawn(
    table: PublicTable, opening: str, closing: str | None
) -> None:
    header = {"opening": Decimal(opening), "closing": Decimal(closing) if closing else None}

    assert flow(replace(table, header=header), "zh") is None


def test_every_drawing_of_the_demo_fills_its_bar() -> None:
    portal = Portal.open(DEMO)
    found = [flow(table, "zh") for table in publish_all(portal, portal.today).tables.values()]
    sides = [side for one in found if one is not None for side in (one.came, one.went)]

    assert len(sides) > 100
    for side in sides:
        widths = [float(re.sub("%", "", part.width)) for part in side]
        assert abs(sum(widths) - 100) < 0.06 * len(widths)
