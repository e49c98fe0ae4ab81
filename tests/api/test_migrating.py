"""A database made by an older version is taken over as it is."""

import sqlite3
from pathlib import Path

from sqlalchemy import inspect, select

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
