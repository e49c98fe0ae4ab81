"""What is published of a case: drafted by one, approved by another, committed to git, or withheld under an article."""

import subprocess
from pathlib import Path

import pytest
from flask import Flask

from mingbai.cli import main
from tests.api.conftest import stored
from tests.api.desk import Person, Writer
from tests.village import Village


@pytest.fixture
def clerk(app: Flask, village: Village) -> Person:
    return Person(app, village, "小周", "east")


@pytest.fixture
def colleague(app: Flask, village: Village) -> Person:
    return Person(app, village, "老王", "east")


@pytest.fixture
def writer(app: Flask, village: Village, clerk: Person) -> Writer:
    """Somebody whose public question was answered."""
    writer = Writer(app, village)
    clerk.act(writer.number, "answer", answer="**禾平公司**做的。")
    return writer


QUESTION, ANSWER = "屋顶防水是哪家做的？", "禾平公司做的。"


def draft(person: Person, writer: Writer, question: str = QUESTION, reason: str = "去掉了格式") -> int:
    return person.act(writer.number, "draft", question=question, answer=ANSWER, reason=reason).status_code


def approve(person: Person, writer: Writer) -> int:
    page = person.look(writer.number).text
    step = page.split('name="draft" value="')[1].split('"')[0] if 'name="draft"' in page else "0"
    return person.act(writer.number, "approve", draft=step).status_code


def release(village: Village, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = main(["replies", "--portal", str(village.root), "release", *arguments])
    said = capsys.readouterr()
    return status, said.err if status else said.out


def published(village: Village) -> str:
    kind = village.portal.kind_by_role("replies")
    assert kind is not None
    path = village.root / "datasets" / "filings" / "east" / kind.id / "2026.csv"
    return path.read_text("utf-8") if path.is_file() else ""


def test_two_people_look_before_anything_is_published(
    village: Village, clerk: Person, colleague: Person, writer: Writer, capsys: pytest.CaptureFixture[str]
) -> None:
    drafted = draft(clerk, writer)
    own = approve(clerk, writer)
    too_early = release(village, capsys)
    waiting = colleague.queue()
    other = approve(colleague, writer)
    done = release(village, capsys)

    assert (drafted, own, other) == (303, 403, 303)
    assert "没有等着公开的问答" in too_early[1] and "等您看过再公开的" in waiting
    assert done[0] == 0 and ANSWER in published(village) and "村（社区）" in published(village)
    assert "看公开的问答" in writer.track().text


def test_a_change_of_words_needs_a_reason_and_the_editor_is_recorded(clerk: Person, writer: Writer) -> None:
    assert draft(clerk, writer, reason=" ") == 422
    assert draft(clerk, writer, reason="去掉了格式") == 303
    page = clerk.look(writer.number).text
    assert "小周拟的文字" in page and "去掉了格式" in page


def test_an_approval_of_words_that_were_changed_meanwhile_does_not_count(
    clerk: Person, colleague: Person, writer: Writer
) -> None:
    draft(clerk, writer)
    old = colleague.look(writer.number).text.split('name="draft" value="')[1].split('"')[0]
    draft(clerk, writer, question="屋顶防水是谁做的？", reason="改短")

    assert colleague.act(writer.number, "approve", draft=old).status_code == 409
    assert approve(colleague, writer) == 303


def test_a_personal_number_in_the_words_to_be_published_is_refused(clerk: Person, writer: Writer) -> None:
    assert draft(clerk, writer, question="打我电话 " + "138" + "0013" + "8000", reason="加电话") == 422


def test_the_command_does_not_go_around_the_second_person(
    village: Village, clerk: Person, writer: Writer, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = release(village, capsys, str(writer.number), "--question", QUESTION)

    assert status != 0 and "公开要两个人看过" in said
    assert published(village) == ""


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True
    ).stdout


def test_a_release_is_one_commit_of_the_filing_alone_and_a_patch_that_applies(
    village: Village,
    tmp_path: Path,
    clerk: Person,
    colleague: Person,
    writer: Writer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    root, other = village.root, tmp_path / "public"
    git(root, "init", "-q", "-b", "main")
    (root / ".gitignore").write_text(".state/\nbuild/\n")
    git(root, "add", "-A")
    git(root, "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-q", "-m", "begin")
    git(tmp_path, "clone", "-q", str(root), str(other))
    (root / "content").mkdir(exist_ok=True)
    (root / "content" / "half-done.md").write_text("没写完")
    draft(clerk, writer)
    approve(colleague, writer)

    status, _ = release(village, capsys, "--patch", str(tmp_path / "release.patch"))
    git(
        other,
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@example.com",
        "am",
        "-q",
        str(tmp_path / "release.patch"),
    )

    assert status == 0
    (changed,) = git(root, "show", "--format=", "--name-only", "HEAD").split()
    assert changed.endswith("2026.csv") and git(root, "log", "-1", "--format=%an") == "Mingbai\n"
    assert "half-done.md" in git(root, "status", "--porcelain")
    assert (other / changed).read_text("utf-8") == published(village)


def test_what_is_withheld_says_under_which_article_and_is_never_released(
    village: Village, clerk: Person, colleague: Person, writer: Writer, capsys: pytest.CaptureFixture[str]
) -> None:
    draft(clerk, writer)
    approve(colleague, writer)
    withheld = clerk.act(writer.number, "withhold", article="privacy")
    release(village, capsys)
    direct = release(village, capsys, str(writer.number))

    assert withheld.status_code == 303 and direct[0] != 0
    assert published(village) == ""
    assert "第十五条" in writer.track().text


@pytest.mark.parametrize("article", ["", "weather"])
def test_withholding_needs_an_article(clerk: Person, writer: Writer, article: str) -> None:
    assert clerk.act(writer.number, "withhold", article=article).status_code == 422


def test_what_its_writer_keeps_private_can_neither_be_drafted_nor_withheld(
    app: Flask, village: Village, clerk: Person
) -> None:
    writer = Writer(app, village, public=False, text="不要公开")
    clerk.act(writer.number, "answer", answer="答")

    assert draft(clerk, writer) == 422
    assert clerk.act(writer.number, "withhold", article="privacy").status_code == 422


def test_after_it_was_opened_again_the_old_draft_no_longer_counts(
    app: Flask,
    village: Village,
    clerk: Person,
    colleague: Person,
    writer: Writer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    draft(clerk, writer)
    approve(colleague, writer)
    writer.track("reopen", text="没说清")

    release(village, capsys)

    assert published(village) == ""
    assert stored(village, "SELECT count(*) FROM releases") == [(0,)]
