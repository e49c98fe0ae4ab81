"""`mingbai statistics`: a quarter of letters becomes filings that pass their check and tell of nobody."""

import csv
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from mingbai.cli import main
from tests.api.conftest import Clock, stored
from tests.api.desk import Person, Writer
from tests.api.releases import House, run_apart
from tests.village import Village

MARCH = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.now = MARCH
    return clock


@pytest.fixture
def house(app: Flask, village: Village, capsys: pytest.CaptureFixture[str]) -> House:
    return House(app, village, capsys, MARCH)


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


def report(
    app: Flask, village: Village, intake: Person, answered: int, left: int, name: str = "反映"
) -> None:
    """Let so many reports come: the first are answered, the others left."""
    for place in range(answered + left):
        writer = Writer(app, village, type="report", public=False, unit="east", text=f"{name} {place}")
        if place < answered:
            intake.act(writer.number, "answer", answer="答")


CONFIDED = "书记信箱和反映问题"


@pytest.mark.parametrize(
    ("answered", "left", "told"), [(5, 1, None), (5, 4, None), (5, 5, "10"), (6, 0, "6")]
)
def test_how_many_are_left_of_the_confided_follows_and_is_not_told_below_five(
    app: Flask,
    village: Village,
    answered: int,
    left: int,
    told: str | None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    report(app, village, Person(app, village, "镇收件", "town", "intake", at=MARCH), answered, left)

    statistics(village, capsys)

    row = rows(village, "county").get(CONFIDED)
    assert (row and row["received"]) == told


def test_one_quarter_less_another_tells_of_no_few_letters(
    app: Flask, village: Village, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    intake = Person(app, village, "镇收件", "town", "intake", at=MARCH)
    report(app, village, intake, 5, 6)
    statistics(village, capsys)
    clock.now = datetime(2026, 4, 10, 9, 0, tzinfo=MARCH.tzinfo)
    intake = Person(app, village, "四月的收件", "town", "intake", at=clock.now)
    for (number,) in stored(
        village, "SELECT number FROM submissions WHERE text BETWEEN '反映 5' AND '反映 9'"
    ):
        intake.act(number, "answer", answer="答")
    report(app, village, intake, 5, 0, "四月反映")

    statistics(village, capsys, "2026-Q2")  # 5 came, 10 were answered: 1 is left

    assert CONFIDED in rows(village, "county") and CONFIDED not in rows(village, "county", "2026-Q2")


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


def test_what_is_withheld_in_a_quarter_without_letters_is_counted_all_the_same(
    app: Flask, village: Village, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    clerk, writer = Person(app, village, "小周", "east", at=MARCH), Writer(app, village)
    clerk.act(writer.number, "answer", answer="答")
    clock.now = datetime(2026, 4, 2, 9, 0, tzinfo=MARCH.tzinfo)
    Person(app, village, "小吴", "east", at=clock.now).act(writer.number, "withhold", article="privacy")

    statistics(village, capsys)
    status, said = statistics(village, capsys, "2026-Q2")

    assert status == 0, said
    row = rows(village, "east", "2026-Q2")["质询"]
    assert (row["received"], row["withheld_privacy"]) == ("0", "1")


def test_a_unit_that_ended_in_the_quarter_has_its_numbers(
    app: Flask, village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    Writer(app, village, unit="west")
    units = village.root / "datasets" / "units.csv"
    row = "west,西头村,Xitou,village,town,2020-01-01,"
    units.write_text(units.read_text().replace(f"{row},,", f"{row}2026-03-10,east,"))

    status, said = statistics(village, capsys)

    assert status == 0, said
    assert rows(village, "west")["质询"]["received"] == "1"


def test_two_units_are_one_commit(
    app: Flask, village: Village, house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Writer(app, village)
    Writer(app, village, unit="west", text="西头问")

    status, said = house.run("2026-Q1", "--patch", str(tmp_path / "p"), command="statistics")

    assert status == 0 and said.count("写好了") == 2
    assert house.is_clean() and house.git("rev-list", "--count", "HEAD").strip() == "2"
    assert (tmp_path / "p").read_text().count("2026-Q1.csv | ") == 2


# A program that dies once it has written the first filing, and before it writes the second.
DIES = """
import os
from forms_api.publication.filings import Publication
put, done = Publication.put, []
def dying(*arguments):
    if done:
        os.kill(os.getpid(), 9)
    done.append(put(*arguments))
Publication.put = dying
"""


@pytest.mark.parametrize("trouble", ["killed", "locked"])
def test_what_one_run_left_the_next_one_commits(
    app: Flask, village: Village, house: House, trouble: str
) -> None:
    Writer(app, village)
    Writer(app, village, unit="west", text="西头问")
    lock = village.root / ".git" / "index.lock"
    if trouble == "killed":
        assert (
            run_apart("statistics", "2026-Q1", "--portal", str(village.root), planted=DIES).returncode == -9
        )
    else:
        lock.write_text("")
        assert house.run("2026-Q1", command="statistics")[0] == 1
        lock.unlink()

    status, said = house.run("2026-Q1", command="statistics")

    assert status == 0 and said.count("写好了") == 2
    assert house.is_clean() and rows(village, "west") and rows(village, "east")


def test_a_unit_whose_numbers_fail_the_check_stops_no_other(
    app: Flask, village: Village, house: House, clock: Clock
) -> None:
    Writer(app, village)
    Writer(app, village, unit="west", text="西头问")
    house.run("2026-Q1", command="statistics")
    kind = village.portal.kind_by_role("statistics")
    assert kind is not None
    east = village.root / "datasets" / "filings" / "east" / kind.id / "2026-Q1.csv"
    east.write_text(east.read_text().replace("质询,0,1,", "质询,0,2,"))
    house.commit_all("somebody typed")
    clock.now = datetime(2026, 5, 1, 9, 0, tzinfo=MARCH.tzinfo)
    Writer(app, village, text="五月的")

    status, said = house.run("2026-Q2", command="statistics")

    assert status == 1 and "东头村没有写" in said and "写好了 datasets/filings/east" not in said
    assert house.is_clean() and rows(village, "west", "2026-Q2") and not rows(village, "east", "2026-Q2")


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
