"""What is owed, what came, how late."""

from datetime import date
from pathlib import Path

import pytest

from mingbai.duties import Duty, judge
from mingbai.errors import PortalError
from tests.village import AS_OF, FINANCE, FINANCE_FACTS, Village, build_village


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
