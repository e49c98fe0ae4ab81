"""Mail: what waits is handed to a real SMTP server, or written to a folder; nothing is lost when the server is away."""

import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from flask import Flask

from forms_api import mailing
from forms_api.rounds import Rounds
from mingbai.errors import PortalError
from tests.api.conftest import NOW, Clock, Start, stored
from tests.api.desk import Person, Writer
from tests.village import Village

PORT, HOST = "host: x\nfrom: y\nport: 99999", "host: a..b\nfrom: y"  # what no connection can be asked for


class Post(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it gets; `refuses` makes it turn every mail away.

    `hangs` makes it answer nobody, `drops` end the talk at a mail to this address, `unknown` turn this address away.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.kept: list[bytes] = []
        self.refuses = self.hangs = False
        self.drops = self.unknown = "nobody"
        self.calls = 0

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Talk(socketserver.StreamRequestHandler):
    server: Post

    def handle(self) -> None:
        self.server.calls += 1
        if self.server.hangs:
            self.rfile.read()
            return
        self.say("220 post")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"RCPT" and self.server.drops.encode() in line:
                return
            if verb == b"DATA":
                self.say("354 go on")
                self.server.kept.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            refused = verb == b"MAIL" and self.server.refuses
            refused |= verb == b"RCPT" and self.server.unknown.encode() in line
            self.say("450 later" if refused else "250 ok")

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def post() -> Iterator[Post]:
    with Post() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


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


def three_wait(app: Flask, village: Village) -> None:
    """Let three mails wait, to three addresses."""
    clerk = Person(app, village, "小周", "east")
    for name in ("one", "two", "three"):
        writer = Writer(app, village, text=name)
        writer.track("follow", address=f"{name}@example.com")
        clerk.act(writer.number, "answer", answer="好了")


def test_a_server_that_hangs_costs_one_waiting_time_a_round(
    app: Flask, village: Village, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "_SECONDS", 0.1)
    settings(village, post)
    three_wait(app, village)
    post.hangs = True

    app.extensions["rounds"].send()

    assert post.calls == 1
    assert stored(village, "SELECT count(*) FROM outbox") == [(3,)]


def test_one_address_that_is_turned_away_keeps_no_other_mail_back(
    app: Flask, village: Village, post: Post
) -> None:
    settings(village, post)
    three_wait(app, village)
    post.unknown = "one@"

    app.extensions["rounds"].send()

    assert stored(village, "SELECT address FROM outbox") == [("one@example.com",)]


def test_a_mail_at_which_the_server_breaks_off_goes_last_the_next_time(
    app: Flask, village: Village, post: Post
) -> None:
    settings(village, post)
    three_wait(app, village)
    post.drops = "one@"

    app.extensions["rounds"].send()
    first = len(post.kept)
    app.extensions["rounds"].send()

    assert (first, len(post.kept)) == (0, 2)
    assert stored(village, "SELECT address FROM outbox") == [("one@example.com",)]


class Hand:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.passed = 0.0

    def __call__(self) -> float:
        return self.passed


def test_an_hour_is_an_hour_however_long_the_mails_take(app: Flask, village: Village, clock: Clock) -> None:
    Writer(app, village)
    hand = Hand()
    rounds = Rounds(app.extensions["acceptance"], village.root / "build" / "site", hand)
    rounds.go()
    clock.now += timedelta(days=5)
    moved = []

    for seconds in (60, 3000, 540, 60):  # a turn that waited for a mail server took fifty minutes
        hand.passed += seconds
        rounds.turn()
        moved.append(len(stored(village, "SELECT 1 FROM events WHERE what = 'moved'")))

    assert moved == [0, 0, 1, 1]


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


@pytest.mark.parametrize(
    "content", ["host: x", "a: b", "[", "host: x\nfrom: y\nport: many", "- host", PORT, HOST]
)
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
