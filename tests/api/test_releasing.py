"""A release survives what can come between: git that refuses, a killed run, a clerk at the same file."""

import errno
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import yaml
from flask import Flask
from sqlalchemy import update

from forms_api.database import Database
from forms_api.publication.filings import Publication
from forms_api.tables import DRAFTS
from mingbai import checks
from tests.api.conftest import stored
from tests.api.desk import Person
from tests.api.releases import House
from tests.village import Village

# What has nothing to do with the database runs on one.
ONE_ENGINE = pytest.mark.parametrize("server", ["sqlite"], indirect=True)


@pytest.fixture
def house(app: Flask, village: Village, capsys: pytest.CaptureFixture[str]) -> House:
    return House(app, village, capsys)


def test_two_rows_of_one_file_are_one_commit(house: House) -> None:
    house.approved("一问")
    house.approved("二问")

    status, said = house.release()

    assert status == 0 and said.count("写进了") == 2
    assert house.questions() == ["一问", "二问"] and house.is_clean()
    assert house.git("rev-list", "--count", "HEAD").strip() == "2"


def test_one_that_cannot_be_released_stops_no_other(house: House, village: Village) -> None:
    house.approved("一问")
    bad = house.approved("二问")
    house.approved("三问")
    with Database.of(village.root / ".state").changing() as connection:  # from before the desk refused it
        connection.execute(update(DRAFTS).where(DRAFTS.c.question == "二问").values(question="=1+1"))

    first, again = house.release(), house.release()

    for status, said in (first, again):
        assert status == 1 and str(bad.number) in said and "当公式来算" in said
    assert house.questions() == ["一问", "三问"] and house.is_clean()
    assert stored(village, "SELECT count(*) FROM releases") == [(2,)]


@ONE_ENGINE
def test_a_file_that_fails_its_check_stops_no_other(house: House) -> None:
    house.approved("一问")
    house.release()
    house.path.write_text(house.path.read_text() + "7,2026-04-16,质询,,期限写反了,2026-04-01,,,,,\n")
    house.commit_all("a mistake")
    east = house.approved("二问")
    before = house.path.read_bytes()

    status, said = house.release()

    assert status == 1 and str(east.number) in said and "期限" in said
    assert house.path.read_bytes() == before and house.is_clean()


@ONE_ENGINE
@pytest.mark.parametrize("words", ["=1+1 是什么钱", "-5元去哪了", "+3", "@村主任 请答", "字" * 2001])
def test_words_that_no_filing_can_hold_are_refused_at_the_desk(house: House, words: str) -> None:
    writer = house.approved()

    drafted = house.clerk.act(writer.number, "draft", question=words, answer="答", reason="改")

    assert drafted.status_code == 422
    assert "当公式来算" in drafted.text or "最多 2,000 个" in drafted.text or "最多 2000 个" in drafted.text


def test_a_draft_from_before_with_such_words_is_not_approved(house: House, village: Village) -> None:
    writer = house.approved()
    house.clerk.act(writer.number, "draft", question="换一种说法", answer="答", reason="改")
    with Database.of(village.root / ".state").changing() as connection:
        connection.execute(update(DRAFTS).where(DRAFTS.c.question == "换一种说法").values(question="=1+1"))
    step = house.colleague.look(writer.number).text.split('name="draft" value="')[1].split('"')[0]

    assert house.colleague.act(writer.number, "approve", draft=step).status_code == 422


def locked(house: House, monkeypatch: pytest.MonkeyPatch) -> Callable[[], object]:
    lock = house.village.root / ".git" / "index.lock"
    lock.write_text("")
    return lock.unlink


def hooked(house: House, monkeypatch: pytest.MonkeyPatch) -> Callable[[], object]:
    return house.hook("prepare-commit-msg", "#!/bin/sh\necho 不收 >&2\nexit 1\n").unlink


def away(house: House, monkeypatch: pytest.MonkeyPatch) -> Callable[[], object]:
    monkeypatch.setenv("PATH", "/nonexistent")
    return lambda: monkeypatch.setenv("PATH", os.defpath)


def owned(house: House, monkeypatch: pytest.MonkeyPatch) -> Callable[[], object]:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    return lambda: monkeypatch.delenv("GIT_TEST_ASSUME_DIFFERENT_OWNER")


def detached(house: House, monkeypatch: pytest.MonkeyPatch) -> Callable[[], object]:
    house.git("checkout", "-q", "--detach")
    return partial(house.git, "checkout", "-q", "main")


@ONE_ENGINE
@pytest.mark.parametrize("trouble", [locked, hooked, away, owned, detached])
def test_what_git_refused_is_committed_by_the_next_run(
    house: House,
    trouble: Callable[..., Callable[[], object]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    writer = house.approved("一问")
    mend = trouble(house, monkeypatch)

    status, _ = house.release()
    answered = house.app.test_client().get(f"/api/v1/submissions/{writer.receipt}").get_json()["status"]
    mend()
    again, said = house.release("--patch", str(tmp_path / "p"))

    assert (status, answered) == (1, "answered")
    assert again == 0 and house.here in said
    assert house.questions() == ["一问"] and house.is_clean() and (tmp_path / "p").stat().st_size
    assert "看公开的问答" in writer.track().text


@pytest.mark.parametrize("moment", ["prepare-commit-msg", "post-commit"])
def test_a_killed_run_is_finished_by_the_next(house: House, village: Village, moment: str) -> None:
    house.approved("一问")
    house.approved("二问")

    house.cut_off(moment)
    between = stored(village, "SELECT count(*) FROM releases")
    status, said = house.release()

    assert between == [(0,)]
    assert status == 0 and said.count("写进了") == 2
    assert house.questions() == ["一问", "二问"] and house.is_clean()
    assert stored(village, "SELECT count(*) FROM intended") == [(0,)]


def test_what_the_writer_says_meanwhile_doubles_no_row(house: House) -> None:
    writer = house.approved()
    house.cut_off("prepare-commit-msg")
    writer.track("verdict", solved="yes", satisfied="yes")

    house.release()

    assert [row["satisfied"] for row in house.rows()] == ["满意"]


def test_a_row_taken_back_in_a_file_that_a_clerk_has_changed_is_named(house: House) -> None:
    writer = house.approved("一问")
    house.cut_off("prepare-commit-msg")
    house.clerk.act(writer.number, "withhold", article="privacy")
    house.path.write_text(house.path.read_text() + "8,2026-04-16,质询,,还没写完,2026-04-26,,,,,\n")

    status, said = house.release()

    assert status == 1 and house.here in said and "还没提交的改动" in said
    assert house.questions() == []


@pytest.mark.parametrize("moment", ["prepare-commit-msg", "post-commit"])
@pytest.mark.parametrize("thought", ["withheld", "reopened"])
def test_what_is_taken_back_after_a_killed_run_is_taken_out(
    house: House, village: Village, moment: str, thought: str
) -> None:
    writer = house.approved("一问")
    house.approved("二问")
    house.cut_off(moment)
    if thought == "withheld":
        assert house.clerk.act(writer.number, "withhold", article="privacy").status_code == 303
    else:
        writer.track("reopen", text="没说清")

    status, _ = house.release()

    assert status == 0
    assert house.questions() == ["二问"] and house.is_clean()
    assert stored(village, "SELECT count(*) FROM releases") == [(1,)]


def test_what_is_withheld_while_it_is_written_is_never_committed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, put = house.approved("一问"), Publication.put

    def slow(*arguments: object) -> None:
        monkeypatch.undo()
        assert house.clerk.act(writer.number, "withhold", article="privacy").status_code == 303
        put(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Publication, "put", slow)
    house.release()

    assert "一问" not in house.git("log", "-p", "--all") and house.is_clean()
    assert "第十五条" in writer.track().text


def test_a_draft_made_anew_while_a_run_was_cut_off_is_what_counts(house: House) -> None:
    writer = house.approved("一问")
    house.cut_off("prepare-commit-msg")
    house.clerk.act(writer.number, "draft", question="换了说法", answer="答", reason="改")

    early, _ = house.release()
    before = house.questions()
    house.approve(writer, house.clerk, house.colleague, "又换了说法", "答")
    house.release()

    assert early == 0 and before == [] and house.questions() == ["又换了说法"]


def test_a_second_answer_takes_the_place_of_the_first_as_a_correction(house: House, village: Village) -> None:
    writer = house.approved("一问", "第一次的答复")
    house.release()
    house.approved("二问")
    house.release()
    writer.track("reopen", text="不对")

    def state() -> tuple[str, str]:
        api = house.app.test_client().get(f"/api/v1/submissions/{writer.receipt}").get_json()
        other = house.app.test_client().get(f"/open311/v2/tokens/{writer.receipt}.json").get_json()
        return api["status"], other[0]["status"]

    states = [state()]
    town = Person(house.app, village, "小钱", "town", "township")
    other = Person(house.app, village, "小李", "town", "township")
    town.act(writer.number, "answer", answer="第二次的答复")
    states.append(state())
    house.approve(writer, town, other, "一问", "第二次的答复")
    status, said = house.release()
    states.append(state())

    assert states == [("received", "open"), ("answered", "closed"), ("released", "closed")]
    assert status == 0, said
    assert [(row["number"], row["answer"], row["answered_by"], row["level"]) for row in house.rows()] == [
        ("1", "第二次的答复", "测试镇", "镇（街道）"),
        ("2", "禾平公司做的。", "东头村", "村（社区）"),
    ]
    (told,) = yaml.safe_load(house.path.with_suffix(".yaml").read_text())["corrections"]
    assert (told["sort"], told["rows"], told["reason"]) == ("correction", ["1"], "再次答复")
    assert checks.check(village.portal, [house.path], village.portal.today).errors == 0 and house.is_clean()
    assert "没有等着公开的问答" in house.release()[1]


def test_a_correction_that_was_cut_off_is_told_once(house: House, village: Village) -> None:
    writer = house.approved("一问", "第一次的答复")
    house.path.parent.mkdir(parents=True)
    house.path.with_suffix(".yaml").write_text(
        "# 村里写的\ncorrections:\n- {date: 2026-04-01, sort: update, rows: [], reason: 别的事}"
    )
    house.release()
    house.commit_all("a sidecar")
    house.release()
    writer.track("reopen", text="不对")
    town = Person(house.app, village, "小钱", "town", "township")
    other = Person(house.app, village, "小李", "town", "township")
    town.act(writer.number, "answer", answer="第二次的答复")
    house.approve(writer, town, other, "一问", "第二次的答复")

    house.cut_off("prepare-commit-msg")
    status, said = house.release()

    assert status == 0, said
    told = yaml.safe_load(house.path.with_suffix(".yaml").read_text())["corrections"]
    assert [each["reason"] for each in told] == ["别的事", "再次答复"]


def test_what_is_public_cannot_be_withheld_any_more_but_answered_again(
    house: House, village: Village
) -> None:
    writer = house.approved()
    house.release()
    writer.track("reopen", text="不对")
    town = Person(house.app, village, "小钱", "town", "township")
    town.act(writer.number, "answer", answer="第二次的答复")

    page = town.look(writer.number).text
    withheld = town.act(writer.number, "withhold", article="privacy")

    assert 'value="draft"' in page and 'value="withhold"' not in page
    assert withheld.status_code == 422 and "第一次的答复已经公开" in withheld.text


@pytest.mark.parametrize("moment", ["before", "after a killed run"])
def test_a_clerks_open_change_is_not_committed_under_our_name(house: House, moment: str) -> None:
    house.approved("一问")
    house.release()
    house.approved("二问")
    if moment != "before":
        house.cut_off("prepare-commit-msg")
    house.path.write_text(house.path.read_text() + "8,2026-04-16,质询,,还没写完,2026-04-26,,,,,\n")
    open_change = house.path.read_bytes()

    status, said = house.release()

    assert status == 1 and house.here in said and "还没提交的改动" in said
    assert house.path.read_bytes() == open_change and house.questions() == ["一问"]

    house.commit_all("the clerk is done")
    assert house.release()[0] == 0
    assert house.questions() == ["一问", "二问", "还没写完"] and house.is_clean()


def test_a_number_serves_once_even_if_the_file_is_gone(house: House, village: Village) -> None:
    house.approved("一问")
    house.release()
    house.git("rm", "-q", house.here)
    house.git("commit", "-q", "-m", "gone")
    house.approved("二问")

    assert house.release()[0] == 0
    assert [row["number"] for row in house.rows()] == ["2"]
    assert len({address for (address,) in stored(village, "SELECT address FROM releases")}) == 2


@ONE_ENGINE
def test_a_full_disk_leaves_nothing_beside_the_filing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.approved("一问")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("forms_api.publication.replacing.os.fsync", full)
    status, said = house.release()
    left = list(house.path.parent.glob("*"))
    monkeypatch.undo()

    assert status == 1 and "没有写成" in said and left == []
    assert house.release()[0] == 0 and house.questions() == ["一问"]


@ONE_ENGINE
def test_approved_words_are_not_changed_by_the_command(house: House) -> None:
    writer = house.approved("一问")

    status, said = house.release(str(writer.number), "--question", "另一种说法")

    assert status == 1 and "有人同意了" in said
    assert house.questions() == [] and house.release(str(writer.number))[0] == 0


@ONE_ENGINE
def test_a_patch_that_cannot_be_written_stops_everything_before_it_begins(
    house: House, village: Village, tmp_path: Path
) -> None:
    house.approved("一问")

    status, said = house.release("--patch", str(tmp_path / "no" / "such" / "p"))

    assert status == 1 and "补丁写不到" in said
    assert not house.path.exists() and stored(village, "SELECT count(*) FROM intended") == [(0,)]
    assert house.release("--patch", str(tmp_path / "p"))[0] == 0
    assert "一问" in (tmp_path / "p").read_text()


@ONE_ENGINE
def test_a_patch_holds_every_commit_that_did_not_go_out_yet(house: House, tmp_path: Path) -> None:
    other = tmp_path / "public"
    house.git("clone", "-q", str(house.village.root), str(other), folder=tmp_path)
    for place, words in enumerate(["一问", "二问", "三问"]):
        house.approved(words)
        # The first is released without a patch.
        house.release(*(("--patch", str(tmp_path / f"{place}.patch")) if place else ()))

    house.git("am", "-q", str(tmp_path / "1.patch"), str(tmp_path / "2.patch"), folder=other)

    assert (other / house.here).read_bytes() == house.path.read_bytes()
    assert house.release("--patch", str(tmp_path / "3.patch"))[0] == 0 and not (tmp_path / "3.patch").exists()


@ONE_ENGINE
def test_a_patch_that_was_not_fetched_is_not_written_over(house: House, tmp_path: Path) -> None:
    house.approved("一问")
    house.release("--patch", str(tmp_path / "p"))
    house.approved("二问")

    status, said = house.release("--patch", str(tmp_path / "p"))

    assert status == 1 and "没有盖掉它" in said and "一问" in (tmp_path / "p").read_text()


@ONE_ENGINE
def test_without_git_a_patch_is_refused_and_a_release_is_public_at_once(
    house: House, village: Village, tmp_path: Path
) -> None:
    writer = house.approved("一问")
    (village.root / ".git").rename(tmp_path / "away")

    refused, said = house.release("--patch", str(tmp_path / "p"))
    status, _ = house.release()

    assert refused == 1 and "不在 git 仓库里" in said
    assert status == 0 and "一问" in house.path.read_text() and "看公开的问答" in writer.track().text
