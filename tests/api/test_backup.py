"""A backup is proved by restoring it: onto an empty machine, from either engine to either, while letters arrive."""

import io
import json
import os
import sqlite3
import tarfile
import threading
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from forms_api import create_app
from forms_api.backup import command, restoring
from forms_api.backup.command import NotDone, back_up, restore
from forms_api.database import FILE, Database
from forms_api.desk import audit
from forms_api.tables import METADATA, OUTBOX, SUBMISSIONS
from mingbai import cli
from mingbai.errors import PortalError
from tests.api.conftest import NOW, letter, settle, stored
from tests.api.desk import enrol
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
    whole = command._pack

    def lossy(state: Path, rows: Path, draft: Path) -> None:
        with Database.of_file(rows.parent).changing() as connection:
            connection.execute(SUBMISSIONS.delete())
        whole(state, rows, draft)

    monkeypatch.setattr(command, "_pack", lossy)

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


def no_backup(folder: Path, content: str) -> Path:
    """Write something that is no backup."""
    archive = folder / "a.tar"
    if content == "text":
        archive.write_bytes(b"no tar at all")
    elif content == "nothing":
        archive.write_bytes(b"")
    elif content == "folder":
        archive.mkdir()
    elif content != "missing":
        with tarfile.open(archive, "w") as packed:
            if content == "climbing":
                packed.addfile(tarfile.TarInfo("../../outside"))
            if content == "no rows":
                older(packed, b"no database " * 100)
    return archive


def older(packed: tarfile.TarFile, rows: bytes) -> None:
    """Put into a tar what an earlier version put there."""
    parts = {FILE: rows, "keys/receipt.key": b"k" * 32}
    listed = {name: {"size": len(part), "sha256": sha256(part).hexdigest()} for name, part in parts.items()}
    for name, content in (parts | {"manifest.json": json.dumps(listed).encode()}).items():
        info = tarfile.TarInfo(name)
        info.size = len(content)
        packed.addfile(info, io.BytesIO(content))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("text", "不是 mingbai backup 做出来的"),
        ("nothing", "不是 mingbai backup 做出来的"),
        ("empty", "不是 mingbai backup 做出来的"),
        ("climbing", "不是 mingbai backup 做出来的"),
        ("no rows", "存来信的数据库坏了"),
        ("folder", "不是一个文件"),
        ("missing", "不是一个文件"),
    ],
)
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_what_is_no_backup_is_a_sentence_and_leaves_nothing(
    village: Village, tmp_path: Path, content: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = no_backup(tmp_path, content)

    assert cli.main(["restore", "--portal", str(village.root), str(archive)]) == 1

    said = capsys.readouterr().err
    assert says in said and "什么都没有恢复" in said and "Error" not in said
    assert not (tmp_path / "outside").exists()
    assert not state(village).exists()


def pieces(archive: Path) -> list[tarfile.TarInfo]:
    """Return the members of a backup."""
    with tarfile.open(archive) as packed:
        return list(packed)


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_backup_that_is_cut_off_anywhere_is_refused(app: Flask, village: Village, tmp_path: Path) -> None:
    send(app, "一封")
    village.write(".state/forms.yaml", "per_hour: 90\n")
    back_up(state(village), tmp_path / "a.tar")
    whole = (tmp_path / "a.tar").read_bytes()
    borders = [place for each in pieces(tmp_path / "a.tar") for place in (each.offset, each.offset_data)]

    for end in sorted({*borders, *(each + 16 for each in borders), *range(0, borders[-1], 8192)}):
        (tmp_path / "cut.tar").write_bytes(whole[:end])
        with pytest.raises(NotDone, match="不是能用的备份"):
            restore(tmp_path / "cut.tar", tmp_path / "new", Database.of_file(tmp_path / "new"))
        assert not (tmp_path / "new").exists()
    assert len(borders) == 2 * len("rows key forms list".split())


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_backup_in_which_a_byte_has_changed_is_refused_and_names_where(
    app: Flask, village: Village, tmp_path: Path
) -> None:
    send(app, "一封")
    back_up(state(village), tmp_path / "a.tar")
    content = bytearray((tmp_path / "a.tar").read_bytes())
    (key,) = (each for each in pieces(tmp_path / "a.tar") if each.name == "keys/receipt.key")
    content[key.offset_data] ^= 1
    (tmp_path / "a.tar").write_bytes(content)

    with pytest.raises(NotDone, match="keys/receipt.key 缺了或者坏了"):
        restore(tmp_path / "a.tar", tmp_path / "new", Database.of_file(tmp_path / "new"))


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_backup_whose_end_was_lost_to_zeros_is_refused(
    app: Flask, village: Village, tmp_path: Path
) -> None:
    send(app, "一封")
    back_up(state(village), tmp_path / "a.tar")
    whole = (tmp_path / "a.tar").read_bytes()

    for each in pieces(tmp_path / "a.tar"):
        for end in (each.offset, each.offset_data, each.offset_data + 16):
            (tmp_path / "zeros.tar").write_bytes(whole[:end] + bytes(len(whole) - end))
            with pytest.raises(NotDone, match="不是能用的备份"):
                restore(tmp_path / "zeros.tar", tmp_path / "new", Database.of_file(tmp_path / "new"))


@pytest.mark.parametrize(
    "manifest", ["{}", "[" * 10_000, '{"keys": {"size": 1}}', "null", '{"submissions.db": 5}']
)
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_backup_whose_list_does_not_name_what_is_in_it_is_refused(
    village: Village, tmp_path: Path, manifest: str
) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as packed:
        for name, content in (
            (FILE, b"rows"),
            ("keys/receipt.key", b"k" * 32),
            ("manifest.json", manifest.encode()),
        ):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            packed.addfile(info, io.BytesIO(content))

    with pytest.raises(NotDone, match="不是能用的备份"):
        restore(tmp_path / "a.tar", tmp_path / "new", Database.of_file(tmp_path / "new"))


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.parametrize("killed_at", ["rows", "mark"])
def test_a_restore_that_was_killed_starts_no_service_and_is_finished_by_the_same_command(
    app: Flask, village: Village, tmp_path: Path, killed_at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = send(app, "一封")
    back_up(state(village), tmp_path / "a.tar")
    other = settle(tmp_path / "other")
    command = (tmp_path / "a.tar", state(other), Database.of(state(other)))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(*((restoring, "copy", die) if killed_at == "rows" else (Path, "unlink", die)))
        with pytest.raises(KeyboardInterrupt):
            restore(*command)
    with pytest.raises(PortalError, match="没有做完"):
        create_app(other.root, clock=lambda: NOW)
    with pytest.raises(NotDone, match="没有做完"):
        back_up(state(other), tmp_path / "b.tar")

    assert restore(*command).letters == 1
    again = create_app(other.root, clock=lambda: NOW)
    try:
        assert again.test_client().get(f"/api/v1/submissions/{receipt}").status_code == 200
        assert [each.name for each in state(other).iterdir() if "restor" in each.name] == []
    finally:
        again.extensions["close"]()


@pytest.mark.parametrize("into", ["sqlite", "postgresql"])
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_backup_that_an_earlier_version_made_is_restored(
    village: Village,
    tmp_path: Path,
    into: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = version_0003(tmp_path / "old")
    with tarfile.open(tmp_path / "a.tar", "w") as packed:
        older(packed, rows.read_bytes())
    if into == "postgresql":
        monkeypatch.setenv("MINGBAI_DATABASE", request.getfixturevalue("cluster").fresh())

    restore(tmp_path / "a.tar", state(village), Database.of(state(village)))

    assert stored(village, "SELECT text FROM submissions") == [("路灯",)]
    app = create_app(village.root, clock=lambda: NOW)
    assert app.test_client().get("/healthz").status_code == 200
    app.extensions["close"]()


def version_0003(folder: Path) -> Path:
    """Make the database of an earlier version, with one letter in it."""
    folder.mkdir()
    old = sqlite3.connect(folder / FILE)
    old.executescript(Path(__file__).with_name("version_0003.sql").read_text("utf-8"))
    old.execute(
        "INSERT INTO submissions VALUES (123456789, x'01', NULL, x'02', 'inquiry', 'east', 'east', NULL, '路灯',"
        " 1, '2026-04-16T10:21:30+08:00', '2026-04-26', '十天', 'ten days')"
    )
    old.commit()
    old.close()
    return folder / FILE


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_what_an_earlier_version_left_is_backed_up_before_this_one_ever_ran(
    village: Village, tmp_path: Path
) -> None:
    version_0003(state(village))
    village.write(".state/keys/receipt.key", b"k" * 32)

    assert back_up(state(village), tmp_path / "a.tar").letters == 1


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_backup_that_a_later_version_made_says_to_upgrade(
    app: Flask, village: Village, tmp_path: Path
) -> None:
    send(app, "一封")
    with Database.of(state(village)).reading() as connection:
        (tmp_path / "rows").mkdir()
        connection.exec_driver_sql(f"VACUUM INTO '{tmp_path / 'rows' / FILE}'")
    later = sqlite3.connect(tmp_path / "rows" / FILE)
    later.execute("UPDATE alembic_version SET version_num = '9999'")
    later.commit()
    later.close()
    with tarfile.open(tmp_path / "a.tar", "w") as packed:
        older(packed, (tmp_path / "rows" / FILE).read_bytes())

    with pytest.raises(NotDone, match="先升级"):
        restore(tmp_path / "a.tar", tmp_path / "new", Database.of_file(tmp_path / "new"))


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_without_the_key_no_backup_is_made(app: Flask, village: Village, tmp_path: Path) -> None:
    send(app, "一封")
    (state(village) / "keys" / "receipt.key").unlink()

    with pytest.raises(NotDone, match="没有密钥"):
        back_up(state(village), tmp_path / "a.tar")
    assert not (tmp_path / "a.tar").exists()


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_an_account_that_is_there_is_not_covered(app: Flask, village: Village, tmp_path: Path) -> None:
    send(app, "一封")
    back_up(state(village), tmp_path / "a.tar")
    other = settle(tmp_path / "other")
    state(other).mkdir()
    enrol(other, "小周", "east", "clerk")

    with pytest.raises(NotDone, match="账号"):
        restore(tmp_path / "a.tar", state(other), Database.of(state(other)))


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_in_postgresql_mail_that_waited_collides_with_no_later_one(
    app: Flask,
    village: Village,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def post(village: Village) -> None:
        row = {"at": "2026-04-16T10:21:30+08:00", "address": "a@b.example", "subject": "信", "text": "有进展"}
        with Database.of(state(village)).changing() as connection:
            connection.execute(OUTBOX.insert().values(**row))

    for _ in range(3):
        post(village)
    back_up(state(village), tmp_path / "a.tar")
    other = settle(tmp_path / "other")
    monkeypatch.setenv("MINGBAI_DATABASE", request.getfixturevalue("cluster").fresh())

    restore(tmp_path / "a.tar", state(other), Database.of(state(other)))
    post(other)

    assert stored(other, "SELECT number FROM outbox ORDER BY number") == [(1,), (2,), (3,), (4,)]


def test_without_letters_there_is_nothing_to_back_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MINGBAI_DATABASE", raising=False)
    village = settle(tmp_path / "portal")

    assert cli.main(["backup", "--portal", str(village.root), str(tmp_path / "a.tar")]) == 1
    assert "没有东西可备份" in capsys.readouterr().err
    assert not (tmp_path / "a.tar").exists() and not (state(village) / FILE).exists()
