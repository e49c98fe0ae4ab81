"""Judges pushes in a process that has read kinds and rules already; each in a child of its own.

It talks to hooks over a socket in the state folder, which only the server's own user may open: one line of JSON in, one
out. Where none runs a hook judges by itself, only slower. When the portal's rules change it starts anew.
"""

import json
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mingbai.folders import CONFIG
from mingbai.git import Update
from mingbai.messages import speaking
from mingbai.receiving.laying import commit_of
from mingbai.receiving.layout import Server
from mingbai.receiving.options import language

if TYPE_CHECKING:
    from mingbai.portal import Portal

# What the hook was told by git and by the hosting; the child sees nothing else of it.
_PASSED = ("GIT_", "MINGBAI_", "GITEA_", "GL_", "SSH_", "REMOTE_")
_RULES = (CONFIG, "datasets/kinds", "datasets/profiles", "datasets/calendar", "datasets/units.csv")
WAIT = 30.0  # seconds; a gatekeeper that is silent for longer is none


def ask(server: Server, asked: Sequence[Update]) -> list[str] | None:
    """Return what the gatekeeper finds wrong with a push, None where there is none or it does not answer."""
    said = {
        "asked": [[each.old, each.new, each.ref] for each in asked],
        "environment": {name: value for name, value in os.environ.items() if name.startswith(_PASSED)},
    }
    with suppress(OSError, ValueError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(WAIT)
        line.connect(_address(server))
        line.sendall(json.dumps(said).encode() + b"\n")
        answer = json.loads(line.makefile().readline())
        return [str(each) for each in answer]
    return None


def serve(server: Server) -> None:
    """Read everything once, then judge whatever hooks ask; this never ends."""
    rules, portal = _rules(server), _opened(server)
    Path(_address(server)).unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        old = os.umask(0o077)
        door.bind(_address(server))
        os.umask(old)
        door.listen(256)
        while True:
            line, _ = door.accept()
            if _rules(server) != rules:
                # The hook that asked judges by itself; whoever comes after meets a gatekeeper that knows the new rules.
                os.execv(
                    sys.executable, [sys.executable, "-I", "-m", "mingbai", "gatekeeper", str(server.root)]
                )
            if os.fork() == 0:
                door.close()
                _answer(server, portal, line)
            line.close()
            _bury()


def _answer(server: Server, portal: "Portal", line: socket.socket) -> None:
    """Judge one push in this child and end it."""
    from mingbai.receiving.judging import judged

    status = 1
    try:
        said = json.loads(line.makefile().readline())
        for name in [name for name in os.environ if name.startswith(_PASSED)]:
            del os.environ[name]
        os.environ.update(said["environment"])
        os.chdir(server.repository.path)
        with speaking(language()):
            wrong = judged(server, [Update(*each) for each in said["asked"]], portal.with_files_at)
        line.sendall(json.dumps(wrong).encode() + b"\n")
        status = 0
    finally:
        os._exit(status)


def _opened(server: Server) -> "Portal":
    """Open the portal and check one filing of each kind, so that children find everything read."""
    from mingbai import checks
    from mingbai.portal import Portal

    portal = Portal.open(server.portal, server.state)
    first = {id.kind: portal.root / f"{id.path}.yaml" for id in portal.filing_ids()}
    paths = [path for path in first.values() if path.is_file()]
    checks.check(portal, paths, portal.today)
    return portal


def _rules(server: Server) -> str | None:
    """Return what tells one state of the portal's rules from another: the objects that git holds of them."""
    try:
        return server.repository.run("ls-tree", commit_of(server), *_RULES).decode()
    except Exception:  # a repository that cannot be read is told by whoever judges
        return None


def _bury() -> None:
    """Take leave of children that have ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _address(server: Server) -> str:
    return str(server.state / "gate.sock")
