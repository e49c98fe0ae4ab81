"""Reads letters (.eml) and what is put into a text in base64: parts, headings and files come out as they were.

It follows no link and believes no type: what a part is, its bytes say.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import Message
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from mingbai.scan.findings import Finding
from mingbai.scan.looking import Piece

if TYPE_CHECKING:
    from mingbai.scan.sources import Found

Read = Callable[[str, bytes], "Iterator[Found]"]
_HEADING = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{1,40}:[^\n]*\n(?:[ \t][^\n]*\n)*){2}")
_OF_LETTERS = re.compile(
    rb"^(?:from|to|subject|mime-version|content-type|content-transfer-encoding|message-id|received|return-path):",
    re.IGNORECASE | re.MULTILINE,
)
_URI = re.compile(
    r"data:(?:[a-z0-9.+-]*\\?/[a-z0-9.+-]*)?((?:;[a-z0-9=._-]+)*),([A-Za-z0-9+/=%\-_.~!*:;@&$,?\\]*)",
    re.IGNORECASE,
)
_LONG = 64  # letters of base64; what is shorter may be a number somebody wrote there
_FEWEST = 12  # bytes that can hold a number
_MOST_URIS = 5_000


def is_letter(data: bytes) -> bool:
    """Tell whether bytes begin with the headings of a letter."""
    start = data[:4096].replace(b"\r\n", b"\n")
    return bool(_HEADING.match(start)) and len(_OF_LETTERS.findall(start)) >= 2


def pieces(file: str, data: bytes, read: Read) -> "Iterator[Found]":
    """Yield headings and parts of a letter; `read` reads a part."""
    try:
        letter = message_from_bytes(data, policy=policy.default)
        parts = list(letter.walk())
    except (ValueError, LookupError, IndexError, AttributeError, TypeError, RecursionError):
        yield Finding(file, "", 0, 0, "unread", "warning")
        return
    for number, part in enumerate(parts):
        yield Piece(file, "\n".join(_headings(part)), part=f"part {number}")
        name, inner = _content(part)
        for each in read(name or file, inner) if inner else ():
            yield replace(
                each, file=file, part=f"part {number}/{each.part}" if each.part else f"part {number}"
            )


def _headings(part: Message) -> Iterator[str]:
    for name in part.keys():
        try:
            values = [str(each) for each in part.get_all(name, [])]
        except (ValueError, LookupError, IndexError, AttributeError, TypeError):
            values = [value for key, value in part.raw_items() if key == name]
        yield from (f"{name}: {' '.join(value.split())}" for value in values)


def _content(part: Message) -> tuple[str, bytes]:
    """Return the name and the bytes of a part, UTF-8 where it says what encoding it is in."""
    if part.is_multipart():
        return "", b""
    try:
        inner = part.get_payload(decode=True)
        name = part.get_filename() or (".html" if part.get_content_subtype() == "html" else "")
    except (ValueError, LookupError, AttributeError, TypeError):
        return "", b""
    if not isinstance(inner, bytes):
        return name, b""
    charset = part.get_content_charset()
    if part.get_content_maintype() == "text" and charset:
        try:
            return name, inner.decode(charset).encode()
        except (UnicodeDecodeError, LookupError):
            return name, inner
    return name, inner


def embedded(text: str) -> Iterator[tuple[int, bytes]]:
    """Yield place and bytes of every file that a text holds in an address of its own (data:…)."""
    for _, found in zip(range(_MOST_URIS), _URI.finditer(text), strict=False):
        inner = _from_base64(found[2]) if _is_base64(found) else unquote_to_bytes(found[2])
        if len(inner) >= _FEWEST:
            yield found.start(), inner


def without_embedded(text: str) -> str:
    """Return the text with what is in base64 left blank, of the same length: its letters say nothing."""
    return _URI.sub(
        lambda found: " " * len(found[0]) if _is_base64(found) and len(found[2]) >= _LONG else found[0], text
    )


def _is_base64(found: re.Match[str]) -> bool:
    return found[1].lower().endswith(";base64")


def _from_base64(written: str) -> bytes:
    plain = re.sub(r"[^A-Za-z0-9+/]", "", written.replace("%2B", "+").replace("%2F", "/").partition("=")[0])
    try:
        return base64.b64decode(plain[: len(plain) - (len(plain) % 4 == 1)] + "==="[: -len(plain) % 4])
    except (binascii.Error, ValueError):
        return b""
