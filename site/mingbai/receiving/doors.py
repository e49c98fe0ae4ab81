"""Writes for sshd(8) whose key opens the repository and under which name; it judges no push.

Each key may start git-shell(1) and nothing else: no shell, no forwarding, no terminal. Under which name the key pushes
is set by the server, so nobody can claim another.
"""

import os
import re
import shlex
from collections.abc import Iterator, Mapping

from mingbai.errors import UsageError
from mingbai.gate import Publishers
from mingbai.messages import say
from mingbai.receiving.layout import Server

_NAME = re.compile(
    r"[\w.-]{1,64}"
)  # of any script; nothing that a shell, a quote or a line end could be made of
# Sort, key in Base64, and perhaps words about it (sshd(8), "AUTHORIZED_KEYS FILE FORMAT"); never options before it.
_KEY = re.compile(
    r"(?:ssh-[a-z0-9]+|ecdsa-sha2-nistp\d+|sk-[a-z0-9-]+@openssh\.com) AAAA[A-Za-z0-9+/]+=*(?: [^\x00-\x1f\x7f]*)?"
)
_COMMAND = 'MINGBAI_PUBLISHER={name} git-shell -c "$SSH_ORIGINAL_COMMAND"'


def write(server: Server) -> int:
    """Put the file in the place of the last one, whole or not at all; return how many keys it holds.

    Raises UsageError for a name or key that must not stand there; then the last file stays.
    """
    found = [*lines(Publishers.read(server.publishers).keys)]
    fresh = server.authorized_keys.with_suffix(".new")
    fresh.write_text("".join(f"{line}\n" for line in found), "utf-8")
    fresh.chmod(0o600)
    os.replace(fresh, server.authorized_keys)
    return len(found)


def lines(keys: Mapping[str, str]) -> Iterator[str]:
    """Yield one line a publisher, in the order of their names. Raises UsageError."""
    for name, key in sorted(keys.items()):
        if not _NAME.fullmatch(name):
            raise UsageError(say("receiving.bad_name", name=name))
        if not _KEY.fullmatch(key):
            raise UsageError(say("receiving.bad_key", name=name))
        command = _COMMAND.format(name=shlex.quote(name)).replace('"', '\\"')
        yield f'restrict,command="{command}" {key}'
