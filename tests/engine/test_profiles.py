"""Regional rules by date: the day decides, a region inherits what it does not rule, and no floor is lowered."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from mingbai.errors import PortalError
from mingbai.profiles import Profile, load_profiles
from tests.test_every_kind import KINDS

SHIPPED = Path(__file__).resolve().parents[2] / "datasets" / "profiles"

NATIONAL = """\
title: {zh: 全国, en: National}
versions:
  - valid_from: 2020-01-01
    reviewed_on: 2026-01-01
    source: {zh: 旧法, en: The old law}
    reply:
      inquiry: {days: 15, basis: {zh: 默认, en: Default}}
    floors: {}
  - valid_from: 2026-01-01
    reviewed_on: 2026-01-01
    source: {zh: 新法, en: The new law}
    reply:
      inquiry: {days: 10, basis: {zh: 新法, en: The new law}}
    floors: {display_days: 15}
"""
REGION = """\
title: {zh: 某县, en: A county}
base: national
versions:
  - valid_from: 2025-07-01
    reviewed_on: 2026-01-01
    source: {zh: 县里的规定, en: The county's rules}
    due:
      default: {days: 20}
      by_kind: {finance: {days: 5, workdays: true}}
    reply:
      letter: {days: 3, workdays: true, basis: {zh: 县里的规定, en: The county's rules}}
    floors: {display_days: 12}
"""


def profiles(root: Path, region: str = REGION) -> dict[str, Profile]:
    root.mkdir(exist_ok=True)
    (root / "national.yaml").write_text(NATIONAL, encoding="utf-8")
    (root / "region.yaml").write_text(region, encoding="utf-8")
    return load_profiles([root])


def test_the_version_in_force_on_the_day_answers(tmp_path: Path) -> None:
    national = profiles(tmp_path)["national"]

    assert national.reply_days("inquiry", date(2025, 12, 31)).days == 15
    assert national.reply_days("inquiry", date(2026, 1, 1)).days == 10


def test_a_region_rules_first_and_inherits_the_rest(tmp_path: Path) -> None:
    region = profiles(tmp_path)["region"]

    assert region.reply_days("letter", date(2026, 2, 1)).days == 3
    assert region.reply_days("inquiry", date(2026, 2, 1)).days == 10


def test_before_its_first_day_a_region_rules_nothing(tmp_path: Path) -> None:
    region = profiles(tmp_path)["region"]

    assert region.due_days("finance", date(2025, 6, 30)) is None
    assert region.due_days("finance", date(2025, 7, 1)) == (5, True)
    assert region.due_days("decision", date(2025, 7, 1)) == (20, False)


def test_a_type_that_nobody_rules_is_named(tmp_path: Path) -> None:
    with pytest.raises(PortalError, match="erratum"):
        profiles(tmp_path)["region"].reply_days("erratum", date(2026, 2, 1))


@pytest.mark.parametrize(
    ("of_kind", "day", "days"),
    [
        (0, date(2025, 6, 1), 0),
        (0, date(2025, 8, 1), 12),
        (0, date(2026, 2, 1), 15),
        (30, date(2026, 2, 1), 30),
    ],
)
def test_display_days_never_fall_below_a_floor_in_force(
    tmp_path: Path, of_kind: int, day: date, days: int
) -> None:
    assert profiles(tmp_path)["region"].display_days(of_kind, day) == days


def test_a_region_that_lowers_a_floor_of_its_day_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PortalError, match="display_days"):
        profiles(tmp_path, REGION.replace("2025-07-01", "2026-01-01"))


@pytest.mark.parametrize(
    "region",
    [
        REGION.replace("base: national", "base: gone"),
        REGION.replace("base: national", "base: region"),
        REGION.replace("{days: 3,", "{days: some,"),
        REGION.replace("    source: {zh: 县里的规定, en: The county's rules}\n", "", 1),
        REGION.replace("title: {zh: 某县, en: A county}", "title: 某县"),
        "- a list\n",
        "title: [unclosed",
        "",
    ],
    ids=["no-base", "circle", "words", "no-source", "one-language", "list", "unclosed", "empty"],
)
def test_a_profile_that_cannot_be_used_is_named(tmp_path: Path, region: str) -> None:
    with pytest.raises(PortalError, match=r"region\.yaml"):
        profiles(tmp_path, region)


def test_an_own_profile_replaces_the_built_in_one_of_its_name(tmp_path: Path) -> None:
    profiles(tmp_path / "built-in")
    own = tmp_path / "own"
    own.mkdir()
    (own / "region.yaml").write_text(REGION.replace("days: 20", "days: 9"), encoding="utf-8")

    found = load_profiles([own, tmp_path / "built-in"])

    assert found["region"].due_days("decision", date(2026, 2, 1)) == (9, False)


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_shipped_profile_has_seven_parts_and_says_where_the_list_is_from(path: Path) -> None:
    slots, note = load_profiles([SHIPPED])[path.stem].seven(date(2026, 11, 23))

    assert len(slots) == 7
    assert note is not None
    assert {kind for slot in slots for kind in slot.kinds} <= KINDS.keys()
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["id"] == path.stem


@pytest.mark.parametrize("sort", ["suggestion", "inquiry", "letter", "report", "erratum"])
def test_the_national_profile_rules_every_type_of_submission(sort: str) -> None:
    rule = load_profiles([SHIPPED])["national"].reply_days(sort, date(2026, 11, 23))

    assert rule.days > 0
    assert rule.basis.zh and rule.basis.en


def test_the_floor_of_the_law_in_force_binds_the_demo() -> None:
    """村民委员会组织法 Art. 35, in force 2026-01-01: on display for at least fifteen days."""
    qinghe = load_profiles([SHIPPED])["qinghe"]

    assert qinghe.display_days(0, date(2025, 12, 31)) == 10
    assert qinghe.display_days(0, date(2026, 1, 1)) == 15
