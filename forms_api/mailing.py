"""Sends what waits in the outbox: through the SMTP server that the portal names, else into a folder as files.

`.state/mail.yaml` names host, port, from and, where the server wants them, user and password. Without it each mail is
written to `.state/outbox/`. A mail is taken out of the outbox after it was handed over, so a service that is killed in
between sends one twice and loses none. What could not be sent for three days is dropped: it is no longer news. A server
that cannot be reached, or hangs, costs one waiting time and not one for each mail.
"""

import hashlib
import logging
import os
import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import yaml
from sqlalchemy import ColumnElement, Connection, Row, delete, select

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
_TURNED_AWAY = (
    smtplib.SMTPSenderRefused,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPDataError,
)  # this mail only
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
        if not isinstance(said, dict) or not _NEEDED <= set(said) <= _KNOWN or not _can_be_reached(said):
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


def _can_be_reached(said: Mapping[str, object]) -> bool:
    """Return whether host and port are such as a connection can be asked for at all."""
    port = said.get("port", 25)
    if not isinstance(port, int) or isinstance(port, bool) or not 0 < port < 65536:
        return False
    try:
        return bool(str(said["host"]).encode("idna"))
    except UnicodeError:
        return False


def deliver(state: Path, database: Database, writer: Writer, now: datetime, failed: int = 0) -> int:
    """Send all that waits; what could not be sent stays. Raises PortalError.

    Stops at the first mail with which the server could not be reached, or hung, and returns its number, 0 when there
    was none. Given back as `failed`, that mail comes last: should it be its fault, the others still go out.
    """
    server = Server.load(state)
    hand_over = _into_folder(state) if server is None else server.send
    sender = "mingbai@localhost" if server is None else server.sender
    with database.reading() as connection:
        waiting = connection.execute(
            select(OUTBOX).order_by(OUTBOX.c.number <= failed, OUTBOX.c.number)
        ).all()
    old = moment(now - _KEPT)
    for row in waiting:
        try:
            hand_over(_mail(row, sender))
        except _TURNED_AWAY as reason:
            _log(reason)
            if row.at >= old:
                continue
        except (OSError, smtplib.SMTPException) as reason:
            _log(reason)
            writer.run(_taking_out(OUTBOX.c.at < old))
            return int(row.number)
        writer.run(_taking_out(OUTBOX.c.number == row.number))
    return 0


def _taking_out(which: ColumnElement[bool]) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(delete(OUTBOX).where(which))


def _log(reason: Exception) -> None:
    # The sort alone: no address, no answer of theirs.
    _LOG.warning("a mail could not be handed over: %s", type(reason).__name__)


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
