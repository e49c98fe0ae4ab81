"""Holds the engine and the forms service to strict types."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def test_the_types_fit() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "mypy"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    if run.returncode != 0:
        pytest.fail(run.stdout + run.stderr, pytrace=False)
