"""Draws an address as a QR code that stands in a page by itself; it knows no page, keeps nothing and loads nothing.

What is drawn may be a secret, such as a receipt: nothing here writes it anywhere but into the drawing.
"""

import segno
from markupsafe import Markup

QUIET = (
    4  # modules of white around the code (ISO/IEC 18004, 6.3.8): without them many telephones find nothing
)
MAKER = f"segno {segno.__version__}, quiet {QUIET}"  # a drawing follows from this and the address


def drawn(address: str, words: str) -> Markup:
    """Return the QR code of `address` as inline SVG; `words` are for those who cannot see it."""
    return worded(drawing(address), words)


def drawing(address: str) -> Markup:
    """Return the bare SVG; it has no size of its own: style sheets say how large it is printed.

    Error correction is M, or more where that costs no module. Raises ValueError for an address that no QR code can
    hold (more than 2,331 bytes).
    """
    code = segno.make_qr(address, error="m")
    return Markup(code.svg_inline(border=QUIET, svgclass=None, lineclass=None, omitsize=True))


def worded(drawing: Markup, words: str) -> Markup:
    """Return a drawing with the words for those who cannot see it."""
    return Markup('<span class="qr" role="img" aria-label="{}">{}</span>').format(words, drawing)
