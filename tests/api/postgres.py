"""Runs a real PostgreSQL for a test run: a cluster of its own in a temporary folder, a fresh database for each test."""

import itertools
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

_OWNER = "postgres"


class Cluster:
    """A running server that listens on a socket below its folder only."""

    def __init__(self, folder: Path) -> None:
        """Make and start it. Raises subprocess.CalledProcessError with the server's own words."""
        self._folder = folder
        self._names = itertools.count(1)
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            folder.chmod(0o755)
            shutil.chown(folder, _OWNER)
        data = str(folder / "data")
        self._run(["initdb", "-D", data, "-U", "mingbai", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"])
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c max_connections=200"
        self._run(["pg_ctl", "-D", data, "-l", str(folder / "log"), "-o", options, "-w", "start"])

    def fresh(self) -> str:
        """Make an empty database and return its address."""
        name = f"test_{next(self._names)}"
        self._run(["createdb", "-h", str(self._folder), "-U", "mingbai", name])
        return f"postgresql://mingbai@/{name}?host={self._folder}"

    def stop(self) -> None:
        """Stop it at once."""
        self._run(["pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop"])

    def _run(self, command: Sequence[str]) -> None:
        newest = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        as_owner = ["runuser", "-u", _OWNER, "--"] if os.geteuid() == 0 else []
        subprocess.run(
            [*as_owner, str(newest / command[0]), *command[1:]],
            check=True,
            cwd="/",
            stdout=subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
