"""Turns the bytes of a file of any sort into pieces of text with their places; it judges none of them.

What a file is, its bytes say and not its name. What cannot be read becomes a finding `unread`: nothing is passed over
without a word.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from mingbai.privacy import CELL
from mingbai.scan import archives, databases, documents, images, letters, oldbooks, packed, rich, values
from mingbai.scan.declared import NOTHING_DECLARED, Declared
from mingbai.scan.findings import Finding
from mingbai.scan.looking import Piece
from mingbai.scan.markup import (
    attributes,
    is_document,
    letters_in,
    seen,
    unescaped,
    within_tags,
    without_cells,
)
from mingbai.scan.wraps import rejoined

Found = Piece | Finding
DEEPEST = 4  # archives in archives
_BOMS = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
# Names of files that never are plain text.
_LOCKED_UP = (
    ".xlsx",
    ".docx",
    ".pptx",
    ".ods",
    ".odt",
    ".zip",
    ".pdf",
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".webp",
    ".tif",
    ".tiff",
)
_TAGS = re.compile(r"<(?:!--|[/!?]?[A-Za-z])")
_QUOTED = re.compile(r'(?:(?<=[,;\t\n])|^)"(?:[^"]|"")*"')


def pieces(file: str, data: bytes, declared: Declared = NOTHING_DECLARED, depth: int = 0) -> Iterator[Found]:
    """Yield everything in a file that can be read. `declared`: what the numbers of its columns may look like."""

    def inside(name: str, inner: bytes) -> Iterator[Found]:
        return pieces(name, inner, depth=depth + 1)

    if not depth and file.lower().endswith(_LOCKED_UP) and not _is_what_it_says(data):
        yield unread(file)  # it is no such thing, or damaged: what its letters say is no whole reading
    if depth > DEEPEST:
        yield unread(file)
    elif data.startswith(archives.START):
        yield from archives.pieces(file, data, inside)
    elif packed.is_packed(data):
        yield from packed.pieces(file, data, inside)
    elif data.lstrip()[:5] == b"%PDF-":
        yield from documents.pieces(file, data, inside)
    elif images.is_image(data):
        yield from images.pieces(file, data)
    else:
        yield from _unpacked(file, data, declared, inside)


def _is_what_it_says(data: bytes) -> bool:
    """Tell whether bytes are something that a program packed or drew, or a page of tags, which goes by any name."""
    packs = (
        data.startswith((*archives.START, oldbooks.START)) or packed.is_packed(data) or images.is_image(data)
    )
    return packs or data.lstrip()[:5] == b"%PDF-" or is_document(data[:500].decode("utf-8", "replace"))


def _unpacked(file: str, data: bytes, declared: Declared, inside: archives.Read) -> Iterator[Found]:
    """Yield what lies open in a file: its text, and what stands in the text in an encoding of its own."""
    if data.startswith(oldbooks.START):
        yield from oldbooks.pieces(file, data)
    if data.startswith(databases.START):
        try:
            yield from databases.pieces(file, data)
            return
        except databases.Unreadable:
            pass  # its bytes tell then
    if letters.is_letter(data):
        yield from letters.pieces(file, data, inside)
    for text in readings(data):
        plain = text
        if "data:" in text:
            plain = letters.without_embedded(text)
            for place, inner in letters.embedded(text):
                line = text.count("\n", 0, place) + 1
                yield from (replace(each, file=file, part=f"data: {line}") for each in inside("", inner))
        yield from _texts(file, plain, declared)


def unread(file: str, part: str = "") -> Finding:
    """Return the finding that something could not be looked into."""
    return Finding(file, part, 0, 0, "unread", "warning")


def readings(data: bytes) -> list[str]:
    """Return the text of some bytes: in their encoding, or in each of those they may be in."""
    mark = next((name for bom, name in _BOMS.items() if data.startswith(bom)), None)
    if mark is not None:
        return [data.decode(mark, "replace")]
    zeros = data[:4096].count(0)
    if zeros > len(data[:4096]) // 20:
        return _wide(data)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8-sig" or _is_chinese(text):
            return [text]
    found = [data.decode(encoding, "replace") for encoding in ("gb18030", "utf-8")]
    return list(dict.fromkeys([*found, *filter(_is_chinese, _wide(data)[:2])]))


def _is_chinese(text: str) -> bool:
    """Tell whether a reading as UTF-16 makes sense: most of a sample are Chinese characters."""
    sample = text[:2000]
    return sum("\u4e00" <= each <= "\u9fa5" or each.isascii() for each in sample) > len(sample) * 0.8


def _wide(data: bytes) -> list[str]:
    """Return UTF-16 without its mark both ways, and the letters that a binary holds."""
    even = len(data) // 2 * 2
    return [
        *(data[:even].decode(each, "replace") for each in ("utf-16-le", "utf-16-be")),
        *letters_in(data),
    ]


def _texts(file: str, text: str, declared: Declared) -> Iterator[Piece]:
    if "\r" in text:
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    if text.startswith(rich.START):
        yield Piece(file, rich.shown(text), "", declared, line_starts(text))
        return
    cells = "\t" if file.lower().endswith(".tsv") else _comma(text) if file.lower().endswith(".csv") else ""
    starts = line_starts(text) if '"' in text or "<" in text else None
    whole = None if cells else rejoined(text)
    if is_document(text):  # all that is seen follows as such, with its tables
        yield Piece(file, within_tags(text), "", declared, starts)
        whole = whole and seen(whole)
    else:
        yield Piece(file, joined(text) if cells else without_cells(text), cells, declared, starts)
    if whole is not None:
        yield Piece(file, without_cells(whole), "", declared, line_starts(text))
    if _TAGS.search(text):
        shown = seen(text)
        yield Piece(file, shown, cells, declared, starts)
        if (whole := rejoined(shown)) is not None:
            yield Piece(file, whole, cells, declared, starts)
        yield Piece(file, attributes(text), "", declared, starts)
    elif (plain := unescaped(text)) != text:
        yield Piece(file, _changed(text, plain), cells, declared)
    if file.lower().endswith(values.NAMES):
        for row in values.rows(text):
            yield Piece(file, row.table, CELL, declared, lines=row.lines, around=row.around)


def _changed(text: str, plain: str) -> str:
    """Return the first line, and those in which something was resolved; others, looked at already, are left empty."""
    lines = zip(text.split("\n"), plain.split("\n"), strict=True)
    return "\n".join(after if after != before or not at else "" for at, (before, after) in enumerate(lines))


def _comma(text: str) -> str:
    """Return what parts the cells of a table in text: the sign that its first line holds most of."""
    first = text[: text.find("\n") % (len(text) + 1)]
    return max(",;\t，|", key=first.count) if any(each in first for each in ",;\t，|") else ","


def joined(text: str) -> str:
    """Return a table in text with the line feeds inside its quoted cells as spaces: a row is a line."""
    if '"' not in text or text.count('"') % 2:
        return text
    return _QUOTED.sub(lambda cell: cell[0].replace("\n", " "), text)


def line_starts(text: str) -> list[int]:
    """Return where each line begins."""
    return [0, *(match.end() for match in re.finditer("\n", text))]
