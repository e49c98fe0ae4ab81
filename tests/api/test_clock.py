"""A clock that jumps takes nothing away: no letter, no contact, no receipt; and the harness finds who trusts it."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from forms_api import trust
from forms_api.trust import Trust
from tests.api.conftest import NOW, Clock, stored
from tests.api.desk import Person, Writer, live
from tests.village import Village

YEAR = timedelta(days=366)


def answered(app: Flask, village: Village) -> Writer:
    writer = Writer(app, village, contact="000-000")
    Person(app, village, "小周", "east").act(writer.number, "answer", answer="答")
    return writer


def jump(app: Flask, clock: Clock, *moments: datetime) -> None:
    """Let the clock show one moment after another, a round at each."""
    for clock.now in moments:
        app.extensions["rounds"].go()


def kept(village: Village) -> list[tuple[int, ...]]:
    return stored(village, "SELECT (SELECT count(*) FROM writers), (SELECT count(*) FROM submissions)")


@pytest.mark.parametrize("hours", [1, 47])
def test_a_jump_forward_and_back_deletes_nothing(
    app: Flask, village: Village, clock: Clock, hours: int
) -> None:
    writer = answered(app, village)

    wrong = [NOW + 3 * YEAR + timedelta(hours=hour) for hour in range(hours)]
    jump(app, clock, *wrong, NOW + timedelta(hours=hours))

    assert kept(village) == [(1, 1)]
    assert "答复了" in writer.track().text


def test_the_same_harness_finds_a_service_that_trusts_its_clock(
    app: Flask, village: Village, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trust, "judge", lambda connection, now: Trust(moves=True, deletes=True))
    answered(app, village)

    jump(app, clock, NOW + 3 * YEAR, NOW + timedelta(hours=1))

    assert kept(village) == [(0, 0)]


def last_day(village: Village) -> str:
    return str(stored(village, "SELECT due FROM event_details ORDER BY step DESC LIMIT 1")[0][0])


def test_a_clock_that_is_ahead_for_a_round_moves_no_case(app: Flask, village: Village, clock: Clock) -> None:
    Writer(app, village)

    jump(app, clock, NOW + YEAR, NOW + YEAR + timedelta(minutes=1), NOW + timedelta(hours=1))
    live(app, clock, NOW + timedelta(days=1))

    assert stored(village, "SELECT what FROM events") == [("received",)]


def test_the_same_harness_finds_a_service_that_moves_cases_by_any_clock(
    app: Flask, village: Village, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trust, "judge", lambda connection, now: Trust(moves=True, deletes=False))
    Writer(app, village)

    jump(app, clock, NOW + YEAR, NOW + timedelta(hours=1))

    assert last_day(village).startswith("2027-04")


def test_after_a_long_sleep_of_the_service_cases_move_within_two_rounds(
    app: Flask, village: Village, clock: Clock
) -> None:
    Writer(app, village)
    woken = NOW + timedelta(days=60)

    jump(app, clock, woken)
    before = stored(village, "SELECT count(*) FROM events")
    jump(app, clock, woken + timedelta(hours=1))

    assert (before, stored(village, "SELECT count(*) FROM events")) == ([(1,)], [(2,)])


def test_in_a_year_without_jumps_the_contact_goes_on_its_day(
    app: Flask, village: Village, clock: Clock
) -> None:
    answered(app, village)

    live(app, clock, NOW + timedelta(days=182))
    before = kept(village)
    live(app, clock, NOW + timedelta(days=185))

    assert (before, kept(village)) == ([(1, 1)], [(0, 1)])


def test_after_a_jump_back_a_form_is_taken_at_the_second_try_with_all_its_words(
    app: Flask, clock: Clock
) -> None:
    client = app.test_client()
    token = client.get("/ask").text.split('name="token" value="')[1].split('"')[0]
    clock.now = NOW - timedelta(days=1)
    said = {"type": "inquiry", "unit": "east", "text": "路灯坏了", "token": token}

    first = client.post("/ask", data=said)
    said["token"] = first.text.split('name="token" value="')[1].split('"')[0]
    second = client.post("/ask", data=said)

    assert first.status_code == 422 and "路灯坏了" in first.text
    assert second.status_code == 201


def test_every_letter_gets_its_deadline_by_the_clock_of_its_moment(
    app: Flask, village: Village, clock: Clock
) -> None:
    for days in (0, 400, -30):
        clock.now = NOW + timedelta(days=days)
        Writer(app, village, text=f"第 {days} 天")

    due = stored(village, "SELECT answer_by FROM submissions ORDER BY answer_by")

    assert [each for (each,) in due] == ["2026-03-27", "2026-04-27", "2027-05-31"]
