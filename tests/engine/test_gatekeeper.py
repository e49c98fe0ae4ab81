"""A gatekeeper judges as a hook by itself would, only faster; dead or out of date it never lets anything through."""

import fcntl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mingbai.git import Update
from mingbai.receiving import gatekeeper
from mingbai.receiving.installing import take_files
from mingbai.receiving.layout import Server
from tests.server import Clone, build_server, clone
from tests.village import FINANCE, FINANCE_FACTS, Village

EAST = "datasets/filings/east/finance/2026-Q1"
BETTER = FINANCE_FACTS.replace("凭证齐全", "单据齐全")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[tuple[Server, Village]]:
    server, village = build_server(tmp_path)
    with (server.state / "builder.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield server, village


@pytest.fixture
def server(made: tuple[Server, Village]) -> Server:
    return made[0]


@pytest.fixture
def keeper(server: Server) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-I", "-m", "mingbai", "gatekeeper", str(server.root)]
    with subprocess.Popen(command) as process:
        until_it_answers(server)
        yield process
        process.kill()


def until_it_answers(server: Server) -> None:
    for _ in range(600):
        if gatekeeper.ask(server, []) is not None:
            return
        time.sleep(0.1)
    raise AssertionError("the gatekeeper does not answer")


@pytest.fixture
def clerk(server: Server, tmp_path: Path) -> Clone:
    return clone(server, tmp_path / "clerk")


def test_where_none_runs_the_hook_judges_by_itself(server: Server, clerk: Clone) -> None:
    assert gatekeeper.ask(server, []) is None
    clerk.commit({f"{EAST}.csv": FINANCE.replace("2026-02-06", "2026-02-30")})

    assert clerk.push()[0] == 1


def test_it_lets_through_what_is_right_and_says_what_is_wrong(
    server: Server, keeper: "subprocess.Popen[bytes]", clerk: Clone
) -> None:
    clerk.commit({f"{EAST}.yaml": BETTER})
    assert clerk.push()[0] == 0
    clerk.commit({f"{EAST}.csv": FINANCE.replace("2026-02-06", "2026-02-30")})

    status, said = clerk.push()

    assert status == 1 and "第 3 行" in said
    assert (server.state / "gate.sock").stat().st_mode & 0o077 == 0, "somebody else could ask"


def test_one_that_died_lets_nothing_through(
    server: Server, keeper: "subprocess.Popen[bytes]", clerk: Clone
) -> None:
    keeper.kill()
    keeper.wait()
    clerk.commit({f"{EAST}.csv": FINANCE.replace("2026-02-06", "2026-02-30")})

    assert clerk.push()[0] == 1


def test_one_that_hangs_is_left_and_the_hook_judges_by_itself(
    server: Server, keeper: "subprocess.Popen[bytes]", monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["kill", "-STOP", str(keeper.pid)], check=True)
    monkeypatch.setattr(gatekeeper, "WAIT", 0.5)

    assert gatekeeper.ask(server, [Update("0" * 40, "1" * 40, "refs/heads/main")]) is None


def test_it_knows_new_rules_as_soon_as_the_server_has_them(
    made: tuple[Server, Village], keeper: "subprocess.Popen[bytes]", clerk: Clone
) -> None:
    server, village = made
    units = village.root / "datasets/units.csv"
    village.write(
        "datasets/units.csv", units.read_text() + "new,新庄村,N,village,town,2020-01-01,,,national,,90,300,\n"
    )
    take_files(server, village.root)
    clerk.git("pull", "--quiet")
    base = EAST.replace("east", "new")
    clerk.commit({f"{base}.csv": FINANCE, f"{base}.yaml": FINANCE_FACTS})

    assert clerk.push()[0] == 0
    until_it_answers(server)
    clerk.commit({f"{base}.yaml": BETTER})
    assert clerk.push()[0] == 0
