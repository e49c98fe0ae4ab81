"""Levels and clocks: where a case begins, when it moves by itself, and what its holder reads of it."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from forms_api import levels
from forms_api.cases import by_number
from forms_api.database import Database
from forms_api.submissions import PRIVATE, TYPES, handler
from tests.api.conftest import NOW, Clock, Start, stored
from tests.api.desk import Person, Writer, live
from tests.village import Village


def place(village: Village, number: int) -> tuple[str | None, str, date]:
    with Database.of(village.root / ".state").reading() as connection:
        case = by_number(connection, number)
    assert case is not None
    return case.level, case.owner, case.due


def rounds(app: Flask, clock: Clock, day: date) -> None:
    """Let the service go its rounds until a day, the last one on it."""
    live(app, clock, NOW.replace(year=day.year, month=day.month, day=day.day))


@pytest.mark.parametrize("type", TYPES)
@pytest.mark.parametrize(
    ("unit", "level"), [("east", "lead"), ("lane", "lead"), ("town", "support"), ("county", "oversee")]
)
def test_a_case_begins_at_the_level_of_whoever_gets_it(
    village: Village, type: str, unit: str, level: str
) -> None:
    portal = village.portal
    owner = handler(portal, type, portal.units.get(unit), NOW.date())

    begun = levels.entry(portal, owner, portal.units.get(unit), NOW.date(), date(2026, 4, 27))

    above = {"lead": "support", "support": "oversee", "oversee": "oversee"}
    assert begun.level == (above[level] if type in PRIVATE else level)
    assert begun.due == (date(2026, 4, 20) if begun.level == "lead" else date(2026, 4, 27))


def test_a_case_that_nobody_answers_goes_from_the_first_hands_to_the_county(
    app: Flask, village: Village, clock: Clock
) -> None:
    number = Writer(app, village).number
    seen = [place(village, number)]

    for day in (date(2026, 4, 20), date(2026, 4, 21), date(2026, 4, 28), date(2026, 5, 9), date(2026, 6, 30)):
        rounds(app, clock, day)
        seen.append(place(village, number))

    assert seen == [
        ("lead", "east", date(2026, 4, 20)),  # two days would end on a Saturday
        ("lead", "east", date(2026, 4, 20)),  # the last day is not over
        ("discuss", "east", date(2026, 4, 27)),  # what the receipt promised
        ("support", "town", date(2026, 5, 8)),
        ("oversee", "county", date(2026, 5, 15)),  # five working days, the Saturday counts from the next
        ("oversee", "county", date(2026, 5, 15)),  # nothing is above
    ]


def test_a_service_that_slept_for_months_moves_a_case_one_level_at_a_time(
    app: Flask, village: Village, clock: Clock
) -> None:
    number = Writer(app, village).number

    for hour in range(3):  # the first one trusts no clock that shows another season
        clock.now = NOW.replace(month=12, day=1, hour=10 + hour)
        for _ in range(2 if hour == 2 else 1):
            app.extensions["rounds"].go()

    assert place(village, number) == ("discuss", "east", date(2026, 12, 2))


def test_a_round_does_nothing_the_second_time(app: Flask, village: Village, clock: Clock) -> None:
    Writer(app, village)

    counts = []
    for _ in range(2):
        rounds(app, clock, date(2026, 4, 21))
        app.extensions["rounds"].go()
        counts.append(stored(village, "SELECT count(*) FROM events"))

    assert counts == [[(2,)], [(2,)]]


def test_the_writer_reads_who_has_it_now_and_what_was_promised(
    app: Flask, village: Village, clock: Clock
) -> None:
    writer = Writer(app, village)
    first = writer.track().text
    rounds(app, clock, date(2026, 4, 28))

    page = writer.track().text

    assert "现在由东头村领办" in first and "2026年4月27日（星期一）" in first
    assert "现在由测试镇协办" in page and "2026年5月8日" in page
    assert "原来答应 2026年4月27日（星期一）前答复，没有做到" in page
    assert "上一步的期限到了，自动转到这里" in page
    assert "到 2026年5月8日（星期五）还没有答复，就自动转给测试县督办" in page


def test_at_the_highest_level_a_late_case_says_so(app: Flask, village: Village, clock: Clock) -> None:
    writer = Writer(app, village, unit="county", text="县里的事")

    rounds(app, clock, date(2026, 4, 29))

    assert "晚了 2 天" in writer.track().text


def test_a_letter_about_a_village_goes_up_and_never_back_to_the_village(
    app: Flask, village: Village, clock: Clock
) -> None:
    number = Writer(app, village, type="report", public=False, text="只给上面看").number
    owners = [place(village, number)[1]]

    for day in (date(2026, 5, 20), date(2026, 7, 1)):
        rounds(app, clock, day)
        owners.append(place(village, number)[1])

    assert owners == ["town", "county", "county"]


def test_after_it_moved_the_town_answers_and_the_village_only_reads(
    app: Flask, village: Village, clock: Clock
) -> None:
    number = Writer(app, village).number
    rounds(app, clock, date(2026, 4, 28))
    clerk = Person(app, village, "小周", "east", at=clock.now)
    town = Person(app, village, "小钱", "town", "township", at=clock.now)

    refused = clerk.act(number, "answer", answer="村里答")
    read_only = clerk.look(number).text
    done = town.act(number, "answer", answer="镇里答")

    assert (refused.status_code, done.status_code) == (403, 303)
    assert "由测试镇答复，您只能看" in read_only
    assert stored(village, "SELECT by_unit, text FROM answers") == [("town", "镇里答")]


def test_a_case_stored_before_there_were_levels_stands_at_the_first_of_its_owner(
    app: Flask, village: Village
) -> None:
    number = Writer(app, village).number
    with Database.of(village.root / ".state").changing() as connection:
        connection.exec_driver_sql("DELETE FROM event_details")

    with Database.of(village.root / ".state").reading() as connection:
        case = by_number(connection, number)

    assert case is not None
    assert levels.current(village.portal, case) == levels.Place("lead", "east", date(2026, 4, 27))


def test_the_round_at_the_start_moves_what_ran_out_while_the_service_was_away(
    start: Start, village: Village
) -> None:
    number = Writer(start(), village).number

    start(clock=lambda: NOW + timedelta(days=5))

    assert place(village, number)[0] == "discuss"


def test_what_was_extended_stays_extended_when_the_whole_village_is_called_in(
    app: Flask, village: Village
) -> None:
    writer, clerk = Writer(app, village), Person(app, village, "小周", "east")
    clerk.act(writer.number, "extend", due="2026-05-20", reason="等单据")

    clerk.act(writer.number, "hand_up", reason="要一起议")

    assert place(village, writer.number) == ("discuss", "east", date(2026, 5, 20))


def test_who_gets_a_case_by_transfer_has_the_clocks_of_a_letter_of_that_day(
    app: Flask, village: Village, clock: Clock
) -> None:
    transferred = Writer(app, village)
    rounds(app, clock, date(2026, 4, 20))
    east = Person(app, village, "小周", "east", at=clock.now)
    east.act(transferred.number, "hand_over", unit="west", reason="不归我")
    fresh = Writer(app, village, unit="west", text="直接写给西头村")
    there, page = place(village, transferred.number), transferred.track().text
    beside = place(village, fresh.number)

    rounds(app, clock, date(2026, 4, 23))
    then = [place(village, each.number) for each in (transferred, fresh)]
    rounds(app, clock, date(2026, 5, 1))

    assert there == beside == ("lead", "west", date(2026, 4, 22))
    assert "归西头村管，最晚 2026年4月30日（星期四）答复" in page  # ten days from the transfer
    assert then == [("discuss", "west", date(2026, 4, 30))] * 2
    assert place(village, transferred.number)[:2] == ("support", "town")


def test_who_gets_a_case_back_has_no_new_time_for_it(app: Flask, village: Village, clock: Clock) -> None:
    number = Writer(app, village).number
    east, west = Person(app, village, "小周", "east"), Person(app, village, "小吴", "west")
    east.act(number, "hand_over", unit="west", reason="不归我")
    there = place(village, number)

    west.act(number, "hand_over", unit="east", reason="也不归我")
    back = place(village, number)
    rounds(app, clock, date(2026, 4, 28))

    assert there == ("lead", "west", date(2026, 4, 20))
    assert back == ("lead", "east", date(2026, 4, 20))
    assert place(village, number)[1] == "town"


def test_who_gets_a_case_back_late_has_a_day_and_at_the_level_at_which_it_left(
    app: Flask, village: Village, clock: Clock
) -> None:
    number = Writer(app, village).number
    Person(app, village, "小周", "east").act(number, "hand_up", reason="一起议")
    rounds(app, clock, date(2026, 4, 27))
    late = Person(app, village, "老王", "east", at=clock.now)
    late.act(number, "hand_over", unit="west", reason="不归我")
    rounds(app, clock, date(2026, 4, 30))
    west = Person(app, village, "小吴", "west", at=clock.now)

    west.act(number, "hand_over", unit="east", reason="也不归我")

    assert place(village, number) == ("discuss", "east", date(2026, 5, 6))  # the day after the holiday


def test_two_units_that_do_not_agree_pass_a_case_each_way_once(app: Flask, village: Village) -> None:
    number = Writer(app, village).number
    east, west = Person(app, village, "小周", "east"), Person(app, village, "小吴", "west")
    east.act(number, "hand_over", unit="west", reason="不归我")
    west.act(number, "hand_over", unit="east", reason="也不归我")

    third = east.act(number, "hand_over", unit="west", reason="还是不归我")
    up = east.act(number, "hand_up", reason="请镇里定")

    assert (third.status_code, up.status_code) == (422, 303)
    assert "说不清归谁管" in third.text and 'value="west"' not in third.text


def test_who_answered_a_case_that_was_opened_again_does_not_get_it_back(app: Flask, village: Village) -> None:
    writer, east = Writer(app, village), Person(app, village, "小周", "east")
    east.act(writer.number, "answer", answer="办了")
    writer.track("reopen", text="没办")
    town = Person(app, village, "小钱", "town", "township")

    back = town.act(writer.number, "hand_over", unit="east", reason="还是你们办")
    other = town.act(writer.number, "hand_over", unit="west", reason="西头的事")

    assert (back.status_code, other.status_code) == (422, 303)
    assert 'value="east"' not in back.text


CALENDAR = Path(__file__).resolve().parents[2] / "datasets" / "calendar" / "2026.csv"


@pytest.mark.parametrize("written", [date(2026, 9, 29), date(2026, 9, 30), date(2026, 10, 3)])
def test_the_first_hands_time_does_not_run_out_in_a_holiday(
    village: Village, clock: Clock, start: Start, written: date
) -> None:
    village.write("datasets/calendar/2026.csv", CALENDAR.read_bytes())
    clock.now = NOW.replace(month=written.month, day=written.day)
    app = start(clock=clock)
    number = Writer(app, village).number

    assert place(village, number) == ("lead", "east", date(2026, 10, 8))
