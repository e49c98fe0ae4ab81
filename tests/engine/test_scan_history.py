"""Git forgets nothing, so every object of a range is read and not the tip alone."""

import random
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from mingbai.errors import UsageError
from mingbai.scan import Finding, scan_data, scan_range
from tests.planting import identity, mobile

CHANCE = random.Random(5)


@dataclass
class Repository:
    """A repository in a temporary folder, to which a test commits."""

    root: Path

    def git(self, *words: str | bytes, given: bytes | None = None, **environment: str) -> str:
        known = {
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1",
            "PATH": "/usr/bin:/bin:/usr/local/bin",
        }
        person = {
            f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in PERSON.items()
        }
        done = subprocess.run(
            ["git", "-C", str(self.root), *words],
            input=given,
            capture_output=True,
            check=True,
            env={**known, **person, **environment},
        )
        return done.stdout.decode().strip()

    def commit(self, message: str, **environment: str) -> str:
        self.git("add", "-A")
        self.git("commit", "--allow-empty", "-qm", message, **environment)
        return self.git("rev-parse", "HEAD")

    def write(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, encoding="utf-8")


PERSON = {"NAME": "办公室", "EMAIL": "office@village.example", "DATE": "2026-03-18T08:00:00+0800"}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path)
    made.git("init", "-q", "-b", "main")
    made.write("说明.md", "# 公开\n")
    made.commit("第一次")
    return made


Plant = Callable[[Repository, str], object]


def deleted(made: Repository, value: str) -> None:
    made.write("a/名单.csv", f"事项\n{value}\n")
    made.commit("放上名单")
    (made.root / "a/名单.csv").unlink()
    made.commit("删掉名单")


def overwritten(made: Repository, value: str) -> None:
    made.write("说明.md", f"找{value}\n")
    made.commit("写上")
    made.write("说明.md", "找村委会\n")
    made.commit("改掉")


def named(made: Repository, value: str) -> None:
    made.write(f"a/{value}.md", "说明\n")
    made.commit("放上")
    (made.root / f"a/{value}.md").unlink()
    made.commit("删掉")


def named_in_gbk(made: Repository, value: str) -> None:
    blob = made.git("hash-object", "-w", "--stdin", given=b"x")
    tree = made.git(
        "mktree", "-z", given=f"100644 blob {blob}\t".encode() + f"名单{value}.txt".encode("gb18030") + b"\0"
    )
    commit = made.git("commit-tree", tree, "-p", "HEAD", "-m", "名字是 GBK")
    made.git("reset", "-q", "--soft", commit)
    made.git("read-tree", "HEAD")


def tagged(made: Repository, value: str) -> None:
    made.git("tag", "-a", "v1", "-m", f"发布，联系{value}")


def tag_named(made: Repository, value: str) -> None:
    made.git("tag", f"v-{value}")


def branch_beside(made: Repository, value: str) -> None:
    made.git("checkout", "-qb", f"beside-{len(value)}")
    made.write("b.yaml", f"note: {value}\n")
    made.commit("旁边的")
    made.git("checkout", "-q", "main")
    made.git("merge", "-q", "--no-ff", "-m", "并进来", "-s", "ours", f"beside-{len(value)}")


PLANTS: dict[str, Plant] = {
    "a file that was deleted": deleted,
    "a line that was changed": overwritten,
    "a name that is gone": named,
    "a name in GBK": named_in_gbk,
    "a message": lambda made, value: made.commit(f"退款给{value}"),
    "a message in GBK": lambda made, value: made.git(
        "-c",
        "i18n.commitEncoding=gb18030",
        "commit",
        "--allow-empty",
        "-qF",
        "-",
        given=f"退款{value}".encode("gb18030"),
    ),
    "an author's name": lambda made, value: made.commit("改", GIT_AUTHOR_NAME=f"甲{value}"),
    "an author's address": lambda made, value: made.commit("改", GIT_AUTHOR_EMAIL=f"{value}@mail.example"),
    "a committer's address": lambda made, value: made.commit(
        "改", GIT_COMMITTER_EMAIL=f"{value}@mail.example"
    ),
    "a tag's message": tagged,
    "a tag's name": tag_named,
    "a branch that was merged and not taken": branch_beside,
}


def missed(scan: Callable[[Path], list[Finding]], repository: Repository) -> list[str]:
    """Plant each in turn, and return those after which a scan finds nothing more than before."""
    lost, before = [], len(scan(repository.root))
    for name, plant in PLANTS.items():
        for make, sort in ((identity, "id"), (mobile, "mobile")):
            if name == "a tag's message" and sort == "mobile":
                continue
            value = make(CHANCE)
            plant(repository, value)
            found = scan(repository.root)
            if len(found) <= before or sort not in {each.sort for each in found}:
                lost.append(f"{name}: {sort}")
            assert value not in "".join(map(str, found))
            before = len(found)
    return lost


def tip_only(root: Path) -> list[Finding]:
    """Do what a careless scan does: look at the files of the last commit."""
    names = subprocess.run(["git", "-C", str(root), "ls-files", "-z"], capture_output=True, check=True).stdout
    paths = [root / name.decode("utf-8", "surrogateescape") for name in names.split(b"\0") if name]
    return [each for path in paths if path.is_file() for each in scan_data(path.name, path.read_bytes())]


def test_whatever_a_history_holds_is_found(repository: Repository) -> None:
    assert missed(lambda root: scan_range(None, root, "HEAD"), repository) == []


def test_a_scan_of_the_tip_alone_misses_what_was_deleted_and_the_harness_notices(
    repository: Repository,
) -> None:
    lost = missed(tip_only, repository)

    assert "a file that was deleted: id" in lost
    assert "a message: mobile" in lost


def test_a_range_holds_what_is_new_and_no_more(repository: Repository) -> None:
    deleted(repository, mobile(CHANCE))
    old = repository.git("rev-parse", "HEAD")
    repository.write("b.md", f"找{identity(CHANCE)}")
    repository.commit("新的")

    assert {each.sort for each in scan_range(None, repository.root, f"{old}..HEAD")} == {"id"}
    assert {each.sort for each in scan_range(None, repository.root, "--all")} == {"id", "mobile"}


def test_a_finding_names_the_commit_that_brought_it_and_the_path(repository: Repository) -> None:
    repository.write("a/名单.csv", f"事项\n见下\n{mobile(CHANCE)}\n")
    brought = repository.commit("放上名单")
    repository.write("c.md", "别的")
    repository.commit("别的")

    (finding,) = scan_range(None, repository.root, "HEAD")

    assert (finding.file, finding.line) == (f"{brought[:12]}:a/名单.csv", 3)


def tag_of_a_blob(made: Repository, value: str) -> None:
    blob = made.git("hash-object", "-w", "--stdin", given=f"找{value}".encode())
    made.git("tag", "-a", f"blob-{len(value)}", "-m", "附件", blob)


def tag_of_a_tree(made: Repository, value: str) -> None:
    blob = made.git("hash-object", "-w", "--stdin", given=f"找{value}".encode())
    tree = made.git("mktree", given=f"100644 blob {blob}\ta.md\n".encode())
    made.git("tag", "-a", f"tree-{len(value)}", "-m", "附件", tree)


def message_of_a_tag_of_a_blob(made: Repository, value: str) -> None:
    blob = made.git("hash-object", "-w", "--stdin", given=b"none")
    made.git("tag", "-a", f"said-{len(value)}", "-m", f"附件，找{value}", blob)


def noted(made: Repository, value: str) -> None:
    made.git("notes", "add", "-f", "-m", f"找{value}")


def stashed_twice(made: Repository, value: str) -> None:
    for text in (f"找{value}", "别的"):
        made.write("说明.md", f"{text}\n")
        made.git("stash", "push", "-q")


def amended(made: Repository, value: str) -> None:
    made.write("d.md", f"找{value}")
    made.commit("写上")
    (made.root / "d.md").unlink()
    made.git("add", "-A")
    made.git("commit", "-q", "--amend", "--allow-empty", "-m", "改掉")


def added_and_taken_back(made: Repository, value: str) -> None:
    made.write("e.md", f"找{value}")
    made.git("add", "-A")
    made.git("rm", "-q", "--cached", "e.md")
    (made.root / "e.md").unlink()


KEPT: dict[str, Plant] = {
    "a tag of a blob": tag_of_a_blob,
    "a tag of a tree": tag_of_a_tree,
    "what a tag of a blob says": message_of_a_tag_of_a_blob,
    "a note": noted,
    "an older stash": stashed_twice,
    "a commit that was amended": amended,
    "a file that was added and taken back": added_and_taken_back,
}


@pytest.mark.parametrize("kept", KEPT)
def test_all_means_whatever_the_repository_keeps(repository: Repository, kept: str) -> None:
    value = identity(CHANCE)
    assert scan_range(None, repository.root, "--all") == []

    KEPT[kept](repository, value)
    found = scan_range(None, repository.root, "--all")

    assert {each.sort for each in found} == {"id"}
    assert value not in "".join(map(str, found))


def test_what_no_branch_leads_to_is_named_so(repository: Repository) -> None:
    amended(repository, identity(CHANCE))

    (finding,) = scan_range(None, repository.root, "--all")

    assert finding.file.startswith("unreachable ")
    assert finding.file.endswith(":d.md")
    assert scan_range(None, repository.root, "HEAD") == []


def test_a_name_that_stays_is_told_once_and_not_for_every_commit(repository: Repository) -> None:
    folder = f"三组{mobile(CHANCE)}"
    for text in ("一", "二", "三"):
        repository.write(f"{folder}/a.md", text)
        repository.commit(f"写{text}")

    assert [each.line for each in scan_range(None, repository.root, "HEAD")] == [0]


@pytest.mark.parametrize("range", ["nobody..HEAD", "--output=x", "", "HEAD --exec=x"])
def test_what_is_no_range_is_said(repository: Repository, range: str) -> None:
    with pytest.raises(UsageError):
        scan_range(None, repository.root, range)


def test_an_empty_history_of_ordinary_names_is_clean(repository: Repository) -> None:
    assert scan_range(None, repository.root, "HEAD") == []


# Where this project's own history holds what looks personal: examples of standards, service numbers, digits in a row.
PLANTED = ("tests/", "forms_api/desk/guessing.py")


def test_this_projects_own_history_holds_numbers_where_they_are_planted_only() -> None:
    found = scan_range(None, Path(__file__).resolve().parents[2], "HEAD")

    assert found
    assert [each for each in found if not each.file.partition(":")[2].startswith(PLANTED)] == []
