"""Reads the tables of an SQLite file as rows of cells; whatever lies between its records it leaves to the raw reading.

The file is opened from memory, with everything off that its schema could make SQLite do: only plain tables are read.
"""

import sqlite3
from collections.abc import Iterator

from mingbai.privacy import CELL
from mingbai.scan.looking import Piece

START = b"SQLite format 3\x00"
_PARTING = str.maketrans({"\n": " ", "\r": " ", CELL: " "})


class Unreadable(Exception):
    """The file cannot be read as a database, or keeps deleted rows: its bytes have to be looked through."""


def pieces(file: str, data: bytes) -> Iterator[Piece]:
    """Yield each table. Raises Unreadable, also when all tables were read but deleted pages are left."""
    store = sqlite3.connect(":memory:")
    try:
        store.deserialize(data)
        store.execute("PRAGMA trusted_schema = OFF")
        for name, made in store.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'table'"
        ).fetchall():
            if str(made).upper().startswith("CREATE TABLE"):
                yield Piece(file, _table(store, str(name)), CELL, part=str(name))
        if store.execute("PRAGMA freelist_count").fetchone()[0]:
            raise Unreadable
    except (sqlite3.Error, UnicodeError) as reason:
        raise Unreadable from reason
    finally:
        store.close()


def _table(store: sqlite3.Connection, name: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    rows = store.execute(f"SELECT * FROM {quoted}")
    return "\n".join([_line([each[0] for each in rows.description]), *map(_line, rows)])


def _line(cells: "list[str] | tuple[object, ...]") -> str:
    return CELL.join(_shown(cell).translate(_PARTING) for cell in cells)


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    return cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)
