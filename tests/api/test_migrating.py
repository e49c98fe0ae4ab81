"""A database made by an older version is taken over as it is, and that version can go on writing to it."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, select

from forms_api.database import FILE, Database
from forms_api.tables import METADATA, SUBMISSIONS

# As the first version made it, before there were steps.
OLD = """
CREATE TABLE submissions (
    number INTEGER PRIMARY KEY, receipt_hash BLOB NOT NULL UNIQUE, request_hash BLOB UNIQUE,
    content_hash BLOB NOT NULL, type TEXT NOT NULL, unit TEXT NOT NULL, handler TEXT NOT NULL, about TEXT,
    text TEXT NOT NULL, public INTEGER NOT NULL, received_at TEXT NOT NULL, answer_by TEXT NOT NULL,
    calculation_zh TEXT NOT NULL, calculation_en TEXT NOT NULL
) STRICT;
INSERT INTO submissions VALUES (123456789, x'01', NULL, x'02', 'inquiry', 'east', 'east', NULL, '路灯',
    1, '2026-04-16T10:21:30+08:00', '2026-04-26', '十天', 'ten days');
"""


def test_letters_in_a_database_without_steps_are_kept(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE) as old:
        old.executescript(OLD)
    old.close()

    with Database.of(tmp_path).changing() as connection:
        assert connection.execute(select(SUBMISSIONS.c.text, SUBMISSIONS.c.public)).all() == [("路灯", True)]


BEFORE = Path(__file__).with_name("version_0003.sql").read_text("utf-8")


def altered(connection: Connection) -> list[str]:
    """Return the tables that are not as the older version made them; it writes to them during an upgrade."""
    older = sqlite3.connect(":memory:")
    older.executescript(BEFORE)
    made = older.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'").fetchall()
    older.close()
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_schema WHERE type = 'table'")
    now = {name: sql for name, sql in rows}
    return [name for name, sql in made if _plain(now.get(name, "")) != _plain(sql)]


def _plain(sql: str) -> str:
    return " ".join(sql.split())


@pytest.fixture
def before(tmp_path: Path) -> Database:
    """A database that the older version left."""
    with sqlite3.connect(tmp_path / FILE) as old:
        old.executescript(BEFORE)
    old.close()
    return Database.of_file(tmp_path)


def test_no_step_alters_what_the_version_before_writes_to(before: Database) -> None:
    with before.changing() as connection:
        assert altered(connection) == []
        assert set(METADATA.tables) <= set(inspect(connection).get_table_names())


def test_a_new_database_has_the_tables_that_an_old_one_has_after_its_steps(
    before: Database, tmp_path: Path
) -> None:
    (tmp_path / "new").mkdir()
    with Database.of_file(tmp_path / "new").changing() as new:
        assert altered(new) == []


@pytest.mark.parametrize(
    "step",
    [
        "ALTER TABLE submissions ADD COLUMN planted TEXT",
        "ALTER TABLE events RENAME COLUMN what TO planted",
        "DROP TABLE verdicts",
    ],
)
def test_a_step_that_alters_an_old_table_is_found(before: Database, step: str) -> None:
    with before.changing() as connection:
        connection.exec_driver_sql(step)

        assert len(altered(connection)) == 1


def test_a_new_database_holds_every_table(tmp_path: Path, server: str) -> None:
    with Database.of(tmp_path).changing() as connection:
        assert set(METADATA.tables) <= set(inspect(connection).get_table_names())


def test_what_fails_half_way_leaves_nothing(tmp_path: Path, server: str) -> None:
    database = Database.of(tmp_path)
    with database.changing():
        pass
    try:
        with database.changing() as connection:
            connection.execute(SUBMISSIONS.delete())
            connection.exec_driver_sql("CREATE TABLE half (x TEXT)")
            raise LookupError
    except LookupError:
        pass

    with database.reading() as connection:
        assert not inspect(connection).has_table("half")
