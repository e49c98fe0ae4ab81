"""The command as a clerk calls it: what it prints, and its exit status."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mingbai.cli import main
from tests.village import FINANCE, FINANCE_FACTS, Village, build_village


@pytest.fixture
def village(tmp_path: Path) -> Village:
    return build_village(tmp_path)


def run(village: Village, *arguments: str) -> int:
    return main(["--portal", str(village.root), *arguments])


def test_a_sound_portal_exits_with_zero(village: Village, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(village, "check") == 0
    assert "都对" in capsys.readouterr().out


def test_errors_exit_with_one_and_name_file_row_field_and_remedy(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    village.file("east", "finance", "2026-Q1", FINANCE.replace("4800.00", "0.48万"), FINANCE_FACTS)

    assert run(village, "check", "--format", "json") == 1
    (row,) = [each for each in json.loads(capsys.readouterr().out) if each["rule"] == "number"]
    assert set(row) == {"file", "row", "field", "rule", "severity", "message", "remedy"}
    assert (row["file"], row["row"], row["field"]) == (
        "datasets/filings/east/finance/2026-Q1.csv",
        3,
        "expenditure",
    )
    assert "4800.00" in row["remedy"]


def test_english_is_complete(village: Village, capsys: pytest.CaptureFixture[str]) -> None:
    village.file("east", "finance", "2026-Q1", FINANCE.replace("4800.00", "0.48万"), FINANCE_FACTS)

    run(village, "check", "--lang", "en")

    assert "Row 3, “Expenditure” says" in capsys.readouterr().out


@pytest.mark.parametrize("path", ["nowhere.csv", "/etc/hostname"])
def test_a_path_that_is_not_there_or_outside_exits_with_two(village: Village, path: str) -> None:
    assert run(village, "check", path) == 2


def test_a_day_that_is_none_exits_with_two(village: Village) -> None:
    assert run(village, "check", "--as-of", "2026-02-30") == 2


def test_no_portal_anywhere_is_one_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from mingbai.cli import main; raise SystemExit(main(['check']))"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "mkdocs.yml" in done.stderr
    assert "Traceback" not in done.stderr


def test_init_makes_a_portal_that_passes_and_brings_no_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new"

    assert main(["init", str(folder)]) == 0
    assert main(["--portal", str(folder), "check"]) == 0
    capsys.readouterr()
    assert main(["--portal", str(folder), "figures", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_init_writes_nothing_where_something_stands(village: Village) -> None:
    before = sorted(village.root.rglob("*"))

    assert main(["init", str(village.root)]) == 2
    assert sorted(village.root.rglob("*")) == before


def test_a_check_needs_no_git(village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    assert run(village, "check", "--no-cache") == 0


def test_a_terminal_that_knows_no_chinese_gets_codes_and_no_traceback(village: Village) -> None:
    said = subprocess.run(
        [sys.executable, "-c", "from mingbai.cli import main; raise SystemExit(main())", "check"],
        cwd=village.root,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
    )

    assert (said.returncode, said.stderr) == (0, "")
    assert "\\u90fd\\u5bf9" in said.stdout
