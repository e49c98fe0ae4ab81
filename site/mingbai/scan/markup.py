"""Turns tags, entities and escapes into the text a reader sees, character for character; it understands no document.

The result is as long as its source, so a place in one is a place in the other. A row of a table becomes one line with
`CELL` between its cells, a paragraph a line; what a tag took is filled with what nobody sees.
"""

import re
from html.entities import html5

from mingbai.privacy import CELL, NOTHING

_TAG = re.compile(r"<!--.*?-->|<[/!?]?[A-Za-z][^<>]*>", re.DOTALL)
_DOCUMENT = re.compile(r"\ufeff?\s*<(?:\?xml|!doctype html|html)", re.IGNORECASE)
_CELL_OF_TAGS = re.compile(r"<(t[dh])(?:\s[^<>]*)?>[^\0]{0,4000}?</\1>", re.IGNORECASE)
_NOT_A_FEED = re.compile("[^\n]")
_NAME = re.compile(r"<(/?)([A-Za-z][\w:.-]*)")
_CELLS = frozenset("td th w:tc a:tc table:table-cell table:covered-table-cell".split())
_ROWS = frozenset("tr w:tr a:tr table:table-row".split())
_BLOCKS = frozenset(
    "p div li ul ol dl dt dd table h1 h2 h3 h4 h5 h6 title option pre section article header footer main nav text svg"
    " w:p a:p si text:p text:h comment rdf:li script style".split()
)
_LABEL = "dt"  # what follows it in a <dd> belongs to it
_SPACES = frozenset("br hr w:br w:tab w:cr a:br text:tab text:line-break text:s".split())
# What runs of text in office documents lie in; any other element of XML stands by itself.
_PREFIXES = ("w:", "a:", "text:")
_RUNS = frozenset(
    "t r rpr b i u a em strong span tspan font sub sup sz color rfont family charset scheme".split()
)
# A paragraph that fills its cell ends no row.
_CLOSES_CELL = re.compile(r"(?:\s|</?a:[A-Za-z]+[^<>]*>)*</(?:td|th|w:tc|a:tc|table:table-cell)>")
_ESCAPE = re.compile(
    r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31});|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|%[2-3][0-9A-Fa-f]|\\[tnr\\\"/-]"
)
_WIDE = re.compile(
    rb"(?:[\x20-\x7e]\x00|[\x00-\xff][\x4e-\x9f]){8,}|(?<=\x00)(?:[\x20-\x7e]\x00){7,}[\x20-\x7e]"
)
_LED_BY_BYTE = re.compile(r"(?<=[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd\n])[0-9](?=[0-9]{11,19}(?![0-9]))")
_BETWEEN_TAGS = re.compile(
    r"(?<=>)[ ]*\n\s*(?=<)"
)  # in prose a line feed ends a line, but not within a table of tags
_FIRST_CELL = re.compile(
    f"^[ {NOTHING}]*{CELL}", re.MULTILINE
)  # nothing stands before it that it could be parted from
_ATTRIBUTE = re.compile(r"""=\s*("[^"<>]*"|'[^'<>]*')""")


def seen(text: str) -> str:
    """Return a document of tags as a reader sees it, of the same length."""
    text = unescaped(text)
    start = text[:500].casefold()
    text = (
        text.replace("\n", " ")
        if start.lstrip("\ufeff \n").startswith("<")
        else _BETWEEN_TAGS.sub(_blank, text)
    )
    others = "\n" if ("<?xml" in start or "xmlns" in start) and "<html" not in start else NOTHING
    shown = _TAG.sub(lambda tag: _shown(tag, text, others), text)
    return _FIRST_CELL.sub(lambda found: found[0].replace(CELL, NOTHING), shown)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def unescaped(text: str) -> str:
    """Return the text with entities and escapes (u, x, percent) resolved, of the same length."""
    if not any(sign in text for sign in "&\\%"):
        return text
    return _ESCAPE.sub(lambda found: _character(found[0]).ljust(len(found[0]), NOTHING), text)


def letters_in(data: bytes) -> list[str]:
    """Return the text in bytes that are none: runs of ASCII, and runs of it in UTF-16, each on lines of its own."""
    wide = "\n".join(_wide(run[0]) for run in _WIDE.finditer(data))
    text = data.decode("utf-8", "replace").replace("\0", "\n").replace("\r", "\n")
    # In a binary the byte before a text may be its length, or what it is, and look like a digit.
    parted = _LED_BY_BYTE.sub(" ", text)
    return [text, *([parted] if parted != text else []), wide]


def _wide(run: bytes) -> str:
    return run.decode("utf-16-le", "replace") if len(run) % 2 == 0 else run[::2].decode("ascii", "replace")


def is_document(text: str) -> bool:
    """Tell whether a text is one of tags as a whole, and no Markdown or table with some of them in it."""
    return bool(_DOCUMENT.match(text))


def within_tags(text: str) -> str:
    """Return what stands in tags and comments, each at its place; what is seen between them is left blank."""
    kept, at = [], 0
    for found in _TAG.finditer(text):
        kept += [_NOT_A_FEED.sub(" ", text[at : found.start()]), found[0]]
        at = found.end()
    return "".join([*kept, _NOT_A_FEED.sub(" ", text[at:])])


def without_cells(text: str) -> str:
    """Return a text with the cells of its tables of tags left blank: only where rows are seen has a cell a header."""
    return _CELL_OF_TAGS.sub(lambda cell: within_tags(cell[0]), text)


def attributes(text: str) -> str:
    """Return the values of attributes, each at its place and on a line of its own; the rest is left blank."""
    kept, at = [], 0
    for found in _ATTRIBUTE.finditer(unescaped(text)):
        start, end = found.span(1)
        kept += [" " * (start - at), "\n", found[1][1:-1].replace("\n", " "), "\n"]
        at = end
    return "".join(kept)


def _shown(tag: re.Match[str], text: str, others: str) -> str:
    """Return what a tag leaves to be seen; `others` is what one leaves that is no part of a text."""
    named = _NAME.match(tag[0])
    closing, name = (named[1], named[2].lower()) if named else ("", "")
    unseen = name.startswith(_PREFIXES) or name in _RUNS or name in _CELLS or not name
    sign = NOTHING if unseen else others
    if name in _CELLS and not closing:
        sign = CELL
    elif name == _LABEL and closing:
        sign = " "
    elif name in _ROWS or (name in _BLOCKS and closing and not _CLOSES_CELL.match(text, tag.end())):
        sign = "\n"
    elif name in _SPACES or name in _BLOCKS:
        sign = " "
    return sign.ljust(len(tag[0]), NOTHING)


def _character(escape: str) -> str:
    """Return what an escape stands for; itself where that is no single character."""
    try:
        if escape[0] == "&":
            found = chr(_number(escape[2:-1])) if escape[1] == "#" else html5.get(escape[1:], escape)
        elif escape[1] in "tnr":
            found = " "
        elif escape[0] == "%" or escape[1] in "ux":
            found = chr(int(escape.lstrip("\\%ux"), 16))
        else:
            found = escape[1]
    except (ValueError, OverflowError):
        return escape
    return escape if len(found) != 1 or "\ud800" <= found <= "\udfff" else " " if found in "\n\r" else found


def _number(written: str) -> int:
    return int(written[1:], 16) if written[0] in "xX" else int(written)
