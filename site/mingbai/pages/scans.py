"""Makes the codes by which the paper on the wall leads back to the site; it draws none that opens something secret.

Drawing takes longer than all the rest of a page, and what is drawn follows from the address alone: a code is drawn
once and remembered from build to build.
"""

from dataclasses import dataclass

from markupsafe import Markup

from mingbai import qr
from mingbai.edition import Edition
from mingbai.memory import Memory
from mingbai.messages import say
from mingbai.pages.rendering import Here


@dataclass(frozen=True)
class Scan:
    """What stands on paper for a telephone: what it opens, why, and where that is; `code` only for a whole address."""

    words: str
    says: str
    address: str
    code: Markup | None


def scans(edition: Edition, here: Here, memory: Memory | None, lang: str) -> list[Scan]:
    """Return the two ways from the paper on the wall to the site: this filing, and the form that asks about it."""
    asking = Here(lang, "/ask").in_tree + f"?about={here.address}"
    found = []
    for key, there in (("open", here.in_tree), ("ask", asking)):
        words, whole = say(f"paper.{key}", lang), edition.portal.settings.absolute(there)
        if whole is None:
            found.append(Scan(words, say("paper.typed", lang), there, None))
        else:
            code = qr.worded(_drawing(whole, memory), say("paper.code", lang, what=words))
            found.append(Scan(words, say(f"paper.{key}.says", lang), whole, code))
    return found


def _drawing(address: str, memory: Memory | None) -> Markup:
    """Return the drawing of an address that anybody may know, out of the memory where it is there."""
    known = memory.recall(address, qr.MAKER) if memory is not None else None
    if known is not None:
        return Markup(known.decode())
    drawing = qr.drawing(address)
    if memory is not None:
        memory.remember(address, qr.MAKER, drawing.encode())
    return drawing
