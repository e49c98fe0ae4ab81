"""Joins numbers that were broken over lines, as narrow columns and folded texts break them; it judges none of them.

The result is as long as its source: what parted the digits is filled with what nobody sees.
"""

import re
from collections.abc import Iterator

from mingbai.privacy import CELL, NOTHING, skeleton

_BETWEEN = rb"[ \t\r\\\x00]*\n[ \t>#*|\x00]*"
_BREAK = re.compile(rb"[0-9*],?" + _BETWEEN + rb",?[0-9*Xx]")
_MORE = rb"(?:[ ,-][0-9*]+)*"
_CHAIN = re.compile(
    rb"[0-9*]+" + _MORE + rb"(?:,?" + _BETWEEN + rb",?[0-9*Xx]+" + _MORE + rb"){1,4}[Xx]?(?![0-9A-Za-z])"
)
_LISTED = re.compile(rb"[0-9]{2}")
_GAP = re.compile(_BETWEEN)
_SIZES = frozenset(
    (11, 13, *range(15, 20), 26, 29)
)  # of one number, and of one with a day or another before it
_UNITS = re.compile("[ ]?[元亩户人斤吨米天年月日号个次万千百%.．点]")


def rejoined(text: str) -> str | None:
    """Return the text with its broken numbers in one piece, None if there are none."""
    bones = skeleton(text)
    if not _BREAK.search(bones):
        return None
    found = [gap for chain in _CHAIN.finditer(bones) if _is_one(text, bones, chain) for gap in _gaps(chain)]
    kept, at = [], 0
    for start, end in found:
        kept += [text[at:start], NOTHING * (end - start)]
        at = end
    return "".join([*kept, text[at:]]) if found else None


def _gaps(chain: re.Match[bytes]) -> Iterator[tuple[int, int]]:
    for gap in _GAP.finditer(chain[0]):
        yield chain.start() + gap.start(), chain.start() + gap.end()


def _is_one(text: str, bones: bytes, chain: re.Match[bytes]) -> bool:
    """Tell whether a chain may be one number: by its size, and not figures that stand one under another."""
    digits = re.sub(rb"[^0-9*Xx]", b"", chain[0])
    if b"," in chain[0] and _LISTED.search(chain[0]):
        return False  # commas part single digits of a number, and otherwise figures
    pieces = _GAP.split(chain[0])
    alone = chain.start() == 0 or bones[chain.start() - 1] in b"\n >|\x00" + CELL.encode()
    if len(digits) not in _SIZES or (len(digits) != 18 and _UNITS.match(text, chain.end())):
        return False
    listed = alone and len({len(each) for each in pieces[:-1]}) > 1
    return len(digits) == 18 or not (listed or (alone and len(pieces) > 2))
