"""How working days are counted."""

from datetime import date
from pathlib import Path

import pytest

from mingbai.errors import PortalError
from mingbai.workdays import Workdays


@pytest.fixture
def calendar(tmp_path: Path) -> Workdays:
    days = "date,workday,name\n2026-05-01,no,劳动节\n2026-05-09,yes,调休\n"
    (tmp_path / "2026.csv").write_text(days, encoding="utf-8")
    return Workdays.load(tmp_path)


def test_a_holiday_on_a_weekday_is_not_counted(calendar: Workdays) -> None:
    assert calendar.add(date(2026, 4, 30), 1).day == date(2026, 5, 4)


def test_a_make_up_saturday_is_counted(calendar: Workdays) -> None:
    assert calendar.add(date(2026, 5, 8), 1).day == date(2026, 5, 9)


def test_beyond_the_last_published_year_the_date_is_provisional(calendar: Workdays) -> None:
    reached = calendar.add(date(2026, 12, 30), 3)

    assert reached.provisional
    assert reached.day == date(2027, 1, 4)


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        (date(2026, 4, 30), date(2026, 4, 30)),
        (date(2026, 5, 1), date(2026, 5, 4)),  # a holiday, then the weekend
        (date(2026, 5, 9), date(2026, 5, 9)),  # a Saturday on which people work
        (date(2026, 5, 10), date(2026, 5, 11)),
    ],
)
def test_a_time_in_calendar_days_does_not_end_on_a_day_of_rest(
    calendar: Workdays, day: date, ends: date
) -> None:
    reached = calendar.ending(day)

    assert (reached.day, reached.provisional) == (ends, False)


@pytest.mark.parametrize("day", [date(2027, 3, 3), date(2027, 3, 6)])
def test_where_no_calendar_is_published_any_end_is_provisional(calendar: Workdays, day: date) -> None:
    assert calendar.ending(day).provisional


def test_a_day_of_another_year_in_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "2026.csv").write_text("date,workday,name\n2025-05-01,no,错\n", encoding="utf-8")

    with pytest.raises(PortalError, match="2026.csv"):
        Workdays.load(tmp_path)


@pytest.mark.parametrize(
    ("rows", "row"),
    [
        ("", 2),
        ("2026-05-01,no,劳动节\n2026-05-01,yes,劳动节\n", 3),
        ("2026-05-01,no,劳动节\n2026-02-30,no,春节\n", 3),
        ("2026-05-01,perhaps,劳动节\n", 2),
        ("2026-05-01,no,劳动节\n2026-05-01,no,劳动节\n", 3),
        ("2026-05-01,no,劳动节\n\n\n2026-02-30,no,春节\n", 5),
        ("2026-05-01,no\n", 2),
        ("2026-05-01,no,劳动节,三天\n", 2),
        ("20260501,no,劳动节\n", 2),
        ("2025-05-01,no,劳动节\n", 2),
    ],
)
def test_a_broken_calendar_is_told_with_file_and_row(tmp_path: Path, rows: str, row: int) -> None:
    (tmp_path / "2026.csv").write_text(f"date,workday,name\n{rows}", encoding="utf-8")

    with pytest.raises(PortalError, match=f"calendar/2026.csv: row {row}"):
        Workdays.load(tmp_path)


@pytest.mark.parametrize("text", ["", "2026-05-01,no,劳动节\n", "date,workday\n", 'date,"workday'])
def test_a_calendar_without_its_three_columns_is_told_with_its_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "2026.csv").write_text(text, encoding="utf-8")

    with pytest.raises(PortalError, match="calendar/2026.csv: row 1"):
        Workdays.load(tmp_path)
