"""What staff do with a case until it is answered, and what its writer reads of it."""

from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from forms_api.desk.duplicates import LIKE, likeness
from forms_api.limits import Limits
from tests.api.conftest import NOW, Clock, Start, letter, stored
from tests.api.desk import HTTPS, Person, Writer, live, number_of, token_in
from tests.village import Village


@pytest.fixture
def clerk(app: Flask, village: Village) -> Person:
    return Person(app, village, "小周", "east")


@pytest.fixture
def writer(app: Flask, village: Village) -> Writer:
    return Writer(app, village)


def test_an_extension_carries_its_reason_to_the_writer_and_comes_once(clerk: Person, writer: Writer) -> None:
    done = clerk.act(writer.number, "extend", due="2026-05-11", reason="要等施工队把单子找出来")
    again = clerk.act(writer.number, "extend", due="2026-05-20", reason="还没找到")
    page = writer.track().text

    assert (done.status_code, again.status_code) == (303, 422)
    assert "已经延过一次" in again.text
    assert "2026年5月11日" in page and "要等施工队把单子找出来" in page and "还没找到" not in page


def test_a_village_that_extended_as_the_first_hands_does_not_extend_again_as_a_whole(
    app: Flask, village: Village, clerk: Person, writer: Writer
) -> None:
    clerk.act(writer.number, "extend", due="2026-05-10", reason="等单子")
    clerk.act(writer.number, "hand_up", reason="一起议")
    again = clerk.act(writer.number, "extend", due="2026-05-20", reason="还没找到")
    clerk.act(writer.number, "hand_up", reason="请镇里帮")
    town = Person(app, village, "小钱", "town", "township")

    higher = town.act(writer.number, "extend", due="2026-05-20", reason="镇里查")

    assert (again.status_code, higher.status_code) == (422, 303)
    assert "在您单位已经延过一次" in again.text


@pytest.mark.parametrize("typed", ["2026-05-01", "2026-05-03"])
def test_an_extension_to_a_day_of_rest_lasts_until_people_work_again(
    village: Village, clerk: Person, writer: Writer, typed: str
) -> None:
    form = clerk.look(writer.number).text

    clerk.act(writer.number, "extend", due=typed, reason="等单子")

    assert "是休息日的，顺延到上班的第一天" in form
    assert stored(village, "SELECT due FROM event_details ORDER BY step DESC LIMIT 1") == [("2026-05-06",)]
    assert "延期到 2026年5月6日（星期三）" in writer.track().text


def test_an_extension_into_a_year_without_calendar_says_that_the_day_may_change(
    app: Flask, village: Village, clock: Clock
) -> None:
    clock.now = NOW.replace(month=12, day=20)
    writer, clerk = Writer(app, village), Person(app, village, "小周", "east", at=clock.now)
    clerk.act(writer.number, "extend", due="2027-01-15", reason="等单子")

    assert "延期到 2027年1月15日（星期五，暂按周末推算）" in writer.track().text


@pytest.mark.parametrize(
    ("due", "reason"),
    [
        ("2026-04-27", "有理由"),  # the day that was promised is no extension
        ("2026-05-28", "有理由"),  # more than thirty days
        ("明天", "有理由"),
        ("2026-W20-1", "有理由"),
        ("2026-05-10", "  "),
        ("2026-05-10", "长" * 301),
    ],
)
def test_an_extension_that_cannot_be_is_given_back_with_its_words(
    clerk: Person, writer: Writer, due: str, reason: str
) -> None:
    page = clerk.act(writer.number, "extend", due=due, reason=reason)

    assert page.status_code == 422 and 'role="alert"' in page.text
    assert reason.strip() in page.text and due in page.text
    assert "延期到" not in writer.track().text


def test_a_deadline_that_has_passed_cannot_be_moved(
    app: Flask, village: Village, clock: Clock, writer: Writer
) -> None:
    clock.now = NOW + timedelta(days=12)
    late = Person(app, village, "小周", "east", at=clock.now)

    page = late.act(writer.number, "extend", due="2026-05-10", reason="忙")

    assert page.status_code == 422 and "不能补延" in page.text


def test_handing_up_needs_a_reason_that_the_writer_reads(
    app: Flask, village: Village, clerk: Person, writer: Writer
) -> None:
    without = clerk.act(writer.number, "hand_up")
    first = clerk.act(writer.number, "hand_up", reason="要村里一起议")
    second = clerk.act(writer.number, "hand_up", reason="合同是镇里签的")

    assert (without.status_code, first.status_code, second.status_code) == (422, 303, 303)
    page = writer.track().text
    assert "现在由测试镇协办" in page and "合同是镇里签的" in page
    assert writer.number in {number_of(village, str(letter()["text"]))}
    assert "屋顶防水" in Person(app, village, "小钱", "town", "township").queue()


def test_a_letter_to_the_wrong_village_is_transferred(
    app: Flask, village: Village, clerk: Person, writer: Writer
) -> None:
    done = clerk.act(writer.number, "hand_over", unit="west", reason="那一段归西头村")

    assert done.status_code == 303
    assert "现在由西头村领办" in writer.track().text and "那一段归西头村" in writer.track().text
    assert "屋顶防水" in Person(app, village, "小吴", "west").queue()
    assert "您只能看" in clerk.look(writer.number).text


@pytest.mark.parametrize("unit", ["", "nowhere", "old", "east"])
def test_a_letter_goes_only_to_a_unit_that_is_there(clerk: Person, writer: Writer, unit: str) -> None:
    assert clerk.act(writer.number, "hand_over", unit=unit, reason="转").status_code == 422


def test_a_matter_for_another_body_is_referred_and_closed(
    clerk: Person, writer: Writer, village: Village
) -> None:
    done = clerk.act(
        writer.number, "refer", body="县城管局 0000-0000001", referral="已转县城管局，三天内联系您。"
    )

    page = writer.track().text
    assert done.status_code == 303
    assert "已转交" in page and "县城管局 0000-0000001" in page and "三天内联系您" in page
    assert stored(village, "SELECT text FROM answers") == [("已转县城管局，三天内联系您。",)]


def test_the_directory_is_offered_where_a_matter_is_referred(
    app: Flask, village: Village, clerk: Person, writer: Writer
) -> None:
    kind = village.portal.kind_by_role("directory")
    assert kind is not None
    example = (kind.folder / "example.csv").read_text("utf-8")
    village.write(f"datasets/filings/county/{kind.id}/2026.csv", example)

    page = clerk.look(writer.number).text

    owner = example.splitlines()[1].split(",")[5]
    assert f'<option value="{owner}' in page


def test_two_letters_on_one_matter_get_one_answer(
    app: Flask, village: Village, clerk: Person, writer: Writer
) -> None:
    other = Writer(app, village, text="屋顶防水是谁家做的")
    suggested = clerk.look(other.number).text
    merged = clerk.act(other.number, "merge", other=writer.number)
    clerk.act(writer.number, "answer", answer="禾平公司做的。")

    assert "好像是同一件事" in suggested and str(writer.number) in suggested
    assert merged.status_code == 303
    assert "禾平公司做的" in other.track().text and "禾平公司做的" in writer.track().text
    assert "没有等着办的来信" in clerk.queue()


def test_a_letter_merged_into_an_answered_one_is_answered_at_once(
    app: Flask, village: Village, clerk: Person, writer: Writer
) -> None:
    clerk.act(writer.number, "answer", answer="禾平公司做的。")
    other = Writer(app, village, text="屋顶防水是谁家做的")

    clerk.act(other.number, "merge", other=writer.number)

    assert "禾平公司做的" in other.track().text


def test_a_letter_that_goes_with_another_is_not_answered_by_itself(
    app: Flask, village: Village, clerk: Person, writer: Writer
) -> None:
    other = Writer(app, village, text="屋顶防水是谁家做的")
    clerk.act(other.number, "merge", other=writer.number)

    alone = clerk.act(other.number, "answer", answer="不该这样答。")
    together = clerk.act(writer.number, "answer", answer="禾平公司做的。")

    assert (alone.status_code, together.status_code) == (422, 303)
    assert all("禾平公司做的" in each.track().text for each in (writer, other))


def test_letters_that_go_together_are_answered_again_when_one_was_opened_again(
    app: Flask, village: Village, clerk: Person, writer: Writer
) -> None:
    other = Writer(app, village, text="屋顶防水是谁家做的")
    clerk.act(other.number, "merge", other=writer.number)
    clerk.act(writer.number, "answer", answer="还在查。")
    writer.track("reopen", text="查完了没有")
    town = Person(app, village, "小钱", "town", "township")

    done = town.act(writer.number, "answer", answer="查清了，禾平公司做的。")

    pages = [each.track().text for each in (writer, other)]
    assert done.status_code == 303
    assert all("查清了，禾平公司做的" in page and "还在查" in page for page in pages)


def test_no_letter_is_lost_when_a_whole_group_joins_one_that_is_answered(
    app: Flask, village: Village, clerk: Person, writer: Writer
) -> None:
    first, second = (Writer(app, village, text=text) for text in ("屋顶防水谁做的", "屋顶防水是谁家做的"))
    clerk.act(second.number, "merge", other=first.number)
    clerk.act(writer.number, "answer", answer="禾平公司做的。")

    clerk.act(first.number, "merge", other=writer.number)

    assert all("禾平公司做的" in each.track().text for each in (first, second))


def test_what_the_writer_of_a_merged_letter_adds_is_pointed_out(
    app: Flask, village: Village, clerk: Person, writer: Writer
) -> None:
    other = Writer(app, village, text="屋顶防水是谁家做的")
    clerk.act(other.number, "merge", other=writer.number)
    other.track("remark", text="昨天又漏了")

    page = clerk.look(writer.number).text

    assert f"/desk/cases/{other.number}" in page and "补充了 1 次" in page


def test_letters_go_together_only_when_both_are_the_clerks_and_alike(
    app: Flask, village: Village, clerk: Person, writer: Writer
) -> None:
    foreign = Writer(app, village, unit="west", text="别村的事")
    hidden = Writer(app, village, type="report", public=False, text="看不见的事")

    answers = [
        clerk.act(writer.number, "merge", other=other)
        for other in (foreign.number, hidden.number, 987654321, "x", writer.number)
    ]

    assert [answer.status_code for answer in answers] == [422] * 5
    hidden_page, strange_page = answers[1].text, answers[2].text
    # One that is hidden and one that is not there look the same.
    assert hidden_page.replace(str(hidden.number), "") == strange_page.replace("987654321", "")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("我家门口路灯两个月不亮了，报过一次没人来。", "村口路灯坏了两个月不亮，没人来修", True),
        ("东渠清淤的钱花到哪里去了", "东渠清淤花了多少钱，花到哪里了？", True),
        ("鱼塘承包费能不能公布以前几年的", "以前几年的鱼塘承包费也公布一下", True),
        ("东渠清淤的钱花到哪里去了", "鱼塘承包费花到哪里去了", False),
        ("屋顶防水是哪家做的？", "东渠清淤是哪家做的？", False),
        ("第一季度的账为什么还没公开", "村口的路为什么还没修", False),
    ],
)
def test_likeness_tells_the_same_matter_from_the_same_words(one: str, other: str, alike: bool) -> None:
    assert (likeness(one, other) >= LIKE) is alike


def test_a_case_is_assigned_to_somebody_of_the_same_unit(
    app: Flask, village: Village, clerk: Person, writer: Writer
) -> None:
    Person(app, village, "老王", "east")
    Person(app, village, "外人", "west")

    wrong = clerk.act(writer.number, "assign", account="外人")
    right = clerk.act(writer.number, "assign", account="老王")

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert "老王在办" in clerk.queue()
    assert "老王" not in writer.track().text


def test_a_supervisor_urges_and_only_a_supervisor(
    app: Flask, village: Village, clerk: Person, writer: Writer
) -> None:
    supervisor = Person(app, village, "监督", "county", "supervisor")

    done = supervisor.act(writer.number, "urge", reason="请在本周内答清楚")
    answers = [
        supervisor.act(writer.number, "answer", answer="我来答"),
        clerk.act(writer.number, "urge", reason="快"),
    ]

    assert done.status_code == 303 and [answer.status_code for answer in answers] == [403, 403]
    assert "请在本周内答清楚" in writer.track().text and "测试县催办" in writer.track().text


def test_a_note_among_staff_never_reaches_the_writer(clerk: Person, writer: Writer) -> None:
    clerk.act(writer.number, "remember", reason="打过电话没人接")

    assert "打过电话没人接" in clerk.look(writer.number).text
    assert "打过电话没人接" not in writer.track().text
    shown = writer.client.get(f"/api/v1/submissions/{writer.receipt}").get_json()
    assert [event["what"] for event in shown["events"]] == ["received"]


def test_what_is_done_on_an_old_page_is_not_done(
    app: Flask, village: Village, clerk: Person, writer: Writer
) -> None:
    colleague = Person(app, village, "老王", "east")
    page = clerk.look(writer.number).text
    colleague.act(writer.number, "hand_up", reason="一起议")

    said = {"token": token_in(page), "steps": "1", "act": "extend", "due": "2026-05-10", "reason": "等单子"}
    answer = clerk.client.post(f"/desk/cases/{writer.number}", data=said, base_url=HTTPS)

    assert answer.status_code == 409
    assert "刚才有人动过这封信" in answer.text and "等单子" in answer.text
    assert "等单子" not in writer.track().text


def stale_answer(person: Person, number: int, page: str, act: str = "answer") -> TestResponse:
    said = {"token": token_in(page), "steps": "1", "act": act, "answer": "写了二十分钟的答复"}
    return person.client.post(f"/desk/cases/{number}", data=said, base_url=HTTPS)


@pytest.mark.parametrize("act", ["answer", "preview", "canned"])
def test_an_answer_is_given_back_when_a_colleague_transferred_the_letter_meanwhile(
    app: Flask, village: Village, clerk: Person, writer: Writer, act: str
) -> None:
    page = clerk.look(writer.number).text
    Person(app, village, "老王", "east").act(writer.number, "hand_over", unit="west", reason="不归我")

    answer = stale_answer(clerk, writer.number, page, act)

    assert answer.status_code == 409
    assert "转给别的单位" in answer.text and "写了二十分钟的答复" in answer.text
    assert stored(village, "SELECT count(*) FROM answers") == [(0,)]


def test_an_answer_is_given_back_when_the_clock_moved_the_letter_meanwhile(
    app: Flask, village: Village, clock: Clock, writer: Writer
) -> None:
    midnight = NOW.replace(day=28, hour=0, minute=0)
    live(app, clock, midnight - timedelta(minutes=10))
    clerk = Person(app, village, "小周", "east", at=clock.now)
    page = clerk.look(writer.number).text
    live(app, clock, midnight + timedelta(minutes=10))

    answer = stale_answer(clerk, writer.number, page)

    assert answer.status_code == 409 and "写了二十分钟的答复" in answer.text


def test_words_for_a_letter_that_may_no_longer_be_seen_come_back_without_the_letter(
    app: Flask, village: Village, clerk: Person, writer: Writer
) -> None:
    clerk.act(writer.number, "hand_over", unit="west", reason="西头的事")
    west = Person(app, village, "小吴", "west")
    page = west.look(writer.number).text
    Person(app, village, "老吴", "west").act(writer.number, "hand_over", unit="lane", reason="南巷的事")

    answer, strange = (stale_answer(west, number, page) for number in (writer.number, 987654321))

    assert answer.status_code == 404 and "写了二十分钟的答复" in answer.text
    assert "屋顶防水" not in answer.text
    assert answer.text.replace(str(writer.number), "") == strange.text.replace("987654321", "")


@pytest.mark.parametrize(
    "act", ["extend", "hand_up", "hand_over", "refer", "merge", "assign", "urge", "pass_on"]
)
def test_after_the_answer_nothing_of_the_handling_can_be_done(
    app: Flask, village: Village, clerk: Person, writer: Writer, act: str
) -> None:
    clerk.act(writer.number, "answer", answer="答了")
    before = stored(village, "SELECT count(*) FROM events")
    person = Person(app, village, "监督", "county", "supervisor") if act == "urge" else clerk

    answer = person.act(
        writer.number,
        act,
        reason="理由",
        due="2026-05-10",
        unit="west",
        body="某局",
        referral="转了",
        other=1,
        account="小周",
        task="办",
    )

    assert answer.status_code == 422
    assert stored(village, "SELECT count(*) FROM events") == before


def test_light_markdown_is_shown_to_the_writer_and_nothing_else_becomes_html(
    clerk: Person, writer: Writer
) -> None:
    words = "查过：\n\n- **挖机** 25,300 元\n- 人工\n\n<img src=x onerror=alert(1)> [点](javascript:alert(1))"

    clerk.act(writer.number, "answer", answer=words)
    page = writer.track().text

    assert "<strong>挖机</strong>" in page and page.count("<li>") >= 2
    assert "<img src=x" not in page and "&lt;img src=x" in page
    assert 'href="javascript' not in page


def test_a_ready_sentence_is_added_to_what_stands_there(clerk: Person, writer: Writer) -> None:
    page = clerk.act(writer.number, "canned", answer="先看了账。", canned="thanks")

    assert page.status_code == 200
    assert "先看了账。\n谢谢您的提醒，说得对。</textarea>" in page.text
    assert "答复了" not in writer.track().text


# Entering for somebody.


def enter_for(person: Person, **changes: str) -> object:
    page = person.client.get("/desk/new", base_url=HTTPS)
    once = page.text.split('name="once" value="')[1].split('"')[0]
    said = {"token": token_in(page.text), "once": once, "channel": "phone", "type": "inquiry", "unit": "east"}
    return person.client.post("/desk/new", data=said | {"text": "低保怎么评的？"} | changes, base_url=HTTPS)


def test_what_somebody_says_on_the_telephone_is_entered_and_marked(
    app: Flask, village: Village, clerk: Person
) -> None:
    answer = enter_for(clerk)

    assert answer.status_code == 201 and "回执号" in answer.text  # type: ignore[attr-defined]
    page = clerk.look(number_of(village, "低保怎么评的？")).text
    assert "工作人员代写" in page and "打电话，由工作人员记下来" in page
    assert stored(village, "SELECT account, what FROM audit_trail WHERE what = 'entered'") == [
        ("小周", "entered")
    ]


@pytest.mark.parametrize(
    "changes", [{"type": "report"}, {"type": "letter"}, {"unit": "west"}, {"channel": ""}, {"text": " "}]
)
def test_only_what_is_handled_here_can_be_entered(
    app: Flask, village: Village, clerk: Person, changes: dict[str, str]
) -> None:
    answer = enter_for(clerk, **changes)

    assert answer.status_code == 422 and 'role="alert"' in answer.text  # type: ignore[attr-defined]
    assert stored(village, "SELECT count(*) FROM submissions") == [(0,)]


def test_who_enters_too_many_gets_the_words_back(start: Start, village: Village) -> None:
    clerk = Person(start(Limits(burst=1, per_hour=1)), village, "小周", "east")

    answers = [enter_for(clerk, text=words) for words in ("第一封", "第二封，写了很久")]

    assert [answer.status_code for answer in answers] == [201, 429]  # type: ignore[attr-defined]
    assert "第二封，写了很久</textarea>" in answers[1].text  # type: ignore[attr-defined]
    assert answers[1].headers["Retry-After"]  # type: ignore[attr-defined]


def test_a_form_that_lay_open_too_long_says_so_and_is_stored_with_one_more_press(
    app: Flask, village: Village, clerk: Person
) -> None:
    stale = enter_for(clerk, once="1-aa-bb")
    once = stale.text.split('name="once" value="')[1].split('"')[0]  # type: ignore[attr-defined]

    again = enter_for(clerk, once=once)

    assert stale.status_code == 422 and "放得太久" in stale.text  # type: ignore[attr-defined]
    assert again.status_code == 201  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_who_handles_nothing_enters_nothing(app: Flask, village: Village, role: str) -> None:
    person = Person(app, village, "谁", "east", role)

    assert person.client.get("/desk/new", base_url=HTTPS).status_code == 403
