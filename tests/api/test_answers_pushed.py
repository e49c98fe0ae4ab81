"""On a server the portal's files are laid out from git; answers are released in a clone and pushed through the gate."""

import fcntl
from pathlib import Path

import pytest
from flask import Flask

from mingbai.cli import main
from mingbai.git import MAIN
from mingbai.receiving.installing import init, take_history
from tests.api.releases import House
from tests.server import clone
from tests.village import Village

ONE_ENGINE = pytest.mark.parametrize("server", ["sqlite"], indirect=True)


@ONE_ENGINE
def test_an_answer_is_released_in_a_clone_and_comes_to_main_through_the_gate(
    app: Flask, village: Village, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house = House(app, village, capsys)
    house.approved("屋顶谁做的？")
    receiving = init(tmp_path / "receiving")
    take_history(receiving, village.root)
    whole = clone(receiving, tmp_path / "whole")
    state = village.root / ".state"
    with (receiving.state / "builder.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)

        released = main(["replies", "--portal", str(whole.folder), "--state", str(state), "release"])
        status, said = whole.push()

    assert (released, status) == (0, 0), said
    assert "屋顶谁做的？" in receiving.repository.run("grep", "屋顶谁做的", MAIN).decode()
