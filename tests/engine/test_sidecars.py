"""What is said about a whole filing: it must fit its rows, its period and the days of display."""

import pytest

from mingbai.checks import check
from tests.village import AS_OF, FINANCE_FACTS, Village

FACTS = "datasets/filings/east/finance/2026-Q1.yaml"


def found(village: Village, before: str, after: str) -> list[tuple[str, str]]:
    """Return what is wrong once `before` reads `after` in the usual sidecar, and what is said of it."""
    assert before in FINANCE_FACTS
    village.write(FACTS, FINANCE_FACTS.replace(before, after))
    return [(each.rule, each.message("zh")) for each in check(village.portal, (), AS_OF).findings]


@pytest.mark.parametrize("until", ["2026-04-24", "2026-05-30"])
def test_fifteen_days_of_display_are_enough(village: Village, until: str) -> None:
    assert found(village, "until: 2026-04-24", f"until: {until}") == []


def test_fourteen_days_of_display_are_too_few(village: Village) -> None:
    assert found(village, "until: 2026-04-24", "until: 2026-04-23") == [
        ("display_short", "公示从2026年4月9日到2026年4月23日，只有 14 天，不满 15 天。")
    ]


def test_before_2026_the_law_asked_for_no_number_of_days(village: Village) -> None:
    rows = (village.root / FACTS).with_suffix(".csv").read_text(encoding="utf-8").replace("2026-0", "2025-0")
    facts = FINANCE_FACTS.replace("2026", "2025").replace("2025-04-24", "2025-04-23")
    village.file("east", "finance", "2025-Q1", rows, facts)

    rules = {each.rule for each in check(village.portal, (), AS_OF).findings if "2025-Q1" in each.file}

    assert "display_short" not in rules


def test_display_that_ends_before_it_begins_is_told(village: Village) -> None:
    assert found(village, "from: 2026-04-09", "from: 2026-05-09") == [
        ("display_backwards", "公示从2026年5月9日到2026年4月24日，倒过来了。")
    ]


def test_books_cannot_be_looked_through_before_their_period_ends(village: Village) -> None:
    assert found(village, "date: 2026-04-08", "date: 2026-03-30")[0][0] == "reviewed_early"
    assert found(village, "date: 2026-04-08", "date: 2026-03-31") == []


@pytest.mark.parametrize(
    ("sort", "key", "rules"),
    [
        ("correction", "2", []),
        ("correction", "44", ["corrected_row"]),
        ("update", "44", ["corrected_row"]),
        ("withdrawal", "44", []),
    ],
)
def test_a_correction_names_a_row_that_is_there_unless_it_was_taken_out(
    village: Village, sort: str, key: str, rules: list[str]
) -> None:
    entry = f"corrections: [{{date: 2026-04-12, sort: {sort}, rows: ['{key}'], reason: 金额写错}}]\n"
    village.write(FACTS, FINANCE_FACTS + entry)

    assert [each.rule for each in check(village.portal, (), AS_OF).findings] == rules
