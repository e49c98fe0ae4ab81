"""Wakes the builder: one that waits sees the mark, and where none runs one is started and left alone."""

import subprocess
import sys

from mingbai.receiving.layout import Server
from mingbai.receiving.locks import alone_or_not

SERVING = "serving.lock"  # held by a builder that goes on running


def wake(server: Server) -> None:
    """Ask for a build of the newest commit; whoever builds already looks for the mark once more when it has ended.

    A builder that goes on running has its limits from whoever started it: it is left to see the mark, within a second.
    """
    mark(server)
    if _is_free(server, SERVING) and _is_free(server, "builder.lock"):
        _start(server)


def _is_free(server: Server, lock: str) -> bool:
    with alone_or_not(server.state / lock) as free:
        return free


def _start(server: Server) -> None:
    with (server.state / "builder.log").open("ab") as log:
        subprocess.Popen(
            [sys.executable, "-I", "-m", "mingbai", "builder", str(server.root), "--once"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # a connection that hangs up must not take the builder with it
        )


def mark(server: Server) -> None:
    """Leave the mark that something waits."""
    (server.state / "wanted").touch()


def is_marked(server: Server) -> bool:
    """Whether something waits; asking takes the mark away."""
    try:
        (server.state / "wanted").unlink()
    except FileNotFoundError:
        return False
    return True
