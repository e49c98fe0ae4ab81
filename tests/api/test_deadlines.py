"""Deadlines around days of rest: when a time ends, and what its writer reads of how it was counted."""

from datetime import datetime
from pathlib import Path

import pytest

from forms_api.deadlines import Deadline, deadline
from tests.api.conftest import NOW
from tests.village import Village

DATA = Path(__file__).resolve().parents[2] / "datasets"


@pytest.fixture
def server() -> str:
    """Nothing is kept here."""
    return "none"


@pytest.fixture
def real(village: Village) -> Village:
    """The village under the national rules and calendar: an inquiry has 15 days, a suggestion 7 working days."""
    for path in ("profiles/national.yaml", "calendar/2026.csv"):
        village.write(f"datasets/{path}", (DATA / path).read_bytes())
    return village


def counted(village: Village, day: str, type: str = "inquiry") -> Deadline:
    portal = village.portal
    received = datetime.fromisoformat(f"{day}T10:00:00").replace(tzinfo=NOW.tzinfo)
    return deadline(portal, portal.units.get("east"), type, received)


@pytest.mark.parametrize(
    ("received", "answered"),
    [
        ("2026-04-16", "2026-05-06"),  # 1 May, Labour Day until the fifth
        ("2026-09-18", "2026-10-08"),  # 3 October, in Golden Week
        ("2026-04-24", "2026-05-09"),  # a Saturday on which people work
        ("2026-03-02", "2026-03-17"),  # a Tuesday
    ],
)
def test_a_time_that_ends_on_a_day_of_rest_ends_on_the_next_working_day(
    real: Village, received: str, answered: str
) -> None:
    assert counted(real, received).day.isoformat() == answered


def test_the_sentence_names_the_day_of_rest_and_the_article(real: Village) -> None:
    said = counted(real, "2026-09-18").calculation

    assert "2026年10月3日（星期六）是休息日，顺延到上班的第一天，最晚 2026年10月8日（星期四）答复" in said.zh
    assert "民法典第二百零三条" in said.zh and "Civil Code, Art. 203" in said.en
    assert "暂按周末推算" not in said.zh


def test_a_time_that_ends_on_a_working_day_says_nothing_of_rest(real: Village) -> None:
    said = counted(real, "2026-03-02").calculation

    assert "顺延" not in said.zh and "最晚 2026年3月17日（星期二）答复" in said.zh


@pytest.mark.parametrize(("received", "type"), [("2026-12-18", "inquiry"), ("2026-12-29", "suggestion")])
def test_in_a_year_without_calendar_the_day_is_said_to_be_provisional(
    real: Village, received: str, type: str
) -> None:
    said = counted(real, received, type)

    assert said.day.year == 2027
    assert "暂按周末推算" in said.calculation.zh and "for now" in said.calculation.en
