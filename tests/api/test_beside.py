"""Letters in confidence are put beside each other for staff; neither writer learns that there is another.

Whoever is spoken of may write a letter of the same sort, to find out whether somebody else did (design §6.13).
"""

import re
from datetime import timedelta

import pytest
from flask import Flask

from tests.api.conftest import NOW, Clock, stored
from tests.api.desk import Person, Writer, live
from tests.village import Village


@pytest.fixture
def intake(app: Flask, village: Village) -> Person:
    return Person(app, village, "镇收件", "town", "intake")


@pytest.fixture(params=["report", "letter"])
def real(request: pytest.FixtureRequest, app: Flask, village: Village) -> Writer:
    return Writer(app, village, type=request.param, public=False, text="村会计把救助的钱发给三户亲戚")


@pytest.fixture
def decoy(app: Flask, village: Village, real: Writer) -> Writer:
    (type,) = stored(village, "SELECT type FROM submissions")
    return Writer(app, village, type=type[0], public=False, text="村会计把救助的钱发给亲戚，听说有三户")


def everything(writer: Writer) -> str:
    """Return all that the holder of a receipt can read: page, API, Open311, feed."""
    client, receipt = writer.client, writer.receipt
    feed = re.search("/track/feed/[0-9a-f]+.xml", writer.track("feed").text)
    assert feed is not None
    pages = [
        writer.track(),
        *(
            client.get(f"/api/v1/submissions/{receipt}", headers={"Accept-Language": each})
            for each in ("zh", "en")
        ),
        client.get(f"/open311/v2/tokens/{receipt}.json"),
        client.get(feed[0]),
    ]
    assert all(page.status_code == 200 for page in pages)
    return "\n".join(page.text for page in pages)


@pytest.mark.parametrize("turned", [False, True], ids=["into the other", "the other into it"])
def test_the_holder_of_a_letter_in_confidence_cannot_tell_that_it_was_put_beside_another(
    app: Flask, village: Village, clock: Clock, intake: Person, real: Writer, decoy: Writer, turned: bool
) -> None:
    decoy.track("follow", address="decoy@example.com")
    before = everything(decoy)
    clock.now = NOW + timedelta(minutes=20)
    one, other = (real, decoy) if turned else (decoy, real)

    put = intake.act(one.number, "merge", other=other.number)
    intake.act(real.number, "answer", answer="谢谢您带来的账本照片。")

    assert put.status_code == 303
    assert everything(decoy) == before
    assert stored(village, "SELECT count(*) FROM outbox") == [(0,)]


def test_letters_in_confidence_beside_each_other_both_wait_and_are_answered_each_by_itself(
    app: Flask, village: Village, intake: Person, real: Writer, decoy: Writer
) -> None:
    intake.act(decoy.number, "merge", other=real.number)
    waiting = intake.queue()
    intake.act(real.number, "answer", answer="查过了，已经退回。")
    left = intake.queue()
    intake.act(decoy.number, "answer", answer="您说的我们会看。")

    assert all(str(each.number) in waiting for each in (real, decoy))
    assert str(decoy.number) in left and str(real.number) not in left
    assert "已经退回" in real.track().text and "已经退回" not in decoy.track().text
    assert "我们会看" in decoy.track().text


def test_staff_find_each_of_them_beside_the_other_and_not_suggested_again(
    intake: Person, real: Writer, decoy: Writer
) -> None:
    suggested = intake.look(decoy.number).text
    intake.act(decoy.number, "merge", other=real.number)

    pages = {each.number: intake.look(each.number).text for each in (real, decoy)}

    assert "和这一封一起看" in suggested
    for one, other in ((real, decoy), (decoy, real)):
        assert "一起看的，要各答各的" in pages[one.number]
        assert f'href="/desk/cases/{other.number}"' in pages[one.number]
        assert "好像是同一件事" not in pages[one.number]


def test_who_may_see_one_of_them_only_reads_nothing_of_the_other(
    app: Flask, village: Village, clock: Clock, intake: Person, real: Writer, decoy: Writer
) -> None:
    county = Person(app, village, "县收件", "county", "intake")
    intake.act(decoy.number, "merge", other=real.number)
    intake.act(decoy.number, "hand_up", reason="请县里看")

    page, hidden = county.look(decoy.number), county.look(real.number)

    assert (page.status_code, hidden.status_code) == (200, 404)
    assert str(real.number) not in page.text and "一起看的" not in page.text


def test_a_task_holds_the_words_of_neither(intake: Person, real: Writer, decoy: Writer) -> None:
    intake.act(decoy.number, "merge", other=real.number)

    pages = [
        intake.act(real.number, "pass_on", task="查村会计把救助的钱发给亲戚，听说有三户"),
        intake.act(decoy.number, "pass_on", task="查村会计把救助的钱发给三户亲戚"),
    ]

    assert [page.status_code for page in pages] == [422, 422]


def test_letters_in_confidence_beside_each_other_both_go_up_when_nobody_answers(
    app: Flask, village: Village, clock: Clock, intake: Person, real: Writer, decoy: Writer
) -> None:
    intake.act(decoy.number, "merge", other=real.number)

    live(app, clock, NOW + timedelta(days=40))

    moved = stored(village, "SELECT submission FROM event_details WHERE owner = 'county'")
    assert {number for (number,) in moved} == {real.number, decoy.number}
