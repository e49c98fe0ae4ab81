"""What people take away, as Frictionless and spreadsheets see it."""

import csv
import json
from pathlib import Path

import frictionless
import pytest

from mingbai import downloads
from mingbai.edition import publish_all
from tests.village import AS_OF, Village, build_village


@pytest.fixture
def site(tmp_path: Path) -> Path:
    village = build_village(tmp_path / "portal")
    out = tmp_path / "site"
    downloads.write(publish_all(village.portal, AS_OF), out)
    return out


@pytest.mark.parametrize("path", ["datapackage.json", "u/east/datapackage.json"])
def test_frictionless_accepts_the_package(site: Path, path: str) -> None:
    report = frictionless.Package(str(site / path)).validate()

    assert report.valid, report.flatten(["type", "message"])
    assert report.stats["tasks"] >= 1


def test_a_changed_byte_is_noticed_by_the_hash_in_the_package(site: Path) -> None:
    file = site / "u/east/finance/2026-Q1/2026-Q1.csv"
    file.write_bytes(file.read_bytes().replace(b"4800.00", b"4900.00"))

    assert not frictionless.Package(str(site / "datapackage.json")).validate().valid


def test_the_csv_opens_in_a_spreadsheet_and_keeps_blanks(site: Path) -> None:
    data = (site / "u/east/finance/2026-Q1/2026-Q1.csv").read_bytes()
    rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))

    assert data.startswith(b"\xef\xbb\xbf")
    assert (rows[0]["income"], rows[0]["expenditure"], rows[0]["balance"]) == ("18000.00", "", "19000.00")


def test_a_nil_return_has_no_table(site: Path) -> None:
    assert not (site / "u/lane").exists()


def test_the_demo_says_so_in_its_package(site: Path) -> None:
    assert json.loads((site / "datapackage.json").read_text(encoding="utf-8"))["description"] == "示范数据"


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    village: Village = build_village(tmp_path / "portal")
    for name in ("one", "two"):
        downloads.write(publish_all(village.portal, AS_OF), tmp_path / name)

    one, two = (sorted((tmp_path / name).rglob("*.*")) for name in ("one", "two"))
    assert one
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]
