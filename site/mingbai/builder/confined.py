"""Runs one build as a process of its own, with limits, cut off from the network where the machine allows it."""

import os
import resource
import shutil
import subprocess
import sys
from datetime import date

from mingbai.messages import say
from mingbai.receiving.layout import Server

SECONDS = 1800  # of processor time
MEMORY = 8 << 30  # bytes of address space
FILE = 1 << 30  # bytes of one file


def build(server: Server, commit: str, as_of: date) -> str:
    """Build and put up what is laid out; return why it failed, "" where it stands."""
    command = [sys.executable, "-I", "-m", "mingbai", "--portal", str(server.portal), "build"]
    done = subprocess.run(
        [*_cut_off(), *command, "--as-of", as_of.isoformat()],
        env=_environment(server, commit),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=_limit,
        check=False,
    )
    if not done.returncode:
        return ""
    if done.returncode < 0:
        return say("builder.killed", signal=-done.returncode)
    return done.stderr.decode("utf-8", "replace").strip()[-2000:] or say("builder.silent")


def _environment(server: Server, commit: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "TZ", "LANG") if name in os.environ}
    home = {"HOME": str(server.state), "MINGBAI_STATE": str(server.state), "MINGBAI_COMMIT": commit}
    return kept | home | {"LC_ALL": "C.UTF-8"}


def _cut_off() -> list[str]:
    """Return the words that give a process an empty network of its own (unshare(1)); none where that is not allowed."""
    words = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
    if shutil.which("unshare") is None:
        return []
    tried = subprocess.run([*words, "true"], capture_output=True, check=False)
    return words if tried.returncode == 0 else []


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE, FILE))
    os.nice(5)
