"""Mail: what waits is handed to a real SMTP server, or written to a folder; nothing is lost when the server is away."""

import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from flask import Flask

from mingbai.errors import PortalError
from tests.api.conftest import NOW, Start, stored
from tests.api.desk import Clock, Person, Writer
from tests.village import Village


class Post(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it gets; `refuses` makes it turn every mail away."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.kept: list[bytes] = []
        self.refuses = False

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Talk(socketserver.StreamRequestHandler):
    server: Post

    def handle(self) -> None:
        self.say("220 post")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.say("354 go on")
                self.server.kept.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            self.say("450 later" if verb == b"MAIL" and self.server.refuses else "250 ok")

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def post() -> Iterator[Post]:
    with Post() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(start: Start, clock: Clock) -> Flask:
    return start(clock=clock)


def answered(app: Flask, village: Village) -> Writer:
    """Return somebody who follows a letter by mail that was just answered."""
    writer = Writer(app, village)
    writer.track("follow", address="someone@example.com")
    Person(app, village, "小周", "east").act(writer.number, "answer", answer="禾平公司做的")
    return writer


def settings(village: Village, post: Post) -> None:
    village.write(".state/mail.yaml", f"host: 127.0.0.1\nport: {post.port}\nfrom: portal@example.com\n")


def test_the_news_reaches_the_mail_server_once(app: Flask, village: Village, post: Post) -> None:
    settings(village, post)
    answered(app, village)

    for _ in range(2):
        app.extensions["rounds"].send()

    (raw,) = post.kept
    mail = message_from_bytes(raw, EmailMessage, policy=policy.default)
    assert (mail["To"], mail["From"]) == ("someone@example.com", "portal@example.com")
    assert (mail.get_content_type(), mail.is_multipart()) == ("text/plain", False)
    assert "新进展" in mail["Subject"] and "/track" in mail.get_content()
    assert "禾平公司" not in raw.decode() + mail.get_content()


def test_what_a_server_turns_away_is_sent_when_it_takes_mail_again(
    app: Flask, village: Village, post: Post
) -> None:
    settings(village, post)
    answered(app, village)
    post.refuses = True
    app.extensions["rounds"].send()
    refused = list(post.kept)

    post.refuses = False
    app.extensions["rounds"].send()

    assert (len(refused), len(post.kept)) == (0, 1)


def test_after_three_days_it_is_no_longer_news(
    app: Flask, village: Village, post: Post, clock: Clock
) -> None:
    settings(village, post)
    answered(app, village)
    post.refuses = True
    clock.now = NOW.replace(day=20)
    app.extensions["rounds"].send()

    assert stored(village, "SELECT count(*) FROM outbox") == [(0,)]


def test_without_a_server_mails_are_files_that_only_the_owner_reads(app: Flask, village: Village) -> None:
    answered(app, village)

    app.extensions["rounds"].send()

    (path,) = (village.root / ".state" / "outbox").iterdir()
    assert path.stat().st_mode & 0o077 == 0
    assert b"someone@example.com" in path.read_bytes()


def test_a_password_is_not_sent_to_a_server_without_encryption(
    app: Flask, village: Village, post: Post
) -> None:
    settings(village, post)
    with (village.root / ".state" / "mail.yaml").open("a") as more:
        more.write("user: portal\npassword: geheim\n")
    answered(app, village)

    app.extensions["rounds"].send()

    assert post.kept == [] and stored(village, "SELECT count(*) FROM outbox") == [(1,)]


@pytest.mark.parametrize("content", ["host: x", "a: b", "[", "host: x\nfrom: y\nport: many", "- host"])
def test_settings_that_cannot_be_read_stop_the_start_with_a_sentence(
    start: Start, village: Village, content: str
) -> None:
    village.write(".state/mail.yaml", content)

    with pytest.raises(PortalError, match="mail.yaml"):
        start()


def test_no_mail_takes_the_place_of_another(app: Flask, village: Village, clock: Clock) -> None:
    for name in ("小周", "王芳"):  # the outbox is emptied in between, and SQLite gives numbers again
        writer = Writer(app, village, text=f"{name}，路灯坏了")
        writer.track("follow", address="someone@example.com")
        Person(app, village, name, "east").act(writer.number, "answer", answer="好了")
        app.extensions["rounds"].send()
        clock.now += timedelta(seconds=1)

    mails = [path.read_bytes() for path in (village.root / ".state" / "outbox").iterdir()]
    assert len({message_from_bytes(mail)["Message-ID"] for mail in mails}) == len(mails) == 2
