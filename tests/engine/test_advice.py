"""Every message of a check has a place on a page that says what to do."""

from pathlib import Path

import pytest

from mingbai import plugin
from mingbai.checks import check, report
from mingbai.checks.advice import address, general, of_kind
from mingbai.cli import main
from mingbai.kinds import Kind
from mingbai.sheets.finding import Finding
from tests.examples import KINDS
from tests.village import AS_OF, FINANCE, FINANCE_FACTS, SETTINGS, Village

EAST = "datasets/filings/east/finance/2026-Q1.csv"


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_every_rule_is_told_without_a_brace_in_both_languages(kind: Kind) -> None:
    told = of_kind(kind)

    assert [each.name for each in told] == [rule["name"] for rule in kind.rules]
    for each in told:
        assert each.why is not None
        words = [text.in_(lang) for text in (each.says, each.does, each.why) for lang in ("zh", "en")]
        assert all(words) and not any(sign in word for word in words for sign in "{}")


def test_no_name_stands_twice_on_the_page_of_every_file() -> None:
    names = [each.name for each in general()]

    assert len(names) == len(set(names)) > 60


def test_what_is_found_leads_to_a_place_that_is_on_the_page(village: Village) -> None:
    table = FINANCE.replace("4800.00", "4900.00").replace("2026-01-08", "1月8日")
    village.file("east", "finance", "2026-Q1", table, FINANCE_FACTS)
    found = check(village.portal, (), AS_OF).findings
    village.file("east", "finance", "2026-Q1", FINANCE, FINANCE_FACTS)
    site = plugin.build(village.root, None, AS_OF)

    places = [address(each).split("#") for each in found]

    assert {page for page, _ in places} == {"/fix/", "/k/finance/fix/"}
    for tree in ("", "en/"):
        for page, name in places:
            assert f'id="{name}"' in (site / f"{tree}{page.strip('/')}" / "index.html").read_text("utf-8")


def test_a_check_names_the_pages_that_explain_it(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    village.write("mkdocs.yml", f"site_url: https://village.example/\n{SETTINGS}")
    village.file("east", "finance", "2026-Q1", FINANCE.replace("4800.00", "4900.00"), FINANCE_FACTS)

    assert main(["--portal", str(village.root), "check"]) == 1

    assert "https://village.example/k/finance/fix/\n" in capsys.readouterr().out
    checked = check(village.portal, (), AS_OF)
    assert "https://village.example/en/k/finance/fix/" in report(checked, "en")


def test_where_nothing_is_found_no_page_is_named(village: Village) -> None:
    checked = check(village.portal, [Path(village.root / EAST)], AS_OF)

    assert not checked.findings and "/fix/" not in report(checked, "zh")


def test_a_rule_of_a_file_that_lies_nowhere_leads_to_the_page_of_every_file() -> None:
    somewhere = Finding("mkdocs.yml", None, None, "balance-closes", "error", *_WORDS)

    assert address(somewhere) == "/fix/"


_WORDS = (general()[0].says, general()[0].does)
