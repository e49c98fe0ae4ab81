"""Opening an installation."""

from pathlib import Path

import pytest

from mingbai.errors import PortalError
from mingbai.periods import Period
from mingbai.portal import Portal
from tests.village import SETTINGS, Village, build_village


@pytest.fixture
def village(tmp_path: Path) -> Village:
    return build_village(tmp_path)


def test_the_nearest_folder_upward_is_the_portal(village: Village) -> None:
    assert Portal.find(village.root / "datasets" / "filings") == village.root.resolve()


def test_nowhere_near_a_portal_says_so(tmp_path: Path) -> None:
    with pytest.raises(PortalError, match="mkdocs.yml"):
        Portal.find(tmp_path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: {zh: 测试县村务公开, en: Test county}", "title: 测试县"),
        ("county: county\n", ""),
        ("[zh, en]", "[en]"),
        ("Asia/Shanghai", "Asia/Nowhere"),
        ("extra:", "other:"),
        ("site_name: 明白", "site_name: [明白"),
    ],
)
def test_settings_that_cannot_be_used_are_named(village: Village, old: str, new: str) -> None:
    village.write("mkdocs.yml", SETTINGS.replace(old, new))

    with pytest.raises(PortalError, match="mkdocs.yml"):
        Portal.open(village.root)


def test_python_tags_in_the_settings_are_not_run(village: Village) -> None:
    tag = "markdown_extensions:\n  - x: !!python/object/apply:os.system ['touch pwned']\n"
    village.write("mkdocs.yml", SETTINGS + tag)

    Portal.open(village.root)

    assert not Path("pwned").exists()


def test_a_unit_with_an_unknown_profile_is_refused(village: Village) -> None:
    units = (village.root / "datasets/units.csv").read_text(encoding="utf-8")
    village.write("datasets/units.csv", units.replace("national,,210", "nowhere,,210"))

    with pytest.raises(PortalError, match="east"):
        _ = village.portal.units


@pytest.mark.parametrize(
    ("address", "there"),
    [
        ("/u/east/finance/2026-Q1/", True),
        ("/u/east/finance/2026-Q1/#8", True),
        ("/u/east/finance/2026-Q2/", False),
        ("/u/nobody/finance/2026-Q1/", False),
        ("/u/east/../../etc/", False),
        ("/u/east/finance/..%2f/", False),
        ("", False),
    ],
)
def test_an_address_leads_to_a_filing_or_to_nothing(village: Village, address: str, there: bool) -> None:
    found = village.portal.filing_at(address)

    assert (found is not None) is there
    if found is not None:
        assert found.period == Period.parse("2026-Q1")
