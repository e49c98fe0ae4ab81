"""How far a long command is: on a terminal a bar, and nothing where nobody watches."""

import os
import pty
import subprocess
import sys

from tests.village import Village

BUILD = [sys.executable, "-m", "mingbai", "build"]


def test_a_terminal_shows_each_step_of_a_build_and_is_left_clean(village: Village) -> None:
    ours, theirs = pty.openpty()
    late = [*BUILD, "--as-of", "2026-12-20"]  # when the calendar of the next year is missed, with a warning
    done = subprocess.Popen(late, cwd=village.root, stderr=theirs, stdout=subprocess.DEVNULL)
    os.close(theirs)
    told = b""
    try:
        while piece := os.read(ours, 4096):
            told += piece
    except OSError:  # Linux says so where the other end is closed
        pass
    said = told.decode()

    assert done.wait() == 0
    assert "░░ 1/7 读、查公开件" in said and "7/7 编 /api 用的搜索索引" in said
    assert [f" {number}/7 " in said for number in range(1, 8)] == [True] * 7
    assert "/7 " not in (after := said.rpartition("\x1b[2K")[2]) and "2027" in after


def test_a_file_or_a_server_gets_no_bar(village: Village) -> None:
    done = subprocess.run(BUILD, cwd=village.root, capture_output=True, text=True, check=True)

    assert "█" not in done.stderr and "1/7" not in done.stderr and "\x1b" not in done.stderr
