"""Reads the text, notes and properties of a PDF; it draws no page and reads no writing in pictures."""

import io
import logging
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pypdf import PageObject, PdfReader

from mingbai.scan.findings import Finding
from mingbai.scan.looking import Piece

if TYPE_CHECKING:
    from mingbai.scan.sources import Found

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it would print pieces of the file
_MOST_PAGES = 2_000
_WRAPPED = re.compile("(?<![0-9])([0-9]{1,17}) *\n *([0-9]{0,16}[0-9Xx])(?![0-9A-Za-z])")


def pieces(file: str, data: bytes) -> "Iterator[Found]":
    """Yield the pages of a document, its properties and the notes on its pages."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            yield Finding(file, "", 0, 0, "unread", "warning")
            return
        yield Piece(file, "\n".join(map(str, (reader.metadata or {}).values())), part="properties")
        for number, page in enumerate(reader.pages[:_MOST_PAGES], 1):
            text = page.extract_text()
            yield Piece(file, text, part=f"page {number}")
            yield Piece(file, _WRAPPED.sub(_rejoined, text), part=f"page {number}")
            yield Piece(file, "\n".join(_notes(page)), part=f"page {number}")
    except (
        Exception
    ):  # a broken document makes the reader raise anything, with pieces of the document in its words
        yield Finding(file, "", 0, 0, "unread", "warning")


def _rejoined(found: re.Match[str]) -> str:
    """Put an identity number together that a narrow column broke over two lines."""
    return found[1] + found[2] if len(found[1]) + len(found[2]) == 18 else found[0]


def _notes(page: PageObject) -> Iterator[str]:
    for each in page.annotations or ():
        note = each.get_object()
        yield from (str(note[key]) for key in ("/Contents", "/T", "/V", "/TU") if key in note)
        if "/A" in note:
            yield str(note["/A"].get_object().get("/URI", ""))
