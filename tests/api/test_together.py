"""Letters handled together: the earlier promise stays, and each writer reads where both stand."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.api.conftest import NOW, Clock, stored
from tests.api.desk import Person, Writer, live
from tests.village import Village

LATER = NOW + timedelta(days=4)


@pytest.fixture
def early(app: Flask, village: Village) -> Writer:
    return Writer(app, village)  # promised for 27 April


@pytest.fixture
def late(app: Flask, village: Village, clock: Clock, early: Writer) -> Writer:
    live(app, clock, LATER)
    return Writer(app, village, text="屋顶防水是谁家做的")  # promised for 30 April


@pytest.fixture
def clerk(app: Flask, village: Village, late: Writer) -> Person:
    return Person(app, village, "小周", "east", at=LATER)


def shown(writer: Writer) -> dict[str, Any]:
    """Return where a letter stands, as the interface tells it."""
    answer = writer.client.get(f"/api/v1/submissions/{writer.receipt}").get_json()
    return {name: answer[name] for name in ("level", "owner", "due")}


def mails(village: Village) -> list[str]:
    return [address for (address,) in stored(village, "SELECT address FROM outbox ORDER BY address")]


@pytest.mark.parametrize("turned", [False, True], ids=["pressed on the late one", "pressed on the early one"])
def test_whichever_way_it_is_pressed_the_letter_promised_earlier_stays_and_goes_up_by_its_clock(
    app: Flask, village: Village, clock: Clock, clerk: Person, early: Writer, late: Writer, turned: bool
) -> None:
    one, other = (early, late) if turned else (late, early)

    clerk.act(one.number, "merge", other=other.number)
    queue = clerk.queue()
    live(app, clock, datetime(2026, 4, 28, 10, tzinfo=NOW.tzinfo))

    assert str(early.number) in queue and str(late.number) not in queue
    assert shown(early) == shown(late) == {"level": "support", "owner": "town", "due": "2026-05-08"}


def test_a_group_whose_letter_was_promised_later_goes_with_the_earlier_one(
    app: Flask, village: Village, clerk: Person, early: Writer, late: Writer
) -> None:
    third = Writer(app, village, text="屋顶防水谁做的")
    clerk.act(third.number, "merge", other=late.number)

    clerk.act(early.number, "merge", other=late.number)
    clerk.act(early.number, "answer", answer="禾平公司做的。")

    assert all("禾平公司做的" in each.track().text for each in (early, late, third))


def test_the_writer_of_a_merged_letter_reads_owner_day_extension_and_urging_of_both(
    app: Flask, village: Village, clock: Clock, clerk: Person, early: Writer, late: Writer
) -> None:
    clerk.act(late.number, "merge", other=early.number)
    merged = shown(late)
    clerk.act(early.number, "extend", due="2026-05-12", reason="要等单子找出来")
    Person(app, village, "监督", "county", "supervisor", at=LATER).act(
        early.number, "urge", reason="快一些办"
    )
    extended, page = shown(late), late.track().text
    live(app, clock, LATER + timedelta(days=1))
    clerk = Person(app, village, "老王", "east", at=clock.now)
    clerk.act(early.number, "hand_up", reason="一起议")
    clerk.act(early.number, "hand_over", unit="west", reason="那一段归西头村")

    assert merged == {"level": "lead", "owner": "east", "due": "2026-04-27"}
    assert extended == {"level": "lead", "owner": "east", "due": "2026-05-12"}
    for words in (
        "一起办",
        "要等单子找出来",
        "快一些办",
        "原来答应 2026年4月30日（星期四）前答复，后来延期了",
    ):
        assert words in page
    assert shown(late) == shown(early)
    assert "现在由西头村领办" in late.track().text and "那一段归西头村" in late.track().text


def test_a_merged_letter_says_openly_that_it_is_overdue(
    app: Flask, village: Village, clock: Clock, clerk: Person, early: Writer, late: Writer
) -> None:
    clerk.act(late.number, "merge", other=early.number)
    live(app, clock, datetime(2026, 7, 1, 10, tzinfo=NOW.tzinfo))

    pages = [each.track().text for each in (early, late)]

    assert all("测试县" in page and "晚了" in page for page in pages)


def test_who_follows_a_merged_letter_is_told_what_happens_to_both(
    app: Flask, village: Village, clock: Clock, clerk: Person, early: Writer, late: Writer
) -> None:
    early.track("follow", address="early@example.com")
    late.track("follow", address="late@example.com")
    clerk.act(late.number, "merge", other=early.number)

    clerk.act(early.number, "extend", due="2026-04-29", reason="等单子")
    clerk.act(early.number, "hand_up", reason="一起议")
    live(app, clock, datetime(2026, 4, 30, 10, tzinfo=NOW.tzinfo))
    town = Person(app, village, "小钱", "town", "township", at=clock.now)
    town.act(early.number, "hand_over", unit="west", reason="西头的事")
    west = Person(app, village, "小吴", "west", at=clock.now)
    west.act(early.number, "answer", answer="禾平公司做的。")

    assert mails(village) == ["early@example.com"] * 5 + ["late@example.com"] * 5


def test_the_unit_that_gets_a_letter_reads_those_handled_with_it_and_their_remarks(
    app: Flask, village: Village, clerk: Person, early: Writer, late: Writer
) -> None:
    clerk.act(late.number, "merge", other=early.number)
    clerk.act(early.number, "hand_over", unit="west", reason="西头的事")
    late.track("remark", text="昨天又漏了")
    west = Person(app, village, "小吴", "west", at=LATER)

    page, beside = west.look(early.number).text, west.look(late.number)

    assert "补充了 1 次" in page
    assert beside.status_code == 200 and "昨天又漏了" in beside.text


def test_a_merged_letter_that_is_opened_again_goes_above_who_answered_it(
    app: Flask, village: Village, clock: Clock, clerk: Person, early: Writer, late: Writer
) -> None:
    clerk.act(late.number, "merge", other=early.number)
    live(app, clock, datetime(2026, 4, 28, 10, tzinfo=NOW.tzinfo))
    town = Person(app, village, "小钱", "town", "township", at=clock.now)
    town.act(early.number, "answer", answer="镇里答的。")

    late.track("reopen", text="没说清")

    assert (shown(late)["owner"], shown(early)["owner"]) == ("county", "town")


def test_when_one_is_opened_again_the_other_writer_reads_who_has_both_now(
    app: Flask, village: Village, clerk: Person, early: Writer, late: Writer
) -> None:
    clerk.act(late.number, "merge", other=early.number)
    clerk.act(early.number, "answer", answer="还在查。")
    early.track("reopen", text="查完了没有，我家的事")

    page = late.track().text

    assert shown(late) == shown(early) and shown(late)["owner"] == "town"
    assert "一起办的另一封，来信的人说没办好" in page and "我家的事" not in page


def test_what_was_first_promised_stays_with_each_letter(clerk: Person, early: Writer, late: Writer) -> None:
    clerk.act(late.number, "merge", other=early.number)

    told = [
        each.client.get(f"/api/v1/submissions/{each.receipt}").get_json()["answer_by"]
        for each in (early, late)
    ]

    assert told == [date(2026, 4, 27).isoformat(), date(2026, 4, 30).isoformat()]
