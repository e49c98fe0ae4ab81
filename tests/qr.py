"""Reads the squares of a drawn QR code back from its SVG, so that a test can say what a telephone would see."""

import re

import segno
from markupsafe import Markup

_STEP = re.compile(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?")


def squares(svg: str) -> list[list[int]]:
    """Return the drawing as rows of 1 (dark) and 0 (light), the white around it included."""
    size = re.search(r'viewBox="0 0 (\d+) \1"', svg)
    path = re.search(r'\bd="([^"]+)"', svg)
    assert size and path
    found = [[0] * int(size[1]) for _ in range(int(size[1]))]
    x = y = 0.0
    for step, first, second in _STEP.findall(path[1]):
        if step == "M":
            x, y = float(first), float(second)
        elif step == "m":
            x, y = x + float(first), y + float(second)
        else:
            for column in range(int(x), int(x + float(first))):
                found[int(y)][column] = 1
            x += float(first)
    return found


def code_of(address: str, quiet: int = 4) -> list[list[int]]:
    """Return the squares that a QR code of `address` has."""
    code = segno.make_qr(address, error="m")
    return [[int(dark) for dark in row] for row in code.matrix_iter(border=quiet)]


def codes_in(html: str) -> dict[str, str]:
    """Return the drawings of all codes in a page by the words that stand for them."""
    found = re.findall(r'<span class="qr" role="img" aria-label="([^"]+)">(<svg.*?</svg>)</span>', html)
    return {str(Markup(words).unescape()): svg for words, svg in found}
