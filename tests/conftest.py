"""What every test may use: the small village, and the count at the end of a run."""

from pathlib import Path

import pytest

from tests.village import Village, build_village

pytest_plugins = ["tests.outcome"]


@pytest.fixture
def village(tmp_path: Path) -> Village:
    return build_village(tmp_path / "portal")
