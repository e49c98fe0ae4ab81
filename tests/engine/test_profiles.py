"""Regional rules by date: the day decides, a region inherits what it does not rule, and no floor is lowered."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from mingbai.errors import PortalError
from mingbai.kinds import Due
from mingbai.profiles import Profile, hold_to_kinds, load_profiles
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
  - valid_from: 2026-01-01
    reviewed_on: 2026-01-01
    source: {zh: 新法, en: The new law}
    reply:
      inquiry: {days: 10, basis: {zh: 新法, en: The new law}}
    limits: {display_days: {least: 15, article: {zh: 新法第三条, en: "the new law, Art. 3"}}}
"""
REGION = """\
title: {zh: 某县, en: A county}
base: national
versions:
  - valid_from: 2025-07-01
    reviewed_on: 2026-01-01
    source: {zh: 县里的规定, en: The county's rules}
    due: {default: {days: 20}, finance: {days: 5, workdays: true}}
    reply:
      letter: {days: 3, workdays: true, basis: {zh: 县里的规定, en: The county's rules}}
    display_days: 12
  - valid_from: 2026-01-01
    reviewed_on: 2026-01-01
    source: {zh: 县里的新规定, en: The county's new rules}
    display_days: 20
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

    assert region.reply_days("letter", date(2025, 8, 1)).days == 3
    assert region.reply_days("inquiry", date(2025, 8, 1)).days == 15


def test_before_its_first_day_a_region_rules_nothing(tmp_path: Path) -> None:
    region = profiles(tmp_path)["region"]

    assert region.due("finance", date(2025, 6, 30)) is None
    assert region.due("finance", date(2025, 7, 1)) == Due(5, workdays=True, start=False)
    assert region.due("decision", date(2025, 7, 1)) == Due(20, workdays=False, start=False)


def test_a_type_that_nobody_rules_is_named(tmp_path: Path) -> None:
    with pytest.raises(PortalError, match="erratum"):
        profiles(tmp_path)["region"].reply_days("erratum", date(2026, 2, 1))


@pytest.mark.parametrize(
    ("of_kind", "day", "days"),
    [
        (0, date(2025, 6, 1), 0),
        (0, date(2025, 8, 1), 12),
        (0, date(2026, 2, 1), 20),
        (30, date(2026, 2, 1), 30),
    ],
)
def test_display_days_never_fall_below_a_floor_in_force(
    tmp_path: Path, of_kind: int, day: date, days: int
) -> None:
    assert profiles(tmp_path)["region"].display_days(of_kind, day) == days


def test_a_region_that_goes_below_a_limit_is_refused_with_the_article(tmp_path: Path) -> None:
    with pytest.raises(
        PortalError, match=r"region\.yaml: display_days: 12 .*新法第三条.*the new law, Art\. 3"
    ):
        profiles(tmp_path, REGION.replace("display_days: 20", "display_days: 12"))


def test_an_old_rule_that_was_never_raised_is_refused_from_the_day_of_the_limit(tmp_path: Path) -> None:
    with pytest.raises(PortalError, match=r"display_days: 12 从 2026-01-01 起"):
        profiles(tmp_path, REGION[: REGION.index("  - valid_from: 2026-01-01")])


def test_a_region_that_answers_later_than_a_limit_is_refused(tmp_path: Path) -> None:
    limit = "    limits: {reply.letter: {most: 2, article: {zh: 条例第二条, en: Art. 2}}}\n"
    national = NATIONAL.replace("  - valid_from: 2026", limit + "  - valid_from: 2026")
    tmp_path.joinpath("national.yaml").write_text(national, encoding="utf-8")
    tmp_path.joinpath("region.yaml").write_text(REGION, encoding="utf-8")

    with pytest.raises(PortalError, match=r"reply\.letter: 3 .*条例第二条"):
        load_profiles([tmp_path])


@pytest.mark.parametrize(
    "region",
    [
        REGION.replace("base: national", "base: gone"),
        REGION.replace("base: national", "base: region"),
        REGION.replace("{days: 3,", "{days: some,"),
        REGION.replace("display_days: 20", "display_day: 20"),
        REGION.replace("valid_from: 2025-07-01", "valid_from: July"),
        REGION.replace("{days: 20}", "{day: 20}"),
        REGION.replace("{days: 20}", "{days: 20, from: middle}"),
        REGION.replace("    source: {zh: 县里的规定, en: The county's rules}\n", "", 1),
        REGION.replace("title: {zh: 某县, en: A county}", "title: 某县"),
        "- a list\n",
        "title: [unclosed",
        "",
    ],
    ids=[
        "no-base",
        "circle",
        "words",
        "key",
        "day",
        "due",
        "from",
        "no-source",
        "one-language",
        "list",
        "unclosed",
        "empty",
    ],
)
def test_a_profile_that_cannot_be_used_is_named(tmp_path: Path, region: str) -> None:
    with pytest.raises(PortalError, match=r"region\.yaml"):
        profiles(tmp_path, region)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("valid_from: 2025-07-01", "valid_from: 2025-02-29", "valid_from: 2025-02-29"),
        ("valid_from: 2025-07-01", "valid_from: 2026-01-01", "2026-01-01"),
        ("due: {default: {days: 20}", "due: {default: {days: -3}", "default"),
        ("due: {default: {days: 20}", "due: {default: {days: 99999999999}", "default"),
        ("letter: {days: 3,", "letter: {days: 0,", "reply.letter"),
        ("letter: {days: 3,", "lettter: {days: 3,", "lettter"),
        ("workdays: true, basis", "workdays: 'no', basis", "reply.letter"),
        ("display_days: 12", "display_days: -1", "display_days"),
        ("display_days: 12", "display_days: 15.5", "display_days"),
        ("display_days: 12", "display_day: 12", "display_day"),
        ("display_days: 12", "display_days: 12\n    display_days: 13", "stands twice"),
        ("base: national", "base: national\nid: another", "another"),
        ("base: national", "basis: national", "basis"),
        ("base: national", "base: [national]", "base"),
        ("base: national", "base: false", "base"),
        ("valid_from: 2025-07-01", "valid_from: 2025-07-01 10:00:00", "valid_from"),
        ("valid_from: 2025-07-01\n    ", "", "valid_from"),
        ("reviewed_on: 2026-01-01", "reviewed_on: 20260101", "reviewed_on"),
        ("versions:", "versions: [abc]\nx:", "x"),
        ("display_days: 12", "cadence: [finance]", "cadence"),
        ("due: {default: {days: 20}", "due: {default: {days: 20, days: 21}", "days stands twice"),
        ("due: {default: {days: 20}", "due: {[a]: {days: 20}", "a key has to be a word"),
        ("display_days: 12", "display_days: 12\n    leastt: 15", "leastt"),
        ("display_days: 12", "cadence: {finance: monthly}", "cadence.finance"),
        ("display_days: 12", "cadence: {finance: {high_turnover: monthly}}", "usual"),
        ("display_days: 12", "cadence: {finance: {usual: monthly, hi_turnover: monthly}}", "hi_turnover"),
        ("display_days: 12", "cadence: {finance: {usual: weekly}}", "weekly"),
        ("display_days: 12", "settings: {star: {stars: [[90, 5], [80, 4]]}}", "star.stars"),
        ("display_days: 12", "settings: {star: {stars: .nan}}", "star.stars"),
        ("display_days: 12", "limits: {display_days: {leastt: 15, article: {zh: 某, en: x}}}", "leastt"),
        ("display_days: 12", "limits: {display_days: {article: {zh: 某, en: x}}}", "limits.display_days"),
        (
            "display_days: 12",
            "limits: {display_days: {least: 30, most: 20, article: {zh: 某, en: x}}}",
            "least 30",
        ),
        ("display_days: 12", "limits: {display_dayz: {least: 15, article: {zh: 某, en: x}}}", "display_dayz"),
        ("display_days: 12", "seven: {note: {zh: 某, en: x}}", "seven: slots"),
        ("display_days: 12", "expose: {title: {zh: 某, en: x}, kinds: expose}", "expose: kinds"),
        ("display_days: 12", "expose: {title: {zh: 某, en: x}, kinds: []}", "expose: kinds"),
    ],
)
def test_a_profile_that_is_broken_is_told_with_file_and_key(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    assert before in REGION

    with pytest.raises(PortalError, match=f"region.yaml.*{told}"):
        profiles(tmp_path, REGION.replace(before, after))


def test_a_profile_without_versions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PortalError, match="region.yaml: versions"):
        profiles(tmp_path, "title: {zh: 某县, en: A county}\nversions: []\n")


def test_a_region_that_names_no_base_is_bound_by_the_national_floor_all_the_same(tmp_path: Path) -> None:
    with pytest.raises(PortalError, match="新法第三条"):
        profiles(
            tmp_path, REGION.replace("base: national\n", "").replace("display_days: 20", "display_days: 10")
        )


@pytest.mark.parametrize("limits", ["display_days: {least: 10,", "display_days: {most: 90, least: 14,"])
def test_a_national_file_does_not_lower_what_the_law_says(tmp_path: Path, limits: str) -> None:
    text = NATIONAL.replace("display_days: {least: 15,", limits)
    (tmp_path / "national.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(PortalError, match="村民委员会组织法第三十五条"):
        load_profiles([tmp_path])


def test_a_national_file_that_sets_no_floor_has_that_of_the_law(tmp_path: Path) -> None:
    text = NATIONAL[: NATIONAL.index("    limits:")]
    (tmp_path / "national.yaml").write_text(text, encoding="utf-8")

    assert load_profiles([tmp_path])["national"].display_days(0, date(2026, 1, 1)) == 15


def test_a_national_limit_of_another_sort_does_not_take_the_place_of_the_law(tmp_path: Path) -> None:
    text = NATIONAL.replace("display_days: {least: 15,", "display_days: {most: 90,")
    (tmp_path / "national.yaml").write_text(text, encoding="utf-8")

    assert load_profiles([tmp_path])["national"].display_days(0, date(2026, 1, 1)) == 15
    (tmp_path / "region.yaml").write_text(
        REGION.replace("display_days: 20", "display_days: 10"), encoding="utf-8"
    )
    with pytest.raises(PortalError, match="region.yaml: display_days: 10.*村民委员会组织法第三十五条"):
        load_profiles([tmp_path])


def test_a_region_does_not_loosen_a_limit_for_those_below_it(tmp_path: Path) -> None:
    article = "article: {zh: 某条, en: Some article}"
    limit = f"    limits: {{reply.letter: {{most: 15, {article}}}}}\n"
    text = NATIONAL.replace("  - valid_from: 2026", limit + "  - valid_from: 2026")
    (tmp_path / "national.yaml").write_text(text, encoding="utf-8")
    looser = REGION.replace(
        "    display_days: 12\n", f"    limits: {{reply.letter: {{most: 60, {article}}}}}\n"
    )
    (tmp_path / "region.yaml").write_text(looser, encoding="utf-8")

    with pytest.raises(PortalError, match="region.yaml: reply.letter: 60.*某条"):
        load_profiles([tmp_path])


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        ("decision", "{posted_days: [[9, a], [0, b]]}"),
        ("star", "{stars: 3}"),
        ("star", "{stars: [[9, a], [0, b]]}"),
    ],
)
def test_a_region_sets_a_number_for_a_number_and_bands_for_bands(tmp_path: Path, kind: str, own: str) -> None:
    with pytest.raises(PortalError, match=f"region.yaml.*settings.{kind}"):
        held_to_kinds(tmp_path, f"    settings: {{{kind}: {own}}}\n")


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ("days: 15", True),
        ("days: 16", False),
        ("days: 11, workdays: true", True),
        ("days: 12, workdays: true", False),
    ],
)
def test_working_days_are_held_against_a_limit_in_calendar_days(
    tmp_path: Path, rule: str, kept: bool
) -> None:
    limit = "    limits: {reply.letter: {most: 15, article: {zh: 某条, en: Some article}}}\n"
    text = NATIONAL.replace("  - valid_from: 2026", limit + "  - valid_from: 2026")
    (tmp_path / "national.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "region.yaml").write_text(REGION.replace("days: 3, workdays: true", rule), encoding="utf-8")

    if kept:
        load_profiles([tmp_path])
    else:
        with pytest.raises(PortalError, match="reply.letter.*某条"):
            load_profiles([tmp_path])


def test_the_seven_are_seven(tmp_path: Path) -> None:
    six = "".join(
        f"        - {{id: s{n}, title: {{zh: 某, en: Some}}, kinds: [finance]}}\n" for n in range(6)
    )

    with pytest.raises(PortalError, match="region.yaml.*seven: 6 slots"):
        profiles(tmp_path, REGION + f"    seven:\n      slots:\n{six}")


def test_an_own_profile_replaces_the_built_in_one_of_its_name(tmp_path: Path) -> None:
    profiles(tmp_path / "built-in")
    own = tmp_path / "own"
    own.mkdir()
    (own / "region.yaml").write_text(REGION.replace("{days: 20}", "{days: 9}"), encoding="utf-8")

    found = load_profiles([own, tmp_path / "built-in"])

    assert found["region"].due("decision", date(2025, 8, 1)) == Due(9, workdays=False, start=False)


def held_to_kinds(root: Path, rules: str) -> None:
    hold_to_kinds(profiles(root, REGION + rules), KINDS)


def test_a_region_may_ask_for_a_kind_more_often(tmp_path: Path) -> None:
    region = profiles(tmp_path, REGION + "    cadence: {finance: {usual: monthly}}\n")["region"]

    assert region.cadence(KINDS["finance"], False, date(2025, 12, 31)) == "quarterly"
    assert region.cadence(KINDS["finance"], False, date(2026, 1, 1)) == "monthly"
    assert region.cadence(KINDS["relief"], False, date(2026, 1, 1)) == "quarterly"


def test_a_region_may_not_ask_for_a_kind_more_rarely(tmp_path: Path) -> None:
    with pytest.raises(PortalError, match=r"cadence: finance: half .*第三十五条"):
        held_to_kinds(tmp_path, "    cadence: {finance: {usual: half}}\n")
    with pytest.raises(PortalError, match=r"cadence: finance: quarterly"):
        held_to_kinds(tmp_path, "    cadence: {finance: {usual: quarterly, high_turnover: quarterly}}\n")


@pytest.mark.parametrize(
    "rules",
    [
        "    cadence: {nothing: {usual: monthly}}\n",
        "    settings: {nothing: {x: 1}}\n",
        "    settings: {star: {nothing: 1}}\n",
        "    due: {by_kind: {finance: {days: 3}}}\n",
        "    seven: {note: {zh: 某, en: x}, slots: [{id: a, title: {zh: 某, en: x}, kinds: [nothing]}]}\n",
    ],
)
def test_a_rule_about_a_kind_or_number_that_is_not_there_is_named(tmp_path: Path, rules: str) -> None:
    with pytest.raises(PortalError, match=r"region\.yaml"):
        held_to_kinds(tmp_path, rules)


def test_a_region_sets_the_numbers_of_a_kind_from_its_day_on(tmp_path: Path) -> None:
    region = profiles(tmp_path, REGION + "    settings: {star: {stars: [[95, 5], [0, 0]]}}\n")["region"]

    assert region.settings_for("star", date(2025, 12, 31)) == {}
    assert region.settings_for("star", date(2026, 1, 1)) == {"stars": [(95, 5), (0, 0)]}


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
