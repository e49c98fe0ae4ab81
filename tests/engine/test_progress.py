"""How far a long command is: on a terminal a bar, and nothing where nobody watches."""

import os
import pty
import subprocess
import sys
from pathlib import Path

from tests.village import Village

MINGBAI = [sys.executable, "-m", "mingbai"]
BUILD = [*MINGBAI, "build"]
_BLANK = "\r\x1b[2K"


def test_a_terminal_shows_each_step_of_a_build_and_is_left_clean(village: Village) -> None:
    # The day when the calendar of the next year is missed, with a warning.
    said = on_a_terminal([*BUILD, "--as-of", "2026-12-20"], village.root)

    assert "░░ 1/7 读、查公开件" in said and "7/7 编 /api 用的搜索索引" in said
    assert [f" {number}/7 " in said for number in range(1, 8)] == [True] * 7
    assert "/7 " not in (after := said.rpartition(_BLANK)[2]) and "2027" in after


def test_a_check_counts_the_filings_up_to_the_last(village: Village) -> None:
    filings = len(list(village.root.glob("datasets/filings/*/*/*.yaml")))
    said = on_a_terminal([*MINGBAI, "check"], village.root)

    assert f"{'█' * 16} 读、查公开件 {filings}/{filings}{_BLANK}" in said
    assert said.endswith(_BLANK)


def test_a_scan_counts_the_files_of_both_processors(tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / f"{number}.txt").write_text("村里修路", encoding="utf-8")
    said = on_a_terminal([*MINGBAI, "scan", str(tmp_path)], tmp_path)

    assert "查有没有个人信息 100/100" in said
    assert said.endswith(_BLANK)


def test_a_file_or_a_server_gets_no_bar(village: Village) -> None:
    done = subprocess.run(BUILD, cwd=village.root, capture_output=True, text=True, check=True)

    assert "█" not in done.stderr and "1/7" not in done.stderr and "\x1b" not in done.stderr


def on_a_terminal(command: list[str], folder: Path) -> str:
    """Return what a command that succeeds writes to a terminal beside its answer."""
    ours, theirs = pty.openpty()
    done = subprocess.Popen(command, cwd=folder, stderr=theirs, stdout=subprocess.DEVNULL)
    os.close(theirs)
    told = b""
    try:
        while piece := os.read(ours, 4096):
            told += piece
    except OSError:  # Linux says so where the other end is closed
        pass
    assert done.wait() == 0
    return told.decode()
