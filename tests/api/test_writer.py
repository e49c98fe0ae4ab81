"""One thread writes; nobody is answered before the commit."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from forms_api.database import Database, Turn
from forms_api.limits import Limits
from forms_api.writer import Busy, Job, Writer
from mingbai.errors import MingbaiError


@pytest.fixture
def database(tmp_path: Path, server: str) -> Database:
    return Database.of(tmp_path)


@pytest.fixture
def writer(database: Database) -> Iterator[Writer]:
    writer = Writer(database, Limits(wait=2.0))
    writer.start()
    yield writer
    writer.stop()


def note(name: str) -> Job:
    return lambda connection: (
        connection.execute(text("INSERT INTO noted VALUES (:name)"), {"name": name}).rowcount
    )


def make_table(writer: Writer) -> None:
    writer.run(lambda connection: connection.execute(text("CREATE TABLE noted (name TEXT UNIQUE)")).rowcount)


def names(database: Database) -> set[str]:
    with database.reading() as other:
        return set(other.scalars(text("SELECT name FROM noted")))


def test_what_was_answered_is_seen_by_another_connection(writer: Writer, database: Database) -> None:
    make_table(writer)

    writer.run(note("a"))

    assert names(database) == {"a"}


class Counting(Writer):
    """Counts its commits."""

    commits = 0

    def _settle(self, batch: list[Any]) -> None:
        self.commits += 1
        super()._settle(batch)


def test_many_at_once_share_commits_and_all_are_stored(database: Database) -> None:
    writer = Counting(database, Limits())
    writer.start()
    make_table(writer)

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(lambda number: writer.run(note(str(number))), range(320)))
    writer.stop()

    assert len(names(database)) == 320
    assert writer.commits < 160


def test_one_that_fails_undoes_itself_and_no_other(writer: Writer, database: Database) -> None:
    make_table(writer)
    writer.run(note("a"))

    def half(connection: Connection) -> None:
        connection.execute(text("INSERT INTO noted VALUES ('half')"))
        raise MingbaiError("no")

    with pytest.raises(IntegrityError):
        writer.run(note("a"))
    with pytest.raises(MingbaiError, match="no"):
        writer.run(half)
    writer.run(note("b"))

    assert names(database) == {"a", "b"}


def test_a_slow_disk_is_answered_as_busy_and_the_work_is_still_done(tmp_path: Path) -> None:
    writer = Writer(Database.of(tmp_path), Limits(wait=0.05))
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
    writer = Writer(
        Database.of(tmp_path), Limits(queue=1, wait=0.01)
    )  # never started: nobody takes from the queue
    with pytest.raises(Busy):
        writer.run(lambda connection: None)

    began = time.monotonic()
    with pytest.raises(Busy, match="full"):
        writer.run(lambda connection: None)
    assert time.monotonic() - began < 0.01


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_full_disk_is_reported_and_the_writer_goes_on(writer: Writer, database: Database) -> None:
    make_table(writer)
    writer.run(lambda connection: connection.execute(text("PRAGMA max_page_count = 1")).first())
    filling = "x" * 1_000_000

    with pytest.raises(MingbaiError):
        writer.run(note(filling))
    writer.run(lambda connection: connection.execute(text("PRAGMA max_page_count = 1000000")).first())
    writer.run(note("after"))

    assert names(database) == {"after"}


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_every_commit_goes_to_the_disk(writer: Writer) -> None:
    said = writer.run(
        lambda connection: [
            connection.scalar(text(f"PRAGMA {name}")) for name in ("synchronous", "journal_mode")
        ]
    )

    assert said == [2, "wal"]


def test_more_readers_at_once_than_connections_are_kept_get_through(tmp_path: Path) -> None:
    database = Database.of_file(tmp_path, readers=4)
    with database.changing():
        pass  # makes the tables
    together = threading.Barrier(12)

    def read(_: int) -> int:
        seen = 0
        for _ in range(20):
            together.wait()
            with database.reading() as connection:
                seen += int(connection.scalar(text("SELECT count(*) FROM submissions")) == 0)
        return seen

    with ThreadPoolExecutor(12) as threads:
        assert list(threads.map(read, range(12))) == [20] * 12
    database.close()
