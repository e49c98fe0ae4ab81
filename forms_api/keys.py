"""Keeps the one secret of the service and derives keyed hashes from it; it never writes the secret anywhere else.

The file is `.state/keys/receipt.key`, 32 random bytes, readable by its owner alone. Losing it makes every receipt
given so far unreadable; whoever has it can test guesses against the database.
"""

import hmac
import os
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from mingbai.errors import PortalError

LENGTH = 32


@dataclass(frozen=True)
class Keys:
    """Keyed hashes by purpose: the same bytes under two purposes give unrelated hashes."""

    secret: bytes = field(repr=False)

    @classmethod
    def load(cls, state: Path) -> "Keys":
        """Read the key below `state`, or make it. Raises PortalError if the file is not a key."""
        folder = state / "keys"
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / "receipt.key"
        if not path.exists():
            _create(path)
        secret = path.read_bytes()
        if len(secret) != LENGTH:
            raise PortalError(f"{path}: not a key of {LENGTH} bytes / 不是 {LENGTH} 字节的密钥")
        return cls(secret)

    def sign(self, purpose: str, data: bytes) -> bytes:
        """Return HMAC-SHA-256 of `data` for `purpose` (RFC 2104), 32 bytes."""
        return hmac.new(self.secret, purpose.encode() + b"\0" + data, sha256).digest()


def _create(path: Path) -> None:
    # Written under another name and linked into place: two processes that start together end with one whole key.
    draft = path.with_name(f"receipt.{secrets.token_hex(8)}.new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(secrets.token_bytes(LENGTH))
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
