"""The form and the progress page, without JavaScript."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forms_api import receipts, tokens
from forms_api.keys import Keys
from forms_api.limits import Limits
from tests.api.conftest import NOW, Start, stored
from tests.village import Village

LINK = "/ask?about=/u/east/finance/2026-Q1/%233"
NOT_LISTED = '<meta name="robots" content="noindex">'
MEAN = "</textarea><script>alert(1)</script>\"'&<!--mingbai:body--><!--mingbai:title-->{{ 7 * 7 }}"


def hidden(page: TestResponse) -> dict[str, str]:
    """Return the fields that the page fills in itself."""
    found = re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)">', page.text)
    return {name: unescape(value) for name, value in found}


def written(client: FlaskClient, link: str = LINK, **changes: str) -> dict[str, str]:
    """Return the form as a browser would send it."""
    said = {
        "type": "inquiry",
        "text": "屋顶防水是哪家做的？\r\n保几年？",
        "name": "",
        "contact": "",
        "website": "",
    }
    return hidden(client.get(link)) | said | changes


def receipt_on(page: TestResponse) -> str:
    found = re.search(r"track#([0-9A-Z-]+)", page.text)
    assert found
    return found[1]


def test_only_the_empty_form_lets_itself_be_listed(village: Village, start: Start) -> None:
    settings = (village.root / "mkdocs.yml").read_text(encoding="utf-8")
    village.write("mkdocs.yml", settings.replace("    demo: true\n", ""))
    client = start().test_client()

    assert [NOT_LISTED in client.get(each).text for each in ("/ask", "/en/ask")] == [False, False]
    assert '<meta name="description"' in client.get("/ask").text
    assert [NOT_LISTED in client.get(each).text for each in (LINK, "/track", "/desk")] == [True] * 3
    assert NOT_LISTED in client.post("/ask", data=written(client, text="")).text


def test_a_demo_lets_none_of_its_forms_be_listed(steady: FlaskClient) -> None:
    assert NOT_LISTED in steady.get("/ask").text


def test_the_form_quotes_the_row_it_asks_about(steady: FlaskClient) -> None:
    page = steady.get(LINK)

    assert page.status_code == 200
    assert "东头村 · 2026年第1季度财务收支 · 序号 3" in page.text
    assert "东渠清淤首付款" in page.text and "3,200.50" in page.text
    assert 'value="inquiry" checked' in page.text
    assert "<script>" not in page.text


def test_the_english_form_is_english(steady: FlaskClient) -> None:
    page = steady.get("/en" + LINK)

    assert page.headers["Content-Language"] == "en"
    assert "Dongtou · Income and expenditure, Q1 2026" in page.text
    assert 'action="ask"' in page.text and "../assets/" in page.text


@pytest.mark.parametrize("about", ["/en/u/east/finance/2026-Q1/", "/u/east/finance/2026-Q1/"])
def test_a_link_from_either_tree_works(steady: FlaskClient, about: str) -> None:
    assert hidden(steady.get(f"/ask?about={about}"))["about"] == "/u/east/finance/2026-Q1/"


def test_a_link_that_leads_nowhere_still_lets_people_write(steady: FlaskClient) -> None:
    page = steady.get("/ask?about=/u/east/finance/1999-Q1/&unit=west")

    assert page.status_code == 200
    assert "没找到" in page.text
    assert '<option value="west" selected>' in page.text
    assert steady.post("/ask", data=written(steady, "/ask", unit="west")).status_code == 201


def test_sending_shows_the_receipt_and_it_leads_to_the_case(steady: FlaskClient) -> None:
    page = steady.post("/ask", data=written(steady, public="yes"))

    assert page.status_code == 201
    assert page.headers["Cache-Control"] == "no-store"
    assert "收到了，已经存好。" in page.text and "2026年4月27日" in page.text
    found = steady.post("/track", data={"receipt": receipt_on(page).lower().replace("-", " ")})
    assert found.status_code == 200
    assert "现在由东头村领办" in found.text and "还有 11 天" in found.text
    assert found.headers["Cache-Control"] == "no-store"


def test_words_in_another_encoding_are_refused_and_not_stored_as_escapes(
    client: FlaskClient, village: Village
) -> None:
    body = urlencode({**written(client), "text": "你好"}, encoding="gbk")

    page = client.post("/ask", data=body, content_type="application/x-www-form-urlencoded")

    assert page.status_code == 400
    assert "没有处理" in page.text
    assert count(village) == 0


def test_a_double_click_is_one_submission(client: FlaskClient, village: Village) -> None:
    form = written(client)

    first, again = client.post("/ask", data=form), client.post("/ask", data=form)

    assert (first.status_code, again.status_code) == (201, 201)
    assert receipt_on(first) == receipt_on(again)
    assert count(village) == 1


def test_other_words_on_the_same_form_are_asked_about_first(client: FlaskClient, village: Village) -> None:
    form = written(client)
    client.post("/ask", data=form)

    page = client.post("/ask", data=form | {"text": "第二封"})

    assert page.status_code == 409
    assert "第二封" in page.text
    assert client.post("/ask", data=form | {"text": "第二封", **hidden(page)}).status_code == 201
    assert count(village) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"text": ""},
        {"text": "长" * 2001},
        {"type": "letter", "public": "yes"},
        {"type": "gossip"},
        {"name": "名" * 41},
        {"contact": MEAN * 3},
        {"unit": "west"},
    ],
    ids=["empty", "too long", "public letter", "unknown type", "long name", "long contact", "wrong unit"],
)
def test_a_problem_keeps_everything_that_was_typed(
    steady: FlaskClient, steady_village: Village, changes: dict[str, str]
) -> None:
    before = count(steady_village)
    form = written(steady, **{"text": "原来的话", "name": "王", "contact": MEAN} | changes)

    page = steady.post("/ask", data=form)

    assert page.status_code == 422
    assert 'role="alert"' in page.text
    kept = unescape(page.text)
    assert all(form[name] in kept for name in ("text", "name", "contact"))
    assert count(steady_village) == before
    assert hidden(page)["token"] == form["token"]


def test_what_is_typed_is_text_and_never_markup(steady: FlaskClient) -> None:
    page = steady.post("/ask", data=written(steady, text=MEAN, name=MEAN[:30], type="gossip"))

    assert page.status_code == 422
    assert "<script>alert" not in page.text
    assert page.text.count("<title>") == 1
    assert "49" not in re.sub(r'value="[^"]*"', "", page.text.split("<textarea")[1].split("</textarea>")[0])


@pytest.mark.parametrize("token", ["", "1-2-3", "回执-号-码", "9" * 500, "\x00"])
def test_a_form_without_its_token_is_shown_again(
    steady: FlaskClient, steady_village: Village, token: str
) -> None:
    before = count(steady_village)
    page = steady.post("/ask", data=written(steady, token=token, text="写了半天"))

    assert page.status_code == 422
    assert "写了半天" in page.text
    assert count(steady_village) == before
    assert steady.post("/ask", data=written(steady, text="写了半天", **hidden(page))).status_code == 201


def test_a_token_lives_for_a_day(tmp_path: Path) -> None:
    keys = Keys.load(tmp_path)
    token = tokens.issue(keys, NOW)

    def reads(after: timedelta) -> bool:
        return tokens.read(keys, token, NOW + after, 86400) is not None

    assert reads(timedelta()) and reads(timedelta(hours=24))
    assert not reads(timedelta(hours=25)) and not reads(timedelta(hours=-1))
    assert tokens.read(Keys(b"x" * 32), token, NOW, 86400) is None


def test_a_machine_that_fills_every_field_is_found_and_a_person_loses_nothing(
    steady: FlaskClient, steady_village: Village
) -> None:
    before = count(steady_village)
    page = steady.post("/ask", data=written(steady, website="http://spam.example", text="真的有事"))

    assert page.status_code == 422
    assert "真的有事" in page.text and "spam.example" not in page.text
    assert count(steady_village) == before


def test_too_many_keeps_the_words_and_says_when_to_come_back(start: Start) -> None:
    client = start(Limits(burst=0, per_hour=1)).test_client()

    page = client.post("/ask", data=written(client), environ_overrides={"REMOTE_ADDR": "203.0.113.9"})

    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0
    assert "屋顶防水" in page.text


def test_too_large_a_form_is_refused_with_a_sentence(steady: FlaskClient) -> None:
    page = steady.post("/ask", data=written(steady, text="长" * 200_000))

    assert page.status_code == 413
    assert "太大" in page.text and page.mimetype == "text/html"


def test_too_long_a_text_comes_back_whole(steady: FlaskClient) -> None:
    page = steady.post("/ask", data=written(steady, text="长" * 20_000))

    assert page.status_code == 422
    assert "长" * 20_000 in page.text


def test_a_letter_says_who_reads_it_and_who_does_not(steady: FlaskClient) -> None:
    page = steady.post("/ask", data=written(steady, type="letter"))

    assert page.status_code == 201
    assert "由测试镇来看、来答" in page.text and "东头村看不到这封信" in page.text


def test_the_form_says_who_reads_how_long_and_what_is_public(steady: FlaskClient) -> None:
    text = steady.get(LINK).text

    assert "谁看" in text and "留多久" in text and "公开什么" in text
    assert "183 天" in text and "2 年" in text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "13 位"),
        ("O" * 13, "没有 0、1"),
        ("2" * 12 + "3", "抄错"),
        (receipts.shown(receipts.draw()), "没有这个回执号"),
    ],
    ids=["empty", "letters", "miscopied", "unknown"],
)
def test_a_receipt_that_leads_nowhere_is_answered_kindly(steady: FlaskClient, typed: str, says: str) -> None:
    page = steady.post("/track", data={"receipt": typed})

    assert page.status_code == 404
    assert says in page.text


def test_an_overdue_case_says_how_late_it_is(start: Start) -> None:
    now = [NOW]
    client = start(clock=lambda: now[0]).test_client()
    receipt = receipt_on(client.post("/ask", data=written(client)))
    now[0] = NOW + timedelta(days=13)  # the hour of the next round has not come

    page = client.post("/track", data={"receipt": receipt})

    assert "晚了 2 天" in page.text and "测试镇" in page.text


@pytest.mark.parametrize("path", ["/ask", "/track", "/en/ask", "/en/track"])
def test_every_page_is_guarded_by_its_headers(steady: FlaskClient, path: str) -> None:
    headers = steady.get(path).headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("path", ["/ask", "/track", "/en/ask"])
def test_head_and_options_are_answered(steady: FlaskClient, path: str) -> None:
    assert steady.head(path).status_code == 200
    assert "POST" in steady.options(path).headers["Allow"]
    assert steady.delete(path).status_code == 405


def test_frames_of_the_built_site_are_used(client: FlaskClient, village: Village) -> None:
    frame = "<!doctype html><title><!--mingbai:title--></title><!--mingbai:meta--><!--mingbai:nav-->"
    village.write(
        "build/site/assets/frames/zh-0.html", frame + "<!--mingbai:languages--><p>版</p><!--mingbai:body-->"
    )
    village.write("build/site/assets/frames/csp.txt", "default-src 'none'; script-src 'self' 'sha256-abc='\n")

    page = client.get("/ask")

    assert "<p>版</p>" in page.text and "<title>我要问</title>" in page.text
    assert "'sha256-abc='" in page.headers["Content-Security-Policy"]
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]


def count(village: Village) -> int:
    return int(stored(village, "SELECT count(*) FROM submissions")[0][0])
