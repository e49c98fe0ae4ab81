"""Reads the squares of a QR code back from its SVG or a picture, so that a test can say what a telephone would see."""

import re

import segno
from markupsafe import Markup
from PIL import Image, ImageChops

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


def squares_in(picture: Image.Image) -> list[list[int]]:
    """Return the squares of the one code in a picture: it alone stands on pure white.

    A telephone does the same: the corner's dark edge is seven modules long, so that says how wide a module is.
    """
    seen = picture.convert("RGB")
    white = seen.point([255 if value == 255 else 0 for value in range(256)] * 3)
    box = ImageChops.darker(ImageChops.darker(*white.split()[:2]), white.split()[2]).getbbox()
    assert box, "there is no code"
    code = seen.crop(box).convert("L").point([255 if value < 128 else 0 for value in range(256)])
    dark = code.getbbox()
    assert dark
    left, top = dark[:2]
    edge = next(far for far in range(left, code.width) if not code.getpixel((far, top))) - left
    module = edge / 7
    count = round(code.width / module)
    centres = [int((at + 0.5) * module) for at in range(count)]
    return [[int(code.getpixel((x, y)) == 255) for x in centres] for y in centres]
