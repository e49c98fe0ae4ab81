"""QR codes: what is drawn is the address and nothing else, with white around it and words for those who cannot see."""

import re

import pytest
import segno

from mingbai import qr
from tests.qr import code_of, codes_in, squares

ADDRESSES = (
    "https://mingbai.example.cn/",
    "https://mingbai.example.cn/u/east/finance/2026-Q1/",
    "https://mingbai.example.cn/en/track#R4TN-8WQ2-6HXC5",
    "https://mingbai.example.cn/ask?about=/u/east/decision/2026-03-18-a-road-from-the-well-to-the-threshing-ground/",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_squares_are_those_of_the_address(address: str) -> None:
    assert squares(qr.drawn(address, "x")) == code_of(address)


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_comparison_finds_another_address_and_a_single_wrong_square(address: str) -> None:
    drawn = qr.drawn(address, "x")
    broken = re.sub(r"h2m", "h1m", str(drawn), count=1)

    assert squares(drawn) != code_of(address[:-1] + "!")
    assert broken != drawn
    assert squares(broken) != code_of(address)


@pytest.mark.parametrize("address", ADDRESSES)
def test_four_squares_of_white_stand_around_it(address: str) -> None:
    found = squares(qr.drawn(address, "x"))
    edge = [*found[:4], *found[-4:], *([*row[:4], *row[-4:]] for row in found)]

    assert not any(any(row) for row in edge)
    assert found[4][4:11] == [1] * 7  # where the finder begins


def level(found: list[list[int]]) -> str:
    """Return the error correction that the drawing itself names (ISO/IEC 18004, 7.9: two bits, masked with 10)."""
    first, second = found[12][4] ^ 1, found[12][5]
    return {(0, 1): "L", (0, 0): "M", (1, 1): "Q", (1, 0): "H"}[first, second]


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_can_be_read_when_a_seventh_of_it_is_dirty(address: str) -> None:
    """Level M repairs 15 %; where the length leaves room, a better one costs nothing."""
    assert level(squares(qr.drawn(address, "x"))) in ("M", "Q", "H")
    weak = segno.make_qr(address, error="l", boost_error=False)
    assert level([[int(dark) for dark in row] for row in weak.matrix_iter(border=4)]) == "L"


def test_who_cannot_see_it_hears_what_it_is() -> None:
    assert list(codes_in(qr.drawn("https://a.example/", '二维码："打开"'))) == ['二维码："打开"']


def test_the_drawing_needs_no_style_no_script_and_no_other_file() -> None:
    drawn = qr.drawn("https://a.example/?a=<b>&c", "x")

    assert not re.search(r"style|script|href|url\(|https", drawn)


def test_an_address_that_no_code_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        qr.drawn("https://a.example/" + "a" * 2400, "x")
