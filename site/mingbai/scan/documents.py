"""Reads the text, notes, forms, headings, properties and attached files of a PDF; it reads no writing in pictures."""

import io
import logging
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from pypdf import PageObject, PdfReader
from pypdf.generic import DictionaryObject, StreamObject

from mingbai.privacy import CELL
from mingbai.scan import drawn
from mingbai.scan.archives import Read
from mingbai.scan.findings import Finding
from mingbai.scan.looking import Piece
from mingbai.scan.markup import attributes, seen
from mingbai.scan.wraps import rejoined

if TYPE_CHECKING:
    from mingbai.scan.sources import Found

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it would print pieces of the file
_MOST_PAGES = 2_000
_MOST_FILES = 1_000
_DEEPEST = 40
_SAID = frozenset(
    "/Contents /T /TU /TM /V /DV /Opt /Subj /NM /RC /Title /URI /Alt /ActualText".split()  # words of people
)
_ELSEWHERE = frozenset("/Parent /P /Page /Prev /Last /AP /Resources /Dest /D /Pg /EF".split())
_PARTS = {"/Outlines": "headings", "/AcroForm": "form", "/Names": "names", "/StructTreeRoot": "tags"}


def pieces(file: str, data: bytes, read: Read) -> "Iterator[Found]":
    """Yield the pages of a document and all else it says; `read` reads a file attached to it."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            yield Finding(file, "", 0, 0, "unread", "warning")
            return
        yield from _properties(file, reader)
        for number, page in enumerate(reader.pages[:_MOST_PAGES], 1):
            yield from _page(file, f"page {number}", page)
        yield from _attached(file, reader, read)
    except (
        Exception
    ):  # a broken document makes the reader raise anything, with pieces of the document in its words
        yield Finding(file, "", 0, 0, "unread", "warning")


def _properties(file: str, reader: PdfReader) -> Iterator[Piece]:
    root = reader.root_object
    yield Piece(file, "\n".join(map(str, (reader.metadata or {}).values())), part="properties")
    described = root.get("/Metadata")
    if described is not None:
        text = described.get_object().get_data().decode("utf-8", "replace")
        yield from (Piece(file, each, part="properties") for each in (text, seen(text), attributes(text)))
    for key, part in (
        ("/Outlines", "headings"),
        ("/AcroForm", "form"),
        ("/Names", "names"),
        ("/StructTreeRoot", "tags"),
    ):
        if key in root:
            yield Piece(file, "\n".join(_said(root[key], set())), part=part)


def _page(file: str, part: str, page: PageObject) -> Iterator[Piece]:
    text, rows, columns = drawn.text_of(page)
    yield Piece(file, text, part=part)
    yield Piece(file, rows, CELL, part=part)
    yield Piece(file, columns, part=part)
    if (whole := rejoined(text)) is not None:
        yield Piece(file, whole, part=part)
    notes = page.get("/Annots")
    if notes is not None:
        yield Piece(file, "\n".join(_said(notes, set())), part=part)


def _said(found: Any, known: set[int], depth: int = 0) -> Iterator[str]:
    """Yield the words in an object and in all below it, pages apart."""
    found = found.get_object() if hasattr(found, "get_object") else found
    if id(found) in known or depth > _DEEPEST or found is None:
        return
    known.add(id(found))
    if isinstance(found, DictionaryObject):
        for key, value in found.items():
            if key in _SAID and isinstance(value.get_object(), str | bytes):
                yield str(value.get_object()).replace("\r", "\n")
            elif key not in (
                "/Parent",
                "/P",
                "/Page",
                "/Prev",
                "/Last",
                "/AP",
                "/Resources",
                "/Dest",
                "/D",
                "/Pg",
                "/EF",
            ):
                yield from _said(value, known, depth + 1)
    elif isinstance(found, list):
        for each in found:
            if isinstance(each, str) and not each.startswith("/"):
                yield each
            else:
                yield from _said(each, known, depth + 1)


def _attached(file: str, reader: PdfReader, read: Read) -> "Iterator[Found]":
    """Yield what is in the files that a document carries, wherever in it they hang."""
    for name, described, held in islice(_carried(reader), _MOST_FILES):
        yield Piece(file, f"{name}\n{described}", part="files", first=0)
        for stream in {id(each): each for each in map(_object, held.values())}.values():
            if isinstance(stream, StreamObject):
                for each in read(name, stream.get_data()):
                    yield replace(each, file=file, part=f"{name}/{each.part}" if each.part else name)


def _carried(reader: PdfReader) -> Iterator[tuple[str, str, DictionaryObject]]:
    """Yield name, description and streams of every file in a document."""
    numbers = {*reader.xref_objStm, *(number for each in reader.xref.values() for number in each)}
    for found in (reader.get_object(number) for number in sorted(numbers) if number):
        held = _object(found["/EF"]) if isinstance(found, DictionaryObject) and "/EF" in found else None
        if isinstance(found, DictionaryObject) and isinstance(held, DictionaryObject):
            yield str(found.get("/UF") or found.get("/F") or ""), str(found.get("/Desc") or ""), held


def _object(found: Any) -> Any:
    return found.get_object()
