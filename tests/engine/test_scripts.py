"""The commands in scripts/ start on a bare machine, say one sentence when they cannot, and count honestly."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from mingbai.messages import packaged
from mingbai.prose import COMMON, common_folder

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted([*(path for path in (ROOT / "scripts").iterdir() if path.is_file()), ROOT / ".ci" / "run"])
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")

EXAMPLES = {
    "tests/engine/test_one.py": "def test_passes() -> None: ...\n",
    "tests/api/test_two.py": "def test_passes() -> None: ...\ndef test_fails() -> None: assert not 'so'\n",
    "tests/browser/test_three.py": "def test_passes() -> None: ...\n",
}


def run(
    command: Iterable[str | Path], folder: Path, first: Path | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run a command in `folder`; commands that lie in `first` hide those of the machine."""
    path = os.environ["PATH"] if first is None else f"{first}:{os.environ['PATH']}"
    surroundings = os.environ | {"PATH": path} | more
    return subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )


def copy_tree(target: Path, *names: str) -> Path:
    """Copy files and folders of this repository, without what commands made in them."""
    for name in names:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
    return target


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what scripts/setup reads, where no environment stands."""
    return copy_tree(tmp_path / "checkout", "scripts", "pyproject.toml", "requirements.lock")


def put_command(folder: Path, name: str, body: str) -> None:
    """Put a shell command in `folder`."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/bash\n{body}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


# --- the commands


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_command_can_be_run_and_says_what_it_does(script: Path) -> None:
    lines = script.read_text(encoding="utf-8").splitlines()

    assert script.stat().st_mode & 0o111 == 0o111
    assert lines[0] == "#!/usr/bin/env bash"
    assert re.match(r"# [A-Z].*\.|# [A-Z].*:", lines[1])
    assert run(["bash", "-n", script], ROOT).returncode == 0


def test_the_commands_of_the_readme_are_there() -> None:
    assert {"setup", "serve", "test", "build", "check"} <= {script.name for script in SCRIPTS}


def test_an_old_python_is_told_so_in_one_sentence_and_nothing_is_made(checkout: Path) -> None:
    tools = checkout / "tools"
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14"):
        put_command(tools, name, "exit 1")

    said = run([checkout / "scripts" / "setup"], checkout, tools)

    assert said.returncode == 1
    assert said.stderr.count("\n") == 1
    assert "Python 3.11 or newer" in said.stderr
    assert not (checkout / ".venv").exists()


def test_a_half_finished_environment_is_made_anew(checkout: Path) -> None:
    left_over = checkout / ".venv" / "bin" / "left-over"
    left_over.parent.mkdir(parents=True)
    left_over.touch()

    # No package can be had here, so the new environment does not get far; the old one must be gone all the same.
    nowhere = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": "/dev/null"}
    said = run([checkout / "scripts" / "setup"], checkout, **nowhere)

    assert said.returncode == 1
    assert "could not all be installed" in said.stderr
    assert not left_over.exists()
    assert not (checkout / ".venv" / "stamp-packages").exists()


def test_without_chromium_the_tests_name_the_way_round_it(checkout: Path) -> None:
    tools = checkout / "tools"
    for name in ("chromium", "chromium-browser", "google-chrome", "sudo", "apt-get"):
        put_command(tools, name, "exit 1")
    put_command(checkout / "scripts", "setup", "exit 0")

    said = run([checkout / "scripts" / "test"], checkout, tools)

    assert said.returncode == 1
    assert said.stderr.count("\n") == 1
    assert "--without browser" in said.stderr


# --- the lock


def locked() -> dict[str, list[str]]:
    """Return the hashes of every locked package by its name."""
    found: dict[str, list[str]] = {}
    for block in re.split(r"\n(?=\w)", LOCK.split("\n\n")[-1]):
        if not block.startswith("#"):
            found[block.split("==")[0]] = re.findall(r"--hash=sha256:([0-9a-f]{64})\b", block)
    return found


def test_every_locked_package_has_a_hash() -> None:
    assert len(locked()) > 50
    assert [name for name, hashes in locked().items() if not hashes] == []


def test_the_lock_names_no_host() -> None:
    assert re.findall(r"://|--index|--find-links|\.(?:org|com|net|cn)\b", LOCK) == []


def test_the_lock_holds_what_the_project_asks_for() -> None:
    asked = [
        *PROJECT["dependencies"],
        *PROJECT["optional-dependencies"]["test"],
        "pip",
        "setuptools",
        "wheel",
    ]
    names = [re.split(r"[^\w.-]", each)[0].lower() for each in asked]

    assert [name for name in names if name not in locked()] == []


# --- the wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as it is built from a clean checkout, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    packed = ("site", "content", "forms_api", "datasets/kinds", "datasets/profiles", "datasets/calendar")
    source = copy_tree(folder / "source", "pyproject.toml", "README.md", "LICENSE", *packed)
    pip = [sys.executable, "-m", "pip", "wheel", "-qq", "--no-deps", "--no-build-isolation", "--no-index"]
    built = run([*pip, "--wheel-dir", folder, source], folder)
    assert built.returncode == 0, built.stderr
    zipfile.ZipFile(next(folder.glob("*.whl"))).extractall(folder / "unpacked")
    return folder / "unpacked"


def test_the_wheel_leaves_out_nothing(wheel: Path) -> None:
    places = {
        "site/mingbai": "mingbai",
        "forms_api": "forms_api",
        "datasets/kinds": "mingbai_data/kinds",
        "datasets/profiles": "mingbai_data/profiles",
        "datasets/calendar": "mingbai_data/calendar",
        "site/theme": "mingbai_data/theme",
    }
    for source, packed in places.items():
        files = [
            path for path in (ROOT / source).rglob("*") if path.is_file() and "__pycache__" not in path.parts
        ]
        assert files
        assert [
            each for each in files if not (wheel / packed / each.relative_to(ROOT / source)).is_file()
        ] == []


def test_the_wheel_brings_the_prose_that_every_portal_has_and_no_other(wheel: Path) -> None:
    prose = sorted(
        path.relative_to(wheel / "mingbai_data" / "content").as_posix()
        for path in wheel.rglob("content/**/*.md")
    )

    assert prose == sorted([*COMMON, *(f"en/{name}" for name in COMMON)])
    assert {path.name for path in wheel.rglob("content/images/handbook/*")} == {
        path.name for path in (common_folder() / "images/handbook").iterdir()
    }


def test_a_new_portal_needs_nothing_but_the_wheel(wheel: Path, tmp_path: Path) -> None:
    look = (
        "from pathlib import Path; from mingbai import cli; from mingbai.portal import Portal\n"
        "cli.main(['init', 'new']); portal = Portal.open(Path('new'))\n"
        "print(*portal.kinds, *portal.profiles, portal.theme)"
    )
    said = run([sys.executable, "-c", look], tmp_path, PYTHONPATH=str(wheel))

    assert said.returncode == 0, said.stderr
    assert {"finance", "national", str(wheel / "mingbai_data" / "theme")} <= set(said.stdout.split())


@pytest.mark.parametrize("part", ["kinds", "profiles", "calendar", "content", "theme"])
def test_the_environment_of_the_tests_finds_the_built_in_folders_too(part: str) -> None:
    assert list(packaged(part).iterdir())


# --- the count


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    """A project of its own with a few small tests, counted by ours."""
    for name, text in EXAMPLES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    shutil.copy2(ROOT / "tests" / "outcome.py", tmp_path / "tests" / "outcome.py")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\n", encoding="utf-8")
    return tmp_path


def count(examples: Path, *arguments: str) -> tuple[int, str]:
    """Run the examples; return the exit status and the last line."""
    said = run([sys.executable, "-m", "pytest", "-p", "tests.outcome", *arguments], examples)
    return said.returncode, said.stdout.rstrip("\n").split("\n")[-1]


def test_the_last_line_counts(examples: Path) -> None:
    assert count(examples) == (1, "3 passed, 1 failed, 0 not run")


def test_what_was_left_out_has_not_run(examples: Path) -> None:
    assert count(examples, "--without", "api,browser") == (0, "1 passed, 0 failed, 3 not run")
    assert count(examples, "-k", "passes") == (0, "3 passed, 0 failed, 1 not run")


def test_what_comes_after_a_stop_has_not_run(examples: Path) -> None:
    assert count(examples, "-x") == (1, "2 passed, 1 failed, 1 not run")


def test_a_skipped_test_ends_the_run_as_a_fault(examples: Path) -> None:
    (examples / "tests" / "api" / "test_two.py").write_text(
        "import pytest\ndef test_skips() -> None: pytest.skip('no database')\n", encoding="utf-8"
    )

    assert count(examples) == (1, "2 passed, 0 failed, 1 not run")


def test_a_file_that_skips_itself_ends_the_run_as_a_fault(examples: Path) -> None:
    (examples / "tests" / "api" / "test_two.py").write_text(
        "import pytest\npytest.importorskip('not_there')\ndef test_passes() -> None: ...\n", encoding="utf-8"
    )

    assert count(examples) == (1, "2 passed, 0 failed, 1 not run")


def test_a_file_that_cannot_be_read_has_failed(examples: Path) -> None:
    (examples / "tests" / "api" / "test_two.py").write_text("def test_passes(:\n", encoding="utf-8")

    assert count(examples)[1] == "0 passed, 1 failed, 2 not run"


def test_a_test_whose_clearing_up_fails_has_failed(examples: Path) -> None:
    (examples / "tests" / "api" / "test_two.py").write_text(
        "import pytest\n@pytest.fixture\ndef thing():\n    yield\n    raise OSError\n"
        "def test_passes(thing) -> None: ...\n",
        encoding="utf-8",
    )

    assert count(examples) == (1, "2 passed, 1 failed, 0 not run")


def test_an_unknown_part_is_refused(examples: Path) -> None:
    assert count(examples, "--without", "browsers")[0] == 4
