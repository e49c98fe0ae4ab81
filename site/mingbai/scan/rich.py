"""Turns rich text (RTF) into the text a reader sees, character for character, as `markup` does with tags."""

import re

from mingbai.privacy import CELL, NOTHING

START = "{\\rtf"
_WORD = re.compile(
    r"\\u(-?[0-9]{1,5}) ?\??|((?:\\'[0-9a-fA-F]{2})+)|\\([a-z]+)(?:-?[0-9]+)? ?|\\([-_~{}\\])|[{}\n]"
)
_SIGNS = {"par": "\n", "line": " ", "row": "\n", "cell": CELL, "tab": " ", "sect": "\n", "page": "\n"}
_SPECIAL = {"-": NOTHING, "_": "-", "~": " "}  # a hyphen nobody sees, one that breaks no line, a hard space


def shown(text: str) -> str:
    """Return rich text as a reader sees it, of the same length."""
    return _WORD.sub(lambda found: _seen(found)[: len(found[0])].ljust(len(found[0]), NOTHING), text)


def _seen(found: re.Match[str]) -> str:
    if found[1]:
        return chr(int(found[1]) % 65536)
    if found[2]:
        return bytes.fromhex(found[2].replace("\\'", "")).decode("gb18030", "replace")
    if found[4]:
        return _SPECIAL.get(found[4], found[4])
    return _SIGNS.get(found[3] or "", NOTHING)
