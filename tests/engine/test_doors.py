"""A key opens the repository under the name that the server gives it, and starts nothing but git."""

import subprocess
from pathlib import Path

import pytest

from mingbai.cli import main
from mingbai.receiving.installing import init
from mingbai.receiving.layout import Server

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJrV0bQvQ1mG9Yx0cZ3n1m2o3p4q5r6s7t8u9v0w1x2y clerk@office"


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return init(tmp_path / "server")


def publish(server: Server, name: str, key: str) -> int:
    server.publishers.write_text(f"publishers:\n  {name}:\n    units: [east]\n    key: '{key}'\n", "utf-8")
    return main(["serve-git", "keys", str(server.root)])


def command(line: str) -> str:
    """Return the forced command as sshd hands it to the shell."""
    return line.partition('command="')[2].partition('" ssh-')[0].replace('\\"', '"')


def test_each_key_has_its_line_and_can_do_nothing_else(server: Server) -> None:
    assert publish(server, "dong-clerk", KEY) == 0

    line = server.authorized_keys.read_text("utf-8")
    assert line.startswith('restrict,command="MINGBAI_PUBLISHER=dong-clerk git-shell -c ')
    assert line.endswith(f" {KEY}\n")
    assert server.authorized_keys.stat().st_mode & 0o777 == 0o600


def test_the_shell_starts_git_under_that_name_whatever_was_asked(server: Server, tmp_path: Path) -> None:
    publish(server, "李会计", KEY)
    told = tmp_path / "git-shell"
    told.write_text('#!/bin/sh\nprintf "%s|" "$MINGBAI_PUBLISHER" "$@"\n', "utf-8")
    told.chmod(0o755)
    asked = "git-receive-pack '/x'; touch $(echo pwned) `id`"

    done = subprocess.run(
        ["sh", "-c", command(server.authorized_keys.read_text("utf-8"))],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "SSH_ORIGINAL_COMMAND": asked, "MINGBAI_PUBLISHER": "zhou"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == f"李会计|-c|{asked}|"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("'a b'", KEY),
        ("'a\"; sh #'", KEY),
        ("a", f'command="sh" {KEY}'),
        ("a", KEY.replace(" clerk", "\n\n  x clerk")),
        ("a", "not a key"),
    ],
    ids=["space", "quote", "options", "two-lines", "words"],
)
def test_what_is_no_name_or_key_is_refused_and_the_last_file_stays(
    server: Server, name: str, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(server, "dong-clerk", KEY)
    before = server.authorized_keys.read_text("utf-8")

    assert publish(server, name, key) == 2
    assert server.authorized_keys.read_text("utf-8") == before
    assert "publishers.yml" in capsys.readouterr().err


def test_without_publishers_nobody_may_come_in(server: Server) -> None:
    assert main(["serve-git", "keys", str(server.root)]) == 0
    assert server.authorized_keys.read_text("utf-8") == ""
