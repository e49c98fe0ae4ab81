"""Guards the walls of the house (design §3, §7): who may import what, and what may lie where."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
ENGINE = ROOT / "site" / "mingbai"
SOURCES = sorted([*ENGINE.rglob("*.py"), *(ROOT / "forms_api").rglob("*.py")])

TOP_LEVEL = {
    *"README.md README.zh-CN.md CONTRIBUTING.md SECURITY.md CHANGELOG.md LICENSE mkdocs.yml pyproject.toml".split(),
    *"requirements.lock .gitignore .gitattributes .ci site content datasets forms_api scripts tests".split(),
}

# The flow of the engine. A module may import what stands on its own line's left or on an earlier line, never later.
FLOW = """
errors messages calling progress folders git memory sharing
symbols
workbooks
expressions
periods workdays units
kinds
profiles
sheets
filings
places withdrawn
duties
scores
portal
computed
privacy
scan
checks
anonymity
sealed
importing
stages
sentences
reminders
doctor
figures
edition
matrix
systems
frames
qr
search
prose
downloads
pages
feeds
offline
releases
chromium notices cards starter
plugin
gate
receiving
builder
withdrawal
completion
cli
""".split()

ONE_ROOM_ONLY = {
    "mkdocs": ["site/mingbai/plugin/"],
    "whoosh": ["site/mingbai/search/"],
    "flask": ["forms_api/"],
    "werkzeug": ["forms_api/"],
    "frictionless": ["site/mingbai/sheets/"],
    "simpleeval": ["site/mingbai/expressions/"],
    "icalendar": ["site/mingbai/feeds/"],
    "stdnum": ["site/mingbai/expressions/"],
    "segno": ["site/mingbai/qr.py", "site/mingbai/sealed/slips.py"],
    "reportlab": ["site/mingbai/sealed/slips.py"],
    "cryptography": ["site/mingbai/sealed/sealing.py"],
    "openpyxl": ["site/mingbai/workbooks/"],
    "xlsxwriter": ["site/mingbai/downloads/books.py", "site/mingbai/downloads/templates.py"],
    "xlrd": ["site/mingbai/workbooks/", "site/mingbai/scan/oldbooks.py"],
    "pypdf": ["site/mingbai/scan/documents.py", "site/mingbai/notices.py"],
}


def imports(path: Path) -> Iterator[str]:
    """Yield every absolute module name that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where things come from"
            yield node.module or ""
            if node.module == "mingbai":
                yield from (f"mingbai.{name.name}" for name in node.names)


def room(path: Path) -> str:
    """Return the name of the engine's room in which a file stands."""
    return path.relative_to(ENGINE).parts[0].removesuffix(".py")


def below(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_there_are_sources_to_look_at() -> None:
    assert len(SOURCES) > 20


@pytest.mark.parametrize(
    "line",
    [
        "import flask",
        "def f():\n    from flask import g",
        "import flask.views as f",
        "from mingbai import cli",
    ],
)
def test_an_import_is_seen_wherever_it_hides(tmp_path: Path, line: str) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(line, encoding="utf-8")

    assert {name.split(".")[-1] for name in imports(planted)} & {"flask", "views", "cli"}


def test_the_top_level_holds_what_the_design_lists() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = {line.split("/")[0] for line in listed.splitlines()}

    assert found <= TOP_LEVEL


def test_every_room_stands_in_the_flow() -> None:
    rooms = {room(path) for path in ENGINE.rglob("*.py")} - {"__init__", "__main__"}

    assert rooms <= set(FLOW)


@pytest.mark.parametrize("path", sorted(ENGINE.rglob("*.py")), ids=below)
def test_data_flows_one_way(path: Path) -> None:
    here = room(path)
    if here in ("__init__", "__main__"):
        return
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "mingbai" and len(parts) > 1 and parts[1] != here and parts[1] in FLOW:
            assert FLOW.index(parts[1]) < FLOW.index(here), f"{here} must not import {parts[1]}"


@pytest.mark.parametrize(("package", "rooms"), ONE_ROOM_ONLY.items())
def test_a_library_is_known_in_its_own_room_only(package: str, rooms: list[str]) -> None:
    users = [below(path) for path in SOURCES if any(name.split(".")[0] == package for name in imports(path))]

    assert users, f"nobody imports {package}: the wall guards nothing"
    assert [user for user in users if not user.startswith(tuple(rooms))] == []


def test_the_engine_never_imports_the_forms_service() -> None:
    assert [
        below(path) for path in ENGINE.rglob("*.py") if any(n.startswith("forms_api") for n in imports(path))
    ] == []


# What a room of the service must not know. A command runs without the service, a case without any page.
WALLS = {
    "forms_api/cases/": ("flask", "forms_api.desk", "forms_api.levels"),
    "forms_api/publication/": ("flask", "forms_api.cases", "forms_api.desk", "forms_api.replies"),
    "forms_api/replies/": ("flask", "forms_api.intake", "forms_api.desk.entrance"),
    "forms_api/statistics/": ("flask", "forms_api.intake", "forms_api.desk.entrance"),
    "forms_api/backup/": ("flask", "forms_api.cases", "forms_api.desk"),
    "forms_api/photos/ingest.py": ("flask", "PIL"),
    "forms_api/desk/sight.py": ("flask", "sqlalchemy"),
}


@pytest.mark.parametrize(("place", "unknown"), WALLS.items())
def test_a_room_of_the_service_does_not_know_the_rooms_behind_its_walls(
    place: str, unknown: tuple[str, ...]
) -> None:
    files = [path for path in SOURCES if below(path).startswith(place)]

    assert files, f"{place} is not there: the wall guards nothing"
    assert [
        f"{below(path)} knows {name}"
        for path in files
        for name in imports(path)
        if any(name == each or name.startswith(f"{each}.") for each in unknown)
    ] == []


def test_only_privacy_makes_public_things() -> None:
    for path in SOURCES:
        made = [
            node.func.id
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        ]
        if not below(path).startswith("site/mingbai/privacy/"):
            assert not {"PublicTable", "PublicText", "PublicRow"} & set(made), path


@pytest.mark.parametrize("name", ["pages", "search", "downloads", "sentences"])
def test_what_publishes_never_sees_a_raw_table(name: str) -> None:
    files = [path for path in ENGINE.rglob("*.py") if room(path) == name]

    assert files
    for path in files:
        assert "RawTable" not in path.read_text(encoding="utf-8"), path


def test_no_module_names_a_kind() -> None:
    roles = {"figures", "replies", "statistics", "directory", "explanation"}
    kinds = {path.name for path in (ROOT / "datasets" / "kinds").iterdir() if path.is_dir()} - roles
    # Words the engine has of its own: a type of submission (design §2), the index of search, a kind's rules, the
    # exposure beside the seven.
    kinds -= {"inquiry", "index", "rules", "expose"}

    assert kinds
    for path in SOURCES:
        tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        strings = {node.value for node in tree if isinstance(node, ast.Constant)}
        assert not kinds & {each for each in strings if isinstance(each, str)}, path


def test_site_is_no_package_and_datasets_holds_no_code() -> None:
    assert not (ROOT / "site" / "__init__.py").exists()
    assert list((ROOT / "datasets").rglob("*.py")) == []


def test_the_built_site_never_goes_into_a_source_folder() -> None:
    config = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))

    assert config.get("site_dir", "site").split("/")[0] == "build"


@pytest.mark.parametrize("path", SOURCES, ids=below)
def test_every_module_opens_with_its_sentence(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))

    assert said
    assert said.split("\n")[0].rstrip().endswith((".", ":"))


def test_settings_of_tools_stand_in_pyproject_only() -> None:
    strays = [
        "setup.cfg",
        "tox.ini",
        "pytest.ini",
        "mypy.ini",
        ".ruff.toml",
        "ruff.toml",
        ".flake8",
        ".coveragerc",
    ]

    assert [name for name in strays if (ROOT / name).exists()] == []


def test_readme_names_every_room_of_the_flow() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rooms = {room(path) for path in ENGINE.rglob("*.py")} - {"__init__", "__main__"}

    assert [name for name in sorted(rooms) if f"`{name}`" not in readme] == []
