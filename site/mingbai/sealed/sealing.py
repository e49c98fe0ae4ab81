"""Seals records under codes and opens one again; it touches no file.

The code is stretched by PBKDF2-HMAC-SHA-256 (RFC 8018, 600,000 rounds as OWASP asks, one salt a filing). What comes out
is no key itself: HMAC-SHA-256 with two labels makes of it the tag under which a record is found and the key of
AES-256-GCM (NIST SP 800-38D) that opens it. All records are padded to one length, and made up ones fill the file to a
multiple of 64, so neither lengths nor their number tell anything. The browser's twin is assets/js/sealed.js.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mingbai import symbols
from mingbai.errors import MingbaiError
from mingbai.messages import say

CODE = 16  # symbols, 78.5 bits; a check symbol follows
GROUPS = (4, 4, 4, 5)
ROUNDS = 600_000
SIZE = 1024  # bytes of every record before sealing
FILL = 64  # the number of records is a multiple of this
_SALT, _NONCE, _TAG = 16, 12, 16


class Locked(MingbaiError):
    """The code opens no record here; the message says what to do."""


@dataclass(frozen=True)
class Sealed:
    """The sealed records of one filing: `records` by tag. `until` is the last day on which they may be opened."""

    address: str
    until: date
    salt: str
    rounds: int
    records: Mapping[str, str]

    def as_json(self) -> str:
        """Return them as they are stored and served, ordered by tag so that no order of recipients remains."""
        facts = {**vars(self), "until": self.until.isoformat(), "records": dict(sorted(self.records.items()))}
        return json.dumps(facts, separators=(",", ":"))

    @classmethod
    def of_json(cls, text: str) -> "Sealed":
        """Read what `as_json` wrote. Raises ValueError or KeyError for anything else."""
        facts = json.loads(text)
        until = date.fromisoformat(facts["until"])
        return cls(facts["address"], until, facts["salt"], int(facts["rounds"]), dict(facts["records"]))


def draw_code() -> str:
    """Return a new random code; nothing about its holder goes into it."""
    return symbols.draw(CODE)


def read_code(typed: str) -> str:
    """Return the code behind what a person typed. Raises Locked."""
    try:
        return symbols.read(typed, CODE)
    except symbols.Mistyped as reason:
        raise Locked(say(f"sealed.typed.{reason.reason}")) from None


def shown(code: str) -> str:
    """Return a code as it is printed: R4TN-8WQ2-6HXC-5KPM3."""
    return "-".join(symbols.grouped(code, GROUPS))


def seal(address: str, until: date, records: Sequence[tuple[str, Mapping[str, str]]]) -> Sealed:
    """Seal records, each a (code, facts) pair. Raises ValueError for a record that is too long or a code used twice."""
    salt = secrets.token_bytes(_SALT)
    found: dict[str, str] = {}
    for code, facts in records:
        content = content_of(facts)
        if len(content) > SIZE:
            raise ValueError(f"a record of {len(content)} bytes, more than {SIZE}")
        tag, key = _derive(code, salt, ROUNDS)
        nonce = os.urandom(_NONCE)
        # Spaces after JSON mean nothing, so the padding needs no length and no mark.
        locked = AESGCM(key).encrypt(nonce, content.ljust(SIZE), _bound(address, tag))
        found[tag] = _text(nonce + locked)
    if len(found) != len(records):
        raise ValueError("a code was used twice")
    while len(found) % FILL or not found:
        found[_text(os.urandom(_TAG))] = _text(os.urandom(_NONCE + SIZE + 16))
    return Sealed(address, until, _text(salt), ROUNDS, found)


def content_of(facts: Mapping[str, str]) -> bytes:
    """Return a record as it is sealed, before the padding."""
    return json.dumps(facts, ensure_ascii=False).encode()


def open_record(sealed: Sealed, code: str) -> dict[str, str]:
    """Return the record that a code opens. Raises Locked."""
    tag, key = _derive(code, base64.b64decode(sealed.salt), sealed.rounds)
    if tag not in sealed.records:
        raise Locked(say("sealed.nothing"))
    content = base64.b64decode(sealed.records[tag])
    try:
        plain = AESGCM(key).decrypt(content[:_NONCE], content[_NONCE:], _bound(sealed.address, tag))
    except InvalidTag:
        raise Locked(say("sealed.damaged")) from None
    facts: dict[str, str] = json.loads(plain)
    return facts


def _derive(code: str, salt: bytes, rounds: int) -> tuple[str, bytes]:
    """Return the tag under which a record is found and the key that opens it."""
    stretched = hashlib.pbkdf2_hmac("sha256", code.encode("ascii"), salt, rounds)
    tag, key = (
        hmac.digest(stretched, label, "sha256") for label in (b"mingbai sealed tag", b"mingbai sealed key")
    )
    return _text(tag[:_TAG]), key


def _bound(address: str, tag: str) -> bytes:
    """Return what is authenticated beside the record: it opens at its own place only."""
    return f"{address} {tag}".encode()


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
