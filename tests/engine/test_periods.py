"""What a period label means."""

from datetime import date

import pytest

from mingbai.periods import Period


@pytest.mark.parametrize(
    ("label", "first", "last", "cadence"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "annual"),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31), "half"),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31), "quarterly"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "monthly"),
        ("2026-03-18-east-canal", date(2026, 3, 18), date(2026, 3, 18), "event"),
    ],
)
def test_a_label_is_read_as_its_span_of_days(label: str, first: date, last: date, cadence: str) -> None:
    period = Period.parse(label)

    assert (period.first, period.last, period.cadence, period.label) == (first, last, cadence, label)


@pytest.mark.parametrize(
    "label",
    [
        "",
        "26",
        "2026-Q5",
        "2026-13",
        "2026-1",
        "2026-H3",
        "2026-02-30-x",
        "2026-03-18",
        "２０２６",
        "0000",
        "2026-Q1 ",
    ],
)
def test_anything_else_is_no_period(label: str) -> None:
    with pytest.raises(ValueError):
        Period.parse(label)


def test_the_quarter_before_january_lies_in_the_year_before() -> None:
    assert Period.parse("2026-Q1").previous().label == "2025-Q4"
    assert Period.parse("2025-12").next().label == "2026-01"


def test_a_period_has_a_title_in_both_languages() -> None:
    assert Period.parse("2026-Q1").title("zh") == "2026年第1季度"
    assert Period.parse("2026-H2").title("en") == "second half 2026"
    assert Period.parse("2026-03-18-canal").title("en") == "18 March 2026"
