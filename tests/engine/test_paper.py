"""A filing on paper: the ways back to the site, as codes for telephones and in words."""

import hashlib
import re
from pathlib import Path

import pytest

from mingbai import qr
from mingbai.memory import Memory
from mingbai.messages import theme_folder
from tests.engine.test_pages import built, page, words
from tests.qr import code_of, codes_in, squares
from tests.village import Village

FILING = "/u/east/finance/2026-Q1/"
PRINT = theme_folder() / "assets" / "css" / "95-print.css"


def at(village: Village, address: str) -> Path:
    """Build the village as the portal at `address`."""
    settings = (village.root / "mkdocs.yml").read_text(encoding="utf-8")
    village.write("mkdocs.yml", f"site_url: {address}\n{settings}")
    return built(village)


def on_paper(html: str) -> str:
    """Return the part of a page that stands on paper only."""
    return html[html.index('<div class="scans onpaper">') : html.index('<p class="luokuan">')]


@pytest.mark.parametrize("address", ["https://mingbai.example.cn", "https://county.example.cn/books/"])
def test_two_codes_open_the_filing_and_the_form_that_asks_about_it(village: Village, address: str) -> None:
    codes = codes_in(on_paper(page(at(village, address), FILING)))
    base = address.rstrip("/")

    assert {words: squares(svg) for words, svg in codes.items()} == {
        "二维码：打开这一件": code_of(f"{base}/u/east/finance/2026-Q1/"),
        "二维码：我要问": code_of(f"{base}/ask?about=/u/east/finance/2026-Q1/"),
    }


def test_page_and_paper_tell_the_fingerprint_of_the_table_as_it_is_taken_away(village: Village) -> None:
    site = built(village)
    taken = (site / FILING.strip("/") / "2026-Q1.csv").read_bytes()
    told = re.findall(r"<code>([0-9a-f ]{35})</code>", page(site, FILING))

    assert [each.replace(" ", "") for each in told] == [hashlib.sha256(taken).hexdigest()[:32]] * 2


def test_a_code_is_remembered_for_the_next_build_and_a_false_memory_is_not_believed(village: Village) -> None:
    first = on_paper(page(at(village, "https://mingbai.example.cn"), FILING))
    known = sorted((village.root / "build" / "codes").glob("*.known"))
    for each in known:
        seal, _, drawing = each.read_bytes().partition(b"\n")
        each.write_bytes(seal + b"\n" + drawing.replace(b"h2m", b"h1m"))

    assert len(known) >= 4  # two codes in two languages
    assert on_paper(page(built(village), FILING)) == first


def test_a_code_comes_out_of_the_memory_that_this_installation_sealed(village: Village) -> None:
    at(village, "https://mingbai.example.cn")
    memory = Memory.open(village.root / "build" / "codes", village.root / ".state" / "keys")
    assert memory is not None
    memory.remember("https://mingbai.example.cn/u/east/finance/2026-Q1/", qr.MAKER, b"<svg>known</svg>")

    assert "<svg>known</svg>" in on_paper(page(built(village), FILING))


def test_words_under_each_code_say_what_it_opens_and_where(village: Village) -> None:
    said = words(on_paper(page(at(village, "https://mingbai.example.cn"), FILING)))

    assert "打开这一件" in said and "我要问" in said
    assert "https://mingbai.example.cn/u/east/finance/2026-Q1/" in said


def test_the_english_paper_leads_to_the_english_pages(village: Village) -> None:
    codes = codes_in(on_paper(page(at(village, "https://mingbai.example.cn"), f"/en{FILING}")))

    assert {words: squares(svg) for words, svg in codes.items()} == {
        "QR code: Open this filing": code_of("https://mingbai.example.cn/en/u/east/finance/2026-Q1/"),
        "QR code: Ask about it": code_of("https://mingbai.example.cn/en/ask?about=/u/east/finance/2026-Q1/"),
    }


def test_without_an_address_of_its_own_a_portal_prints_words_and_no_code(village: Village) -> None:
    html = on_paper(page(built(village), FILING))

    assert codes_in(html) == {} and "<svg" not in html
    assert "在网址后面接着写" in words(html)
    assert "/u/east/finance/2026-Q1/" in words(html)


def test_the_codes_are_seen_on_paper_only() -> None:
    css = PRINT.read_text(encoding="utf-8")
    screen, paper = css.split("@media print {")

    assert re.search(r"\.onpaper { display: none; }", screen)
    assert re.search(r"\.onpaper { display: block; }", paper)


@pytest.mark.parametrize("address", ["https://a.cn", "https://village-affairs.county.example.gov.cn/books"])
def test_no_code_on_the_wall_is_smaller_than_25_millimetres(village: Village, address: str) -> None:
    width = re.search(r"\.qr { width: (\d+)mm", PRINT.read_text(encoding="utf-8"))
    codes = codes_in(on_paper(page(at(village, address), FILING)))

    assert width and len(codes) == 2
    for svg in codes.values():
        modules = len(squares(svg))
        assert int(width[1]) * (modules - 8) / modules >= 25
