"""The tree of units by date."""

from datetime import date
from pathlib import Path

import pytest

from mingbai.errors import PortalError
from mingbai.units import Units
from tests.village import UNITS

DAY = date(2026, 4, 1)


def load(tmp_path: Path, text: str) -> Units:
    path = tmp_path / "units.csv"
    path.write_text(text, encoding="utf-8")
    return Units.load(path)


def test_a_merged_village_is_there_in_its_old_year_only(tmp_path: Path) -> None:
    units = load(tmp_path, UNITS)

    assert "old" in {unit.slug for unit in units.on(date(2025, 6, 1))}
    assert "old" not in {unit.slug for unit in units.on(DAY)}
    assert units.get("old").successors == ("east",)


def test_ancestors_come_nearest_first(tmp_path: Path) -> None:
    assert [unit.slug for unit in load(tmp_path, UNITS).ancestors("east")] == ["town", "county"]


def test_within_holds_the_unit_and_all_below(tmp_path: Path) -> None:
    assert load(tmp_path, UNITS).within("town", DAY) == {"town", "east", "west", "lane"}


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("east,东头村,Dongtou,village,town,2025-01-01,,,national,,,,", "two rows"),
        ("north,北头村,Beitou,village,nowhere,2020-01-01,,,national,,,,", "nowhere"),
        ("north,北头村,Beitou,hamlet,town,2020-01-01,,,national,,,,", "units.csv:8"),
        ("north,北头村,Beitou,village,town,2020-13-01,,,national,,,,", "units.csv:8"),
        ("../up,北头村,Beitou,village,town,2020-01-01,,,national,,,,", "units.csv:8"),
        ("north", "units.csv:8"),
        ("north,北,N,village,north,2020-01-01,,,national,,,,", "below itself"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: str, word: str) -> None:
    with pytest.raises(PortalError, match=word):
        load(tmp_path, UNITS + line + "\n")
