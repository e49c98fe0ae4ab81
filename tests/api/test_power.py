"""What was acknowledged survives a power cut and a disk that is full or broken; and the harness finds who cheats."""

import random
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import Connection

from forms_api import database as room
from forms_api.cases import Entry, add
from forms_api.database import FILE, Database
from forms_api.limits import Limits
from forms_api.writer import Busy, Unstored, Writer
from mingbai.messages import Text
from tests.api.conftest import NOW
from tests.api.faults import FULL, IO_ERROR, Disk, Done, after_cut, disk


def entry(name: str) -> Entry:
    """Return a letter whose every table a test can look for."""
    due, key = date(2026, 4, 26), name.encode()
    words = {"about": None, "text": name * 50, "public": True, "name": name, "contact": "000-000"}
    where = {"type": "inquiry", "unit": "east", "handler": "east", "level": "lead", "level_due": due}
    when = {"received_at": NOW, "answer_by": due, "calculation": Text("一", "a")}
    facts: dict[str, Any] = words | where | when
    return Entry(receipt_hash=key, request_hash=None, content_hash=key, **facts)


def store(writer: Writer, name: str) -> bool:
    """Send one letter and return whether it was acknowledged."""
    try:
        writer.run(lambda connection: add(connection, entry(name)))
    except (Busy, Unstored):
        return False
    return True


def write(folder: Path, letters: int, disk: Disk, make: type[Writer] = Writer) -> dict[str, int]:
    """Let eight residents write; return after how many entries of the disk's log each acknowledgement came."""
    acknowledged: dict[str, int] = {}
    writer = make(Database.of_file(folder), Limits(wait=20.0))
    writer.start()

    def send(name: str) -> None:
        if store(writer, name):
            acknowledged[name] = len(disk.log)

    with ThreadPoolExecutor(8) as residents:
        list(residents.map(send, (f"{number:06}" for number in range(letters))))
    writer.stop()
    return acknowledged


def whole(folder: Path) -> set[str]:
    """Return the letters in a database, each proved whole. Raises sqlite3.DatabaseError, AssertionError."""
    connection = sqlite3.connect(folder / FILE)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'event_details'").fetchall():
            return set()
        tables = {"submissions": "number", "writers": "submission", "events": "submission"}
        keys = [
            {row[0] for row in connection.execute(f"SELECT {key} FROM {table}")}
            for table, key in (tables | {"event_details": "submission"}).items()
        ]
        assert all(each == keys[0] for each in keys), "a letter is torn"
        return {row[0].decode() for row in connection.execute("SELECT receipt_hash FROM submissions")}
    finally:
        connection.close()


def cut(
    folder: Path, log: list[Done], acknowledged: dict[str, int], cuts: int, draw: random.Random
) -> tuple[int, int]:
    """Cut the power at random places; return how many acknowledged letters were lost and images broken."""
    lost = broken = 0
    for number in range(cuts):
        place = draw.randrange(len(log))
        image = folder / f"cut-{number}"
        image.mkdir()
        for name, content in after_cut(log[:place], draw).items():
            (image / name).write_bytes(content)
        try:
            there = whole(image) if (image / FILE).exists() else set()
        except (sqlite3.DatabaseError, AssertionError):
            broken += 1
            continue
        lost += sum(at <= place and name not in there for name, at in acknowledged.items())
    return lost, broken


def run(folder: Path, letters: int, cuts: int, seed: int = 7) -> tuple[int, int, int]:
    """Return (acknowledged, lost, broken) of one run."""
    home = folder / "home"
    home.mkdir()
    with disk() as own:
        acknowledged = write(home, letters, own)
        log = list(own.log)
    return (len(acknowledged), *cut(folder, log, acknowledged, cuts, random.Random(seed)))


def test_no_power_cut_takes_what_was_acknowledged(tmp_path: Path) -> None:
    assert run(tmp_path, letters=60, cuts=80) == (60, 0, 0)


def test_the_same_harness_finds_commits_that_are_not_durable(tmp_path: Path) -> None:
    prepare = room._prepare

    def hasty(raw: sqlite3.Connection, pages: int) -> None:
        prepare(raw, pages)
        raw.execute("PRAGMA synchronous = NORMAL")

    with patch.object(room, "_prepare", hasty):
        acknowledged, lost, _ = run(tmp_path, letters=60, cuts=80)

    assert acknowledged == 60 and lost > 0


# A disk that refuses.


def refuse(disk: Disk, at: int, code: int, times: int) -> Callable[[Done], int]:
    """Refuse the `at`-th thing that is done from now on, and the `times` - 1 after it."""
    counted = 0

    def judge(done: Done) -> int:
        nonlocal counted
        counted += 1
        return code if at <= counted < at + times else 0

    return judge


def trouble(
    folder: Path, at: int, code: int, times: int, make: type[Writer] = Writer
) -> tuple[set[str], set[str]]:
    """Return (acknowledged, stored) after a disk refused in between; afterwards it takes everything again."""
    folder.mkdir()
    with disk() as own:
        writer = make(Database.of_file(folder), Limits(wait=20.0))
        writer.start()
        own.refuse = refuse(own, at, code, times)
        acknowledged = {name for name in (f"{number:06}" for number in range(12)) if store(writer, name)}
        own.refuse = lambda done: 0
        assert store(writer, "after"), "the writer did not recover"
        writer.stop()
    return acknowledged | {"after"}, whole(folder)


@pytest.mark.parametrize("code", [FULL, IO_ERROR], ids=["full", "broken"])
@pytest.mark.parametrize("times", [1, 5], ids=["once", "for a while"])
def test_whatever_write_is_refused_only_what_is_stored_is_acknowledged(
    tmp_path: Path, code: int, times: int
) -> None:
    refused = 0
    for at in range(1, 25):
        acknowledged, stored = trouble(tmp_path / str(at), at, code, times)
        assert acknowledged == stored
        refused += len(acknowledged) < 13

    assert refused > 0, "the disk never refused anything"


class Swallowing(Writer):
    """The bug that the harness must be able to find: what the database refused is answered all the same."""

    def run(self, job: Callable[[Connection], object]) -> object:
        """Answer, whatever happened."""
        try:
            return super().run(job)
        except Unstored:
            return None


def test_the_same_harness_finds_a_writer_that_swallows_errors(tmp_path: Path) -> None:
    acknowledged, stored = trouble(tmp_path / "home", 2, FULL, 3, Swallowing)

    assert acknowledged - stored
