"""Reads what a picture says besides showing it: EXIF, XMP, comments, text chunks; it decodes no picture."""

import io
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from PIL import ExifTags, Image, PngImagePlugin

from mingbai.scan.findings import Finding
from mingbai.scan.looking import Piece
from mingbai.scan.markup import attributes, letters_in, seen

if TYPE_CHECKING:
    from mingbai.scan.sources import Found

_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")
_NAMED = (
    b"ASCII\0\0\0",
    b"UNICODE\0",
    b"JIS\0\0\0\0\0",
    bytes(8),
)  # EXIF may name an encoding in eight bytes first
_FOLDERS = (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo, ExifTags.IFD.Interop, ExifTags.IFD.IFD1)


def is_image(data: bytes) -> bool:
    """Tell whether bytes are a picture that can be read."""
    return data.startswith(_STARTS) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def pieces(file: str, data: bytes) -> "Iterator[Found]":
    """Yield the texts of a picture: those that its format names, and whatever else lies in its bytes."""
    yield from (Piece(file, text) for text in letters_in(data))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of sizes and of damaged EXIF; neither matters here
            told = list(_told(data))
    except (OSError, ValueError, SyntaxError, KeyError, TypeError, IndexError, Image.DecompressionBombError):
        yield Finding(file, "", 0, 0, "unread", "warning")
        return
    for part, text in told:
        yield Piece(file, text, part=part)
        if "<" in text:
            yield Piece(file, seen(text), part=part)
            yield Piece(file, attributes(text), part=part)


def _told(data: bytes) -> Iterator[tuple[str, str]]:
    with Image.open(io.BytesIO(data)) as picture:
        exif = picture.getexif()
        for tags in (exif, *(exif.get_ifd(folder) for folder in _FOLDERS)):
            yield from (("EXIF", text) for value in tags.values() for text in _texts(value))
        if isinstance(picture, PngImagePlugin.PngImageFile):
            picture.load()  # text after the pixels is read only then
            yield from (("text", each) for words in picture.text.items() for each in _texts(": ".join(words)))
        yield from (("info", text) for value in picture.info.values() for text in _texts(value))


def _is_utf8(value: bytes) -> bool:
    """Tell whether bytes are text in UTF-8 beyond doubt: with letters that only it writes so, and no zeros."""
    try:
        return not value.decode().isascii() and b"\0" not in value.rstrip(b"\0")
    except UnicodeDecodeError:
        return False


def _readings(value: str) -> Iterator[str]:
    """Yield a text that is Latin-1 by the standard of its format, and UTF-8 by what many programs write."""
    try:
        written = value.encode("latin-1")
    except UnicodeEncodeError:
        yield value
        return
    if not _is_utf8(written):
        yield value
    yield from _texts(written)


def _texts(value: object) -> Iterator[str]:
    """Yield what a value may say, in each encoding that cameras and programs write."""
    if isinstance(value, str):
        yield from [value] if value.isascii() else _readings(value)
    elif isinstance(value, bytes):
        for encoding in ("utf-8", "gb18030"):
            yield value.decode(encoding, "replace").replace("\0", "\n")
            if _is_utf8(value):
                return
        for encoding in ("utf-16-le", "utf-16-be"):
            yield value[8 if value.startswith(_NAMED) else 0 :].decode(encoding, "replace")
    elif isinstance(value, int | float):
        yield str(value)
    elif isinstance(value, list | tuple | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
