"""Keeps slow and broken connections from holding up everybody else; it reads no request itself.

A thread is held from the first byte of a request to the last byte of its answer. Sixteen phones in a dead spot would
hold all of them, so a request has to arrive, and an answer to be taken, within a time; photos, which are few at once,
get longer. This is no shield against somebody who means harm: that is what the proxy in front of a deployed portal is
for.
"""

import errno
import json
import socket
import time
from functools import partial
from selectors import EVENT_READ
from typing import Any
from weakref import WeakSet

from gunicorn import util
from gunicorn.http import errors
from gunicorn.workers.gthread import TConn, ThreadWorker

from mingbai.messages import LANGUAGES, say

ARRIVES = 30.0  # seconds for a whole request: two thousand characters over the slowest network there is
CROWD = 56  # requests that wait or are handled: at four hundred letters a second the last one waits a seventh of one
PHOTOS_ARRIVE = 240.0  # seconds for three photos of eight megabytes at a hundred kilobytes a second
TAKEN = 300.0  # seconds for the answer: the largest download, a megabyte, at four kilobytes a second
_STATUS = {
    errors.LimitRequestLine: "414 URI Too Long",
    errors.LimitRequestHeaders: "431 Request Header Fields Too Large",
    errors.UnsupportedTransferCoding: "501 Not Implemented",
}
_PATIENT: "WeakSet[socket.socket]" = WeakSet()


def be_patient(line: socket.socket | None) -> None:
    """Give the request that now arrives on `line` the time that photos take."""
    if line is not None:
        _PATIENT.add(line)


class Worker(ThreadWorker):  # type: ignore[misc]
    """The threaded worker, with a clock on every connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._since: dict[TConn, float] = {}

    def accept(self, listener: socket.socket) -> None:
        """Let a new connection wait without a thread until its first byte is there."""
        try:
            client, address = listener.accept()
        except OSError as reason:
            if reason.errno in (errno.EAGAIN, errno.ECONNABORTED):
                return
            raise
        connection = TConn(self.cfg, client, address, listener.getsockname())
        connection.timeout = time.monotonic() + self.cfg.keepalive
        self.nr_conns += 1
        self.pending_conns.append(connection)
        self.poller.register(client, EVENT_READ, partial(self.on_pending_socket_readable, connection))

    def on_pending_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """Let a new connection wait for a thread, or turn it away where too many wait already."""
        if self._is_crowded():
            self.poller.unregister(client)
            self.pending_conns.remove(conn)
            self.nr_conns -= 1
            _turn_away(conn)
        else:
            super().on_pending_socket_readable(conn, client)

    def _is_crowded(self) -> bool:
        """Return whether so many wait for a thread that one more would wait too long."""
        idle = len(self.pending_conns) + len(self.keepalived_conns)
        return bool(self.nr_conns - idle >= CROWD)

    def handle(self, conn: TConn) -> Any:
        """Handle one request, the clock running."""
        self._since[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            del self._since[conn]
            _PATIENT.discard(conn.sock)

    def murder_pending(self) -> None:
        """Give up what dawdles; gunicorn's main loop comes by at least once a second."""
        super().murder_pending()
        now = time.monotonic()
        for connection, since in list(self._since.items()):
            if now - since > TAKEN:
                _shut(connection, socket.SHUT_RDWR)
            elif now - since > (PHOTOS_ARRIVE if connection.sock in _PATIENT else ARRIVES):
                _shut(connection, socket.SHUT_RD)  # whoever still reads the request gets its end

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Answer what is no HTTP with a sentence; the log gets neither who sent it nor what."""
        status, code = _status(exc), "refused"
        if status.startswith("500"):
            code = "failed"
            self.log.error("Error handling request", exc_info=exc)
        said = "\n".join(say(f"forms.error.{code}", lang) for lang in LANGUAGES).encode() + b"\n"
        try:
            util.write_nonblock(client, _head(status, "text/plain", said) + said)
        except OSError:
            self.log.debug("nobody there to be told")


def _turn_away(connection: TConn) -> None:
    """Say in one breath that there is no room now; nothing of the request was read, so nothing was stored."""
    try:
        asked = connection.sock.recv(65536)  # what came is taken, or the answer would be lost in a reset
        sort, said = (
            ("application/json", _CROWDED_API) if b" /api/" in asked[:64] else ("text/plain", _CROWDED)
        )
        util.write_nonblock(
            connection.sock, _head("503 Service Unavailable", sort, said, "Retry-After: 5\r\n") + said
        )
    except OSError:
        pass  # gone already
    connection.close()


def _head(status: str, sort: str, said: bytes, more: str = "") -> bytes:
    return (
        f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: {sort}; charset=utf-8\r\n{more}"
        f"Content-Length: {len(said)}\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n"
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n\r\n"
    ).encode()


_CROWDED = "\n".join(say("forms.error.overload", lang) for lang in LANGUAGES).encode() + b"\n"
_CROWDED_API = json.dumps(
    {
        "error": {
            "code": "busy",
            "message": say("forms.error.overload", "zh"),
            "message_en": say("forms.error.overload", "en"),
            "fields": [],
        }
    }
).encode()


def _status(reason: Exception) -> str:
    ours = isinstance(reason, errors.InvalidResponseHeader | errors.InvalidResponseHeaderName)
    if ours or not isinstance(reason, errors.ParseException):
        return "500 Internal Server Error"
    return next((said for sort, said in _STATUS.items() if isinstance(reason, sort)), "400 Bad Request")


def _shut(connection: TConn, way: int) -> None:
    try:
        connection.sock.shutdown(way)
    except OSError:
        return  # gone already
