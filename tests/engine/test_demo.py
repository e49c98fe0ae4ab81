"""Holds the demo to what it is for: two years, with what came late, what is missing, and one household alone."""

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from importlib import import_module
from os import sched_getaffinity
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import pytest

from mingbai.checks import check
from mingbai.filings import FilingId, RawTable
from mingbai.periods import Period
from mingbai.portal import Portal
from mingbai.privacy import publish
from mingbai.privacy.identifiers import identifiers
from mingbai.privacy.merging import K
from mingbai.sharing import FEW

ROOT = Path(__file__).resolve().parents[2]
LOOKED_AT = date(2026, 11, 23)
INVENTED = ("finance", "decision", "relief", "service", "inquiry")


@pytest.fixture(scope="module")
def portal() -> Portal:
    return Portal.open(ROOT)


@pytest.fixture(scope="module")
def tables(portal: Portal) -> dict[FilingId, RawTable]:
    return {id: portal.read(id) for id in portal.filing_ids() if id.kind in INVENTED}


@pytest.fixture
def invent(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], list[object]]:
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "fixtures"))
    found: Callable[[Path], list[object]] = import_module("demo").invent
    return found


def test_the_county_has_three_towns_and_twelve_villages_and_communities(portal: Portal) -> None:
    sorts = Counter(unit.sort for unit in portal.units.on(LOOKED_AT) if portal.is_ours(unit))

    assert sorts == {"county": 1, "town": 3, "village": 9, "community": 3}


def test_a_merged_village_points_to_one_that_lives(portal: Portal) -> None:
    (merged,) = [unit for unit in portal.units.latest() if unit.valid_to is not None]

    assert merged.successors
    assert all(portal.units.get(each, LOOKED_AT).valid_to is None for each in merged.successors)


def test_the_demo_has_no_error(portal: Portal) -> None:
    assert [
        each.message("en") for each in check(portal, [], LOOKED_AT).findings if each.severity == "error"
    ] == []


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_filings_that_are_named_are_checked_in_this_process_as_the_gate_needs_it(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A thread that another test of this worker left would keep all work here.
    monkeypatch.setattr("threading.active_count", lambda: 1)
    named = [ROOT / "datasets/filings" / unit for unit in ("lianqiao", "fengling")]

    def spent_by_others() -> float:
        used = getrusage(RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    before = spent_by_others()
    assert check(portal, named, LOOKED_AT).filings > FEW
    alone = spent_by_others() - before
    check(portal, (), LOOKED_AT)
    shared = spent_by_others() - before

    assert alone == 0
    assert shared > 0 or len(sched_getaffinity(0)) == 1


def test_two_years_hold_filings_on_time_late_missing_and_nil(portal: Portal) -> None:
    duties = portal.duties(LOOKED_AT)
    statuses = Counter(duty.status for duty in duties)
    newest = {
        duty.unit.slug for duty in duties if duty.status == "missing" and duty.period.label == "2026-Q3"
    }

    assert min(duty.period.first for duty in duties) == date(2025, 1, 1)
    assert statuses["on_time"] > statuses["late"] > 0
    assert statuses["nil"] > 0
    assert statuses["missing"] > 0
    assert len(newest) >= 2


def test_nothing_came_after_the_day_the_demo_is_looked_at(portal: Portal) -> None:
    lines = [
        json.loads(line) for line in (ROOT / portal.settings.receive_log).read_text("utf-8").splitlines()
    ]
    received = [datetime.fromisoformat(line["received_at"]) for line in lines[1:]]

    assert "示范数据" in lines[0]["note"]
    assert received == sorted(received)
    assert received[-1].date() < LOOKED_AT


def test_the_receive_log_holds_the_hash_of_every_file(portal: Portal) -> None:
    lines = (ROOT / portal.settings.receive_log).read_text("utf-8").splitlines()[1:]
    newest = {entry["path"]: entry["sha256"] for entry in map(json.loads, lines)}
    files = {id.path: id for id in portal.filing_ids()}
    paths = [
        f"{stem}{end}" for stem in files for end in (".csv", ".yaml") if (ROOT / f"{stem}{end}").is_file()
    ]

    assert {path: sha256((ROOT / path).read_bytes()).hexdigest() for path in paths} == newest


def test_every_balance_is_carried_over_where_both_filings_are_there(tables: dict[FilingId, RawTable]) -> None:
    balanced = {id: raw for id, raw in tables.items() if "opening" in raw.header}
    followed = 0
    for id, raw in balanced.items():
        before = balanced.get(FilingId(id.unit, id.kind, id.period.previous()))
        if before is not None:
            followed += 1
            assert raw.header["opening"] == before.header["closing"], id.path

    assert followed > 100


def test_no_account_was_ever_overdrawn(tables: dict[FilingId, RawTable]) -> None:
    for id, raw in tables.items():
        closing = raw.header.get("closing", Decimal(0))
        assert isinstance(closing, Decimal) and closing >= 0, id.path


def test_what_a_decision_paid_stands_in_the_books(tables: dict[FilingId, RawTable]) -> None:
    spent: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for id, raw in tables.items():
        for row in raw.rows if id.kind == "finance" else ():
            note, amount = str(row.cells["note"]), row.cells["expenditure"]
            if note.startswith("决议 ") and isinstance(amount, Decimal):
                spent[id.unit, note.removeprefix("决议 ")] += amount

    assert len(spent) > 20
    for id, raw in tables.items():
        if id.kind == "decision" and raw.header["paid"]:
            assert spent[id.unit, str(raw.header["number"])] == raw.header["paid"], id.path


def test_exactly_one_village_has_exactly_one_recipient_and_no_page_tells_it(
    tables: dict[FilingId, RawTable],
) -> None:
    alone = []
    for id, raw in tables.items():
        households: Counter[object] = Counter()
        for row in raw.rows if id.kind == "relief" else ():
            households[row.cells["place"]] += int(str(row.cells["households"]))
        alone += [(id, place) for place, count in households.items() if count == 1]

    ((id, place),) = alone
    published = publish(tables[id], LOOKED_AT)

    assert all(int(str(row.cells["households"])) >= K for row in published.rows)
    assert place not in [row.cells["place"] for row in published.rows]
    assert published.totals["amount"] == sum(Decimal(str(row.cells["amount"])) for row in published.rows)


def test_every_letter_is_about_a_filing_and_a_row_that_are_there(
    portal: Portal, tables: dict[FilingId, RawTable]
) -> None:
    addresses = {id.address for id in tables}
    anchors = {f"{id.address}#{row.anchor}" for id, raw in tables.items() for row in raw.rows}
    about = [
        str(row.cells["about"]) for id, raw in tables.items() for row in raw.rows if row.cells.get("about")
    ]

    assert len(about) > 20
    assert [each for each in about if each not in addresses | anchors] == []


def test_a_reader_can_follow_the_canal_from_decision_to_payment_to_question(
    tables: dict[FilingId, RawTable],
) -> None:
    books = tables[FilingId("lianqiao", "finance", Period.parse("2026-Q1"))]
    letters = tables[FilingId("lianqiao", "inquiry", Period.parse("2026"))]
    (payment,) = [row for row in books.rows if row.cells["summary"] == "西沟渠清淤首付款"]
    asked = [
        row.cells for row in letters.rows if row.cells["about"] == f"{books.id.address}#{payment.anchor}"
    ]

    assert payment.key == "8"
    assert len(asked) == 1 and asked[0]["answer"] is not None


def test_no_text_holds_a_personal_number(tables: dict[FilingId, RawTable]) -> None:
    for id, raw in tables.items():
        for row in raw.rows:
            assert [
                cell for cell in row.cells.values() if isinstance(cell, str) and identifiers(cell)
            ] == [], id.path


def test_the_generator_gives_the_same_bytes_again(
    portal: Portal, invent: Callable[[Path], list[object]], tmp_path: Path
) -> None:
    for filing in invent(ROOT):
        filing.write(tmp_path)  # type: ignore[attr-defined]
    made = {path.relative_to(tmp_path) for path in tmp_path.rglob("*.*")}
    kept = {
        path.relative_to(ROOT)
        for path in (ROOT / "datasets/filings").glob("*/*/*.*")
        if path.parent.name != "figures"  # written by hand
    }

    assert made == kept
    assert all((tmp_path / path).read_bytes() == (ROOT / path).read_bytes() for path in made)


def test_the_calendar_counts_the_make_up_days(portal: Portal) -> None:
    make_up = 0
    for path in (ROOT / "datasets/calendar").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                day = date.fromisoformat(row["date"])
                assert portal.workdays.is_workday(day) == (row["workday"] == "yes")
                make_up += row["workday"] == "yes" and day.weekday() >= 5

    assert make_up == 11
