"""One thread writes; nobody is answered before the commit."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from forms_api.limits import Limits
from forms_api.store import FILE, Turn
from forms_api.writer import Busy, Job, Writer
from mingbai.errors import MingbaiError


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    writer = Writer(tmp_path, Limits(wait=2.0))
    writer.start()
    yield writer
    writer.stop()


def note(name: str) -> Job:
    return lambda connection: connection.execute("INSERT INTO noted VALUES (?)", (name,)).lastrowid


def make_table(writer: Writer) -> None:
    writer.run(lambda connection: connection.execute("CREATE TABLE noted (name TEXT UNIQUE)").fetchone())


def names(folder: Path) -> set[str]:
    with sqlite3.connect(folder / FILE) as other:
        return {name for (name,) in other.execute("SELECT name FROM noted")}


def test_what_was_answered_is_seen_by_another_connection(writer: Writer, tmp_path: Path) -> None:
    make_table(writer)

    writer.run(note("a"))

    assert names(tmp_path) == {"a"}


class Counting(Writer):
    """Counts its commits."""

    commits = 0

    def _store(self, batch: list[Any]) -> list[object]:
        self.commits += 1
        return super()._store(batch)


def test_many_at_once_share_commits_and_all_are_stored(tmp_path: Path) -> None:
    writer = Counting(tmp_path, Limits())
    writer.start()
    make_table(writer)

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(lambda number: writer.run(note(str(number))), range(320)))
    writer.stop()

    assert len(names(tmp_path)) == 320
    assert writer.commits < 160


def test_one_that_fails_undoes_itself_and_no_other(writer: Writer, tmp_path: Path) -> None:
    make_table(writer)
    writer.run(note("a"))

    def half(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO noted VALUES ('half')")
        raise MingbaiError("no")

    with pytest.raises(sqlite3.IntegrityError):
        writer.run(note("a"))
    with pytest.raises(MingbaiError, match="no"):
        writer.run(half)
    writer.run(note("b"))

    assert names(tmp_path) == {"a", "b"}


def test_a_slow_disk_is_answered_as_busy_and_the_work_is_still_done(tmp_path: Path) -> None:
    writer = Writer(tmp_path, Limits(wait=0.05))
    make_table_later = threading.Event()
    writer.start()
    try:
        with Turn(tmp_path).taken(), pytest.raises(Busy) as found:
            writer.run(lambda connection: make_table_later.set())
        assert found.value.retry_after == 5
        assert make_table_later.wait(2)
    finally:
        writer.stop()


def test_a_full_queue_is_answered_at_once(tmp_path: Path) -> None:
    writer = Writer(tmp_path, Limits(queue=1, wait=0.01))  # never started: nobody takes from the queue
    with pytest.raises(Busy):
        writer.run(lambda connection: None)

    began = time.monotonic()
    with pytest.raises(Busy, match="full"):
        writer.run(lambda connection: None)
    assert time.monotonic() - began < 0.01


def test_a_full_disk_is_reported_and_the_writer_goes_on(writer: Writer, tmp_path: Path) -> None:
    make_table(writer)
    writer.run(lambda connection: connection.execute("PRAGMA max_page_count = 1").fetchone())
    filling = "x" * 1_000_000

    with pytest.raises(MingbaiError):
        writer.run(note(filling))
    writer.run(lambda connection: connection.execute("PRAGMA max_page_count = 1000000").fetchone())
    writer.run(note("after"))

    assert names(tmp_path) == {"after"}


def test_every_commit_goes_to_the_disk(writer: Writer) -> None:
    said = writer.run(
        lambda connection: [
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "journal_mode")
        ]
    )

    assert said == [2, "wal"]
