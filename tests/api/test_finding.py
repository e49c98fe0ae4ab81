"""Letters are found again at the desk, answered ones too; and who wrote is shown only to who handles it."""

import pytest
from flask import Flask

from forms_api.desk.queue import MOST
from tests.api.conftest import stored
from tests.api.desk import HTTPS, Person, Writer
from tests.village import Village


@pytest.fixture
def clerk(app: Flask, village: Village) -> Person:
    return Person(app, village, "小周", "east")


def find(person: Person, **wanted: str) -> str:
    """Return the page with what was found."""
    page = person.client.get("/desk/cases", query_string=wanted, base_url=HTTPS)
    assert page.status_code == 200
    return page.text


def test_an_answered_letter_is_found_by_its_words_and_by_its_number(
    app: Flask, village: Village, clerk: Person
) -> None:
    writer = Writer(app, village, text="村口的路灯不亮")
    Writer(app, village, text="渠里没有水")
    clerk.act(writer.number, "answer", answer="换好了。")

    pages = [find(clerk, words=words) for words in ("路灯", str(writer.number), f" {writer.number}\u200b")]

    assert all("村口的路灯不亮" in page and "渠里没有水" not in page for page in pages)
    assert all("已答复" in page for page in pages)


@pytest.mark.parametrize(
    ("words", "text"), [("100%", "涨了100%"), ("a_b", "写作 A_B 的"), ("\\", "斜杠\\在这里")]
)
def test_every_character_that_is_looked_for_means_itself(
    app: Flask, village: Village, clerk: Person, words: str, text: str
) -> None:
    Writer(app, village, text=text)
    Writer(app, village, text="1000 块，axb")

    page = find(clerk, words=words)

    assert text in page and "1000 块" not in page


def test_letters_are_chosen_by_where_they_stand(app: Flask, village: Village, clerk: Person) -> None:
    waiting, answered = (Writer(app, village, text=text) for text in ("还没答的", "答过的"))
    withheld, merged = (Writer(app, village, text=text) for text in ("不公开的", "一起办的"))
    clerk.act(answered.number, "answer", answer="答。")
    clerk.act(withheld.number, "answer", answer="答。")
    clerk.act(withheld.number, "withhold", article="privacy")
    clerk.act(merged.number, "merge", other=waiting.number)

    found = {
        state: [
            each
            for each in ("还没答的", "答过的", "不公开的", "一起办的")
            if each in find(clerk, state=state)
        ]
        for state in ("waiting", "answered", "withheld", "merged", "released", "nonsense")
    }

    assert found == {
        "waiting": ["还没答的"],
        "answered": ["答过的"],
        "withheld": ["不公开的"],
        "merged": ["一起办的"],
        "released": [],
        "nonsense": [],
    }


def test_letters_are_chosen_by_sort_and_place(app: Flask, village: Village) -> None:
    town = Person(app, village, "小钱", "town", "township")
    Writer(app, village, text="东头村的问题")
    Writer(app, village, text="西头村的建议", unit="west", type="suggestion")

    by_place, by_sort = find(town, unit="west"), find(town, type="inquiry")

    assert "西头村的建议" in by_place and "东头村的问题" not in by_place
    assert "东头村的问题" in by_sort and "西头村的建议" not in by_sort


def test_what_does_not_fit_on_a_page_stands_on_the_next(app: Flask, village: Village, clerk: Person) -> None:
    texts = [f"第{place:02}封。" for place in range(1, 33)]
    for text in texts:
        Writer(app, village, text=text)

    first, second, beyond = (find(clerk, page=page) for page in ("1", "2", "99999999999"))

    shown = [{text for text in texts if text in page} for page in (first, second)]
    assert [len(each) for each in shown] == [30, 2] and shown[0] | shown[1] == set(texts)
    assert "早一些的" in first and "早一些的" not in second and "新一些的" in second
    assert "第" in beyond


def test_the_queue_shows_the_nearest_and_leads_to_the_rest(
    app: Flask, village: Village, clerk: Person
) -> None:
    for place in range(MOST + 1):
        Writer(app, village, text=f"第{place}封。")

    queue = clerk.queue()

    assert f"{MOST + 1} 封等着办" in queue and queue.count("/desk/cases/") == MOST
    assert "/desk/cases?state=waiting" in queue


def test_a_letter_of_another_village_is_not_found(app: Flask, village: Village, clerk: Person) -> None:
    foreign = Writer(app, village, unit="west", text="别村的事")

    assert "别村的事" not in find(clerk) + find(clerk, words="别村") + find(clerk, unit="west")
    assert find(clerk, words=str(foreign.number)) == find(clerk, words="987654321").replace(
        "987654321", str(foreign.number)
    )


def test_who_handles_a_letter_can_reach_its_writer_and_every_look_leaves_a_line(
    app: Flask, village: Village, clerk: Person
) -> None:
    writer = Writer(app, village, name="李四", contact="傍晚在家")

    on_the_case = clerk.look(writer.number).text
    page = clerk.client.get(f"/desk/cases/{writer.number}/writer", base_url=HTTPS).text

    assert "李四" not in on_the_case and "傍晚在家" not in on_the_case + clerk.queue() + find(clerk)
    assert "李四" in page and "傍晚在家" in page
    line = f"SELECT account FROM audit_trail WHERE what = 'met' AND submission = {writer.number}"
    assert stored(village, line) == [("小周",)]


def test_who_only_reads_a_letter_does_not_see_who_wrote_it(app: Flask, village: Village) -> None:
    supervisor = Person(app, village, "老孙", "county", "supervisor")
    writer = Writer(app, village, contact="傍晚在家")

    page = supervisor.client.get(f"/desk/cases/{writer.number}/writer", base_url=HTTPS)

    assert supervisor.look(writer.number).status_code == 200
    assert page.status_code == 403 and "傍晚在家" not in page.text


def test_a_letter_without_contact_says_so(app: Flask, village: Village, clerk: Person) -> None:
    writer = Writer(app, village)

    page = clerk.client.get(f"/desk/cases/{writer.number}/writer", base_url=HTTPS)

    assert "没有留名字和联系方式" in page.text
