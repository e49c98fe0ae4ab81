"""Starting the service: what cannot be used is one sentence at once, and nothing is started."""

import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from forms_api.__main__ import main
from forms_api.database import Database
from forms_api.desk import accounts
from mingbai import starter
from tests.api.conftest import NOW, PROFILE, Start
from tests.api.desk import Writer, enrol
from tests.village import UNITS, Village


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


def test_a_busy_port_is_said_before_anything_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        said = refused(capsys, "--portal", str(tmp_path / "nothing here"), "--port", str(port))

    assert f"端口 {port} 有别的程序在用" in said


@pytest.mark.parametrize(
    ("address", "says"),
    [
        (["--port", "70000"], "0 到 65535"),
        (["--port", "-1"], "0 到 65535"),
        (["--host", "203.0.113.9", "--port", "0"], "开不了"),
        (["--host", "no such host", "--port", "0"], "开不了"),
    ],
    ids=["large", "negative", "foreign", "nonsense"],
)
def test_an_address_that_cannot_be_had_is_a_sentence(
    village: Village, capsys: pytest.CaptureFixture[str], address: list[str], says: str
) -> None:
    assert says in refused(capsys, "--portal", str(village.root), *address)


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        (".state/keys/receipt.key", "short", "32"),
        (".state/forms.yaml", "per_hour: many\n", "per_hour"),
        (".state", "a file", "用不了"),
        ("mkdocs.yml", "extra: [", "settings"),
        ("datasets/profiles/national.yaml", PROFILE.replace("erratum", "mistake"), "erratum"),
    ],
)
def test_an_installation_that_cannot_be_used_is_a_sentence(
    village: Village, capsys: pytest.CaptureFixture[str], file: str, content: str, says: str
) -> None:
    village.write(file, content)

    assert says in refused(capsys, "--portal", str(village.root), "--port", "0")


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_damaged_database_is_a_sentence(village: Village, capsys: pytest.CaptureFixture[str]) -> None:
    village.write(".state/submissions.db", "no database " * 100)

    assert "用不了：file is not a database" in refused(capsys, "--portal", str(village.root), "--port", "0")


LANE = next(line for line in UNITS.splitlines(keepends=True) if line.startswith("lane,"))


def test_a_unit_of_letters_that_is_no_longer_in_the_list_is_named(
    village: Village, start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    Writer(start(), village, unit="lane")
    village.write("datasets/units.csv", UNITS.replace(LANE, ""))
    capsys.readouterr()  # the line of the letter

    said = refused(capsys, "--portal", str(village.root), "--port", "0")

    assert "units.csv 里却没有：lane。" in said and "valid_to" in said and "successors" in said


def test_a_unit_of_an_account_that_is_no_longer_in_the_list_is_named_unless_it_is_closed(
    village: Village, start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    app = start()
    enrol(village, "小吴", "lane", "clerk")
    village.write("datasets/units.csv", UNITS.replace(LANE, ""))

    said = refused(capsys, "--portal", str(village.root), "--port", "0")
    with Database.of(village.root / ".state").changing() as connection:
        accounts.close(connection, "小吴", NOW)

    assert "lane" in said
    app.extensions["close"]()
    assert start().test_client().get("/healthz").status_code == 200


@pytest.mark.parametrize("address", ["mysql://x/y", "nonsense"])
def test_an_address_of_no_database_is_a_sentence_and_is_not_repeated(
    village: Village, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("MINGBAI_DATABASE", address)

    said = refused(capsys, "--portal", str(village.root), "--port", "0")

    assert "MINGBAI_DATABASE" in said and address not in said


def test_a_server_that_is_not_there_is_a_sentence(
    village: Village, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MINGBAI_DATABASE", f"postgresql://mingbai:geheim@/x?host={tmp_path}")

    said = refused(capsys, "--portal", str(village.root), "--port", "0")

    assert "用不了" in said and "geheim" not in said


def test_a_portal_that_is_not_there_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "mkdocs.yml" in refused(capsys, "--portal", str(tmp_path), "--port", "0")


def test_a_new_portal_is_built_and_served_by_one_command(tmp_path: Path) -> None:
    starter.init(tmp_path / "new")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [sys.executable, "-m", "mingbai", "serve", "--port", str(port)]
    running = subprocess.Popen(command, cwd=tmp_path / "new", stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout is not None
        said = next(line for line in running.stdout if line.startswith("好了"))
        pages = []
        for page in ("", "ask", "handbook/"):
            with urlopen(f"http://127.0.0.1:{port}/{page}") as answer:
                pages.append(answer.read().decode())
    finally:
        running.terminate()
        running.wait()
        running.stdout.close()

    assert said == f"好了，打开 http://127.0.0.1:{port}/\n"
    assert [word in page for word, page in zip(("某村", "我要问", "填报手册"), pages, strict=True)] == [
        True
    ] * 3


def test_a_portal_that_cannot_be_built_is_not_served(village: Village) -> None:
    village.write("content/a.md", "# a\n\n[nowhere](/nowhere/)\n")
    command = [sys.executable, "-m", "mingbai", "serve", "--port", "0"]

    done = subprocess.run(command, cwd=village.root, capture_output=True, text=True)

    assert done.returncode == 1
    assert "/nowhere/" in done.stderr and "好了" not in done.stdout
