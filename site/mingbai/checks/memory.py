"""Remembers the findings of a filing for the hash of all that they depend on; a false memory costs time, never truth.

Every entry is sealed with a secret that lies outside the memory (HMAC, RFC 2104). Whatever was not written by this
installation for just this key is not even parsed: the filing is checked anew.
"""

import hmac
import json
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from mingbai.messages import Text
from mingbai.sheets.finding import Finding

_SECRET = "memory.key"
_LENGTH = 32


@dataclass(frozen=True)
class Memory:
    """A folder of findings, one file a filing. It may be deleted at any time."""

    folder: Path
    secret: bytes

    @classmethod
    def open(cls, folder: Path, keys: Path) -> "Memory | None":
        """Open the memory in `folder` with the secret in `keys`, made if need be; None where it cannot be kept."""
        try:
            return cls(folder, _secret(keys))
        except OSError:
            return None

    def recall(self, filing: str, key: str) -> tuple[int, tuple[Finding, ...]] | None:
        """Return the number of rows and the findings of `filing` for `key`; None if nothing can be trusted."""
        try:
            seal, _, content = self._path(filing).read_bytes().partition(b"\n")
        except OSError:
            return None
        if not hmac.compare_digest(seal, self._seal(key, content)):
            return None
        told = json.loads(content)
        return int(told["rows"]), tuple(_finding(*each) for each in told["findings"])

    def remember(self, filing: str, key: str, rows: int, findings: Sequence[Finding]) -> None:
        """Keep what was found. A folder that cannot be written is no reason to stop a check."""
        told = {"rows": rows, "findings": [_parts(finding) for finding in findings]}
        content = json.dumps(told, ensure_ascii=False).encode("utf-8", "surrogatepass")
        target = self._path(filing)
        half = target.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            half.write_bytes(self._seal(key, content) + b"\n" + content)
            half.replace(target)
        except OSError:
            with suppress(OSError):
                half.unlink()

    def _path(self, filing: str) -> Path:
        return self.folder / f"{sha256(filing.encode('utf-8', 'surrogateescape')).hexdigest()}.found"

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


def _parts(finding: Finding) -> list[str | int | None]:
    says, does = finding.says, finding.does
    where = [finding.file, finding.row, finding.field]
    return [*where, finding.rule, finding.severity, says.zh, says.en, does.zh, does.en]


def _finding(
    file: str,
    row: int | None,
    field: str | None,
    rule: str,
    severity: str,
    zh: str,
    en: str,
    do_zh: str,
    do_en: str,
) -> Finding:
    return Finding(file, row, field, rule, severity, Text(zh, en), Text(do_zh, do_en))
