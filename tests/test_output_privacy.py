"""What the built demo tells about few people, sought in its pages, its downloads and its search (design §6.6)."""

import csv
import gzip
import io
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from mingbai.edition import publish_all
from mingbai.filings import FilingId
from mingbai.kinds import Kind
from mingbai.messages import Text
from mingbai.plugin import build
from mingbai.portal import Portal
from mingbai.privacy import public_text
from mingbai.privacy.merging import K_SENSITIVE, K
from mingbai.search import Document, from_page, from_tables

ROOT = Path(__file__).resolve().parent.parent
AS_OF = date(2026, 11, 23)
AMOUNT = re.compile(r"\d+\.\d\d")
GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+\.\d\d")


@dataclass(frozen=True)
class Few:
    """A row of a file in git that counts too few people to be told alone."""

    id: FilingId
    count: int
    sums: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.id.path}: {self.count}, {self.sums}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, tmp_path_factory.mktemp("told") / "site", AS_OF)


@pytest.fixture(scope="module")
def portal() -> Portal:
    return Portal.open(ROOT)


def counting(portal: Portal) -> Iterator[tuple[FilingId, Kind]]:
    """Yield the filings that count people and are published."""
    for id in portal.filing_ids():
        came = portal.received_at(id, AS_OF)
        if portal.kinds[id.kind].privacy and came and came.date() <= AS_OF and not portal.is_nil(id):
            yield id, portal.kinds[id.kind]


def needed(kind: Kind, cells: dict[str, object]) -> int:
    """Return the fewest people a row may count: more where health, disability or minors can be told from it."""
    assert kind.privacy is not None
    told = [name for name in kind.privacy["merge"] if cells[name] not in (None, "", "合并公布")]
    return K_SENSITIVE if any(kind.schema.by_name[name].cls == "sensitive" for name in told) else K


def few(portal: Portal) -> list[Few]:
    """Return the rows in git that may not be told and whose amount stands nowhere else in their filing."""

    def stands_alone(row: Few) -> bool:
        texts = [path.read_text(encoding="utf-8") for path in ROOT.glob(f"{row.id.path}.*")]
        seen = AMOUNT.findall(" ".join(texts))
        return all(seen.count(amount) == 1 for amount in row.sums)

    return [row for row in _few(portal) if stands_alone(row)]


def _few(portal: Portal) -> Iterator[Few]:
    for id, kind in counting(portal):
        assert kind.privacy is not None
        for row in portal.read(id).rows:
            count = int(str(row.cells[kind.privacy["count"]]))
            if count < needed(kind, dict(row.cells)):
                yield Few(id, count, tuple(str(row.cells[name]) for name in kind.privacy["sums"]))


def numbers(text: str) -> set[str]:
    """Return the amounts in a text, written one way."""
    return {*AMOUNT.findall(text), *(each.replace(",", "") for each in GROUPED.findall(text))}


def telling(site: Path, portal: Portal) -> list[str]:
    """Return where the folders of a filing, in both trees, tell an amount that belongs to too few people."""
    found = []
    for row in few(portal):
        for tree in ("", "en/"):
            for path in (site / f"{tree}{row.id.address.strip('/')}").iterdir():
                told = numbers(text_of(path))
                found += [f"{row} in {tree}{path.name}" for amount in row.sums if amount in told]
    return found


def text_of(path: Path) -> str:
    """Return what a file of the site says, also one that is packed."""
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")


def findable(documents: Iterable[Document], portal: Portal) -> list[str]:
    """Return what search could find, in the browser or at the service, of an amount that belongs to too few people."""
    held = [(document.url, numbers(" ".join(document.cells))) for document in documents]
    return [
        str(row)
        for row in few(portal)
        for url, told in held
        if url.startswith(row.id.address.strip("/")) and told & set(row.sums)
    ]


def too_small(site: Path, portal: Portal) -> list[str]:
    """Return the published rows that count too few, and the downloads whose rows are not those in git added up."""
    found = []
    for id, kind in counting(portal):
        assert kind.privacy is not None
        count, sums = kind.privacy["count"], kind.privacy["sums"]
        path = site / id.address.strip("/") / f"{id.period.label}.csv"
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
        found += [f"{id.path}: {row}" for row in rows if int(row[count]) < needed(kind, dict(row))]
        raw = portal.read(id).rows
        for name in (count, *sums):
            told = sum((Decimal(row[name]) for row in rows), Decimal(0))
            if rows and told != sum((Decimal(str(row.cells[name])) for row in raw), Decimal(0)):
                found.append(f"{id.path}: {name} adds up to {told}")
    return found


def test_the_demo_has_rows_that_may_not_be_told_one_of_them_a_single_household(portal: Portal) -> None:
    counts = [row.count for row in few(portal)]

    assert len(counts) >= 10
    assert 1 in counts


def test_no_file_of_the_site_tells_a_row_of_too_few(site: Path, portal: Portal) -> None:
    assert telling(site, portal) == []


def test_every_download_counts_enough_in_each_row_and_adds_up(site: Path, portal: Portal) -> None:
    assert too_small(site, portal) == []


def test_no_search_finds_a_row_of_too_few(portal: Portal) -> None:
    documents = from_tables(publish_all(portal, AS_OF).tables.values(), portal.units)

    assert findable(documents, portal) == []


def test_a_row_that_slipped_into_the_files_is_found(site: Path, portal: Portal, tmp_path: Path) -> None:
    row = few(portal)[0]
    slipped = tmp_path / "site"
    shutil.copytree(site, slipped)
    folder = slipped / row.id.address.strip("/")

    shutil.copy(ROOT / f"{row.id.path}.csv", folder / f"{row.id.period.label}.csv")
    assert too_small(slipped, portal)
    assert len(telling(slipped, portal)) >= 1

    with (slipped / "en" / row.id.address.strip("/") / "index.html").open("a", encoding="utf-8") as page:
        page.write(f"<td>{Decimal(row.sums[0]):,}</td>")
    assert any("in en/" in each for each in telling(slipped, portal))


def test_a_row_that_slipped_into_search_is_found(portal: Portal) -> None:
    row = few(portal)[0]
    planted = from_page(
        f"{row.id.address.strip('/')}/#1", Text("题", "Title"), [public_text(f"{Decimal(row.sums[0]):,}")]
    )

    assert findable([planted], portal) == [str(row)]


def test_a_row_left_out_is_found(site: Path, portal: Portal, tmp_path: Path) -> None:
    slipped = tmp_path / "site"
    shutil.copytree(site, slipped)
    id, _ = next(counting(portal))
    path = slipped / id.address.strip("/") / f"{id.period.label}.csv"
    path.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[:-1]), encoding="utf-8")

    assert too_small(slipped, portal)
