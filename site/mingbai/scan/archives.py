"""Reads what is packed in a zip, above all workbooks and documents of an office; it unpacks so much and no more.

Every member is read, hidden sheets, comments, properties and pictures too. A workbook's cells are put back into rows,
for a number may lie in several of them.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from mingbai.privacy import CELL
from mingbai.scan.findings import Finding
from mingbai.scan.looking import Piece
from mingbai.scan.stacked import stacked

if TYPE_CHECKING:
    from mingbai.scan.sources import Found

START = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
MOST = 256_000_000  # bytes unpacked of one archive; beyond lies a bomb, or nothing that a village office made
MOST_MEMBERS = 20_000
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_STRINGS = "xl/sharedStrings.xml"
_COLUMN = re.compile("[A-Z]+")
_CODE = re.compile("&[A-Z]")  # left, centre and right in heads and feet of sheets
_MOST_CELLS = 4_000_000
Read = Callable[[str, bytes], "Iterator[Found]"]


def pieces(file: str, data: bytes, read: Read) -> "Iterator[Found]":
    """Yield the pieces of an archive; `read` reads a member that is no sheet of a workbook."""
    unread = Finding(file, "", 0, 0, "unread", "warning")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            yield Piece(file, "\n".join(each.filename for each in members), first=0, part="*")
            yield from _comments(file, archive)
            if len(members) > MOST_MEMBERS:
                yield unread
            yield from _members(file, archive, members[:MOST_MEMBERS], read)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, zlib.error):
        yield unread


def _comments(file: str, archive: zipfile.ZipFile) -> "Iterator[Found]":
    remarks = [archive.comment, *(each.comment for each in archive.infolist())]
    text = "\n".join(each.decode("utf-8", "replace") for each in remarks if each)
    if text:
        yield Piece(file, text, part="comment")


def _members(
    file: str, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], read: Read
) -> "Iterator[Found]":
    left = MOST
    strings: list[str] | None = None
    used: set[int] = set()
    for member in sorted(members, key=lambda each: each.filename == _STRINGS):
        inner = _unpacked(archive, member, left)
        if inner is None:
            yield Finding(file, member.filename, 0, 0, "unread", "warning")
            continue
        left -= len(inner)
        if _SHEET.fullmatch(member.filename):
            strings = _strings(archive) if strings is None else strings
            yield from _sheet(file, member.filename, inner, strings, used, read)
        elif member.filename == _STRINGS and strings is not None:
            unused = [text for at, text in enumerate(strings) if at not in used]
            yield Piece(file, "\n".join(unused), part=member.filename)
        elif not member.is_dir():
            yield from _within(file, member.filename, inner, read)


def _within(file: str, name: str, inner: bytes, read: Read) -> "Iterator[Found]":
    for each in read(name, inner):
        part = f"{name}/{each.part}" if each.part else name
        yield replace(each, file=file, part=part)


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes | None:
    """Return the bytes of a member, None if it is locked, broken or too large. Its header is not believed."""
    try:
        with archive.open(member) as packed:
            data = packed.read(most + 1)
    except (RuntimeError, zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError, zlib.error):
        return None  # RuntimeError: a password is asked for
    return data if len(data) <= most else None


def _strings(archive: zipfile.ZipFile) -> list[str]:
    if _STRINGS not in archive.namelist():
        return []
    data = _unpacked(archive, archive.getinfo(_STRINGS), MOST)
    root = _parsed(data or b"")
    return [] if root is None else [_line("".join(_texts(each))) for each in root]


def _parsed(data: bytes) -> Element | None:
    try:
        found: Element = fromstring(data)
        return found
    except (ParseError, DefusedXmlException, ValueError):
        return None


def _sheet(
    file: str, name: str, data: bytes, strings: list[str], used: set[int], read: Read
) -> "Iterator[Found]":
    """Yield the rows of a sheet as lines of cells, then all else in it: notes of checks, links, heads and feet."""
    root = _parsed(data)
    if root is None:
        yield from _within(file, name, data, read)
        return
    lines: dict[int, str] = {}
    for row in root.iter(f"{{{root.tag[1:].partition('}')[0]}}}row"):
        number = _whole(row.get("r")) or len(lines) + 1
        lines[number] = _row(row, strings, used)
    numbers = sorted(lines)
    for position, number in enumerate(numbers[:1]):
        text = "\n".join(
            lines.get(each, "") for each in range(number, min(numbers[-1], number + _MOST_CELLS) + 1)
        )
        yield Piece(file, text, CELL, part=name, first=number + position)
        for below, table in stacked(text.split("\n")):
            yield Piece(file, table, CELL, part=name, first=number + below - 1)
    others = [each for part in root if not part.tag.endswith("}sheetData") for each in _told(part)]
    yield Piece(file, "\n".join(others), part=name)


def _row(row: Element, strings: list[str], used: set[int]) -> str:
    cells: list[str] = []
    formulas = ""
    for cell in row:
        letters = _COLUMN.match(cell.get("r") or "")
        place = _place(letters[0]) if letters else len(cells)
        cells += [""] * (min(place, 16_384) - len(cells))
        kind, parts = cell.get("t"), {each.tag.rpartition("}")[2]: each for each in cell}
        value = parts["v"].text or "" if "v" in parts else ""
        if kind == "s":
            at = _whole(value)
            used.add(at)
            value = strings[at] if 0 <= at < len(strings) else ""
        elif "is" in parts:
            value = "".join(_texts(parts["is"]))
        elif kind in (None, "n"):
            value = _number(value)
        cells.append(_line(value))
        formulas += f" {CELL}{CELL}{_line(parts['f'].text or '')}" if "f" in parts else ""
    return CELL.join(cells) + formulas


def _number(value: str) -> str:
    """Return a number in digits. Of 18 digits a spreadsheet keeps 15: what it lost is shown as hidden."""
    try:
        whole = (
            f"{int(float(value))}" if "e" in value.lower() and float(value) == int(float(value)) else value
        )
        if "e" in value.lower() and len(whole) == 18:
            digits = re.sub("[^0-9]", "", value.lower().partition("e")[0]).ljust(15, "0")[:15]
            return f"{digits}***"
    except (ValueError, OverflowError):
        return value
    return f"{whole[:15]}***" if len(whole) == 18 and whole.endswith("000") and whole.isdigit() else whole


def _texts(element: Element) -> Iterator[str]:
    """Yield the text of runs; how it is to be read aloud (rPh) is no part of it."""
    for each in element.iter():
        if each.tag.endswith("}t") and each.text:
            yield each.text


def _told(element: Element) -> Iterator[str]:
    for each in element.iter():
        yield from (_line(value) for value in each.attrib.values())
        if each.text and each.text.strip():
            yield _line(_CODE.sub(" ", each.text))


def _line(text: str) -> str:
    return text.replace("\n", " ").replace("\r", " ").replace(CELL, " ")


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else -1 if text else 0


def _place(letters: str) -> int:
    at = 0
    for letter in letters[:4]:
        at = at * 26 + ord(letter) - 64
    return at - 1
