"""Repositories that no ordinary git makes are refused within seconds, and nothing of them stays on the server."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mingbai.git import MAIN
from mingbai.receiving.layout import Server
from tests.server import Clone, build_server, clone

SOON = 20.0  # seconds, on a machine where other tests run too; ten is the promise
BLOB = b"# \xe4\xb8\x80\xe9\xa1\xb5\n"


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return build_server(tmp_path)[0]


@pytest.fixture
def clerk(server: Server, tmp_path: Path) -> Iterator[Clone]:
    made = clone(server, tmp_path / "clerk")
    for setting in ("fsck", "protectNTFS", "protectHFS"):  # an attacker's git checks nothing
        made.git("config", f"core.{setting}", "false")
    yield made


def put(clerk: Clone, sort: str, data: bytes) -> str:
    """Write an object as it is, right or wrong."""
    words = ["git", "-C", str(clerk.folder), "hash-object", "-w", "--literally", "--stdin", "-t", sort]
    return subprocess.run(words, input=data, capture_output=True, check=True).stdout.decode().strip()


def tree(clerk: Clone, *entries: tuple[str, bytes, str]) -> str:
    """Write a tree of (mode, name, object), whatever git thinks of it."""
    return put(
        clerk,
        "tree",
        b"".join(mode.encode() + b" " + name + b"\0" + bytes.fromhex(id) for mode, name, id in entries),
    )


def with_content(clerk: Clone, inner: str) -> str:
    """Return the tree that is checked out with another `content/`."""
    root = listed(clerk, "HEAD")
    return tree(clerk, *((mode, name, inner if name == b"content" else id) for mode, name, id in root))


def listed(clerk: Clone, name: str) -> list[tuple[str, bytes, str]]:
    """Return the entries of a tree as `tree` takes them."""
    lines = [line.split(None, 3) for line in clerk.git("ls-tree", name).stdout.splitlines()]
    return [(mode.lstrip("0"), path.encode(), id) for mode, _, id, path in lines]


def below_content(clerk: Clone, mode: str, name: bytes, id: str) -> str:
    """Return the tree that is checked out with one more entry in `content/`."""
    entries = [*listed(clerk, "HEAD:content"), (mode, name, id)]
    return with_content(clerk, tree(clerk, *sorted(entries, key=lambda each: each[1])))


def commit(
    clerk: Clone,
    root: str,
    message: bytes = b"x\n",
    who: bytes = b"c <c@example.org> 1700000000 +0800",
) -> str:
    """Write a commit on top of what is checked out."""
    parent = clerk.head.encode()
    lines = [b"tree " + root.encode(), b"parent " + parent, b"author " + who, b"committer " + who]
    return put(clerk, "commit", b"\n".join(lines) + b"\n\n" + message)


def a_path_upwards(clerk: Clone) -> str:
    return commit(clerk, below_content(clerk, "100644", b"..", put(clerk, "blob", BLOB)))


def a_path_with_a_slash(clerk: Clone) -> str:
    return commit(clerk, below_content(clerk, "100644", b"../../evil.md", put(clerk, "blob", BLOB)))


def a_folder_of_git(clerk: Clone) -> str:
    return commit(clerk, below_content(clerk, "100644", b".git", put(clerk, "blob", BLOB)))


def a_folder_of_git_for_apple(clerk: Clone) -> str:
    name = ".g\u200cit".encode()  # a Mac does not see the mark in the middle
    return commit(clerk, below_content(clerk, "100644", name, put(clerk, "blob", BLOB)))


def a_folder_of_git_for_windows(clerk: Clone) -> str:
    return commit(clerk, below_content(clerk, "100644", b"GIT~1", put(clerk, "blob", BLOB)))


def a_stream_of_windows(clerk: Clone) -> str:
    return commit(clerk, below_content(clerk, "100644", b".git::$INDEX_ALLOCATION", put(clerk, "blob", BLOB)))


def modules(clerk: Clone) -> str:
    words = b'[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% /tmp/owned\n'
    return commit(clerk, below_content(clerk, "100644", b".gitmodules", put(clerk, "blob", words)))


def a_name_twice(clerk: Clone) -> str:
    blob = put(clerk, "blob", BLOB)
    twice = tree(clerk, ("100644", b"a.md", blob), ("100644", b"a.md", blob))
    return commit(clerk, with_content(clerk, twice))


def a_mode_of_its_own(clerk: Clone) -> str:
    return commit(clerk, below_content(clerk, "104755", b"a.md", put(clerk, "blob", BLOB)))


def a_name_that_is_no_text(clerk: Clone) -> str:
    return commit(clerk, below_content(clerk, "100644", b"\xff\xfe.md", put(clerk, "blob", BLOB)))


def a_name_of_two_lines(clerk: Clone) -> str:
    return commit(clerk, below_content(clerk, "100644", b"a\nb.md", put(clerk, "blob", BLOB)))


def an_object_that_is_not_there(clerk: Clone) -> str:
    return commit(clerk, below_content(clerk, "100644", b"a.md", "1" * 40))


def an_author_with_a_line_feed(clerk: Clone) -> str:
    return commit(
        clerk, clerk.git("rev-parse", "HEAD^{tree}").stdout.strip(), who=b"c\nd <c@example.org> 1 +0000"
    )


def a_day_beyond_all_days(clerk: Clone) -> str:
    who = b"c <c@example.org> 99999999999999999999 +0800"
    return commit(clerk, clerk.git("rev-parse", "HEAD^{tree}").stdout.strip(), who=who)


def words_with_a_nought(clerk: Clone) -> str:
    root = clerk.git("rev-parse", "HEAD^{tree}").stdout.strip()
    return commit(clerk, root, message=b"x\0git-upload-pack\n")


def words_of_thirty_megabytes(clerk: Clone) -> str:
    root = clerk.git("rev-parse", "HEAD^{tree}").stdout.strip()
    return commit(clerk, root, message=b"x" * (30 << 20))


def folders_in_folders(clerk: Clone) -> str:
    inner = tree(clerk, ("100644", b"a.md", put(clerk, "blob", BLOB)))
    for _ in range(3000):
        inner = tree(clerk, ("40000", b"d", inner))
    return commit(clerk, below_content(clerk, "40000", b"deep", inner))


def a_tree_that_unfolds(clerk: Clone) -> str:
    """Ten entries a level, ten levels: ten thousand million files in a pack of some hundred bytes."""
    inner = tree(clerk, *(("100644", b"f%d.md" % n, put(clerk, "blob", BLOB)) for n in range(10)))
    for _ in range(9):
        inner = tree(clerk, *(("40000", b"d%d" % n, inner) for n in range(10)))
    return commit(clerk, below_content(clerk, "40000", b"bomb", inner))


HOSTILE = (
    a_path_upwards,
    a_path_with_a_slash,
    a_folder_of_git,
    a_folder_of_git_for_apple,
    a_folder_of_git_for_windows,
    a_stream_of_windows,
    modules,
    a_name_twice,
    a_mode_of_its_own,
    a_name_that_is_no_text,
    a_name_of_two_lines,
    an_author_with_a_line_feed,
    a_day_beyond_all_days,
    words_with_a_nought,
    words_of_thirty_megabytes,
    folders_in_folders,
    a_tree_that_unfolds,
)


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_it_is_refused_soon_and_nothing_of_it_stays(server: Server, clerk: Clone, make: object) -> None:
    assert callable(make)
    before, head = server.repository.says("rev-parse", MAIN), make(clerk)
    clerk.git("update-ref", "refs/heads/main", head)
    begun = time.monotonic()

    status, said = clerk.push()

    assert status != 0 and "Traceback" not in said, said
    assert time.monotonic() - begun < SOON
    assert server.repository.says("rev-parse", MAIN) == before
    assert server.repository.says("cat-file", "-t", head) is None, "the commit stayed on the server"


def test_a_tree_that_unfolds_is_refused_in_the_clerks_words(server: Server, clerk: Clone) -> None:
    clerk.git("update-ref", "refs/heads/main", a_tree_that_unfolds(clerk))

    assert "展开来有几十万个文件名" in clerk.push()[1]


def test_a_pack_that_lacks_an_object_is_refused(server: Server, clerk: Clone) -> None:
    head = an_object_that_is_not_there(clerk)
    clerk.git("update-ref", "refs/heads/main", head)

    assert clerk.push()[0] != 0
    assert server.repository.says("cat-file", "-t", head) is None


def test_an_ordinary_commit_made_the_same_way_is_taken(server: Server, clerk: Clone) -> None:
    head = commit(clerk, below_content(clerk, "100644", b"a.md", put(clerk, "blob", BLOB)))
    clerk.git("update-ref", "refs/heads/main", head)

    status, said = clerk.push()

    assert status == 0, said
    assert server.repository.says("rev-parse", MAIN) == head
