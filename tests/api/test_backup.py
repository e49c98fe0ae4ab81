"""A backup is proved by restoring it: onto an empty machine, from either engine to either, while letters arrive."""

import os
import tarfile
import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from forms_api import backup, create_app
from forms_api.backup import NotDone, back_up, restore
from forms_api.database import FILE, Database
from forms_api.desk import audit
from forms_api.tables import METADATA, SUBMISSIONS
from mingbai import cli
from tests.api.conftest import NOW, letter, settle, stored
from tests.village import Village


def send(app: Flask, words: str) -> str:
    answer = app.test_client().post("/api/v1/submissions", json=letter(text=words))
    assert answer.status_code == 201
    return str(answer.get_json()["receipt"])


def state(village: Village) -> Path:
    return village.root / ".state"


@pytest.mark.parametrize("into", ["sqlite", "postgresql"])
def test_on_an_empty_machine_every_receipt_works_again(
    app: Flask,
    village: Village,
    tmp_path: Path,
    into: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Database.of(state(village)).changing() as connection:
        audit.note(connection, NOW, "小周", "listed")
        audit.note(connection, NOW, "小周", "listed")
    receipts = {send(app, f"第 {number} 封"): f"第 {number} 封" for number in range(3)}
    kept = back_up(state(village), tmp_path / "safe" / "a.tar")
    other = settle(tmp_path / "other")
    monkeypatch.delenv("MINGBAI_DATABASE", raising=False)
    if into == "postgresql":
        monkeypatch.setenv("MINGBAI_DATABASE", request.getfixturevalue("cluster").fresh())

    restore(tmp_path / "safe" / "a.tar", state(other), Database.of(state(other)))

    assert kept.letters == 3
    again = create_app(other.root, clock=lambda: NOW)
    try:
        for receipt, words in receipts.items():
            found = again.test_client().get(f"/api/v1/submissions/{receipt}")
            assert found.status_code == 200
            assert (words,) in stored(other, "SELECT text FROM submissions")
        with Database.of(state(other)).changing() as connection:
            audit.note(connection, NOW, "小周", "listed")
        assert stored(other, "SELECT line FROM audit_trail ORDER BY line") == [(1,), (2,), (3,)]
    finally:
        again.extensions["close"]()


def test_every_table_is_in_the_backup(app: Flask, village: Village, tmp_path: Path) -> None:
    send(app, "一封")

    assert set(back_up(state(village), tmp_path / "a.tar").rows) == set(METADATA.tables)


def test_the_file_is_readable_by_its_owner_alone(app: Flask, village: Village, tmp_path: Path) -> None:
    send(app, "一封")
    back_up(state(village), tmp_path / "a.tar")

    assert os.stat(tmp_path / "a.tar").st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".backup")] == []


def test_while_letters_arrive_a_backup_holds_whole_ones(app: Flask, village: Village, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            send(app, f"来信 {number}")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        kept = [back_up(state(village), tmp_path / f"{number}.tar") for number in range(5)]
    finally:
        stop.set()
        writer.join()

    assert all(each.rows["submissions"] == each.rows["events"] for each in kept)
    assert kept[-1].letters > kept[0].letters


def test_a_backup_that_restores_to_something_else_is_not_kept(
    app: Flask, village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(app, "一封")
    (tmp_path / "a.tar").write_bytes(b"the one before")
    whole = backup._pack

    def lossy(state: Path, rows: Path, draft: Path) -> None:
        with Database.of_file(rows.parent).changing() as connection:
            connection.execute(SUBMISSIONS.delete())
        whole(state, rows, draft)

    monkeypatch.setattr(backup, "_pack", lossy)

    with pytest.raises(NotDone, match="不一样"):
        back_up(state(village), tmp_path / "a.tar")
    assert (tmp_path / "a.tar").read_bytes() == b"the one before"


def test_nothing_is_covered_by_a_restore(app: Flask, village: Village, tmp_path: Path) -> None:
    send(app, "一封")
    back_up(state(village), tmp_path / "a.tar")
    with Database.of(state(village)).changing() as connection:
        connection.execute(update(SUBMISSIONS).values(text="后来改的"))

    with pytest.raises(NotDone, match="盖掉"):
        restore(tmp_path / "a.tar", state(village), Database.of(state(village)))

    assert stored(village, "SELECT text FROM submissions") == [("后来改的",)]


@pytest.mark.parametrize("content", ["text", "empty", "climbing"])
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_what_is_no_backup_is_a_sentence_and_leaves_nothing(
    village: Village, tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = tmp_path / "a.tar"
    if content == "text":
        archive.write_bytes(b"no tar at all")
    else:
        with tarfile.open(archive, "w") as packed:
            if content == "climbing":
                packed.addfile(tarfile.TarInfo("../../outside"))

    assert cli.main(["restore", "--portal", str(village.root), str(archive)]) == 1

    assert "不是能用的备份" in capsys.readouterr().err
    assert not (tmp_path / "outside").exists()
    assert not (state(village) / "keys").exists()


def test_without_letters_there_is_nothing_to_back_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MINGBAI_DATABASE", raising=False)
    village = settle(tmp_path / "portal")

    assert cli.main(["backup", "--portal", str(village.root), str(tmp_path / "a.tar")]) == 1
    assert "没有东西可备份" in capsys.readouterr().err
    assert not (tmp_path / "a.tar").exists() and not (state(village) / FILE).exists()
