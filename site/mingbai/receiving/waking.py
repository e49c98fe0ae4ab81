"""Wakes the builder: one that waits sees the mark, and where none runs one is started and left alone."""

import subprocess
import sys

from mingbai.receiving.layout import Server


def wake(server: Server) -> None:
    """Ask for a build of the newest commit. Whoever builds already looks again before it ends (flock(2))."""
    mark(server)
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
