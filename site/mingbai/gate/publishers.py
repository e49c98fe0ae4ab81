"""Knows who pushes and which folders are theirs: `publishers.yml` on the server, never in what is pushed.

Somebody is known by the account that the hosting names, by the SSH key that signed every new commit, or, over a path of
the same machine, as the administrator whose machine it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from mingbai.errors import PortalError
from mingbai.git import GitRefused, Repository
from mingbai.messages import say

# Where a hosting says who pushes: our own forced command, Gitea and Forgejo, GitLab, a web server.
_ACCOUNT = ("MINGBAI_PUBLISHER", "GITEA_PUSHER_NAME", "GL_USERNAME", "REMOTE_USER")
_FROM_AFAR = ("SSH_CONNECTION", "SSH_CLIENT", "REMOTE_ADDR", "GITEA_PUSHER_NAME", "GL_USERNAME")
ALLOWED = "allowed_signers"


@dataclass(frozen=True)
class Publisher:
    """Who pushes. `units`: those whose filings they may change; an administrator may change every open folder."""

    name: str
    units: frozenset[str]
    is_administrator: bool

    def may_touch(self, path: str, unit: str | None) -> bool:
        """Tell whether a file is theirs; on the branch of a unit only the folder of that unit is anybody's."""
        if unit is None:
            return self.is_administrator
        return path.startswith(f"datasets/filings/{unit}/") and (self.is_administrator or unit in self.units)


@dataclass(frozen=True)
class Publishers:
    """What `publishers.yml` says: publishers by name, and the names of administrators."""

    by_name: Mapping[str, Publisher]
    keys: Mapping[str, str]

    @classmethod
    def read(cls, path: Path) -> "Publishers":
        """Read the file; none is there: only administrators on the machine itself. Raises PortalError."""
        if not path.is_file():
            return cls({}, {})
        try:
            said = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
            administrators = {str(name) for name in said.get("administrators", [])}
            entries = said.get("publishers", {})
            people = {name: _units(entries.get(name)) for name in {*entries, *administrators}}
            keys = {
                str(name): str(each["key"]).strip() for name, each in entries.items() if "key" in (each or {})
            }
        except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, KeyError, TypeError) as reason:
            raise PortalError(say("gate.publishers", file=path, reason=type(reason).__name__)) from None
        return cls(
            {name: Publisher(name, units, name in administrators) for name, units in people.items()}, keys
        )

    def allowed_signers(self) -> str:
        """Return the keys as ssh-keygen(1) reads them, one publisher a line."""
        return "".join(f'{name} namespaces="git" {key}\n' for name, key in sorted(self.keys.items()))


def who(
    publishers: Publishers, repository: Repository, new: str, environment: Mapping[str, str]
) -> Publisher | None:
    """Return who pushes `new`, None when nobody known does."""
    account = next((environment[name] for name in _ACCOUNT if environment.get(name)), None)
    if account is not None:
        return publishers.by_name.get(account)
    if not any(environment.get(name) for name in _FROM_AFAR):
        return Publisher(say("gate.local"), frozenset(), is_administrator=True)
    signers = _signers(publishers, repository, new)
    return publishers.by_name.get(signers[0]) if len(signers) == 1 else None


def _signers(publishers: Publishers, repository: Repository, new: str) -> list[str]:
    """Return who signed the new commits, each once; "" for a commit that carries no good signature of a known key."""
    file = repository.path / ALLOWED
    file.write_text(publishers.allowed_signers(), encoding="utf-8")
    words = ("-c", f"gpg.ssh.allowedSignersFile={file}", "log", "--format=%G?%x00%GS")
    try:
        lines = repository.run(*words, new, "--not", "--all").decode("utf-8", "replace").splitlines()
    except GitRefused:
        return []
    return sorted(
        {signer if good == "G" else "" for good, _, signer in (line.partition("\0") for line in lines)}
    )


def _units(entry: Any) -> frozenset[str]:
    return frozenset(str(unit) for unit in (entry or {}).get("units", []))
