"""The whole demo, built once the way everybody builds it: what frictionless, a phone and a slow network meet."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path

import pytest
import yaml
from frictionless import Package

from mingbai import systems
from mingbai.figures import WORDS
from mingbai.filings import FilingId
from mingbai.plugin import build
from mingbai.portal import Portal
from mingbai.privacy.merging import K
from mingbai.systems import Mechanism

ROOT = Path(__file__).resolve().parent.parent
AS_OF = date(2026, 11, 23)
HEAVIEST = 60 * 1024  # bytes of an ordinary filing: readable on a bus, before scripts arrive


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, tmp_path_factory.mktemp("built") / "site", AS_OF)


@pytest.fixture(scope="module")
def portal() -> Portal:
    return Portal.open(ROOT)


def data_pages(site: Path) -> Iterator[Path]:
    """Yield every page of a unit, in both trees."""
    yield from site.glob("u/**/index.html")
    yield from site.glob("en/u/**/index.html")


def test_every_filing_that_had_come_has_its_page_in_both_languages(site: Path, portal: Portal) -> None:
    ids = [
        id for id in portal.filing_ids() if (came := portal.received_at(id, AS_OF)) and came.date() <= AS_OF
    ]

    assert len(ids) > 100
    for id in ids:
        for tree in ("", "en/"):
            assert (site / f"{tree}{id.address.strip('/')}/index.html").is_file(), id.address


def test_the_demo_shows_every_status_there_is(portal: Portal) -> None:
    assert {duty.status for duty in portal.duties(AS_OF)} >= {"on_time", "late", "missing", "nil"}


def test_pages_have_no_inline_style_and_no_handler(site: Path) -> None:
    for path in data_pages(site):
        html = path.read_text(encoding="utf-8")
        assert not re.search(r"<[a-z][^>]*\s(style|on[a-z]+)=", html), path


def test_every_page_of_the_demo_says_that_it_is_one_and_asks_not_to_be_listed(site: Path) -> None:
    for path in data_pages(site):
        html = path.read_text(encoding="utf-8")
        assert '<meta name="robots" content="noindex">' in html, path
        assert "示范数据" in html or "demonstration data" in html, path


def test_a_page_has_one_first_heading(site: Path) -> None:
    for path in [
        *data_pages(site),
        *(site / name / "index.html" for name in ("", "board", "catalogue", "k", "figures")),
    ]:
        assert len(re.findall(r"<h1[ >]", path.read_text(encoding="utf-8"))) == 1, path


def test_a_filing_is_light_enough_for_a_phone_on_a_bus(site: Path) -> None:
    sizes = {path: path.stat().st_size for path in site.glob("u/*/*/2*/index.html")}
    heavy = [path for path, size in sizes.items() if size > HEAVIEST]

    assert sizes
    # Long registers have one page a year; whoever opens one came for the whole list.
    for path in heavy:
        rows = len((path.parent / f"{path.parent.name}.csv").read_text(encoding="utf-8").splitlines()) - 1
        assert sizes[path] < HEAVIEST + 4096 * rows and rows > 25, (path, sizes[path], rows)


def counts(html: str, title: str) -> list[int]:
    """Return what a filing says in the column `title`, a column of its own or below the subject."""
    told = re.findall(rf'<span class="sub-lab">{title}</span> <span>([\d,]+)', html)
    told += re.findall(rf'data-label="{title}"><span class="lab">{title}</span>([\d,]+)', html)
    return [int(count.replace(",", "")) for count in told]


def test_no_row_of_an_aggregate_counts_fewer_people_than_k(site: Path, portal: Portal) -> None:
    kinds = [kind for kind in portal.kinds.values() if kind.privacy]

    assert kinds
    for kind in kinds:
        assert kind.privacy is not None
        title = next(field.title.zh for field in kind.schema.fields if field.name == kind.privacy["count"])
        pages = list(site.glob(f"u/*/{kind.id}/2*/index.html"))
        told = [count for path in pages for count in counts(path.read_text(encoding="utf-8"), title)]
        assert len(told) > len(pages)
        assert min(told) >= K


def test_the_package_of_the_portal_and_of_each_unit_is_valid(site: Path) -> None:
    packages = [site / "datapackage.json", *sorted(site.glob("u/*/datapackage.json"))[:3]]

    assert len(packages) == 4
    for path in packages:
        report = Package(str(path)).validate()
        assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])[:3]


def test_figures_show_every_outcome_under_the_caveat(site: Path) -> None:
    html = (site / "figures/index.html").read_text(encoding="utf-8")

    assert "据所见转载文本核验，可能系转载或识别之误" in html
    for word in WORDS:
        assert re.search(rf"{word} \d+</span>", html), word


def test_answers_of_the_demo_stand_under_their_rows(site: Path) -> None:
    html = (site / "u/lianqiao/finance/2026-Q1/index.html").read_text(encoding="utf-8")

    assert html.count('class="has-note"') >= 1
    assert html.index('class="has-note"') < html.index('class="qa"')


def test_the_site_opens_without_a_server(site: Path) -> None:
    for path in data_pages(site):
        html = path.read_text(encoding="utf-8")
        assert not re.search(r'(href|src|action)="(/|https?:)', html), path


def test_an_address_of_a_filing_is_the_folder_of_its_page(site: Path, portal: Portal) -> None:
    id = next(iter(portal.filing_ids()))

    assert isinstance(id, FilingId)
    assert (site / id.address.strip("/") / "index.html").is_file()


# --- the mechanisms of the source documents ---------------------------------------------------------------------------

INVENTORY = {0: 20, 1: 21, 2: 24, 3: 19, 4: 25}  # how many each document has
MECHANISMS = systems.read(ROOT / "datasets/systems.csv", Portal.open(ROOT).kinds)
QUANTITIES = yaml.safe_load((ROOT / "tests/fixtures/systems.yaml").read_text(encoding="utf-8"))


def text_of(html: str) -> str:
    """Return what a page says, without its tags; the frame around it says nothing of the filing."""
    body = html[html.index('id="main"') :]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


@pytest.mark.parametrize("told", [each for each in MECHANISMS if not each.out], ids=lambda each: each.id)
def test_a_mechanism_stands_where_the_list_says_with_its_own_figures(site: Path, told: Mechanism) -> None:
    page, anchor = told.evidence.split("#")

    for tree in ("", "en/") if told.kind else ("",):  # headings of prose are named by their own words
        html = (site / f"{tree}{page.strip('/')}" / "index.html").read_text(encoding="utf-8")
        assert f'id="{anchor}"' in html
    said = text_of((site / page.strip("/") / "index.html").read_text(encoding="utf-8"))
    found = [rf"(?<![\d,.]){re.escape(words)}(?!\d)" for words in QUANTITIES.get(told.id, ())]
    assert [each for each in found if not re.search(each, said)] == []


@pytest.mark.parametrize("told", [each for each in MECHANISMS if each.rule], ids=lambda each: each.id)
def test_the_rule_that_guards_a_mechanism_has_a_counterexample(told: Mechanism) -> None:
    assert list((ROOT / "datasets/kinds" / told.kind / "counterexamples").glob(f"{told.rule}.*"))


def test_every_mechanism_of_the_inventory_is_listed_once_in_order() -> None:
    wanted = [
        f"{document}-{number}" for document, count in INVENTORY.items() for number in range(1, count + 1)
    ]

    assert [each.id for each in MECHANISMS] == wanted
    assert set(QUANTITIES) <= set(wanted)


def test_few_mechanisms_are_left_out_and_each_says_why() -> None:
    out = [each for each in MECHANISMS if each.out]

    assert len(out) <= 8
    assert all(len(each.out) > 8 for each in out)


def test_no_page_serves_more_than_six_mechanisms() -> None:
    served = Counter(each.target for each in MECHANISMS if not each.out)

    assert max(served.values()) <= 6
