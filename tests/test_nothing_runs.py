"""A push changes `content` and `datasets/filings` (design §6.9): nothing in it may run, or bring in what lies outside.

Each case plants a file that would leave a mark if it ran, or show a secret if it were followed. The last test plants
the same mark where a push cannot reach, to show that the mark is seen.
"""

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from mingbai.cli import main
from tests.village import FINANCE, FINANCE_FACTS, Village

FILING = "datasets/filings/east/finance/2026-Q1"
SECRET = "这句话不在门户里"
CODE = "import pathlib; pathlib.Path({mark!r}).write_text('ran')\n"
HOOKS = "hooks: [{name}]\nplugins: [mingbai]\ndocs_dir: .\n"
COMMAND = "from mingbai.cli import main; raise SystemExit(main())"

# Names by which Python, pytest, pip and MkDocs would pick a file up if the folder were ever on their way.
CODE_NAMES = {
    "content": [
        f"content/{name}.py"
        for name in ("hooks", "__init__", "sitecustomize", "yaml", "mkdocs", "decisions/conftest")
    ],
    "filings": [
        f"datasets/filings/{name}.py"
        for name in ("conftest", "__init__", "east/finance/checks", "east/finance/2026-Q1")
    ],
}
# What other programs would read as settings or as a template.
OTHER_NAMES = {
    "content/mkdocs.yml": HOOKS,
    "content/main.html": "{{ ''.__class__.__mro__ }}",
    "content/.meta.yml": "template: /etc/passwd\n",
    "datasets/filings/mkdocs.yml": HOOKS,
    "datasets/filings/east/finance/kind.yaml": "title: {zh: 别的, en: Other}\n",
    "datasets/filings/east/finance/page.html": "{{ ''.__class__.__mro__ }}",
    "datasets/filings/east/finance/datapackage.json": '{"resources": [{"path": "/etc/hostname"}]}',
}
TAG = "!!python/object/apply:pathlib.Path.write_text [!!python/object/apply:pathlib.Path ['{mark}'], ran]"
PROSE = {
    "front matter with a tag": f"---\ntitle: {TAG}\n---\n# 题\n\n文\n",
    "front matter with a template": "---\ntemplate: ../../../secret.txt\n---\n# 题\n\n文\n",
    "a template in the text": "# 题\n\n{{ ''.__class__.__mro__ }} {% include '../secret.txt' %}\n",
    "a snippet": '# 题\n\n--8<-- "secret.txt"\n\n--8<-- "../secret.txt"\n',
    "a script": "# 题\n\n<script src='//example.org/x.js'></script>\n\n[按](javascript:alert(1))\n",
}
SIDECARS = {
    "a tag": f"header: {TAG}\n",
    "a tag of a module": "!!python/module:antigravity\n",
    "an unknown tag": "header: !include ../../../secret.txt\n",
    "a merge that grows": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(8)),
}
CELLS = {
    "a template": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "a rule": "__import__('os').getpid()",
    "a path": "../../../../secret.txt",
}


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """Return the file that planted code would write."""
    return tmp_path / "mark"


@pytest.fixture
def secret(village: Village) -> Path:
    """Return a file of the server that is in no push."""
    return village.write("secret.txt", f"{SECRET}\n")


def work(village: Village) -> str:
    """Check and build as the server does after a push; return everything that was said."""
    said = io.StringIO()
    with contextlib.chdir(village.root), redirect_stdout(said), redirect_stderr(said):
        for command in ("check", "build"):
            assert main([command, "--as-of", "2026-04-20"]) in (0, 1)
    return said.getvalue()


def work_as_a_program(village: Village) -> str:
    """Do the same in the portal's folder with a Python of its own, which looks for modules where it stands."""
    said = ""
    for command in ("check", "build"):
        done = subprocess.run(
            [sys.executable, "-c", COMMAND, command, "--as-of", "2026-04-20"],
            cwd=village.root,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            capture_output=True,
            text=True,
        )
        said += done.stdout + done.stderr
        assert done.returncode in (0, 1), said
    assert "Traceback" not in said
    return said


def holds(village: Village, text: str) -> list[Path]:
    """Return the built files that hold `text`."""
    files: Iterable[Path] = (village.root / "build").rglob("*")
    return [path for path in files if path.is_file() and text.encode() in path.read_bytes()]


def assert_nothing_ran(village: Village, mark: Path, run: Callable[[Village], str] = work) -> None:
    said = run(village)
    assert not mark.exists()
    assert SECRET not in said
    assert holds(village, SECRET) == []


@pytest.mark.parametrize("names", CODE_NAMES.values(), ids=CODE_NAMES.keys())
def test_code_in_a_push_is_not_run(village: Village, mark: Path, names: list[str]) -> None:
    for name in names:
        village.write(name, CODE.format(mark=str(mark)))

    assert_nothing_ran(village, mark, work_as_a_program)


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_settings_and_templates_in_a_push_are_not_read(village: Village, mark: Path, name: str) -> None:
    code = village.write("datasets/filings/hook.py", CODE.format(mark=str(mark)))
    village.write(name, OTHER_NAMES[name].replace("{name}", str(code)))

    assert_nothing_ran(village, mark)
    assert holds(village, "&lt;class") == []


@pytest.mark.parametrize("text", PROSE.values(), ids=PROSE.keys())
def test_prose_is_text(village: Village, mark: Path, secret: Path, text: str) -> None:
    village.write("content/about.md", text.replace("{mark}", str(mark)))

    assert_nothing_ran(village, mark)
    assert holds(village, "&lt;class") == []
    assert holds(village, 'href="javascript:') == []
    assert holds(village, "<script src='//") == []


@pytest.mark.parametrize("facts", SIDECARS.values(), ids=SIDECARS.keys())
def test_a_sidecar_is_data(village: Village, mark: Path, secret: Path, facts: str) -> None:
    village.write(f"{FILING}.yaml", facts.replace("{mark}", str(mark)))

    assert_nothing_ran(village, mark)


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS.keys())
def test_a_cell_is_a_value(village: Village, mark: Path, secret: Path, cell: str) -> None:
    village.write(f"{FILING}.csv", FINANCE.replace("保洁员工资", cell))
    village.write(f"{FILING}.yaml", FINANCE_FACTS.replace("凭证齐全，同意公布", f'"{cell}"'))

    assert_nothing_ran(village, mark)
    assert holds(village, "&lt;class") == []


@pytest.mark.parametrize(
    "link",
    [
        "content/leak.md",
        "content/leak.png",
        "content/leak",
        f"{FILING}.csv",
        f"{FILING}.yaml",
        "datasets/filings/east/finance",
    ],
)
def test_a_link_is_not_followed(
    village: Village, mark: Path, secret: Path, tmp_path: Path, link: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    for name in ("2026-Q1.csv", "2026-Q2.yaml", "page.md"):
        (outside / name).write_text(f"{SECRET}\n", encoding="utf-8")
    place = village.root / link
    if place.is_dir():
        place.rename(tmp_path / "before")
    place.unlink(missing_ok=True)
    place.symlink_to(secret if place.suffix else outside)

    assert_nothing_ran(village, mark)


def test_the_mark_of_code_that_runs_is_seen(village: Village, mark: Path) -> None:
    code = village.write("planted.py", CODE.format(mark=str(mark)))
    settings = village.root / "mkdocs.yml"
    settings.write_text(f"hooks: [{code}]\n{settings.read_text(encoding='utf-8')}", encoding="utf-8")

    with pytest.raises(AssertionError):
        assert_nothing_ran(village, mark)
    assert mark.read_text() == "ran"


def test_a_secret_that_is_shown_is_seen(village: Village, mark: Path) -> None:
    village.write("content/about.md", f"# 题\n\n{SECRET}\n")

    with pytest.raises(AssertionError):
        assert_nothing_ran(village, mark)
