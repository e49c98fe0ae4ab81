"""The board: statuses by another hand, score, twelve months, what is overdue, calendars, reminders; at 617 units."""

import csv
import io
import json
import shutil
import time
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from icalendar import Calendar

from mingbai import doctor, feeds, matrix, pages, reminders, scores
from mingbai.cli import main
from mingbai.downloads import duties as duty_tables
from mingbai.duties import STATUSES, Duty
from mingbai.edition import Edition, publish_all
from mingbai.messages import LANGUAGES
from mingbai.pages import board_cells
from mingbai.portal import Portal
from tests.engine.test_pages import frames, page, words
from tests.village import AS_OF, FINANCE, FINANCE_FACTS, Village, build_village

ROOT = Path(__file__).resolve().parents[2]
LOOKED_AT = date(2026, 11, 23)


@pytest.fixture
def village(tmp_path: Path) -> Village:
    return build_village(tmp_path)


@pytest.fixture(scope="module")
def demo() -> Edition:
    return publish_all(Portal.open(ROOT), LOOKED_AT)


def written(village: Village, edition: Edition) -> Path:
    out = village.root.parent / "site"
    pages.write(edition, frames(), out)
    duty_tables.write(edition, out)
    feeds.write(edition, out)
    return out


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


# --- by another hand --------------------------------------------------------------------------------------------------


def quarters(first: int, last: int) -> Iterator[tuple[str, date]]:
    """Yield the quarters of years with their last day, written out so that no code of the engine is used."""
    for year in range(first, last + 1):
        for number, end in enumerate(((3, 31), (6, 30), (9, 30), (12, 31)), 1):
            yield f"{year}-Q{number}", date(year, *end)


def test_statements_stand_as_a_table_made_by_another_hand_says(demo: Edition) -> None:
    """Finance of units that pay little: quarterly, due on the 15th day after, by the receive log read line by line."""
    log = [
        json.loads(line) for line in (ROOT / "datasets/receive.demo.log").read_text("utf-8").splitlines()[1:]
    ]
    first: dict[str, date] = {}
    for line in log:
        stem = line["path"].rsplit(".", 1)[0]
        came = date.fromisoformat(line["received_at"][:10])
        first[stem] = min(came, first.get(stem, came))
    quiet = {unit.slug for unit in demo.portal.units.on(LOOKED_AT) if not unit.high_turnover}
    mine = {
        (duty.unit.slug, duty.period.label): duty
        for duty in demo.duties
        if duty.kind.id == "finance" and duty.unit.slug in quiet
    }
    compared = 0
    for (slug, label), duty in mine.items():
        end = dict(quarters(2025, 2026))[label]
        due = end + timedelta(days=15)
        came = first.get(f"datasets/filings/{slug}/finance/{label}")
        late = None if came is None else (came - due).days
        assert duty.due == due
        if late is None:
            assert (duty.status, duty.days) == ("missing", (LOOKED_AT - due).days)
        elif late > 0:
            assert (duty.status, duty.days) == ("late", late)
        else:
            assert duty.status in ("on_time", "nil")
        compared += 1
    assert compared > 50


def test_every_duty_is_in_the_download_and_the_command_says_the_same(
    demo: Edition, capsys: pytest.CaptureFixture[str]
) -> None:
    table = duty_tables.as_csv(duty_tables.DUTY, duty_tables.duty_rows(demo.duties))

    assert main(["--portal", str(ROOT), "duties", "--as-of", LOOKED_AT.isoformat(), "--format", "csv"]) == 0
    assert capsys.readouterr().out == table
    assert {row["status"] for row in rows(table)} <= set(STATUSES)
    assert list(rows(table)[0]) == "unit kind period due received status days address".split()


def test_the_command_knows_one_unit_with_what_is_below_it(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--portal", str(ROOT), "duties", "--unit", "tingxi", "--format", "json", "--as-of", "2026-11-23"])

    units = {row["unit"] for row in json.loads(capsys.readouterr().out)}

    assert {"tingxi", "piqiao", "yanyu"} <= units
    assert not {"qinghe", "jichuan", "lianqiao"} & units


def test_a_unit_that_is_not_there_exits_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--portal", str(ROOT), "duties", "--unit", "nobody"]) == 2
    assert "units.csv" in capsys.readouterr().err


# --- the score --------------------------------------------------------------------------------------------------------


def finance(village: Village, unit: str, as_of: date = AS_OF) -> list[Duty]:
    return [
        duty for duty in village.portal.duties(as_of) if duty.unit.slug == unit and duty.kind.id == "finance"
    ]


def test_the_score_counts_late_by_half_and_missing_not_at_all(village: Village) -> None:
    (village.root / "datasets/filings/lane/finance/2026-Q1.yaml").unlink()

    found = {unit: scores.score(finance(village, unit), AS_OF).value for unit in ("east", "west", "lane")}

    assert found == {"east": 100, "west": 50, "lane": 0}


def test_a_unit_with_nothing_due_has_no_score(village: Village) -> None:
    assert scores.score(finance(village, "east", date(2026, 4, 2)), date(2026, 4, 2)).value is None
    assert scores.score([], AS_OF).value is None


def test_what_fell_due_over_a_year_ago_counts_no_more(village: Village) -> None:
    duties = finance(village, "east", date(2027, 4, 9))

    assert scores.score(duties, date(2027, 4, 9)).counted == 4  # due from 2026-04-10 to 2027-01-10
    assert (
        scores.score(duties, date(2027, 4, 10)).counted == 3
    )  # a year is over; what is due today may come today


def test_the_change_is_against_the_same_day_of_last_month(village: Village) -> None:
    duties = finance(village, "west", date(2026, 5, 15))

    assert scores.score(duties, date(2026, 4, 15)).value == 0  # not there yet
    assert scores.change(duties, date(2026, 5, 15)) == 50
    assert scores.change(duties, date(2026, 4, 20)) is None


def test_the_method_that_is_printed_is_the_one_that_is_used(demo: Edition) -> None:
    compared = 0
    for owed in demo.duties_of.values():
        told: dict[str, object] = {
            "duties": owed,
            "today": LOOKED_AT,
            "a_year_ago": LOOKED_AT.replace(year=2025),
            "score": None,
        }
        exec(scores.METHOD, told)  # noqa: S102 - our own text, to hold it to what it says
        mine = scores.score(owed, LOOKED_AT).value
        assert told["score"] == mine
        compared += mine is not None
    assert compared > 10


# --- the pages --------------------------------------------------------------------------------------------------------


def test_the_board_shows_the_slots_of_the_countys_reading(village: Village) -> None:
    edition = publish_all(village.portal, AS_OF)

    titles = [column.title.zh for column in matrix.columns(edition)]

    assert "财务" in titles
    assert titles == [
        slot.title.zh
        for slot in village.portal.profiles["national"].seven(AS_OF)[0]
        if slot.title.zh in titles
    ]


def test_a_cell_tells_the_worst_and_leads_to_it(village: Village) -> None:
    for end in (".csv", ".yaml"):
        (village.root / f"datasets/filings/east/finance/2026-Q1{end}").unlink()
    edition = publish_all(village.portal, AS_OF)
    units = [edition.portal.units.get(slug) for slug in ("east", "west")]
    kinds = [edition.portal.kinds["finance"]]

    both = board_cells.cell(matrix.things(edition, units, kinds), "财务", "zh")

    assert both is not None
    assert (both.sort, both.words, both.address) == ("miss", "未公开", "/u/east/finance/#2026-Q1")


def test_twelve_months_end_with_the_month_of_the_build() -> None:
    found = board_cells.months(date(2026, 1, 31), "zh")

    assert len(found) == 12
    assert (found[0].first, found[0].last) == (date(2025, 2, 1), date(2025, 2, 28))
    assert (found[-1].first, found[-1].last) == (date(2026, 1, 1), date(2026, 1, 31))
    assert [month.year for month in found if month.year] == ["2025", "2026"]


def test_a_leap_day_is_in_its_month() -> None:
    found = board_cells.months(date(2028, 2, 29), "en")

    assert found[-1].last == date(2028, 2, 29)
    assert found[-2].last == date(2028, 1, 31)


def test_every_town_has_a_board_of_its_own(village: Village) -> None:
    out = written(village, publish_all(village.portal, AS_OF))

    for lang in LANGUAGES:
        tree = "" if lang == "zh" else "en/"
        assert "board/town" in page(out, f"{tree}board/town") or page(out, f"{tree}board/town")
    assert "西头村" in words(page(out, "/board/town/"))
    assert scores.METHOD.splitlines()[0] in unescape(page(out, "/board/"))


def test_the_downloads_of_the_board_agree_with_it(village: Village) -> None:
    edition = publish_all(village.portal, AS_OF)
    out = written(village, edition)

    table = {
        name: rows((out / f"board/{name}.csv").read_text("utf-8-sig"))
        for name in ("matrix", "scores", "stages")
    }

    stood = {row["unit"]: row["finance"] for row in table["matrix"]}
    assert (stood["east"], stood["west"], stood["lane"]) == ("on_time", "late", "nil")
    assert {row["unit"]: row["score"] for row in table["scores"]}["west"] == "50"
    assert table["stages"] == []


def many(village: Village, towns: int, each: int) -> None:
    """Give the portal towns with villages, all of which have filed."""
    lines = [(village.root / "datasets/units.csv").read_text(encoding="utf-8").rstrip()]
    for town in range(towns):
        lines.append(f"t{town},第{town}镇,Town {town},town,county,2020-01-01,,,national,,,,")
        for number in range(each):
            slug = f"v{town}-{number}"
            name = f"{town}镇{number}村,Village {town}-{number}"
            lines.append(f"{slug},{name},village,t{town},2020-01-01,,,national,,90,300,")
            village.file(slug, "finance", "2026-Q1", FINANCE, FINANCE_FACTS, "2026-04-09T09:30:00+08:00")
    village.write("datasets/units.csv", "\n".join(lines) + "\n")


def test_a_county_of_hundreds_of_villages_has_a_line_for_each_town(village: Village) -> None:
    many(village, towns=4, each=20)

    out = written(village, publish_all(village.portal, AS_OF))

    whole, town = page(out, "/board/"), page(out, "/board/t3/")
    assert "3镇19村" not in whole and "board/t3/" in whole
    assert "3镇19村" in town


def test_the_board_of_617_units_is_made_in_seconds(village: Village) -> None:
    many(village, towns=17, each=36)
    edition = publish_all(village.portal, AS_OF)
    assert len(matrix.units(edition)) > 617
    started = time.process_time()

    found = list(pages.board.pages(edition, "zh"))

    assert len(found) == 1 + 18
    assert time.process_time() - started < 20


# --- what is overdue --------------------------------------------------------------------------------------------------


HEAD = (
    "number,sort,direction,object,counterparty_sort,counterparty,credit_code,area,price,signed,start,end,tender,decision,"
    "due_year,paid_year,due_to_date,paid_to_date,next_due,next_paid,state,note"
)
TERM = "农户和个人,,,,54000.00,2026-01-05,2026-02-01,2029-01-31,公开竞价,2026-01"
CONTRACT = f"""\
{HEAD}
ZL-2026-01,租赁,收,村口门面房,{TERM},18000.00,0.00,18000.00,0.00,2026-03-31,,履行中,
ZL-2026-02,租赁,收,旧粮仓,{TERM},3000.00,3000.00,3000.00,3000.00,2026-03-31,2026-03-30,履行中,
ZL-2026-03,租赁,收,晒场,{TERM},3000.00,0.00,0.00,0.00,2026-04-20,,履行中,
"""


@pytest.fixture
def indebted(village: Village) -> Village:
    """A village in which one payment of three is overdue."""
    settings = (village.root / "mkdocs.yml").read_text(encoding="utf-8")
    village.write("mkdocs.yml", settings.replace("kinds: [", "kinds: [contract, "))
    kinds = ROOT / "datasets/kinds/decision"
    files = [(kinds / f"example.{end}").read_text(encoding="utf-8") for end in ("csv", "yaml")]
    village.file("east", "decision", "2026-03-18-example", *files, "2026-03-20T09:00:00+08:00")
    facts = (
        "header: {contracts: 3, due_in: 24000.00, paid_in: 3000.00, due_out: 0.00, paid_out: 0.00}\n"
        "display: {place: 村部, from: 2026-04-01, until: 2026-04-20}\n"
    )
    village.file("east", "contract", "2026", CONTRACT, facts, "2026-04-01T09:00:00+08:00")
    return village


def test_a_row_past_its_day_is_overdue_and_one_that_is_paid_or_due_today_is_not(indebted: Village) -> None:
    edition = publish_all(indebted.portal, AS_OF)

    (late,) = edition.overdue_of["east"]

    assert (late.row.key, late.days, late.address) == ("ZL-2026-01", 20, "/u/east/contract/2026/#ZL-2026-01")


def test_the_board_names_what_is_overdue(indebted: Village) -> None:
    out = written(indebted, publish_all(indebted.portal, AS_OF))

    assert "ZL-2026-01」：收付款应在2026年3月31日前，过了 20 天" in words(page(out, "/board/"))
    assert rows((out / "board/stages.csv").read_text("utf-8-sig"))[0]["days"] == "20"


# --- calendars, reminders, doctor -------------------------------------------------------------------------------------


def test_a_calendar_holds_every_due_day_of_the_next_twelve_months_and_what_is_missing(
    village: Village,
) -> None:
    out = written(village, publish_all(village.portal, AS_OF))

    own = Calendar.from_ical((out / "u/east/calendar.ics").read_bytes())
    town = Calendar.from_ical((out / "u/town/calendar.ics").read_bytes())

    mine = sorted((event.decoded("dtstart"), str(event["summary"])) for event in own.walk("VEVENT"))
    assert [day for day, _ in mine] == [
        date(2026, 7, 10),
        date(2026, 10, 10),
        date(2027, 1, 10),
        date(2027, 4, 10),
    ]
    assert mine[0][1] == "东头村2026年第2季度财务收支，今天到期"
    units = {str(event["uid"]).split(".")[0] for event in town.walk("VEVENT")}
    assert {"town", "east", "west", "lane"} <= units
    missing = [str(event["summary"]) for event in town.walk("VEVENT") if "没有公开" in str(event["summary"])]
    assert missing == ["测试镇2026年第1季度关爱资金，没有公开"]


def test_the_same_edition_gives_the_same_calendar(village: Village) -> None:
    edition = publish_all(village.portal, AS_OF)

    first, second = (written(village, edition).joinpath("u/east/calendar.ics").read_bytes() for _ in range(2))

    assert first == second


def test_a_badge_says_whether_something_is_missing(village: Village) -> None:
    out = written(village, publish_all(village.portal, AS_OF))

    assert "应公开的都公开了" in (out / "u/east/badge.svg").read_text(encoding="utf-8")
    assert "1件过期没公开" in (out / "u/town/badge.svg").read_text(encoding="utf-8")


def test_a_reminder_names_what_is_missing_and_what_is_due_soon(village: Village) -> None:
    told = reminders.digest(village.portal, date(2026, 7, 1), "town", "zh")

    assert "· 测试镇 2026年第1季度关爱资金，过了 77 天" in told
    assert "· 东头村 2026年第2季度财务收支，2026年7月10日前" in told
    assert "县" not in told.replace("测试县", "")


def test_a_reminder_with_nothing_to_say_says_so(village: Village) -> None:
    told = reminders.digest(village.portal, date(2026, 5, 20), "east", "zh")

    assert "没有欠的" in told


@pytest.mark.parametrize(
    ("day", "state", "status"),
    [
        ("2026-10-31", "好", 0),
        ("2026-11-01", "注意", 0),
        ("2026-12-14", "注意", 0),
        ("2026-12-15", "要处理", 1),
        ("2027-01-02", "要处理", 1),
    ],
)
def test_the_doctor_asks_for_next_years_calendar_in_time(
    village: Village, capsys: pytest.CaptureFixture[str], day: str, state: str, status: int
) -> None:
    assert main(["--portal", str(village.root), "doctor", "--as-of", day]) == status
    line = next(each for each in capsys.readouterr().out.splitlines() if "日历" in each)
    assert line.startswith(state)


def test_the_doctor_names_a_kind_that_the_portal_replaced(village: Village) -> None:
    shutil.copytree(ROOT / "datasets/kinds/finance", village.root / "datasets/kinds/finance")

    found = [sign.words for sign in doctor.examine(village.portal, AS_OF, "zh") if sign.state == "warn"]

    assert any(each.startswith("「finance」用的") for each in found)


@pytest.mark.parametrize(("lang", "more"), [("zh", "等 7 个事项用的"), ("en", "and others, 7 kinds in all:")])
def test_many_kinds_that_the_portal_replaced_are_one_line_that_names_five(
    village: Village, lang: str, more: str
) -> None:
    kinds = list(village.portal.kinds)  # seven are in use there
    for kind in kinds:
        shutil.copytree(ROOT / "datasets/kinds" / kind, village.root / "datasets/kinds" / kind)

    (line,) = [sign.words for sign in doctor.examine(village.portal, AS_OF, lang) if more in sign.words]

    assert [kind for kind in kinds if kind in line] == kinds[:5]
