"""A thousand numbers planted in one push are refused, each with its place, though the push takes them out again."""

import random
import re
from pathlib import Path

import pytest

from mingbai.receiving.layout import Server
from tests.engine.test_scan_planting import places
from tests.planting import VALUES, WRITINGS
from tests.server import Clone, build_server, clone

OPEN = (
    ".csv",
    ".md",
    ".yaml",
    ".png",
)  # what a push may bring at all; everything else is refused by its name


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return build_server(tmp_path)[0]


@pytest.fixture
def clerk(server: Server, tmp_path: Path) -> Clone:
    return clone(server, tmp_path / "clerk")


def planted(seed: int) -> dict[str, bytes]:
    """Return files by their paths: where only a table can hold it, among the filings."""
    found: dict[str, bytes] = {}
    for number, (_, _, each) in enumerate(places(seed)):
        ending = Path(each.name).suffix
        table = ending in (".csv", ".yaml")
        folder = f"datasets/filings/east/finance/p{number}" if table else f"content/p{number}"
        found[f"{folder}{ending}"] = each.data
    return found


def named(said: str, files: dict[str, bytes]) -> set[str]:
    return {path for path in files if re.search(rf"{re.escape(path)}\b", said)}


def test_every_number_in_a_file_is_refused_though_the_next_commit_takes_it_out(
    server: Server, clerk: Clone
) -> None:
    files = {path: data for path, data in planted(3).items() if path.endswith(OPEN)}
    clerk.commit(dict(files))
    clerk.commit(dict.fromkeys(files))

    status, said = clerk.push()

    assert status == 1 and len(files) > 400
    assert set(files) - named(said, files) == set()


def test_files_that_may_hide_more_than_a_push_may_bring_are_refused_unread(
    server: Server, clerk: Clone
) -> None:
    files = {path: data for path, data in planted(4).items() if not path.endswith(OPEN)}
    clerk.commit(dict(files))

    status, said = clerk.push()

    assert status == 1 and len(files) > 400
    assert f"这 {len(files)} 个文件不是能收的类型" in said


def test_every_number_in_the_words_of_a_commit_is_refused(server: Server, clerk: Clone) -> None:
    chance = random.Random(5)
    heads = []
    for make in VALUES.values():
        for write in WRITINGS.values():
            clerk.git("commit", "--quiet", "--allow-empty", "-m", f"付款，问 {write(make(chance), chance)}")
            heads.append(clerk.head)

    status, said = clerk.push()

    assert status == 1
    assert [head for head in heads if head[:12] not in said] == []
