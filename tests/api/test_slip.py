"""The slip of a receipt: what stands on the paper, what its code opens, and what neither of them gives away."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask.testing import FlaskClient

from forms_api import create_app
from forms_api.limits import Limits
from mingbai.messages import theme_folder
from tests.api.conftest import NOW, settle
from tests.api.test_ask import receipt_on, written
from tests.qr import code_of, codes_in, squares

ADDRESS = "https://mingbai.example.cn/books"
ABOUT = "/ask?about=/u/east/finance/2026-Q1/"  # as the code on a printed filing has it


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of the service of a portal that knows its own address."""
    village = settle(tmp_path_factory.mktemp("known") / "portal")
    settings = (village.root / "mkdocs.yml").read_text(encoding="utf-8")
    village.write("mkdocs.yml", f"site_url: {ADDRESS}/\n{settings}")
    app = create_app(village.root, clock=lambda: NOW, limits=Limits(all_burst=10**9, all_lookups_burst=10**9))
    yield app.test_client()
    app.extensions["close"]()


def on_paper(html: str) -> str:
    """Return the part of the receipt page that stands on paper only."""
    return html[html.index('<section class="onpaper ticket">') : html.index("<script")]


def words(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def test_the_slip_says_who_answers_by_when_and_where_to_look(known: FlaskClient) -> None:
    page = known.post("/ask", data=written(known))
    slip = on_paper(page.text)

    assert re.findall(r"<span>([0-9A-Z]{4,5})</span>", slip) == receipt_on(page).split("-")
    for said in (
        "测试县村务公开",
        "东头村",
        "2026年4月16日 10:21",
        "2026年4月27日（星期一）",
        f"{ADDRESS}/track",
    ):
        assert said in words(slip)


@pytest.mark.parametrize(("tree", "label"), [("", "二维码：查进度"), ("/en", "QR code: Track it")])
def test_its_code_opens_the_progress_of_this_receipt(known: FlaskClient, tree: str, label: str) -> None:
    page = known.post(f"{tree}/ask", data=written(known, f"{tree}{ABOUT}"))
    codes = codes_in(on_paper(page.text))

    assert {words: squares(svg) for words, svg in codes.items()} == {
        label: code_of(f"{ADDRESS}{tree}/track#{receipt_on(page)}")
    }


@pytest.mark.parametrize("host", ["localhost", "evil.example"])
def test_a_portal_that_does_not_know_its_address_prints_no_code_whatever_host_it_was_called(
    steady: FlaskClient, host: str
) -> None:
    page = steady.post("/ask", data=written(steady), headers={"Host": host})
    slip = on_paper(page.text)

    assert page.status_code == 201
    assert "<svg" not in slip
    assert host not in page.text
    assert (
        words(slip)
        .rstrip()
        .endswith("/track 谁拿着这张纸，谁就能看到答复，请收好。丢了找不回来，可以再写一次。")
    )


def test_a_host_that_somebody_made_up_never_gets_into_the_code(known: FlaskClient) -> None:
    page = known.post("/ask", data=written(known), headers={"Host": "evil.example"})
    (svg,) = codes_in(on_paper(page.text)).values()

    assert squares(svg) == code_of(f"{ADDRESS}/track#{receipt_on(page)}")
    assert "evil.example" not in page.text


def test_who_reads_the_page_aloud_does_not_read_the_receipt_a_second_time(known: FlaskClient) -> None:
    page = known.post("/ask", data=written(known))

    assert receipt_on(page) not in "".join(codes_in(page.text))


def test_a_slip_lying_about_tells_neither_what_was_written_nor_about_whom(known: FlaskClient) -> None:
    said = written(known, f"{ABOUT}&type=report", type="report", text="只给上面看的话")
    slip = words(on_paper(known.post("/ask", data=said).text))

    assert "测试镇" in slip  # who answers
    for secret in ("东头村", "财务", "曝光", "只给上面看的话"):
        assert secret not in slip


def test_the_style_of_the_slip_is_ours_and_for_paper_only(known: FlaskClient) -> None:
    page = known.post("/ask", data=written(known)).text

    assert re.findall(r'<link rel="stylesheet" href="([^"]+)" media="print">', page) == [
        "./assets/print/slip.css"
    ]
    assert (theme_folder() / "assets" / "print" / "slip.css").is_file()


def test_the_code_of_a_printed_filing_opens_the_form_with_the_filing_quoted(known: FlaskClient) -> None:
    assert "东头村 · 2026年第1季度财务收支" in known.get(ABOUT).text
