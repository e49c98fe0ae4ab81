"""Cuts a commit or a tag into what people wrote in it; keys, signatures and times are no one's words."""

import re
from collections.abc import Iterator

from mingbai.scan.looking import Piece
from mingbai.scan.objects import decoded

_PERSON = re.compile(rb"^(?:author|committer|tagger) (.*) -?[0-9]+ [+-][0-9]{4}$")
_OURS = (b"tree ", b"parent ", b"object ", b"type ")
_SIGNED = (b"gpgsig", b" ")
_SIGNATURE = re.compile(r"-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----", re.DOTALL)


def told(file: str, data: bytes) -> Iterator[Piece]:
    """Yield names with addresses, other headers and the message of a commit or a tag."""
    head, _, message = data.partition(b"\n\n")
    lines = []
    for line in head.split(b"\n"):
        person = _PERSON.match(line)
        if person or not line.startswith((*_OURS, *_SIGNED)):
            lines.append(decoded(person[1] if person else line))
    yield Piece(file, "\n".join(lines), part="names")
    encoding = re.search(rb"^encoding (\S+)$", head, re.MULTILINE)
    yield Piece(
        file, _SIGNATURE.sub("", _message(message, encoding[1].decode() if encoding else "")), part="message"
    )


def _message(message: bytes, encoding: str) -> str:
    try:
        return message.decode(encoding or "utf-8")
    except (UnicodeDecodeError, LookupError):
        return decoded(message)
