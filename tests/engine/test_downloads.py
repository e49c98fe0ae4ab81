"""What people take away, as Frictionless and spreadsheets see it."""

import csv
import json
import sqlite3
import zipfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

import frictionless
import openpyxl
import pytest

from mingbai import downloads
from mingbai.edition import publish_all
from mingbai.filings import FilingId
from mingbai.periods import Period
from tests.village import AS_OF, FINANCE, Village, build_village


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


def test_a_nil_return_has_no_table_and_its_reason_stands_in_its_json(site: Path) -> None:
    assert not list((site / "u/lane").rglob("*.csv"))
    (told,) = [json.loads(path.read_text("utf-8")) for path in (site / "u/lane").rglob("2026-*.json")]
    assert told["nil"] and told["rows"] == []


def test_the_demo_says_so_in_its_package(site: Path) -> None:
    assert json.loads((site / "datapackage.json").read_text(encoding="utf-8"))["description"] == "示范数据"


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    village: Village = build_village(tmp_path / "portal")
    for name in ("one", "two"):
        downloads.write(publish_all(village.portal, AS_OF), tmp_path / name)

    one, two = (sorted((tmp_path / name).rglob("*.*")) for name in ("one", "two"))
    assert {".xlsx", ".zip", ".sqlite"} <= {path.suffix for path in one}
    assert [
        path for path, other in zip(one, two, strict=True) if path.read_bytes() != other.read_bytes()
    ] == []


def test_the_filing_is_read_by_programs_as_it_stands_on_the_page(site: Path) -> None:
    told = json.loads((site / "u/east/finance/2026-Q1/2026-Q1.json").read_text("utf-8"))

    assert (told["unit"], told["kind"], told["period"]) == ("east", "finance", "2026-Q1")
    assert (told["rows"][0]["income"], told["rows"][0]["expenditure"]) == (18000.0, None)
    assert [each["name"] for each in told["fields"]] == list(told["rows"][0])
    assert {each["name"]: each["value"] for each in told["facts"]}["opening"] == 1000.0


def test_every_address_in_the_list_of_the_portal_is_a_file(site: Path) -> None:
    told = json.loads((site / "catalogue/portal.json").read_text("utf-8"))
    named = [each["json"] for part in ("units", "filings") for each in told[part] if each["json"]]

    assert len(told["filings"]) == 3 and len(named) > 3
    assert [path for path in named if not (site / path.lstrip("/")).is_file()] == []


def test_the_workbook_opens_with_numbers_and_days_as_such(site: Path) -> None:
    book = openpyxl.load_workbook(site / "u/east/east.xlsx")
    rows = list(book["财务收支"].iter_rows(values_only=True))
    row = dict(zip((str(each).split("\n")[1] for each in rows[0]), rows[1], strict=True))

    assert (row["filing_unit_name"], row["filing_period"], row["income"]) == ("东头村", "2026-Q1", 18000)
    assert isinstance(row["date"], datetime) and row["expenditure"] is None


def test_all_units_stand_in_one_table_of_the_kind_and_frictionless_accepts_it(site: Path) -> None:
    rows = list(csv.DictReader((site / "k/finance/finance.csv").read_text("utf-8-sig").splitlines()))

    assert {row["filing_unit"] for row in rows} == {"east", "west"}
    assert frictionless.Package(str(site / "k/finance/datapackage.json")).validate().valid


def test_the_zip_is_a_package_of_its_own(site: Path) -> None:
    report = frictionless.validate(str(site / "catalogue/portal.zip"), type="package")

    assert report.valid and report.stats["tasks"] == 2


def test_the_database_answers_a_question(site: Path) -> None:
    with closing(sqlite3.connect(site / "catalogue/portal.sqlite")) as store:
        sums = store.execute(
            "SELECT filing_unit, sum(expenditure) FROM finance GROUP BY 1 ORDER BY 1"
        ).fetchall()
        kinds = store.execute("SELECT DISTINCT kind FROM _columns").fetchall()
        nil = store.execute("SELECT unit FROM _filings WHERE nil IS NOT NULL").fetchall()

    assert [unit for unit, _ in sums] == ["east", "west"] and sums[0][1] > 0
    assert kinds == [("finance",)] and nil == [("lane",)]


def test_a_portal_with_an_address_is_harvested(tmp_path: Path) -> None:
    village = build_village(tmp_path / "portal")
    settings = (village.root / "mkdocs.yml").read_text("utf-8")
    village.write("mkdocs.yml", f"site_url: https://village.example/\n{settings}")
    downloads.write(publish_all(village.portal, AS_OF), tmp_path / "site")

    dcat = json.loads((tmp_path / "site/catalogue/dcat.jsonld").read_text("utf-8"))
    data = json.loads((tmp_path / "site/data.json").read_text("utf-8"))
    links = [each["dcat:downloadURL"]["@id"] for each in dcat["dcat:dataset"][0]["dcat:distribution"]]
    assert links == [each["downloadURL"] for each in data["dataset"][0]["distribution"]]
    named = [link.removeprefix("https://village.example/") for link in links]
    assert len(named) == 3 and all((tmp_path / "site" / path).is_file() for path in named)


def test_another_site_can_put_a_filing_on_its_own_pages(tmp_path: Path) -> None:
    village = build_village(tmp_path / "portal")
    village.write(
        "mkdocs.yml",
        f"site_url: https://village.example/\n{(village.root / 'mkdocs.yml').read_text('utf-8')}",
    )
    village.file("lane", "finance", "2026-Q1", None, "nil: {reason: '<script>x()</script>没有账户'}\n")
    downloads.write(publish_all(village.portal, AS_OF), tmp_path / "site")

    told = json.loads((tmp_path / "site/u/east/finance/2026-Q1/oembed.json").read_text("utf-8"))
    lane = json.loads((tmp_path / "site/u/lane/finance/2026-Q1/oembed.json").read_text("utf-8"))

    assert (told["version"], told["type"], told["author_name"]) == ("1.0", "rich", "东头村")
    assert 'href="https://village.example/u/east/finance/2026-Q1/"' in told["html"]
    assert "<script" not in lane["html"] and "没有账户" in lane["html"]


def test_what_names_addresses_is_not_written_without_one(site: Path) -> None:
    assert not [path for name in ("data.json", "dcat.jsonld", "oembed.json") for path in site.rglob(name)]


def readable(path: Path) -> str:
    """Return the text of a file, of one that is packed that of its members."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return path.read_bytes().decode("utf-8", "replace")


def test_every_file_that_holds_a_filing_is_known_to_whoever_withdraws_it(tmp_path: Path) -> None:
    village, out = build_village(tmp_path / "portal"), tmp_path / "site"
    only = FINANCE.replace("东渠清淤首付款", "别处没有的一笔")
    village.write("datasets/filings/east/finance/2026-Q1.csv", only)
    downloads.write(publish_all(village.portal, AS_OF), out)
    known = downloads.holding(FilingId("east", "finance", Period.parse("2026-Q1")))
    files = {path.relative_to(out).as_posix(): path for path in out.rglob("*.*") if path.is_file()}

    holding = {name for name, path in files.items() if "别处没有的一笔" in readable(path)}
    assert len(holding) > 6
    assert {name for name in holding if not name.startswith("u/east/finance/2026-Q1/")} <= {*known}
