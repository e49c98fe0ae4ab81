"""Draws a card as a picture 800 pixels wide: a page of our own tokens, seen by Chromium; it chooses no words.

The picture is as high as what stands on it. Everything around the card is transparent, so its edge is where paint ends.
"""

import io
import re
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from PIL import Image

from mingbai import chromium, qr
from mingbai.cards.reading import Told
from mingbai.messages import say

WIDTH = 800
_CODE = 270  # pixels that a code may be wide, its white included
_SIZES = ((60, "large"), (110, "middle"))  # so many Chinese characters a sentence may have in this type
_LINKS = re.compile(r"(?<=[^/:]/)")  # where an address may go on in the next line
_BREATHS = re.compile(r"(?<=[到，])")  # and where two days may
_SIDES = re.compile(r'viewBox="0 0 (\d+) \1"')


@dataclass(frozen=True)
class Card:
    """What stands on a picture: whose portal, which unit, kind and period, and what the page tells.

    `in_tree` is the address without the portal's own before it.
    """

    portal: str
    demo: bool
    unit: str
    kind: str
    period: str
    told: Told
    in_tree: str


def picture(browser: str, theme: Path, card: Card, lang: str) -> bytes:
    """Return the card as PNG. Raises UsageError where the browser does not draw it."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "card.html"
        page.write_text(written(theme, card, lang), encoding="utf-8")
        drawn = chromium.brought(
            browser,
            page,
            lang,
            "png",
            f"--window-size={WIDTH},3200",  # higher than any card
            "--force-device-scale-factor=1",
            "--hide-scrollbars",
            "--default-background-color=00000000",
        )
    return _cut(drawn)


def written(theme: Path, card: Card, lang: str) -> str:
    """Return the card as a page that needs no other file."""
    code = None if card.told.address is None else qr.drawn(card.told.address, say("cards.code", lang))
    return (
        _environment(theme)
        .get_template("card.html")
        .render(
            card=card,
            told=card.told,
            lang=lang,
            size=_size(card.told.sentence),
            tokens=Markup(_tokens(theme)),
            code=code,
            displayed=_BREATHS.split(card.told.display),
            side=None if code is None else _side(code),
            pieces=_LINKS.split(card.told.address or card.in_tree),
            t=lambda key, **facts: say(key, lang, **facts),
        )
    )


@cache
def _environment(theme: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader(theme / "cards"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _tokens(theme: Path) -> str:
    return (theme / "assets" / "css" / "10-tokens.css").read_text(encoding="utf-8")


def _size(sentence: str) -> str:
    """Return the size of type in which a sentence is set: a letter takes half the room of a character."""
    wide = sum(1 if ord(sign) > 0x2E80 else 0.5 for sign in sentence)
    return next((name for most, name in _SIZES if wide <= most), "small")


def _side(code: str) -> int:
    """Return how wide a code is drawn, so that each of its modules is a whole number of pixels."""
    found = _SIDES.search(code)
    modules = int(found[1]) if found else _CODE
    return modules * max(_CODE // modules, 3)


def _cut(drawn: bytes) -> bytes:
    """Return the picture without the transparent part below the card, in as few bytes as its colours need."""
    with Image.open(io.BytesIO(drawn)) as seen:
        painted = seen.convert("RGBA")
    height = painted.getchannel("A").getbbox()
    whole = painted.crop((0, 0, WIDTH, height[3] if height else painted.height)).convert("RGB")
    out = io.BytesIO()
    whole.save(out, "PNG", optimize=True)
    return out.getvalue()
