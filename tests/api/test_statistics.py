"""`mingbai statistics`: a quarter of letters becomes filings that pass their check and tell of nobody."""

import csv
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from mingbai.cli import main
from tests.api.conftest import Start
from tests.api.desk import Clock, Person, Writer
from tests.village import Village

MARCH = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.now = MARCH
    return clock


@pytest.fixture
def app(start: Start, clock: Clock) -> Flask:
    return start(clock=clock)


def statistics(village: Village, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = main(["statistics", *(arguments or ("2026-Q1",)), "--portal", str(village.root)])
    said = capsys.readouterr()
    return status, said.err if status else said.out


def rows(village: Village, unit: str, period: str = "2026-Q1") -> dict[str, dict[str, str]]:
    kind = village.portal.kind_by_role("statistics")
    assert kind is not None
    path = village.root / "datasets" / "filings" / unit / kind.id / f"{period}.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["sort"]: row for row in csv.DictReader(lines)}


def test_a_quarter_is_counted_by_sort_and_level(
    app: Flask, village: Village, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    clerk = Person(app, village, "小周", "east", at=MARCH)
    first, second, third = (Writer(app, village, text=f"第 {place} 问") for place in range(3))
    clerk.act(first.number, "answer", answer="答")
    clerk.act(second.number, "hand_up", reason="一起议")
    clerk.act(second.number, "hand_up", reason="镇里的合同")
    clock.now = MARCH + timedelta(days=12)
    Person(app, village, "小钱", "town", "township", at=clock.now).act(second.number, "answer", answer="答")

    status, said = statistics(village, capsys)

    row = rows(village, "east")["质询"]
    assert status == 0 and "2026-Q1.csv" in said
    assert (row["opening"], row["received"], row["answered"], row["in_time"]) == ("0", "3", "2", "1")
    assert (row["by_village"], row["by_town"], row["by_county"]) == ("1", "1", "0")
    assert (row["median_days"], row["overdue"], row["satisfied"]) == ("6", "1", "")
    assert third.number and rows(village, "town") == {}


def test_the_next_quarter_begins_with_what_was_left(
    app: Flask, village: Village, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    Writer(app, village)
    statistics(village, capsys)
    clock.now = datetime(2026, 4, 10, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    Writer(app, village, text="四月的")

    assert statistics(village, capsys, "2026-Q2")[0] == 0
    assert rows(village, "east", "2026-Q2")["质询"]["opening"] == "1"


def test_verdicts_are_told_from_five_on(
    app: Flask, village: Village, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    clerk, town = (
        Person(app, village, "小周", "east", at=MARCH),
        Person(app, village, "小钱", "west", at=MARCH),
    )
    for unit, person, many in (("east", clerk, 5), ("west", town, 4)):
        for place in range(many):
            writer = Writer(app, village, unit=unit, text=f"{unit} {place}")
            person.act(writer.number, "answer", answer="答")
            writer.track("verdict", solved="yes", satisfied="yes")

    statistics(village, capsys)

    assert rows(village, "east")["质询"]["satisfied"] == "5"
    assert rows(village, "west")["质询"]["satisfied"] == ""


@pytest.mark.parametrize(("many", "told"), [(4, None), (5, "5")])
def test_letters_and_reports_are_told_for_the_whole_county_and_from_five_on(
    app: Flask, village: Village, many: int, told: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    intake = Person(app, village, "镇收件", "town", "intake", at=MARCH)
    for place in range(many):
        writer = Writer(app, village, type="report", public=False, unit="east", text=f"反映 {place}")
        intake.act(writer.number, "answer", answer="答")

    statistics(village, capsys)

    assert rows(village, "east") == rows(village, "town") == {}
    row = rows(village, "county").get("书记信箱和反映问题")
    assert (row and row["received"]) == told
    assert row is None or not any(row[name] for name in ("in_time", "by_town", "overdue", "median_days"))


def test_what_is_withheld_is_counted_under_its_article(
    app: Flask, village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    clerk, writer = Person(app, village, "小周", "east", at=MARCH), Writer(app, village)
    clerk.act(writer.number, "answer", answer="答")
    clerk.act(writer.number, "withhold", article="trade")

    statistics(village, capsys)

    row = rows(village, "east")["质询"]
    assert (row["withheld_privacy"], row["withheld_trade"]) == ("0", "1")


def test_what_stands_already_is_left_as_it_is(
    app: Flask, village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    Writer(app, village)
    statistics(village, capsys)
    Writer(app, village, text="又来一封")

    status, said = statistics(village, capsys)

    assert status == 0 and "已经写过" in said
    assert rows(village, "east")["质询"]["received"] == "1"


@pytest.mark.parametrize("period", ["2026", "2026-03", "2999-Q1", "下一季"])
def test_only_a_quarter_that_is_over_is_counted(
    app: Flask, village: Village, period: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Writer(app, village)

    status, said = statistics(village, capsys, period)

    assert status == 2 and period in said
