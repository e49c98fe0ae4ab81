"""The service on a real socket: what is cut off, malformed, too large or too slow, and what every answer carries."""

import json
import re
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from forms_api.database import FILE
from forms_api.limits import Limits
from tests.api.conftest import letter, settle
from tests.api.test_kill import running
from tests.api.test_static_site import lay
from tests.village import Village

PATIENCE = 1.0
HURRIED = f"""
import sys
from forms_api import connections
from forms_api.__main__ import main
connections.ARRIVES = {PATIENCE}
sys.exit(main(sys.argv[1:]))
"""
BODY = json.dumps(letter(text="完整的一封")).encode()
SUBMIT = (
    b"POST /api/v1/submissions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
)
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the head and the body as text."""

    status: int
    head: str
    body: str


@dataclass(frozen=True)
class Service:
    """A running service: its port, its portal and its log."""

    port: int
    root: Path
    log: Path

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=15)

    def send(self, *pieces: bytes, cut: bool = False) -> Answer:
        """Send bytes as they are; `cut` ends the sending, as a lost connection would."""
        with self.connect() as line:
            line.sendall(b"".join(pieces))
            if cut:
                line.shutdown(socket.SHUT_WR)
            came = b"".join(iter(lambda: line.recv(65536), b""))
        head, _, body = came.partition(b"\r\n\r\n")
        return Answer(int(head.split()[1]), head.decode("latin-1"), body.decode("utf-8"))

    def get(self, path: str, *headers: str) -> Answer:
        lines = [f"GET {path} HTTP/1.1", "Host: x", "Connection: close", *headers, "", ""]
        return self.send("\r\n".join(lines).encode("latin-1"))

    def stored(self) -> int:
        with sqlite3.connect(self.root / ".state" / FILE) as database:
            return int(database.execute("SELECT count(*) FROM submissions").fetchone()[0])


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    village = settle(tmp_path_factory.mktemp("line") / "portal")
    lay(village)
    log = village.root / "log"
    with running(["-c", HURRIED], village.root, log) as (port, _):
        yield Service(port, village.root, log)


def length(size: int) -> bytes:
    return b"Content-Length: %d\r\n\r\n" % size


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def test_a_form_that_was_cut_off_on_the_way_is_not_stored_and_can_be_sent_again(service: Service) -> None:
    token = re.search('name="token" value="([^"]+)"', service.get("/ask").body)
    assert token
    said = urlencode(
        {"token": token[1], "type": "inquiry", "unit": "east", "text": "前半句，后半句"}
    ).encode()
    head = b"POST /ask HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    before = service.stored()

    cut = service.send(head, length(len(said)), said[:-20], cut=True)
    assert (cut.status, service.stored()) == (400, before)
    assert "没有处理" in cut.body

    whole = service.send(head, length(len(said)), said)
    assert (whole.status, service.stored()) == (201, before + 1)


def test_a_body_in_chunks_is_taken_whole(service: Service) -> None:
    assert service.send(SUBMIT, CHUNKED, chunk(BODY[:20]), chunk(BODY[20:]), b"0\r\n\r\n").status == 201


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (length(len(BODY) + 9) + BODY, 400),
        (length(0), 400),
        (b"\r\n", 400),
        (b"Content-Length: -1\r\n\r\n", 400),
        (b"Content-Length: many\r\n\r\n", 400),
        (b"Content-Length: 5\r\n" + length(6), 400),
        (b"Content-Length: 5\r\n" + CHUNKED + chunk(BODY) + b"0\r\n\r\n", 400),
        (CHUNKED + b"zz\r\n" + BODY, 400),
        (CHUNKED + b"ff\r\n" + BODY, 400),
        (CHUNKED + chunk(BODY), 400),
        (CHUNKED + chunk(BODY + b" " * 70_000) + b"0\r\n\r\n", 413),
        (length(70_000), 413),
        (b"X: 1\r\n" * 200 + length(len(BODY)) + BODY, 431),
        (b"X: " + b"1" * 9000 + b"\r\n" + length(len(BODY)) + BODY, 431),
    ],
    ids=lambda value: value if isinstance(value, int) else repr(value[:30]),
)
def test_a_body_that_is_not_what_it_says_is_refused_with_a_sentence(
    service: Service, sent: bytes, status: int
) -> None:
    before = service.stored()

    answer = service.send(SUBMIT, sent, cut=True)

    assert answer.status == status
    assert re.search("没有处理|没有收|什么也没存", answer.body)
    assert service.stored() == before


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"\x16\x03\x01\x02\x00 \x01", 400),
        (b"GET /", 400),
        (b"GET /\x00 HTTP/1.1", 400),
        (b"GET / HTTP/3.0", 400),
        (b"GET /ask?about=" + b"x" * 9000 + b" HTTP/1.1", 414),
    ],
    ids=["tls", "short", "nul", "version", "long"],
)
def test_what_is_no_request_is_answered_with_a_sentence_that_repeats_nothing(
    service: Service, line: bytes, status: int
) -> None:
    answer = service.send(line, b"\r\nHost: x\r\n\r\n")

    assert answer.status == status
    assert "看不懂" in answer.body and "could not be understood" in answer.body
    assert "x" * 50 not in answer.body
    assert "default-src 'none'" in answer.head


def test_nobody_moves_an_address_by_a_header(service: Service) -> None:
    plain = service.get("/healthz")
    for header in ("SCRIPT_NAME: /x", "PATH_INFO: /ask", "Script-Name: /x", "X-Forwarded-Prefix: /x"):
        assert service.get("/healthz", header).body == plain.body
    assert "evil" not in service.get("/u/east", "X-Forwarded-Host: evil.example").head


@pytest.mark.parametrize(
    "path",
    ["/", "/u/east/", "/u/east", "/assets/js/ask.js", "/nothing", "/ask", "/en/track", "/ask/", "/healthz",
     "/api/v1/submissions/x", "/api/openapi.json", "/api/v1/search?q=x"],
)  # fmt: skip
def test_every_answer_is_guarded_and_sets_no_cookie(service: Service, path: str) -> None:
    head = service.get(path).head.lower()

    assert "content-security-policy: default-src 'none'" in head
    assert "frame-ancestors 'none'" in head and "unsafe" not in head
    assert "x-content-type-options: nosniff" in head
    assert "referrer-policy: same-origin" in head
    assert "set-cookie" not in head and "access-control" not in head


@pytest.mark.parametrize("path", ["/ask", "/track", "/en/ask", "/api/v1/submissions/x", "/healthz"])
def test_no_cache_keeps_what_residents_see(service: Service, path: str) -> None:
    assert "Cache-Control: no-store" in service.get(path).head


@pytest.mark.parametrize("path", ["/ask/?unit=east", "/en/track/"])
def test_a_slash_too_many_leads_to_the_form(service: Service, path: str) -> None:
    answer = service.get(path)

    assert answer.status == 308
    assert f"Location: {path.replace('/?', '?').rstrip('/')}\r\n" in answer.head + "\r\n"


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET /ask HTTP/1.1\r\nHost:",
        b"POST /ask HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\ntoken=",
    ],
    ids=["nothing", "head", "body"],
)
def test_many_that_dawdle_hold_up_nobody_for_long(service: Service, begun: bytes) -> None:
    slow = [service.connect() for _ in range(Limits.threads + 8)]
    try:
        for line in slow:
            line.sendall(begun)
        time.sleep(0.1)
        asked = time.monotonic()
        assert service.get("/healthz").status == 200
        assert time.monotonic() - asked < PATIENCE + 4
    finally:
        for line in slow:
            line.close()


def test_the_log_of_broken_requests_holds_no_receipt_no_address_and_no_words(service: Service) -> None:
    service.send(b"GET /track#F5Q2-5MYQ-TJ8F2 HTTP\r\n\r\n")
    service.get("/track?receipt=F5Q2-5MYQ-TJ8F2")
    service.get("/api/v1/submissions/F5Q2-5MYQ-TJ8F2")
    service.send(SUBMIT, b"Content-Length: F5Q25MYQTJ8F2\r\n\r\n")

    log = service.log.read_text(encoding="utf-8")

    assert "/api/v1/submissions" in log
    for secret in ("F5Q2", "5MYQ", "TJ8F2", "完整的一封", "127.0.0.1"):
        assert secret not in log
    assert "Traceback" not in log


NARROW = """
import sys
import forms_api.connections as room
from forms_api.__main__ import main

room.CROWD = 2
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("address", "sent", "sort"),
    [
        ("/api/v1/submissions", "application/json", "application/json"),
        ("/ask", "application/x-www-form-urlencoded", "text/plain"),
    ],
)
def test_one_too_many_is_turned_away_at_once_and_told_when_to_come_back(
    village: Village, address: str, sent: str, sort: str
) -> None:
    # The sort of body has to be right: what is refused by its head is answered without waiting for the rest.
    head = (
        f"POST {address} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {sent}\r\n"
        "Content-Length: 9\r\n\r\n"
    ).encode()
    with running(["-c", NARROW], village.root) as (port, _), ExitStack() as held:
        answer = next(filter(None, (_half(port, head, held) for _ in range(20))), b"")
        held.close()
        after = _until(port, b"GET /ask HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"HTTP/1.1 200 ")

    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"\r\nRetry-After: 5\r\n" in answer and f"Content-Type: {sort}".encode() in answer
    assert "来的人太多" in answer.decode() or "\\u6765" in answer.decode()
    assert after


def _half(port: int, head: bytes, held: ExitStack) -> bytes:
    """Send half a request on a line that stays open; return what is answered to that within a second."""
    line = held.enter_context(socket.create_connection(("127.0.0.1", port), timeout=1))
    line.sendall(head + b"half")
    try:
        with line.makefile("rb") as answer:
            return answer.read()
    except TimeoutError:
        return b""


def _until(port: int, request: bytes, begins: bytes) -> bytes:
    """Ask until the answer begins as it should; the threads take a moment to see who came and went."""
    for _ in range(50):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(request)
            answer = line.makefile("rb").read()
        if answer.startswith(begins):
            return answer
        time.sleep(0.1)
    raise AssertionError(answer[:200])
