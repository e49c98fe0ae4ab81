"""Holds tests/asvs.csv, which goes through OWASP ASVS 5.0.0 line by line, to the standard and to this tree.

Levels 1 and 2 of all chapters but OAuth (V10) and WebRTC (V17), which the service has not. Whether a test shows what
its line says is for people to judge; that it is there, and that nothing was left out, is judged here.
"""

import ast
import csv
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "tests" / "asvs.csv"
COLUMNS = ["id", "level", "about", "verdict", "proof"]
VERDICTS = ("test", "reason")
UNFULFILLED = (
    "Not fulfilled: "  # so begins the reason of a line that does not hold; SECURITY.md counts and names them
)
LONGEST = 12  # words that say what a requirement is about
Row = dict[str, str]

# The level of each requirement by section: "1222" are four, numbered from 1. Those of Level 3 come last, not here.
SECTIONS = {
    "V1.1": "22", "V1.2": "111112222", "V1.3": "11222222222", "V1.4": "222", "V1.5": "12",
    "V2.1": "122", "V2.2": "112", "V2.3": "1222", "V2.4": "2",
    "V3.2": "11", "V3.3": "1222", "V3.4": "112222", "V3.5": "11122", "V3.7": "22",
    "V4.1": "122", "V4.2": "2", "V4.3": "22", "V4.4": "1222",
    "V5.1": "2", "V5.2": "112", "V5.3": "11", "V5.4": "222",
    "V6.1": "122", "V6.2": "111111112222", "V6.3": "1122", "V6.4": "1122", "V6.5": "22222",
    "V6.6": "222", "V6.8": "2222",
    "V7.1": "222", "V7.2": "1111", "V7.3": "22", "V7.4": "11222", "V7.5": "22", "V7.6": "22",
    "V8.1": "12", "V8.2": "112", "V8.3": "1", "V8.4": "2",
    "V9.1": "111", "V9.2": "1222",
    "V11.1": "22", "V11.2": "222", "V11.3": "112", "V11.4": "1222", "V11.5": "2", "V11.6": "2",
    "V12.1": "122", "V12.2": "11", "V12.3": "2222",
    "V13.1": "2", "V13.2": "22222", "V13.3": "22", "V13.4": "12222",
    "V14.1": "22", "V14.2": "1222", "V14.3": "122",
    "V15.1": "122", "V15.2": "122", "V15.3": "1222222",
    "V16.1": "2", "V16.2": "22222", "V16.3": "2222", "V16.4": "222", "V16.5": "222",
}  # fmt: skip
REQUIRED = {
    f"{section}.{place}": level
    for section, levels in SECTIONS.items()
    for place, level in enumerate(levels, 1)
}

_FILE = re.compile(r"(?:[\w.-]+/)+[\w.-]+\.[a-z]+|[A-Z]+\.md|pyproject\.toml|requirements\.lock")


def read() -> list[Row]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def names_in(path: Path) -> frozenset[str]:
    """Return the names of the tests in a file; none where there is no such file."""
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(
        node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def unfulfilled(rows: list[Row]) -> list[str]:
    """Return the lines whose reason says that they do not hold."""
    return [row["id"] for row in rows if row["proof"].startswith(UNFULFILLED)]


def told() -> tuple[list[int], list[str]]:
    """Return what SECURITY.md says: how many lines are shown, reasoned and not fulfilled, and which those are."""
    text = " ".join((ROOT / "SECURITY.md").read_text(encoding="utf-8").split())
    counts = re.search(
        r"(\d+) are shown by a test, (\d+) have a reason, (\d+) are \*\*not fulfilled\*\*", text
    )
    return [int(each) for each in counts.groups()] if counts else [], re.findall(r"V\d+\.\d+\.\d+", text)


def faults(rows: list[Row]) -> list[str]:
    """Return everything that is wrong with the table."""
    counted = Counter(row["id"] for row in rows)
    found = [f"{id}: stands {counted[id]} times" for id in REQUIRED if counted[id] != 1]
    for row in rows:
        found += [f"{row['id']}: {wrong}" for wrong in _faults_of(row)]
    return found


def _faults_of(row: Row) -> Iterator[str]:
    if list(row) != COLUMNS or not all((value or "").strip() for value in row.values()):
        yield "a cell is empty or too many"
        return
    if row["id"] not in REQUIRED:
        yield "is no requirement of these levels"
    elif row["level"] != REQUIRED[row["id"]]:
        yield f"is of level {REQUIRED[row['id']]}"
    if len(row["about"].split()) > LONGEST:
        yield "says too much about it"
    if row["verdict"] not in VERDICTS:
        yield f"{row['verdict']} is no verdict"
    yield from _tests_missing(row["proof"]) if row["verdict"] == "test" else _files_missing(row)


def _tests_missing(proof: str) -> Iterator[str]:
    for test in proof.split():
        path, _, name = test.partition("::")
        if name not in names_in(ROOT / path):
            yield f"{test} is not there"


def _files_missing(row: Row) -> Iterator[str]:
    named = _FILE.findall(row["proof"])
    if row["verdict"] == "reason" and not named:
        yield "the reason names no file"
    for name in named:
        if not (ROOT / name).is_file():
            yield f"{name} is not there"


def test_the_standard_has_as_many_requirements_as_are_expected() -> None:
    assert Counter(REQUIRED.values()) == {"1": 65, "2": 152}


def test_every_requirement_has_one_line_whose_tests_and_files_are_there() -> None:
    assert faults(read()) == []


def test_the_lines_stand_in_the_order_of_the_standard() -> None:
    assert [row["id"] for row in read()] == list(REQUIRED)


def test_every_verdict_is_given_somewhere() -> None:
    assert {row["verdict"] for row in read()} == set(VERDICTS)


def test_what_is_not_fulfilled_is_counted_and_named_where_everybody_reads_it() -> None:
    rows = read()
    counts, named = told()

    missing = unfulfilled(rows)
    shown = sum(row["verdict"] == "test" for row in rows)
    assert counts == [shown, len(rows) - shown - len(missing), len(missing)]
    assert sorted(named) == sorted(missing) and missing


def test_a_line_that_claims_to_be_shown_and_says_it_is_not_fulfilled_is_found() -> None:
    rows = [row | {"proof": f"{UNFULFILLED}no"} if row["verdict"] == "test" else row for row in read()]

    assert len(faults(rows)) >= 100


@pytest.mark.parametrize(
    ("id", "changed", "fault"),
    [
        ("V1.1.1", {"id": "V1.1.9"}, "V1.1.9: is no requirement of these levels"),
        ("V1.1.1", {"id": "V1.1.9"}, "V1.1.1: stands 0 times"),
        ("V1.1.1", {"id": "V1.1.2"}, "V1.1.2: stands 2 times"),
        ("V1.1.1", {"level": "1"}, "V1.1.1: is of level 2"),
        ("V1.1.1", {"about": "word " * 13}, "V1.1.1: says too much about it"),
        ("V1.1.1", {"about": " "}, "V1.1.1: a cell is empty or too many"),
        ("V1.1.1", {"proof": ""}, "V1.1.1: a cell is empty or too many"),
        ("V1.1.1", {"verdict": "fine"}, "V1.1.1: fine is no verdict"),
        ("V1.1.1", {"verdict": "open"}, "V1.1.1: open is no verdict"),
        (
            "V1.1.1",
            {"proof": "tests/test_asvs.py::test_x"},
            "V1.1.1: tests/test_asvs.py::test_x is not there",
        ),
        ("V1.1.1", {"proof": "tests/none.py::test_x"}, "V1.1.1: tests/none.py::test_x is not there"),
        ("V1.1.1", {"proof": "tests/test_asvs.py::read"}, "V1.1.1: tests/test_asvs.py::read is not there"),
        ("V1.2.4", {"proof": "forms_api/none.py: no"}, "V1.2.4: forms_api/none.py is not there"),
        ("V1.2.4", {"proof": "because it is so"}, "V1.2.4: the reason names no file"),
        ("V3.4.1", {"proof": "missing in forms_api/none.py"}, "V3.4.1: forms_api/none.py is not there"),
    ],
)
def test_a_planted_fault_is_found(id: str, changed: Row, fault: str) -> None:
    rows = [row | changed if row["id"] == id else row for row in read()]

    assert fault in faults(rows)


def test_a_line_that_was_left_out_is_found() -> None:
    assert faults(read()[1:]) == ["V1.1.1: stands 0 times"]
