"""What is owed, what came, how late."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from mingbai.duties import Duty, judge
from mingbai.errors import PortalError
from mingbai.periods import Period
from tests.village import AS_OF, FINANCE, FINANCE_FACTS, Village, build_village

KINDS = Path(__file__).resolve().parents[2] / "datasets" / "kinds"


@pytest.fixture
def village(tmp_path: Path) -> Village:
    return build_village(tmp_path)


def duty(village: Village, unit: str, period: str = "2026-Q1", as_of: date = AS_OF) -> Duty:
    (found,) = [
        each
        for each in village.portal.duties(as_of)
        if (each.unit.slug, each.kind.id, each.period.label) == (unit, "finance", period)
    ]
    return found


def test_a_filing_received_by_the_due_day_is_on_time(village: Village) -> None:
    assert (duty(village, "east").status, duty(village, "east").days) == ("on_time", 0)


def test_a_filing_received_later_is_late_by_days(village: Village) -> None:
    late = duty(village, "west")

    assert late.status == "late"
    assert late.days == (date(2026, 4, 18) - late.due).days > 0


def test_a_nil_return_fulfils_the_duty(village: Village) -> None:
    assert duty(village, "lane").status == "nil"


def test_what_never_came_is_missing_since_the_due_day(village: Village) -> None:
    for end in (".csv", ".yaml"):
        (village.root / f"datasets/filings/west/finance/2026-Q1{end}").unlink()

    missing = duty(village, "west")

    assert (missing.status, missing.days) == ("missing", (AS_OF - missing.due).days)


def test_before_the_due_day_nothing_is_missing(village: Village) -> None:
    assert duty(village, "west", as_of=date(2026, 4, 2)).status == "not_due"


def test_a_village_that_is_no_more_owes_nothing(village: Village) -> None:
    assert [each for each in village.portal.duties(AS_OF) if each.unit.slug == "old"] == []


def test_high_turnover_makes_the_statement_monthly(village: Village) -> None:
    units = (village.root / "datasets/units.csv").read_text(encoding="utf-8")
    village.write("datasets/units.csv", units.replace("national,,210", "national,yes,210"))

    labels = [each.period.label for each in village.portal.duties(AS_OF) if each.unit.slug == "east"]

    assert labels == ["2026-01", "2026-02", "2026-03"]


def test_a_date_typed_by_the_committer_is_called_unwitnessed(village: Village) -> None:
    (village.root / "receive.log").unlink()

    assert duty(village, "east").witnessed is False


def test_a_filing_that_came_after_the_build_day_has_not_come(village: Village) -> None:
    assert duty(village, "west", as_of=date(2026, 4, 17)).status == "missing"


def test_a_line_of_the_log_that_cannot_be_read_is_named(village: Village) -> None:
    village.write("receive.log", '{"note": "示范数据"}\n{"path": 3}\n')

    with pytest.raises(PortalError, match="receive.log:2"):
        village.portal.duties(AS_OF)


def test_the_due_day_itself_is_in_time() -> None:
    assert judge(AS_OF, None, nil=False, as_of=AS_OF) == ("not_due", 0)


def test_a_correction_does_not_make_a_filing_late(village: Village) -> None:
    village.file("east", "finance", "2026-Q1", FINANCE, FINANCE_FACTS, "2026-04-19T08:00:00+08:00")

    assert duty(village, "east").status == "on_time"


def test_a_unit_whose_row_changed_owes_the_periods_of_all_its_rows(village: Village) -> None:
    units = (village.root / "datasets/units.csv").read_text(encoding="utf-8")
    line = next(each for each in units.splitlines() if each.startswith("east,"))
    before = line.replace("2020-01-01,,", "2020-01-01,2026-02-10,")
    after = line.replace("2020-01-01,,", "2026-02-11,,").replace("东头村", "东头新村")
    village.write("datasets/units.csv", units.replace(line, f"{before}\n{after}"))

    (owed,) = [each for each in village.portal.duties(AS_OF) if each.unit.slug == "east"]

    assert (owed.period.label, owed.status, owed.unit.name.zh) == ("2026-Q1", "on_time", "东头新村")


MONTHLY = """\
title: {zh: 按月的地方, en: A monthly place}
base: national
versions:
  - valid_from: 2026-02-15
    reviewed_on: 2026-01-01
    source: {zh: 示范, en: Invented}
    cadence: {finance: {usual: monthly}}
    due: {finance: {days: 5}}
"""


def change(village: Village, path: str, old: str, new: str) -> None:
    text = (village.root / path).read_text(encoding="utf-8")
    assert old in text
    village.write(path, text.replace(old, new))


def labels(village: Village, unit: str, as_of: date = AS_OF) -> list[str]:
    return [each.period.label for each in village.portal.duties(as_of) if each.unit.slug == unit]


def test_a_region_that_asks_monthly_begins_with_the_first_period_that_fits(village: Village) -> None:
    village.write("datasets/profiles/monthly.yaml", MONTHLY)
    change(
        village, "datasets/units.csv", "town,county,2020-01-01,,,national", "town,county,2020-01-01,,,monthly"
    )
    change(village, "datasets/units.csv", "town,2020-01-01,,,national,,210", "town,2020-01-01,,,,,210")

    assert labels(village, "east", date(2026, 6, 30)) == ["2026-Q1", "2026-04", "2026-05", "2026-06"]
    assert labels(village, "west", date(2026, 6, 30)) == ["2026-Q1", "2026-Q2"]


def test_a_unit_without_a_profile_has_that_of_the_unit_above(village: Village) -> None:
    village.write("datasets/profiles/monthly.yaml", MONTHLY)
    change(
        village, "datasets/units.csv", "town,county,2020-01-01,,,national", "town,county,2020-01-01,,,monthly"
    )
    change(village, "datasets/units.csv", "town,2020-01-01,,,national,,210", "town,2020-01-01,,,,,210")
    portal = village.portal

    assert portal.profile_of(portal.units.get("east")).id == "monthly"
    assert portal.profile_of(portal.units.get("west")).id == "national"


def test_a_plan_is_due_after_the_first_day_of_its_year(village: Village) -> None:
    shutil.copytree(KINDS / "finance", village.root / "datasets/kinds/outlook")
    kind = village.root / "datasets/kinds/outlook/kind.yaml"
    text = re.sub(r"\ndue: .*", "\ndue: {days: 31, from: first}", kind.read_text(encoding="utf-8"))
    kind.write_text(re.sub(r"\ncadence: .*", "\ncadence: {usual: annual}", text), encoding="utf-8")
    change(village, "mkdocs.yml", "kinds: [", "kinds: [outlook, ")

    (owed,) = [
        each for each in village.portal.duties(AS_OF) if (each.unit.slug, each.kind.id) == ("east", "outlook")
    ]

    assert (owed.period.label, owed.due, owed.status) == ("2026", date(2026, 2, 1), "missing")


def test_a_kind_may_be_owed_later_than_the_others_or_by_nobody(village: Village) -> None:
    change(
        village,
        "mkdocs.yml",
        "owed_since: 2026-01-01",
        "owed_since: {default: 2025-01-01, finance: 2025-10-01}",
    )

    assert labels(village, "east") == ["2025-Q4", "2026-Q1"]

    change(village, "mkdocs.yml", "    kinds:", "    owed_by: {finance: [community]}\n    kinds:")

    assert labels(village, "east") == []
    assert labels(village, "lane") == ["2025-Q4", "2026-Q1"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("kinds: [", "kinds: [nothing, "),
        ("    kinds:", "    owed_by: {nothing: [village]}\n    kinds:"),
        ("    kinds:", "    owed_by: {finance: [hamlet]}\n    kinds:"),
        ("owed_since: 2026-01-01", "owed_since: {finance: 2026-01-01}"),
        ("owed_since: 2026-01-01", "owed_since: soon"),
    ],
)
def test_a_setting_about_what_is_owed_that_cannot_be_kept_is_refused(
    village: Village, old: str, new: str
) -> None:
    change(village, "mkdocs.yml", old, new)

    with pytest.raises(PortalError, match=r"mkdocs\.yml"):
        village.portal.duties(AS_OF)


def test_what_falls_due_is_known_beforehand(village: Village) -> None:
    coming = village.portal.coming(AS_OF, date(2026, 12, 31))

    assert [
        (period.label, due.day)
        for unit, kind, period, due in coming
        if (unit.slug, kind.id) == ("east", "finance")
    ] == [
        ("2026-Q2", date(2026, 7, 10)),
        ("2026-Q3", date(2026, 10, 10)),
    ]


def test_working_days_beyond_the_published_calendar_are_called_provisional(village: Village) -> None:
    change(village, "mkdocs.yml", "owed_since: 2026-01-01", "owed_since: 2025-01-01")
    village.write("datasets/profiles/working.yaml", MONTHLY.replace("{days: 5}", "{days: 8, workdays: true}"))
    change(village, "datasets/units.csv", "town,2020-01-01,,,national,,210", "town,2020-01-01,,,working,,210")
    portal = village.portal

    due = {each.period.label: each for each in portal.duties(date(2027, 2, 28)) if each.unit.slug == "east"}

    assert (due["2026-11"].due, due["2026-11"].provisional) == (date(2026, 12, 10), False)
    assert (due["2026-12"].due, due["2026-12"].provisional) == (date(2027, 1, 12), True)


def test_how_a_duty_stood_on_an_earlier_day(village: Village) -> None:
    late = duty(village, "west")

    assert late.on(date(2026, 4, 15)) == ("missing", 5)
    assert late.on(date(2026, 4, 9)) == ("not_due", 1)
    assert late.on(AS_OF) == ("late", 8)


def test_a_period_label_of_a_leap_day_is_understood() -> None:
    assert Period.parse("2028-02-29-road").first == date(2028, 2, 29)
