"""What a letter or report asks for reaches the unit it concerns in other words, and nothing else does."""

import re

import pytest
from flask import Flask

from forms_api.desk.accounts import ROLES
from forms_api.desk.tasks import shared_run
from tests.api.conftest import stored
from tests.api.desk import HTTPS, Person, Writer
from tests.village import Village

WORDS = "我家门口路灯两个月不亮，报过一次没人来，是不是因为我上回投了反对票"


@pytest.fixture
def writer(app: Flask, village: Village) -> Writer:
    return Writer(app, village, type="report", public=False, text=WORDS, name="某人", contact="000-000")


@pytest.fixture
def intake(app: Flask, village: Village) -> Person:
    return Person(app, village, "镇收件", "town", "intake")


def given(village: Village) -> int:
    return int(stored(village, "SELECT number FROM tasks")[0][0])


def test_the_village_does_what_it_is_told_and_never_sees_the_letter(
    app: Flask, village: Village, writer: Writer, intake: Person
) -> None:
    done = intake.act(writer.number, "pass_on", task="查一查三组的照明，坏的一周内修好")
    clerk = Person(app, village, "小周", "east")
    queue, number = clerk.queue(), given(village)
    page = clerk.client.get(f"/desk/tasks/{number}", base_url=HTTPS)
    reported = clerk.report(number, "换了两盏灯，照片在村部。")
    after = intake.look(writer.number).text

    assert (done.status_code, page.status_code, reported.status_code) == (303, 200, 303)
    assert "上级交办 1 件" in queue and "没有等着办的来信" in queue
    for secret in (
        "投了反对票",
        "我家门口",
        "某人",
        "000-000",
        writer.receipt,
        str(writer.number),
        "反映问题",
    ):
        assert secret not in queue + page.text
    assert "换了两盏灯" in after
    assert number != writer.number


def test_a_task_in_the_words_of_the_letter_is_refused_and_named(
    village: Village, writer: Writer, intake: Person
) -> None:
    page = intake.act(writer.number, "pass_on", task="有人说路灯，两个月不亮，报过一次没人来，去修")

    assert page.status_code == 422 and "路灯两个月不亮报过一次没人来" in page.text
    assert stored(village, "SELECT count(*) FROM tasks") == [(0,)]


@pytest.mark.parametrize("task", ["", "长" * 1001, "联系人电话 " + "138" + "0013" + "8000"])
def test_a_task_that_cannot_be_given_is_given_back(
    village: Village, writer: Writer, intake: Person, task: str
) -> None:
    page = intake.act(writer.number, "pass_on", task=task)

    assert page.status_code == 422 and task in page.text
    assert stored(village, "SELECT count(*) FROM tasks") == [(0,)]


@pytest.mark.parametrize(
    ("words", "task"),
    [
        (
            "the Contractor OF the new road never came",
            "find out: ＴＨＥ ＣＯＮＴＲＡＣＴＯＲ of the NEW road",
        ),
        ("路灯不亮", "请某人所在的组查一查"),
        ("路灯不亮", "打 ０００-０００ 问"),
        ("路灯不亮", "waterpipe 那位反映的"),
    ],
    ids=["other letters", "name", "contact", "a part of the contact"],
)
def test_a_task_that_would_tell_who_wrote_is_refused(
    app: Flask, village: Village, intake: Person, words: str, task: str
) -> None:
    contact = "000-000 微信waterpipe" if "waterpipe" not in task else "微信 waterpipe"
    writer = Writer(app, village, type="report", public=False, text=words, name="某人", contact=contact)
    if "０００" in task:
        writer = Writer(app, village, type="report", public=False, text="渠不通", contact="000-000")

    assert intake.act(writer.number, "pass_on", task=task).status_code == 422
    assert stored(village, "SELECT count(*) FROM tasks") == [(0,)]


def test_a_task_in_the_words_of_a_remark_or_of_a_letter_handled_with_it_is_refused(
    app: Flask, village: Village, writer: Writer, intake: Person
) -> None:
    other = Writer(app, village, type="report", public=False, text="三组那盏灯从清明节前一直黑到现在没有人管")
    writer.track("remark", text="我女儿放学走那段黑路摔过两回跤")
    intake.act(other.number, "merge", other=writer.number)

    pages = [
        intake.act(writer.number, "pass_on", task=task)
        for task in ("有孩子放学走那段黑路摔过两回跤，去修", "三组那盏灯从清明节前一直黑到现在，去修")
    ]

    assert [page.status_code for page in pages] == [422, 422]
    assert stored(village, "SELECT count(*) FROM tasks") == [(0,)]


def test_the_unit_that_has_the_case_itself_gets_no_task(app: Flask, village: Village) -> None:
    writer, clerk = Writer(app, village), Person(app, village, "小周", "east")

    assert clerk.act(writer.number, "pass_on", task="办").status_code == 422


def test_an_open_question_that_went_up_makes_a_task_like_a_report_does(app: Flask, village: Village) -> None:
    writer, clerk = Writer(app, village), Person(app, village, "小周", "east")
    clerk.act(writer.number, "hand_up", reason="先商量")
    clerk.act(writer.number, "hand_up", reason="村里定不了")
    town = Person(app, village, "小钱", "town", "township")

    town.act(writer.number, "pass_on", task="把施工合同找出来", task_due="2026-04-30")

    assert "上级交办 1 件" in clerk.queue()
    page = clerk.client.get(f"/desk/tasks/{given(village)}", base_url=HTTPS).text
    assert "把施工合同找出来" in page and "4月30日" in page


def test_the_day_of_a_task_tells_nothing_of_the_letter(
    village: Village, writer: Writer, intake: Person
) -> None:
    intake.act(writer.number, "pass_on", task="查一查照明")
    wrong = intake.act(writer.number, "pass_on", task="查一查照明", task_due="2026-04-16")

    (due,) = stored(village, "SELECT due FROM tasks")
    assert due == ("2026-04-23",) and wrong.status_code == 422  # seven days from the day it is given
    assert due not in stored(village, "SELECT answer_by FROM submissions")


def test_a_task_does_not_tell_whether_the_letter_behind_it_was_answered(
    app: Flask, village: Village, writer: Writer, intake: Person
) -> None:
    intake.act(writer.number, "pass_on", task="查一查照明")
    clerk = Person(app, village, "小周", "east")
    before = clerk.queue()

    intake.act(writer.number, "answer", answer="派人去看了。")
    answered = clerk.queue()
    writer.track("reopen", text="没办好")

    assert "上级交办" in before
    assert answered == before == clerk.queue()


def test_a_task_is_reported_once(app: Flask, village: Village, writer: Writer, intake: Person) -> None:
    intake.act(writer.number, "pass_on", task="查一查照明")
    clerk = Person(app, village, "小周", "east")

    answers = [clerk.report(given(village), words) for words in ("", "修好了")]

    assert [answer.status_code for answer in answers] == [422, 303]
    assert "上级交办" not in clerk.queue()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("unit", ["county", "town", "east", "west", "lane"])
def test_a_task_is_there_for_the_unit_that_has_it_and_for_nobody_else(
    app: Flask, village: Village, writer: Writer, intake: Person, role: str, unit: str
) -> None:
    intake.act(writer.number, "pass_on", task="查一查照明")
    person = Person(app, village, "谁", unit, role)

    page = person.client.get(f"/desk/tasks/{given(village)}", base_url=HTTPS)
    strange = person.client.get("/desk/tasks/123456789", base_url=HTTPS)

    if unit == "east" and role in ("intake", "clerk", "township"):
        assert page.status_code == 200 and strange.status_code == 404
    else:
        assert page.status_code == 404 and page.text == strange.text
        assert "查一查照明" not in person.queue() or person.name == "镇收件"


def test_the_audit_trail_names_who_read_a_task_but_not_the_letter_behind_it(
    app: Flask, village: Village, writer: Writer, intake: Person
) -> None:
    intake.act(writer.number, "pass_on", task="查一查照明")
    clerk = Person(app, village, "小周", "east")
    clerk.client.get(f"/desk/tasks/{given(village)}", base_url=HTTPS)

    lines = stored(village, "SELECT what, submission FROM audit_trail WHERE account = '小周'")

    assert ("read_task", None) in lines
    assert all(number is None for _, number in lines)


@pytest.mark.parametrize("unit", ["east", "lane", "town"])
@pytest.mark.parametrize(
    "act", ["hand_over", "merge", "urge", "answer", "remember", "assign", "refer", "extend"]
)
def test_no_act_brings_a_report_before_the_unit_it_concerns(
    app: Flask, village: Village, intake: Person, unit: str, act: str
) -> None:
    writer = Writer(app, village, type="report", unit="east", public=False, text="只给上面看的话")
    person = Person(app, village, "谁", unit, "clerk")
    before = re.sub('name="token" value="[^"]*"', "", person.queue())

    intake.act(
        writer.number,
        act,
        unit=unit,
        other=writer.number,
        reason="理由",
        answer="答",
        account="谁",
        body="某局",
        referral="转了",
        due="2026-05-10",
    )

    assert re.sub('name="token" value="[^"]*"', "", person.queue()) == before
    assert person.look(writer.number).status_code == 404


def test_a_report_about_the_discipline_of_somebody_is_referred_and_closed_here(
    writer: Writer, intake: Person
) -> None:
    intake.act(writer.number, "refer", body="县纪委监委", referral="已转县纪委监委，电话 12388。")

    page = writer.track().text
    assert "已转交" in page and "县纪委监委" in page and "12388" in page


def test_a_long_run_that_two_texts_share_is_found_through_spaces_and_stops() -> None:
    assert (
        shared_run("查路灯，两个月 都 不亮了；快修", "我家路灯两个月都不亮了快修吧")
        == "路灯两个月都不亮了快修"
    )
    assert shared_run("查照明，两个月不亮", "路灯两个月不亮") == ""
