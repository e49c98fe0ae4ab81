"""Takes in the body of a request whole, or refuses it before anything reads it; it understands none of it.

A form with photos or a spreadsheet is too large to be held twice: few of them are let in at a time, to be read as they
come.

A form that was cut off on the way still parses: its last words are simply gone. The server marks every body as
self-terminating, so nobody behind it would compare what came with what was announced (RFC 9112 §8). Here it is done.
"""

import threading
from io import BytesIO
from typing import IO

from flask import Request, g, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, ServiceUnavailable

from forms_api.connections import be_patient

_RETRY = 60  # seconds: by then a place is free again


def take_in(most: int) -> None:
    """Read the body of the current request, at most `most` bytes.

    Raises RequestEntityTooLarge for more, before reading where the length was announced; BadRequest for less than was
    announced and for chunks that cannot be read.
    """
    announced = request.content_length
    if (announced or 0) > most:
        raise RequestEntityTooLarge
    if announced is None and not request.headers.get("Transfer-Encoding"):
        return
    body = _read(most + 1 if announced is None else announced)
    if len(body) > most:
        raise RequestEntityTooLarge
    if announced is not None and len(body) < announced:
        raise BadRequest
    request.environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}


class InMemory(Request):
    """A request whose files stay in memory: Werkzeug would write the larger ones to the disk."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()


class Gate:
    """Lets large forms in, few at a time; the others are told at once to come back, before anything is read."""

    def __init__(self, places: int) -> None:
        self._places = threading.BoundedSemaphore(places)

    def let_in(self, most: int) -> None:
        """Let the body of the current request, at most `most` bytes long, through unread.

        Whoever reads it gets BadRequest when less comes than was announced. Raises RequestEntityTooLarge,
        ServiceUnavailable.
        """
        if (request.content_length or 0) > most:
            raise RequestEntityTooLarge
        if not self._places.acquire(blocking=False):
            raise ServiceUnavailable(retry_after=_RETRY)
        g.let_in = True
        request.environ.pop("wsgi.input_terminated", None)  # so Werkzeug counts what comes
        be_patient(request.environ.get("gunicorn.socket"))

    def let_out(self) -> None:
        """Give the place back, if the current request has one."""
        if g.pop("let_in", False):
            self._places.release()


def _read(size: int) -> bytes:
    try:
        body: bytes = request.environ["wsgi.input"].read(size)
    except (OSError, ParseException):  # a connection that broke; chunks that are none
        raise BadRequest from None
    return body
