"""Sends what waits in the outbox: through the SMTP server that the portal names, else into a folder as files.

`.state/mail.yaml` names host, port, from and, where the server wants them, user and password. Without it each mail is
written to `.state/outbox/`. A mail is taken out of the outbox after it was handed over, so a service that is killed in
between sends one twice and loses none. What could not be sent for three days is dropped: it is no longer news.
"""

import hashlib
import logging
import os
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import yaml
from sqlalchemy import Connection, Row, delete, select

from forms_api.cases import moment
from forms_api.database import Database
from forms_api.tables import OUTBOX
from forms_api.writer import Writer
from mingbai.errors import PortalError
from mingbai.messages import say

FILE, FOLDER = "mail.yaml", "outbox"
_LOG = logging.getLogger(__name__)
_KEPT = timedelta(days=3)
_SECONDS = 20
_NEEDED, _KNOWN = {"host", "from"}, {"host", "port", "from", "user", "password"}


@dataclass(frozen=True)
class Server:
    """An SMTP server. Where it offers STARTTLS (RFC 3207) it is used; user and password go over TLS only."""

    host: str
    port: int
    sender: str
    user: str | None
    password: str | None

    @classmethod
    def load(cls, state: Path) -> "Server | None":
        """Read `.state/mail.yaml`; None where there is none. Raises PortalError."""
        path = state / FILE
        if not path.is_file():
            return None
        try:
            said = yaml.safe_load(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError):
            said = None
        if (
            not isinstance(said, dict)
            or not _NEEDED <= set(said) <= _KNOWN
            or not isinstance(said.get("port", 25), int)
        ):
            raise PortalError(say("forms.mail.settings", path=path))
        return cls(
            str(said["host"]), said.get("port", 25), str(said["from"]), said.get("user"), said.get("password")
        )

    def send(self, mail: EmailMessage) -> None:
        """Hand one mail over. Raises OSError, smtplib.SMTPException."""
        connection = smtplib.SMTP(self.host, self.port, timeout=_SECONDS)
        try:
            self._greet(connection)
            connection.send_message(mail)
        finally:
            connection.close()  # without waiting for a farewell: what was taken was taken (RFC 5321 §4.1.1.4)

    def _greet(self, connection: smtplib.SMTP) -> None:
        connection.ehlo()
        if connection.has_extn("starttls"):
            connection.starttls(context=ssl.create_default_context())
            connection.ehlo()
        elif self.user is not None:
            raise smtplib.SMTPNotSupportedError("no TLS: the password is not sent in the clear")
        if self.user is not None:
            connection.login(self.user, self.password or "")


def deliver(state: Path, database: Database, writer: Writer, now: datetime) -> int:
    """Send all that waits and return how much was handed over; what could not be sent stays. Raises PortalError."""
    server = Server.load(state)
    hand_over = _into_folder(state) if server is None else server.send
    sender = "mingbai@localhost" if server is None else server.sender
    with database.reading() as connection:
        waiting = connection.execute(select(OUTBOX).order_by(OUTBOX.c.number)).all()
    sent = 0
    for row in waiting:
        done = _hand_over(hand_over, _mail(row, sender))
        sent += done
        if done or row.at < moment(now - _KEPT):
            writer.run(_taking_out(row.number))
    return sent


def _taking_out(number: int) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(delete(OUTBOX).where(OUTBOX.c.number == number))


def _hand_over(hand_over: Callable[[EmailMessage], None], mail: EmailMessage) -> bool:
    try:
        hand_over(mail)
    except (OSError, smtplib.SMTPException) as reason:
        _LOG.warning(
            "a mail could not be handed over: %s", type(reason).__name__
        )  # no address, no answer of theirs
        return False
    return True


def _mail(row: Row[tuple[object, ...]], sender: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, row.address, row.subject
    mail["Date"] = datetime.fromisoformat(row.at)
    mail["Message-ID"] = f"<{_name(row)}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes in return
    mail.set_content(row.text)
    return mail


def _name(row: Row[tuple[object, ...]]) -> str:
    """Return a name that a mail keeps when it is sent twice, and that no other mail has: SQLite gives numbers again."""
    mark = hashlib.sha256(repr(tuple(row)).encode()).hexdigest()[:16]
    return f"{datetime.fromisoformat(row.at):%Y%m%d%H%M%S}.{row.number}.{mark}"


def _into_folder(state: Path) -> Callable[[EmailMessage], None]:
    def write(mail: EmailMessage) -> None:
        folder = state / FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        name = str(mail["Message-ID"]).strip("<>").partition("@")[0]
        handle = os.open(folder / f"{name}.eml", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(bytes(mail))

    return write
