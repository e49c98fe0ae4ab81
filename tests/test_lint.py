"""Holds the whole tree to the style in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("command", ["check", "format --check"])
def test_the_style_is_kept(command: str) -> None:
    ruff = [sys.executable, "-m", "ruff", *command.split(), "--quiet"]
    run = subprocess.run(ruff, cwd=ROOT, capture_output=True, text=True, check=False)

    if run.returncode != 0:
        pytest.fail(run.stdout + run.stderr, pytrace=False)
