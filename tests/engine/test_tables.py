"""A ledger says what its cells hold: stars are seen as stars, and a blank is named where there is one."""

from pathlib import Path

import pytest

from mingbai.edition import Edition, publish_all
from mingbai.pages.tables import ledger
from mingbai.portal import Portal
from mingbai.privacy import PublicTable

DEMO = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def edition() -> Edition:
    portal = Portal.open(DEMO)
    return publish_all(portal, portal.today)


def named(edition: Edition, address: str) -> PublicTable:
    (found,) = (table for table in edition.tables.values() if table.id.address == address)
    return found


def test_a_rating_is_seen_as_stars(edition: Edition) -> None:
    found = ledger(edition, named(edition, "/u/qinghe/star/2026/"), {}, "zh")
    seen = {(cell.shown.text, cell.stars) for line in found.lines for cell in line.cells if cell.stars}

    assert {("5", "★★★★★"), ("4", "★★★★☆")} <= seen
    assert not [
        cell for line in found.lines for cell in line.cells if cell.stars and cell.column.title != "星级"
    ]


@pytest.mark.parametrize(
    ("address", "blank"), [("/u/lianqiao/finance/2026-Q3/", False), ("/u/yangben-jia/consult/2026/", True)]
)
def test_a_ledger_knows_whether_something_is_not_published(
    edition: Edition, address: str, blank: bool
) -> None:
    assert ledger(edition, named(edition, address), {}, "zh").blank == blank
