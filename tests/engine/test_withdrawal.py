"""What is withdrawn is gone from every byte under the server, and nobody brings it back."""

from pathlib import Path

import pytest

from mingbai.builder import build_newest
from mingbai.cli import main
from mingbai.git import MAIN
from mingbai.receiving.installing import init, take_files
from mingbai.receiving.layout import Server
from tests.server import clone
from tests.unpacking import files_with
from tests.village import FINANCE, FINANCE_FACTS, build_village

EAST = "datasets/filings/east/finance/2026-Q1"
SECRET = "某户的私事"
LEAKING = FINANCE.replace("保洁员工资", SECRET)


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """A server that has published, and built, something that it should not have."""
    village = build_village(tmp_path / "source")
    village.file("east", "finance", "2026-Q1", LEAKING, FINANCE_FACTS)
    server = init(tmp_path / "server")
    take_files(server, village.root)
    build_newest(server)
    return server


def holding(server: Server, value: str) -> list[str]:
    """Return every file below the server that holds a value, packed or not, and git where an object does."""
    objects = server.repository.run("cat-file", "--batch-all-objects", "--batch", "--unordered")
    return files_with(server.root, value) + (["an object of git"] if value.encode() in objects else [])


def withdraw(server: Server, *more: str) -> int:
    return main(["withdraw", str(server.root), EAST, "--reason", "写了不该写的", *more])


def test_a_filing_is_withdrawn_from_site_releases_and_history(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {"index.html", "east.zip", "east.xlsx", "an object of git"} <= set(holding(server, SECRET))

    assert withdraw(server, "--from-history") == 0

    assert holding(server, SECRET) == []
    page = (server.current / "u/east/finance/2026-Q1/index.html").read_text("utf-8")
    assert "已经撤下" in page and "写了不该写的" in page
    assert "/u/east/finance/2026-Q1/" in capsys.readouterr().out
    (sheet,) = (server.state / "incidents").iterdir()
    assert "个人信息保护法第五十七条" in sheet.read_text("utf-8") and sheet.stat().st_mode & 0o777 == 0o600


def test_a_row_is_withdrawn_and_the_rest_stands_with_its_reason(server: Server) -> None:
    assert withdraw(server, "--rows", "2", "--from-history") == 0

    assert holding(server, SECRET) == []
    table = server.repository.run("show", f"{MAIN}:{EAST}.csv").decode()
    page = (server.current / "u/east/finance/2026-Q1/index.html").read_text("utf-8")
    assert "4800.00" in table and "已撤下" in table, "the figures stay, so that totals add up"
    assert "写了不该写的" in page


def test_without_from_history_the_site_is_clean_and_git_is_said_to_hold_it(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    assert withdraw(server) == 0

    assert [each for each in holding(server, SECRET) if len(each) != 38] == ["an object of git"]
    assert "git 历史里还有" in capsys.readouterr().out


def test_an_old_clone_does_not_bring_back_what_was_withdrawn(server: Server, tmp_path: Path) -> None:
    old = clone(server, tmp_path / "old")
    withdraw(server, "--from-history")
    old.commit({"content/about.md": "# 关于\n"})
    fresh = clone(server, tmp_path / "fresh")
    fresh.commit({f"{EAST}.csv": LEAKING, f"{EAST}.yaml": FINANCE_FACTS})

    assert old.push()[0] != 0  # git may be cut off while it still sends
    status, said = fresh.push()

    assert status == 1 and "已经撤下的内容" in said
    assert holding(server, SECRET) == []


@pytest.mark.parametrize(
    ("path", "rows", "words"),
    [
        ("datasets/filings/east/finance/2025-Q1", [], "没有公开过"),
        ("mkdocs.yml", [], "不是一件公开件"),
        (EAST, ["--rows", "9"], "没有编号是 9 的行"),
    ],
)
def test_a_wrong_call_is_a_sentence_and_changes_nothing(
    server: Server, path: str, rows: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = server.repository.run("rev-parse", MAIN)

    assert main(["withdraw", str(server.root), path, "--reason", "x", *rows]) in (1, 2)

    assert words in capsys.readouterr().err
    assert server.repository.run("rev-parse", MAIN) == before and SECRET in "".join(
        (server.current / "u/east/finance/2026-Q1/index.html").read_text("utf-8")
    )


@pytest.mark.parametrize(
    ("reason", "words"), [("=1+1", "当成公式"), (" ", "空着"), ("打 138" + "12345678", "手机号")]
)
def test_a_reason_that_may_not_be_told_stops_before_anything_is_withdrawn(
    server: Server, reason: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = server.repository.run("rev-parse", MAIN)

    assert main(["withdraw", str(server.root), EAST, "--reason", reason]) in (1, 2)

    assert words in capsys.readouterr().err
    assert server.repository.run("rev-parse", MAIN) == before


def test_an_update_of_the_settings_keeps_what_was_withdrawn(server: Server, tmp_path: Path) -> None:
    withdraw(server)
    village = build_village(tmp_path / "newer")
    village.write(
        "datasets/units.csv", (village.root / "datasets/units.csv").read_text().replace("西头", "西首")
    )

    found = take_files(server, village.root)

    assert found == ["datasets/units.csv"]
    assert EAST in server.repository.run("show", f"{MAIN}:datasets/withdrawn.csv").decode()
