"""Draws the paper slips that carry the codes, to be cut apart and handed over; it keeps no code and names nobody.

A slip bears the number of its row in the clerk's own list, so that it reaches the right hands, and nothing else of it.
The fonts of Chinese are those of the reader's machine (Adobe's predefined CJK fonts, ISO 32000-1, 9.7.5.2): the file
carries none, and every printer at an office has them.
"""

import io
from collections.abc import Sequence

import segno
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from mingbai.messages import say
from mingbai.sealed.sealing import Sealed, shown

COLUMNS, ROWS = 2, 5
_FONT = "STSong-Light"
_WIDTH, _HEIGHT = A4[0] / COLUMNS, A4[1] / ROWS
_EDGE, _CODE_SIDE = 6 * mm, 26 * mm


def slips(sealed: Sealed, title: str, codes: Sequence[str], url: str | None) -> bytes:
    """Return a PDF, A4, ten slips to a page, in the order of `codes`.

    `title`: whose filing it is; `url`: the portal's own address, with which a slip also carries a QR code.
    """
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setTitle(title)
    for number, code in enumerate(codes):
        place = number % (COLUMNS * ROWS)
        if number and not place:
            canvas.showPage()
        left = place % COLUMNS * _WIDTH
        top = A4[1] - place // COLUMNS * _HEIGHT
        _slip(canvas, left, top, number + 1, code, sealed, title, url)
    canvas.save()
    return out.getvalue()


def _slip(
    canvas: Canvas,
    left: float,
    top: float,
    number: int,
    code: str,
    sealed: Sealed,
    title: str,
    url: str | None,
) -> None:
    canvas.setDash(2, 2)
    canvas.rect(left, top - _HEIGHT, _WIDTH, _HEIGHT)
    canvas.setDash()
    x = left + _EDGE
    lines = [
        (9, 9 * mm, say("sealed.slip.number", "zh", number=number)),
        (11, 16 * mm, title),
        (15, 26 * mm, shown(code)),
        (9, 33 * mm, say("sealed.slip.open" if url is None else "sealed.slip.scan", "zh")),
        (9, 38 * mm, say("sealed.slip.until", "zh", day=sealed.until.isoformat())),
        (9, 43 * mm, say("sealed.slip.keep", "zh")),
    ]
    for size, below, words in lines:
        canvas.setFont("Courier-Bold" if words == shown(code) else _FONT, size)
        canvas.drawString(x, top - below, words)
    if url is not None:
        address = f"{url.rstrip('/')}{sealed.address}#open={code}"
        _drawn(canvas, address, left + _WIDTH - _EDGE - _CODE_SIDE, top - _HEIGHT + _EDGE)


def _drawn(canvas: Canvas, address: str, left: float, bottom: float) -> None:
    rows = list(segno.make_qr(address, error="m").matrix_iter(border=4))
    side = _CODE_SIDE / len(rows)
    for down, row in enumerate(rows):
        for across, dark in enumerate(row):
            if dark:
                canvas.rect(
                    left + across * side, bottom + (len(rows) - 1 - down) * side, side, side, stroke=0, fill=1
                )
