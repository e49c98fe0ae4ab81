"""The newest commit is built, one build at a time; whatever goes wrong, the site that stands goes on standing."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mingbai import releases
from mingbai.builder import build_newest, confined
from mingbai.cli import main
from mingbai.receiving import standing, waking
from mingbai.receiving.installing import take_files
from mingbai.receiving.layout import Server
from tests.server import build_server, clone
from tests.village import FINANCE_FACTS, SETTINGS, Village

EAST = "datasets/filings/east/finance/2026-Q1"
PAGE = "u/east/finance/2026-Q1/index.html"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Server, Village]:
    """A server whose first commit is built; tests add to it and never take away."""
    server, village = build_server(tmp_path_factory.mktemp("built"))
    build_newest(server)
    return server, village


def test_what_is_pushed_is_built_and_the_pusher_is_told(
    built: tuple[Server, Village], tmp_path: Path
) -> None:
    server, _ = built
    clerk = clone(server, tmp_path / "clerk")
    clerk.commit({f"{EAST}.yaml": FINANCE_FACTS.replace("凭证齐全", "每张都看过")})

    done = clerk.git("push")

    assert "网站更新好了" in done.stderr and "/u/east/finance/2026-Q1/" in done.stderr
    assert "每张都看过" in (server.current / PAGE).read_text("utf-8")
    assert "更新好的" in (server.root / "status/status.html").read_text("utf-8")


def test_a_release_names_the_commit_it_was_built_of(built: tuple[Server, Village]) -> None:
    server, _ = built
    build_newest(server)
    up = next(each for each in releases.kept(server.portal) if each.is_up)

    now = standing.read(server)
    assert now is not None and up.commit == now.commit


def test_a_build_that_fails_leaves_the_site_and_its_reason(built: tuple[Server, Village]) -> None:
    server, village = built
    stood = (server.current / PAGE).read_bytes()
    village.write("mkdocs.yml", SETTINGS.replace("plugins: [mingbai]", "plugins: []"))
    take_files(server, village.root)

    ended = build_newest(server)

    assert ended is not None and ended.stage == "failed" and "mingbai" in ended.reason
    assert (server.current / PAGE).read_bytes() == stood
    assert "没有做完" in (server.root / "status/status.html").read_text("utf-8")
    village.write("mkdocs.yml", SETTINGS)
    take_files(server, village.root)
    again = build_newest(server)
    assert again is not None and again.stage == "built"


def test_only_one_builds_at_a_time(built: tuple[Server, Village]) -> None:
    server, _ = built
    with (server.state / "builder.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)

        assert build_newest(server) is None


@pytest.mark.parametrize("wait", [0.5, 1.5, 3.0, 5.0])
def test_a_builder_that_is_killed_leaves_a_whole_site_and_the_next_one_builds(
    built: tuple[Server, Village], tmp_path: Path, wait: float
) -> None:
    server, _ = built
    words = f"第{wait}次"
    clerk = clone(server, tmp_path / "clerk")
    with (server.state / "builder.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)  # nobody builds before the one that is killed
        clerk.commit({f"{EAST}.yaml": FINANCE_FACTS.replace("凭证齐全", words)})
        clerk.push()
    command = [sys.executable, "-I", "-m", "mingbai", "builder", str(server.root), "--once"]
    killed = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL)
    time.sleep(wait)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()

    assert (server.current / PAGE).read_text("utf-8").endswith("</html>")
    ended = build_newest(server)
    assert ended is not None and ended.stage == "built"
    assert words in (server.current / PAGE).read_text("utf-8")
    assert list((server.portal / "build/releases").glob("*.tmp")) == []


def test_releases_are_listed_and_put_up_again(
    built: tuple[Server, Village], capsys: pytest.CaptureFixture[str]
) -> None:
    server, _ = built
    names = [each.name for each in releases.kept(server.portal)]

    assert main(["releases", "rollback", str(server.root), names[-1]]) == 0
    assert server.current.resolve().name == names[-1]
    assert main(["releases", "list", str(server.root)]) == 0
    assert f"* {names[-1]}" in capsys.readouterr().out
    assert main(["releases", "rollback", str(server.root), "nothing"]) == 2


def test_a_mark_is_seen_once(built: tuple[Server, Village]) -> None:
    server, _ = built
    waking.mark(server)

    assert (waking.is_marked(server), waking.is_marked(server)) == (True, False)


def test_a_disk_that_takes_no_more_leaves_the_site_and_says_so(
    built: tuple[Server, Village], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files may not grow beyond a few bytes here, which the build meets as a write that fails (setrlimit(2))."""
    server, _ = built
    stood = server.current.resolve()
    clerk = clone(server, tmp_path / "clerk")
    with (server.state / "builder.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        clerk.commit({f"{EAST}.yaml": FINANCE_FACTS.replace("凭证齐全", "磁盘满了")})
        clerk.push()
    monkeypatch.setattr(confined, "FILE", 2000)

    ended = build_newest(server)

    assert ended is not None and ended.stage == "failed" and ended.reason
    assert server.current.resolve() == stood and (server.current / PAGE).is_file()
    monkeypatch.undo()  # somebody made room
    again = build_newest(server)
    assert again is not None and again.stage == "built"


def test_what_is_pushed_during_a_build_is_built_after_it(
    built: tuple[Server, Village], tmp_path: Path
) -> None:
    server, _ = built
    clerk = clone(server, tmp_path / "clerk")
    clerk.commit({f"{EAST}.yaml": FINANCE_FACTS.replace("凭证齐全", "先推的")})
    clerk.push()
    clerk.commit({f"{EAST}.yaml": FINANCE_FACTS.replace("凭证齐全", "后推的")})

    done = clerk.git("push")

    assert "网站更新好了" in done.stderr
    assert "后推的" in (server.current / PAGE).read_text("utf-8")


def test_a_hook_starts_no_builder_where_one_goes_on_running(
    built: tuple[Server, Village], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, _ = built
    started: list[Server] = []
    monkeypatch.setattr(waking, "_start", started.append)

    with (server.state / waking.SERVING).open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        waking.wake(server)
    assert started == [] and waking.is_marked(server)

    waking.wake(server)
    assert started == [server] and waking.is_marked(server)
