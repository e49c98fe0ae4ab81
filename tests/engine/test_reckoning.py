"""How a computed column comes about is said in words that a reader can follow with a pencil, or not at all."""

from pathlib import Path

import pytest

from mingbai.kinds import load_kinds
from mingbai.pages.reckoning import reckoned

KINDS = Path(__file__).resolve().parents[2] / "datasets" / "kinds"


@pytest.mark.parametrize(
    ("kind", "column", "says"),
    [
        ("debt", "closing", "由网站算：期初 + 本期新增 − 本期归还"),
        ("decision", "turnout", "由网站算：实到 ÷ 应到"),
        ("finance", "balance", "由网站算：这一笔以后还剩多少"),
        ("casework", "rate", "由网站算：办结 × 100 ÷ (期初没办完的 + 收到)"),
    ],
)
def test_a_computed_column_tells_its_sum_by_the_titles_on_the_page(kind: str, column: str, says: str) -> None:
    assert _said(kind, column, "zh") == says


def test_a_column_with_conditions_only_says_that_it_is_computed() -> None:
    assert _said("project", "stage", "zh") == "由网站算出来，不用填"


def test_the_sum_is_told_in_english_too() -> None:
    assert _said("debt", "closing", "en") == "Computed by the site: Opening + New − Repaid"


def _said(kind: str, column: str, lang: str) -> str:
    contract = load_kinds([KINDS])[kind].contract
    (found,) = (each for each in contract.computed if each.field.name == column)
    return reckoned(contract, found, lang)
