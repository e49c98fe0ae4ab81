"""Takes in the body of a request whole, or refuses it before anything reads it; it understands none of it.

A form that was cut off on the way still parses: its last words are simply gone. The server marks every body as
self-terminating, so nobody behind it would compare what came with what was announced (RFC 9112 §8). Here it is done.
"""

from io import BytesIO

from flask import request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge


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


def _read(size: int) -> bytes:
    try:
        body: bytes = request.environ["wsgi.input"].read(size)
    except (OSError, ParseException):  # a connection that broke; chunks that are none
        raise BadRequest from None
    return body
