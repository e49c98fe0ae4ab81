"""A push is judged before anything of it is taken, and what is wrong is said in the clerk's words."""

import fcntl
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mingbai.cli import main
from mingbai.git import MAIN
from mingbai.messages import speaking
from mingbai.receiving import cloning
from mingbai.receiving.layout import Server
from tests.server import Clone, build_server, clone
from tests.village import FINANCE, FINANCE_FACTS

EAST = "datasets/filings/east/finance/2026-Q1"
MOBILE = "138" + "12345678"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server whose builder another process seems to hold, so that nothing is built."""
    server, _ = build_server(tmp_path)
    with (server.state / "builder.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield server


@pytest.fixture
def clerk(server: Server, tmp_path: Path) -> Clone:
    return clone(server, tmp_path / "clerk")


def tip(server: Server, ref: str = MAIN) -> str | None:
    return server.repository.says("rev-parse", "--verify", "--quiet", ref)


def test_a_filing_that_is_right_comes_to_main(server: Server, clerk: Clone) -> None:
    clerk.commit({f"{EAST}.yaml": FINANCE_FACTS.replace("凭证齐全", "单据齐全")})

    status, said = clerk.push()

    assert status == 0 and "已经并进 main" in said
    assert tip(server) == clerk.head


def test_a_filing_that_is_wrong_is_refused_with_file_and_row(server: Server, clerk: Clone) -> None:
    before = tip(server)
    clerk.commit({f"{EAST}.csv": FINANCE.replace("2026-02-06", "2026-02-30")})

    status, said = clerk.push()

    assert status == 1 and tip(server) == before
    assert f"{EAST}.csv" in said and "第 3 行" in said


def test_a_dry_run_checks_and_takes_nothing(server: Server, clerk: Clone) -> None:
    before = tip(server)
    clerk.commit({f"{EAST}.yaml": FINANCE_FACTS.replace("凭证齐全", "单据齐全")})

    status, said = clerk.push("-o", "dry-run")

    assert status == 1 and "都查过了，没有问题" in said
    assert tip(server) == before


@pytest.mark.parametrize(
    ("path", "content", "english", "chinese"),
    [
        (f"{EAST}.yaml", FINANCE_FACTS + f"# {MOBILE}\n", "mobile", "手机"),
        (f"{EAST}.yaml", FINANCE_FACTS.replace("opening", "opening_balance"), "opening_balance", "这件"),
        ("datasets/units.csv", "slug\n", "that no push may change", "推送不能改的文件"),
    ],
)
def test_who_asks_for_english_is_answered_in_english(
    server: Server, clerk: Clone, path: str, content: str, english: str, chinese: str
) -> None:
    clerk.commit({path: content})

    status, said = clerk.push("-o", "lang=en")

    assert status == 1
    assert english in said and chinese not in said


def test_what_others_read_of_an_english_push_stays_chinese(server: Server, tmp_path: Path) -> None:
    with speaking("en"):
        cloning.clone(str(server.repository.path), tmp_path / "unit", "east")
    clerk = Clone(tmp_path / "unit")
    clerk.commit({f"{EAST}.yaml": FINANCE_FACTS.replace("凭证齐全", "单据齐全")})

    status, said = clerk.push("-o", clerk.git("config", "push.pushOption").stdout.strip())

    assert status == 0 and "merged into main" in said
    assert server.repository.says("log", "-1", "--format=%s", "main") == "并入 east 推送的公开件"


def test_what_was_put_in_and_taken_out_again_is_refused_and_its_value_not_said(
    server: Server, clerk: Clone
) -> None:
    clerk.commit({f"{EAST}.yaml": FINANCE_FACTS + f"# 电话 {MOBILE}\n"})
    leak = clerk.head
    clerk.commit({f"{EAST}.yaml": FINANCE_FACTS.replace("凭证齐全", "单据齐全")})

    status, said = clerk.push()

    assert status == 1 and "手机号" in said and MOBILE not in said
    assert server.repository.says("cat-file", "-t", leak) is None, "the object stayed on the server"


@pytest.mark.parametrize("where", ["message", "author", "file name"])
def test_a_number_beside_the_files_is_refused(server: Server, clerk: Clone, where: str) -> None:
    named = {f"content/{MOBILE}.md" if where == "file name" else "content/a.md": "# 一页\n"}
    clerk.commit(named, message=f"打 {MOBILE}" if where == "message" else "加一页")
    if where == "author":
        clerk.git("commit", "--amend", "--no-edit", "--author", f"张 <{MOBILE}@example.org>")

    status, said = clerk.push()

    assert status == 1 and "手机号" in said and MOBILE not in said.replace(f"content/{MOBILE}", "")


def link(folder: Path) -> None:
    (folder / "content/here.md").symlink_to("/etc/passwd")


def program(folder: Path) -> None:
    (folder / "content/run.md").write_text("#!/bin/sh\n")
    (folder / "content/run.md").chmod(0o755)


def module(folder: Path) -> None:
    subprocess.run(
        [
            "git",
            "-C",
            str(folder),
            "update-index",
            "--add",
            "--cacheinfo",
            f"160000,{'1' * 40},content/other",
        ],
        check=True,
    )


@pytest.mark.parametrize(
    ("make", "words"), [(link, "是一个链接"), (program, "可以运行的程序"), (module, "另一个 git 仓库")]
)
def test_what_is_no_plain_file_is_refused(server: Server, clerk: Clone, make: object, words: str) -> None:
    assert callable(make)
    make(clerk.folder)
    clerk.git(*(["add", "--all"] if make is not module else ["status"]))
    clerk.git("commit", "--quiet", "-m", "x")

    status, said = clerk.push()

    assert status == 1 and words in said


def test_a_link_that_was_taken_out_again_is_refused_too(server: Server, clerk: Clone) -> None:
    link(clerk.folder)
    clerk.commit({})
    clerk.commit({"content/here.md": None})

    assert "是一个链接" in clerk.push()[1]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("mkdocs.yml", "推送不能改的文件"),
        ("datasets/units.csv", "推送不能改的文件"),
        ("datasets/kinds/finance/kind.yaml", "推送不能改的文件"),
        ("hooks/pre-receive", "推送不能改的文件"),
        ("content/page.html", "不是能收的类型"),
        ("content/.gitattributes", "名字有特别的用处"),
        ("content/con.md", "名字有特别的用处"),
        ("content/a b .md /x.md", "名字有特别的用处"),
        ("content/a\u202eb.md", "看不见的"),
        ("content/" + "长" * 70 + ".md", "太长"),
        ("content/About.md", "只差大小写"),
    ],
)
def test_files_that_no_push_may_bring_are_named(server: Server, clerk: Clone, path: str, words: str) -> None:
    clerk.commit({path: "x\n"})

    status, said = clerk.push()

    assert status == 1 and words in said


@pytest.mark.parametrize(
    "ref", ["refs/tags/v1", "refs/heads/other", "refs/notes/commits", "refs/heads/u/East"]
)
def test_other_references_are_refused(server: Server, clerk: Clone, ref: str) -> None:
    clerk.commit({})

    assert "不收" in clerk.push("origin", f"HEAD:{ref}")[1]
    assert tip(server, ref) is None


def test_two_references_at_once_are_refused(server: Server, clerk: Clone) -> None:
    clerk.commit({})

    assert "一次只推一个" in clerk.push("origin", "HEAD:refs/heads/main", "HEAD:refs/heads/u/east")[1]


def test_history_that_was_rewritten_is_refused(server: Server, clerk: Clone) -> None:
    clerk.git("commit", "--quiet", "--amend", "-m", "别的")

    assert clerk.push("--force")[0] == 1
    assert tip(server) != clerk.head


def test_main_cannot_be_deleted(server: Server, clerk: Clone) -> None:
    assert clerk.push("origin", ":refs/heads/main")[0] == 1
    assert tip(server) is not None


def test_a_huge_file_in_a_tiny_pack_is_refused_before_it_is_read(server: Server, clerk: Clone) -> None:
    clerk.commit({"content/huge.md": b"\0" * (40 << 20)})

    status, said = clerk.push()

    assert status == 1 and "展开来有 40 MB" in said


def test_too_many_commits_are_refused(server: Server, clerk: Clone) -> None:
    head = clerk.head
    stream = "".join(
        f"commit refs/heads/main\ncommitter c <c@example.org> {1_700_000_000 + n} +0800\ndata 1\nx\n"
        + (f"from {head}\n" if n == 0 else "")
        + "\n"
        for n in range(2001)
    )
    subprocess.run(
        ["git", "-C", str(clerk.folder), "fast-import", "--quiet"], input=stream, text=True, check=True
    )

    assert "这次推了 2001 次提交" in clerk.push()[1]


def test_a_broken_publishers_file_is_said_and_nothing_comes(server: Server, clerk: Clone) -> None:
    server.publishers.write_text("administrators: 3\n")
    clerk.commit({"content/a.md": "# 一页\n"})

    status, said = clerk.push()

    assert status == 1 and "服务器这边有问题" in said and "publishers.yml" in said


def test_nothing_of_a_refused_push_is_left(server: Server, clerk: Clone) -> None:
    clerk.commit({f"{EAST}.csv": FINANCE.replace("2026-02-06", "2026-02-30")})
    clerk.push()

    assert list(server.repository.path.glob("objects/tmp_objdir*")) == []
    assert list((server.state / "trying").iterdir()) == []


def test_the_log_holds_when_everything_came_and_its_hash(server: Server, clerk: Clone) -> None:
    clerk.commit({f"{EAST}.yaml": FINANCE_FACTS.replace("凭证齐全", "单据齐全")})
    clerk.push()

    last = json.loads(server.log.read_text().splitlines()[-1])

    assert last["path"] == f"{EAST}.yaml" and last["commit"] == clerk.head
    assert len(last["sha256"]) == 64 and last["received_at"].endswith("+00:00")


# --- the branches of units --------------------------------------------------------------------------------------------

PUBLISHERS = """\
administrators: [zhou]
publishers:
  zhou: {}
  east-clerk: {units: [east]}
  west-clerk: {units: [west]}
"""
BETTER = FINANCE_FACTS.replace("凭证齐全", "单据齐全")
WEST = EAST.replace("east", "west")


@pytest.fixture
def known(server: Server) -> Server:
    server.publishers.write_text(PUBLISHERS)
    return server


def unit_clone(server: Server, folder: Path, unit: str, account: str) -> Clone:
    assert main(["clone", str(server.repository.path), str(folder), "--unit", unit]) == 0
    return Clone(folder, account)


def test_a_unit_pushes_to_its_branch_and_is_merged(known: Server, tmp_path: Path) -> None:
    east = unit_clone(known, tmp_path / "east", "east", "east-clerk")
    assert not (tmp_path / "east" / WEST).parent.exists(), "a unit's clone holds other units' filings"
    east.commit({f"{EAST}.yaml": BETTER})

    status, said = east.push()

    assert status == 0 and "已经并进 main" in said
    assert known.repository.run("show", f"{MAIN}:{EAST}.yaml").decode() == BETTER


def test_two_units_push_from_the_same_commit_and_both_come(known: Server, tmp_path: Path) -> None:
    east = unit_clone(known, tmp_path / "east", "east", "east-clerk")
    west = unit_clone(known, tmp_path / "west", "west", "west-clerk")
    east.commit({f"{EAST}.yaml": BETTER})
    west.commit({f"{WEST}.yaml": BETTER})

    assert (east.push()[0], west.push()[0]) == (0, 0)
    assert {known.repository.run("show", f"{MAIN}:{path}.yaml").decode() for path in (EAST, WEST)} == {BETTER}


def test_a_unit_goes_on_from_its_own_commits(known: Server, tmp_path: Path) -> None:
    east = unit_clone(known, tmp_path / "east", "east", "east-clerk")
    west = unit_clone(known, tmp_path / "west", "west", "west-clerk")
    west.commit({f"{WEST}.yaml": BETTER})
    west.push()
    for opinion in ("一", "二"):
        east.commit({f"{EAST}.yaml": FINANCE_FACTS.replace("凭证齐全", opinion)})
        assert east.push()[0] == 0
    east.git("pull", "--quiet", "--no-edit")
    east.commit({f"{EAST}.yaml": BETTER})

    assert east.push()[0] == 0


@pytest.mark.parametrize(
    ("account", "ref", "words"),
    [
        ("west-clerk", "refs/heads/u/east", "west-clerk 不管 east"),
        ("east-clerk", "refs/heads/main", "不能直接推到 main"),
        ("stranger", "refs/heads/u/east", "认不出是谁推的"),
    ],
)
def test_whoever_may_not_is_refused(
    known: Server, tmp_path: Path, account: str, ref: str, words: str
) -> None:
    somebody = clone(known, tmp_path / "somebody", account)
    somebody.commit({f"{EAST}.yaml": BETTER})

    assert words in somebody.push("origin", f"HEAD:{ref}")[1]
    assert known.repository.run("show", f"{MAIN}:{EAST}.yaml").decode() == FINANCE_FACTS


def test_a_unit_cannot_change_another_units_folder_on_its_own_branch(known: Server, tmp_path: Path) -> None:
    east = clone(known, tmp_path / "east", "east-clerk")
    east.commit({f"{WEST}.yaml": BETTER})

    assert "不在你的单位的文件夹里" in east.push("origin", "HEAD:refs/heads/u/east")[1]


def test_a_push_from_afar_without_an_account_needs_signed_commits(
    known: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "203.0.113.5 4000 203.0.113.6 22")
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    public = key.with_suffix(".pub").read_text().strip()
    known.publishers.write_text(f"publishers:\n  east-clerk: {{units: [east], key: {public}}}\n")
    east = clone(known, tmp_path / "east")
    east.commit({f"{EAST}.yaml": BETTER})
    assert "认不出是谁推的" in east.push("origin", "HEAD:refs/heads/u/east")[1]

    sign = ("-c", "gpg.format=ssh", "-c", f"user.signingkey={key}", "-c", "commit.gpgsign=true")
    east.git(*sign, "commit", "--quiet", "--amend", "--no-edit", "-S")

    assert east.push("origin", "HEAD:refs/heads/u/east")[0] == 0


def test_a_branch_whose_hook_was_killed_is_merged_by_the_next_push(known: Server, tmp_path: Path) -> None:
    east = unit_clone(known, tmp_path / "east", "east", "east-clerk")
    west = unit_clone(known, tmp_path / "west", "west", "west-clerk")
    after = known.repository.path / "hooks" / "post-receive"
    words = after.read_text()
    after.write_text("#!/bin/sh\nkill -9 $$\n")
    east.commit({f"{EAST}.yaml": BETTER})
    east.push()
    assert known.repository.run("show", f"{MAIN}:{EAST}.yaml").decode() != BETTER
    after.write_text(words)
    west.commit({f"{WEST}.yaml": BETTER})
    west.push()

    assert known.repository.run("show", f"{MAIN}:{EAST}.yaml").decode() == BETTER
    logged = [json.loads(line) for line in known.log.read_text().splitlines()]
    assert {f"{EAST}.yaml", f"{WEST}.yaml"} == {each["path"] for each in logged[-2:]}


def test_a_clock_that_went_back_does_not_make_anything_earlier(known: Server, clerk: Clone) -> None:
    later = json.dumps(
        {
            "path": f"{EAST}.csv",
            "sha256": "0" * 64,
            "commit": "1" * 40,
            "received_at": "2999-01-01T00:00:00+08:00",
        }
    )
    with known.log.open("a") as log:
        log.write(later + "\n" + '{"path": "half a li')
    clerk.commit({f"{EAST}.yaml": BETTER})
    clerk.push()

    lines = known.log.read_text().splitlines()

    assert json.loads(lines[-1])["received_at"].startswith("2998-12-31T16")
    assert json.loads(lines[-2])["path"] == f"{EAST}.csv", "half a line was left standing"
