"""What the holder of a receipt may do: add a remark, judge, open the case again, follow it."""

import xml.etree.ElementTree as ElementTree
from datetime import timedelta

import pytest
from flask import Flask

from forms_api.following import is_address
from tests.api.conftest import NOW, Clock, stored
from tests.api.desk import Person, Writer, live
from tests.village import Village

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def clerk(app: Flask, village: Village) -> Person:
    return Person(app, village, "小周", "east")


@pytest.fixture
def writer(app: Flask, village: Village) -> Writer:
    return Writer(app, village)


def test_a_remark_reaches_the_clerk(clerk: Person, writer: Writer) -> None:
    page = writer.track("remark", text="是东边那栋楼")

    assert page.status_code == 200 and "是东边那栋楼" in page.text
    assert "是东边那栋楼" in clerk.look(writer.number).text


@pytest.mark.parametrize("words", ["", " \u200b ", "长" * 2001])
def test_a_remark_that_cannot_be_stored_is_given_back(village: Village, writer: Writer, words: str) -> None:
    page = writer.track("remark", text=words)

    assert page.status_code == 422 and 'role="alert"' in page.text and words.strip() in page.text
    assert stored(village, "SELECT count(*) FROM events") == [(1,)]


def test_there_is_an_end_to_remarks(village: Village, writer: Writer) -> None:
    answers = [writer.track("remark", text=f"补充 {place}").status_code for place in range(11)]

    assert answers == [200] * 10 + [422]


def test_who_is_not_content_opens_the_case_again_once_at_the_next_level(
    app: Flask, village: Village, clerk: Person, writer: Writer
) -> None:
    clerk.act(writer.number, "answer", answer="合同约定的。")
    writer.track("verdict", solved="no", satisfied="no")
    page = writer.track("reopen", text="没说人工多少")
    again = writer.track("reopen", text="再来一次")
    town = Person(app, village, "小钱", "town", "township")
    listed = town.queue()
    answered = town.act(writer.number, "answer", answer="人工 6,700 元。")
    last = writer.track("reopen", text="还要")

    assert page.status_code == 200 and "没办好，测试镇接着办" in page.text and "没说人工多少" in page.text
    assert (again.status_code, answered.status_code, last.status_code) == (422, 303, 422)
    assert "屋顶防水" in listed
    shown = writer.track().text
    assert "人工 6,700 元" in shown and "前一次的答复" in shown and "合同约定的" in shown


def test_the_second_answer_is_judged_as_well(
    app: Flask, village: Village, clerk: Person, writer: Writer
) -> None:
    clerk.act(writer.number, "answer", answer="合同约定的。")
    writer.track("verdict", solved="no", satisfied="no")
    writer.track("reopen", text="没说人工多少")
    Person(app, village, "小钱", "town", "township").act(writer.number, "answer", answer="人工 6,700 元。")

    before = writer.track().text
    after = writer.track("verdict", solved="yes", satisfied="yes").text

    assert "您说：" not in before and "您说：解决了，满意。" in after


def test_nothing_is_opened_again_a_month_after_the_answer(
    clock: Clock, clerk: Person, writer: Writer
) -> None:
    clerk.act(writer.number, "answer", answer="合同约定的。")
    clock.now = NOW + timedelta(days=31)

    assert writer.track("reopen", text="没说清").status_code == 422
    assert "没解决，接着办" not in writer.track().text


def test_a_case_opened_again_keeps_its_contact_until_the_second_answer_is_old(
    app: Flask, village: Village, clock: Clock
) -> None:
    writer = Writer(app, village, contact="000-000")
    Person(app, village, "小周", "east").act(writer.number, "answer", answer="答")
    clock.now = NOW + timedelta(days=29)
    writer.track("reopen", text="没说清")
    live(app, clock, NOW + timedelta(days=190))

    assert stored(village, "SELECT contact FROM writers") == [("000-000",)]


def test_a_case_opened_again_that_waits_for_its_answer_loses_nothing_however_long(
    app: Flask, village: Village, clock: Clock
) -> None:
    writer = Writer(app, village, contact="000-000")
    Person(app, village, "小周", "east").act(writer.number, "answer", answer="答")
    writer.track("reopen", text="没说清")
    live(app, clock, NOW + timedelta(days=745))
    waiting = stored(village, "SELECT contact FROM writers")

    county = Person(app, village, "老孙", "county", "township", at=clock.now)
    county.act(writer.number, "answer", answer="再答")
    live(app, clock, clock.now + timedelta(days=185))

    assert waiting == [("000-000",)]
    assert stored(village, "SELECT contact FROM writers") == []
    assert stored(village, "SELECT count(*) FROM submissions") == [(1,)]


def test_the_feed_of_a_case_says_that_there_is_news_and_nothing_of_it(clerk: Person, writer: Writer) -> None:
    page = writer.track("feed").text
    address = page.split('href="/track/feed/')[1].split('"')[0]
    clerk.act(writer.number, "answer", answer="禾平公司做的")

    feed = writer.client.get(f"/track/feed/{address}")

    tree = ElementTree.fromstring(feed.text)
    assert feed.mimetype == "application/atom+xml" and len(tree.findall(f"{ATOM}entry")) == 2
    assert tree.find(f"{ATOM}id") is not None and tree.find(f"{ATOM}updated") is not None
    for secret in (
        "禾平公司",
        "屋顶防水",
        writer.receipt,
        writer.receipt.replace("-", ""),
        str(writer.number),
        "east",
    ):
        assert secret not in feed.text


@pytest.mark.parametrize("token", ["0" * 32, "x", "..%2f", "é"])
def test_a_feed_that_nobody_asked_for_is_not_there(writer: Writer, token: str) -> None:
    assert writer.client.get(f"/track/feed/{token}.xml").status_code == 404


def test_who_left_an_address_gets_a_mail_that_says_nothing(
    village: Village, clerk: Person, writer: Writer
) -> None:
    page = writer.track("follow", address="someone@example.com")
    clerk.act(writer.number, "answer", answer="禾平公司做的")

    ((address, subject, text),) = stored(village, "SELECT address, subject, text FROM outbox")
    assert "记下了" in page.text and address == "someone@example.com"
    for secret in ("禾平公司", "屋顶防水", writer.receipt, str(writer.number), "东头村"):
        assert secret not in subject + text


def test_an_empty_address_ends_the_mails(village: Village, clerk: Person, writer: Writer) -> None:
    writer.track("follow", address="someone@example.com")
    writer.track("follow", address="")
    clerk.act(writer.number, "answer", answer="答")

    assert stored(village, "SELECT count(*) FROM outbox") == [(0,)]


@pytest.mark.parametrize(
    "typed",
    [
        "someone",
        "a@b",
        "a@b.example\nBcc: c@d.example",
        "a@b.example, c@d.example",
        "<a@b.example>",
        "甲@b.example",
        "a@b.example" + "x" * 254,
        '"a b"@c.example',
        "a@[127.0.0.1]",
    ],
)
def test_what_is_not_one_plain_address_is_refused(village: Village, writer: Writer, typed: str) -> None:
    assert not is_address(typed)
    assert writer.track("follow", address=typed).status_code == 422
    assert stored(village, "SELECT count(*) FROM followers") == [(0,)]


def test_the_address_goes_with_the_contact(app: Flask, village: Village, clock: Clock, clerk: Person) -> None:
    writer = Writer(app, village)
    writer.track("follow", address="someone@example.com")
    clerk.act(writer.number, "answer", answer="答")
    live(app, clock, NOW + timedelta(days=184))

    assert stored(village, "SELECT count(*) FROM followers") == [(0,)]


@pytest.mark.parametrize("wish", ["remark", "verdict", "reopen", "follow", "feed"])
def test_without_the_receipt_nothing_is_done(village: Village, writer: Writer, wish: str) -> None:
    said = {"receipt": "2222-2222-22222", "text": "字", "address": "a@b.example"}
    answer = writer.client.post(f"/track/{wish}", data=said)

    assert answer.status_code == 404
    assert stored(village, "SELECT count(*) FROM events") == [(1,)]
