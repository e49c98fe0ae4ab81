"""Remembers a finding or a verdict for the hash of all that it depends on; a false memory costs time, never truth.

Every entry is sealed with a secret that lies outside the memory (HMAC, RFC 2104). Whatever was not written by this
installation for just this key is not even handed out: the work is done anew.
"""

import hmac
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

_SECRET = "memory.key"
_LENGTH = 32


@dataclass(frozen=True)
class Memory:
    """A folder with a file for each thing that is known. It may be deleted at any time."""

    folder: Path
    secret: bytes

    @classmethod
    def open(cls, folder: Path, keys: Path) -> "Memory | None":
        """Open the memory in `folder` with the secret in `keys`, made if need be; None where it cannot be kept."""
        try:
            return cls(folder, _secret(keys))
        except OSError:
            return None

    def recall(self, name: str, key: str) -> bytes | None:
        """Return what is remembered of `name` for `key`; None if nothing can be trusted."""
        try:
            seal, _, content = self._path(name).read_bytes().partition(b"\n")
        except OSError:
            return None
        return content if hmac.compare_digest(seal, self._seal(key, content)) else None

    def remember(self, name: str, key: str, content: bytes) -> None:
        """Keep what is known of `name`. A folder that cannot be written is no reason to stop the work."""
        target = self._path(name)
        half = target.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            half.write_bytes(self._seal(key, content) + b"\n" + content)
            half.replace(target)
        except OSError:
            with suppress(OSError):
                half.unlink()

    def _path(self, name: str) -> Path:
        return self.folder / f"{sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()}.known"

    def _seal(self, key: str, content: bytes) -> bytes:
        return hmac.new(self.secret, key.encode() + b"\n" + content, sha256).hexdigest().encode()


def _secret(keys: Path) -> bytes:
    """Read the secret, or make it. Two that start together end with one."""
    path = keys / _SECRET
    keys.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys.mkdir(mode=0o700, exist_ok=True)
    if not path.exists() or path.stat().st_size != _LENGTH:
        draft = path.with_name(f"{_SECRET}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(secrets.token_bytes(_LENGTH))
        draft.replace(path)
    return path.read_bytes()
