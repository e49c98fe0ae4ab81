"""What every test may use: the small village, and the count at the end of a run."""

import os
from pathlib import Path

import pytest

from tests.village import Village, build_village

pytest_plugins = ["tests.outcome"]

os.environ["MINGBAI_LANG"] = "zh"  # commands speak the language of the machine; the tests read Chinese


@pytest.fixture
def village(tmp_path: Path) -> Village:
    return build_village(tmp_path / "portal")
