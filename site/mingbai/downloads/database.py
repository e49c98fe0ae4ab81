"""Writes every public table into one SQLite file, which Datasette and any program opens; a table a kind.

Columns bear the names of the schemas. `_filings` says of each filing when it came; `_columns` what each column means.
"""

import sqlite3
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from mingbai.downloads.cells import in_json
from mingbai.downloads.stacking import Stack
from mingbai.edition import Edition

_TYPES = {"integer": "INTEGER", "number": "REAL", "boolean": "INTEGER"}
_FILINGS = ("unit", "kind", "period", "received", "due", "status", "address", "nil")
_COLUMNS = ("kind", "name", "title", "title_en", "type")


def database(edition: Edition, stacks: Sequence[Stack]) -> bytes:
    """Return the database as the bytes of a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "portal.sqlite"
        with sqlite3.connect(path) as store:
            for stack in stacks:
                names = [column.name for column in stack.columns]
                types = [_TYPES.get(column.type, "TEXT") for column in stack.columns]
                _fill(
                    store,
                    stack.kind.id,
                    names,
                    types,
                    ([in_json(cell) for cell in row] for row in stack.rows),
                )
            _fill(store, "_filings", _FILINGS, ["TEXT"] * len(_FILINGS), _filings(edition))
            _fill(store, "_columns", _COLUMNS, ["TEXT"] * len(_COLUMNS), _columns(stacks))
        store.close()
        return path.read_bytes()


def _fill(
    store: sqlite3.Connection,
    name: str,
    names: Sequence[str],
    types: Sequence[str],
    rows: Iterable[Sequence[object]],
) -> None:
    """Make a table and fill it. Names come from kinds that were checked, and are quoted all the same."""
    columns = ", ".join(f"{_quoted(column)} {type}" for column, type in zip(names, types, strict=True))
    store.execute(f"CREATE TABLE {_quoted(name)} ({columns})")
    store.executemany(f"INSERT INTO {_quoted(name)} VALUES ({', '.join('?' * len(names))})", rows)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _filings(edition: Edition) -> Iterable[Sequence[object]]:
    for table in sorted(edition.tables.values(), key=lambda each: each.id):
        id, due = table.id, edition.duty_of.get(table.id)
        owed = (due.due.isoformat(), due.status) if due is not None else (None, None)
        came = edition.received[id].isoformat(timespec="seconds")
        nil = None if table.nil is None else str(table.nil)
        yield (id.unit, id.kind, id.period.label, came, *owed, id.address, nil)


def _columns(stacks: Iterable[Stack]) -> Iterable[Sequence[str]]:
    for stack in stacks:
        yield from (
            (stack.kind.id, each.name, each.title.zh, each.title.en, each.type) for each in stack.columns
        )
