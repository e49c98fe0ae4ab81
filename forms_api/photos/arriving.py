"""Reads the form of residents as it arrives: words as strict UTF-8, photos into memory; it judges neither.

Werkzeug's own reader would write a photo as it was sent, with place and time, into a file, and put marks where it
cannot read a word.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData

from forms_api.limits import Limits

FIELD = "photo"
_PARTS = 100
_PIECE = 64 * 1024


@dataclass(frozen=True)
class Posted:
    """What a form held: its words, and its photos as they were sent, whatever they are.

    Of a photo that is too large no more is kept than shows it; of those beyond the last that is taken, nothing.
    """

    words: Mapping[str, str]
    photos: tuple[bytes, ...]


def read_form(limits: Limits) -> Posted:
    """Return the form in the current request; of two words under one name the first counts.

    Raises BadRequest for what is no form, not whole or not UTF-8; RequestEntityTooLarge for too many words or parts.
    """
    try:
        if request.mimetype == "multipart/form-data":
            return _read_parts(limits)
        unquote_to_bytes(request.get_data()).decode("utf-8")
    except ValueError:
        raise BadRequest from None
    return Posted(request.form, ())


def _read_parts(limits: Limits) -> Posted:
    words: dict[str, str] = {}
    photos: list[bytes] = []
    room = limits.form_body
    for part, content in _parts(limits):
        if isinstance(part, File):
            if part.name == FIELD and (
                part.filename or content
            ):  # without a photo a browser sends an empty one
                photos.append(content if len(photos) < limits.photos else b"")
            continue
        room -= len(content)
        if room < 0:
            raise RequestEntityTooLarge
        words.setdefault(part.name, content.decode("utf-8"))
    return Posted(words, tuple(photos))


def _parts(limits: Limits) -> Iterator[tuple[Field | File, bytes]]:
    """Yield each part with its content, cut off one byte beyond what is allowed."""
    for event in _events(limits):
        if isinstance(event, Field | File):
            part, kept = event, bytearray()
            most = 1 + (limits.photo_size if isinstance(part, File) else limits.form_body)
        elif isinstance(event, Data):
            kept += event.data[: most - len(kept)]
            if not event.more_data:
                yield part, bytes(kept)


def _events(limits: Limits) -> Iterator[Event]:
    boundary = request.mimetype_params.get("boundary", "").encode("ascii")
    if not boundary:
        raise ValueError("no boundary")
    decoder = MultipartDecoder(boundary, limits.form_body, max_parts=_PARTS)
    piece = b" "
    while piece:
        piece = request.stream.read(_PIECE)
        decoder.receive_data(piece or None)
        while not isinstance(event := decoder.next_event(), NeedData | Epilogue):
            yield event
