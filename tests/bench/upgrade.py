"""Runs the version before beside this one on the same letters, as an upgrade does: `scripts/bench upgrade`.

Residents write to both; half way the older one is killed. Everything acknowledged must be stored once and found by
both. `--planted` lets this version take away what the older one relies on, which the harness must find.
"""

import argparse
import io
import os
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import select

from forms_api.database import Database
from forms_api.tables import SUBMISSIONS
from tests.api.conftest import settle
from tests.api.postgres import Cluster
from tests.api.test_kill import REAL, ROOT, found, kill, running, send

STEPS = "forms_api/migrations/versions"
SETTLE = "import sys, pathlib; from tests.api.conftest import settle; settle(pathlib.Path(sys.argv[1]))"

# The bug to be found: a column that the older version does not know has to be filled.
PLANTED = """
import sys
from sqlalchemy import Column, Text
import forms_api.writer as room
from forms_api.__main__ import main
from forms_api.tables import SUBMISSIONS

real = room.migrate

def altering(connection):
    real(connection)
    connection.exec_driver_sql("ALTER TABLE submissions ADD COLUMN planted TEXT NOT NULL DEFAULT ''")
    connection.exec_driver_sql(
        "CREATE TRIGGER filled BEFORE INSERT ON submissions WHEN NEW.planted = '' BEGIN SELECT RAISE(ABORT, 'x'); END"
    )

SUBMISSIONS.append_column(Column("planted", Text, nullable=False, default="x"))
room.migrate = altering
sys.exit(main(sys.argv[1:]))
"""


class Resident(threading.Thread):
    """Writes to one service without a pause until told to stop; keeps what was acknowledged."""

    def __init__(self, port: int, name: str) -> None:
        super().__init__()
        self._port = port
        self._name = name
        self._over = threading.Event()
        self.acknowledged: dict[str, str] = {}
        self.unanswered = 0

    def run(self) -> None:
        """Write letter after letter."""
        number = 0
        while not self._over.is_set():
            number += 1
            key = f"{self._name}-{number}"
            receipt = send(self._port, key)
            if receipt is None:
                self.unanswered += 1
            else:
                self.acknowledged[f"第 {key} 封"] = receipt

    def stop(self) -> None:
        """Let it finish its letter."""
        self._over.set()
        self.join()


def older(commit: str, folder: Path) -> Path:
    """Lay out the version of `commit` in a folder of its own and return it."""
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def before_newest_step() -> str:
    """Return the last commit without the newest step of the database."""
    log = ["git", "log", "-1", "--diff-filter=A", "--format=%H", "--", f"{STEPS}/"]
    newest = subprocess.run(log, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
    return f"{newest}^"


def upgrade(folder: Path, commit: str, program: list[str], seconds: float) -> tuple[int, int, int, int]:
    """Upgrade under load; return (acknowledged, lost or doubled, unanswered by both living, not found by the older)."""
    code = older(commit, folder / "code")
    environment = os.environ | {"PYTHONPATH": f"{code / 'site'}{os.pathsep}{code}"}
    subprocess.run([sys.executable, "-c", SETTLE, str(folder / "old")], check=True, env=environment, cwd=code)
    settle(folder / "new")
    kept = folder / "state"
    kept.mkdir(mode=0o700)
    (kept / "forms.yaml").write_text("all_burst: 1000000000\nall_per_hour: 1000000000\n", "utf-8")
    state = ["--state", str(kept)]
    with ExitStack() as open_services:
        old_port, service = open_services.enter_context(running([*REAL, *state], folder / "old", code=code))
        writers = _start(old_port, "older")
        time.sleep(seconds / 3)
        port, _ = open_services.enter_context(running([*program, *state], folder / "new"))
        writers += _start(port, "newer")
        time.sleep(seconds / 3)
        unanswered = sum(each.unanswered for each in writers)
        some = [receipt for each in writers for receipt in list(each.acknowledged.values())[-20:]]
        hidden = sum(not found(old_port, receipt) for receipt in some)
        kill(service)
        time.sleep(seconds / 3)
        for each in writers:
            each.stop()
        known = {text: receipt for each in writers for text, receipt in each.acknowledged.items()}
        hidden += sum(
            not found(port, receipt) for receipt in list(known.values())[:: max(1, len(known) // 500)]
        )
    with Database.of(kept).reading() as connection:
        stored = Counter(connection.scalars(select(SUBMISSIONS.c.text)))
    return len(known), sum(stored[text] != 1 for text in known), unanswered, hidden


def _start(port: int, name: str) -> list[Resident]:
    residents = [Resident(port, f"{name}-{number}") for number in range(4)]
    for each in residents:
        each.start()
    return residents


def main() -> int:
    """Upgrade on both engines; return 1 if anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", default=before_newest_step(), help="the commit of the older version")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--planted", action="store_true", help="run with the bug that has to be found")
    said = parser.parse_args()
    program = ["-c", PLANTED] if said.planted else REAL
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="mingbai-pg-") as place:
        cluster = Cluster(Path(place))
        for name, url in (("sqlite", ""), ("postgresql", cluster.fresh()))[: 1 if said.planted else 2]:
            os.environ["MINGBAI_DATABASE"] = url
            with tempfile.TemporaryDirectory() as folder:
                figures = upgrade(Path(folder), said.before, program, said.seconds)
            print(
                f"upgrade, {name}: {figures[0]} acknowledged, {figures[1]} lost or doubled,"
                f" {figures[2]} unanswered, {figures[3]} not found"
            )
            wrong += sum(figures[1:])
        cluster.stop()
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
