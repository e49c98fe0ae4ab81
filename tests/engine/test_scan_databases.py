"""What stands in an SQLite file is found table by table; what only its bytes tell is found too."""

import random
import sqlite3
from pathlib import Path

from mingbai.scan import Finding, scan_data
from tests.planting import identity, mobile

CHANCE = random.Random(11)


def store(path: Path, *rows: tuple[object, ...], delete: bool = False) -> bytes:
    with sqlite3.connect(path) as made:
        made.execute("PRAGMA secure_delete = OFF")
        made.execute("CREATE TABLE pay (unit TEXT, note TEXT, amount REAL, number)")
        made.executemany("INSERT INTO pay VALUES (?, ?, ?, ?)", rows)
        if delete:
            made.execute("DELETE FROM pay")
    made.close()
    return path.read_bytes()


def found(data: bytes) -> list[Finding]:
    return sorted(scan_data("a.sqlite", data))


def test_a_number_is_found_with_table_row_and_column(tmp_path: Path) -> None:
    data = store(
        tmp_path / "a", ("east", "打印纸", 12.5, None), ("east", f"电话 {mobile(CHANCE)}", 3.25, None)
    )

    assert [(each.part, each.line, each.column, each.sort) for each in found(data)] == [
        ("pay", 3, 2, "mobile")
    ]


def test_an_identity_that_follows_the_head_of_its_record_is_found(tmp_path: Path) -> None:
    data = store(tmp_path / "a", *(("east", None, None, identity(CHANCE)) for _ in range(20)))

    assert [each.sort for each in found(data)] == ["id"] * 20


def test_figures_side_by_side_in_the_bytes_are_no_number(tmp_path: Path) -> None:
    rows = [("east", f"第 {n} 笔 139{n:04}", 1234.5 * n, n) for n in range(500)]

    assert found(store(tmp_path / "a", *rows)) == []


def test_rows_that_were_deleted_are_found_in_the_pages_they_left(tmp_path: Path) -> None:
    rows = [("east", f"电话 {mobile(CHANCE)} " + "长" * 900, 1.0, None) for _ in range(40)]

    assert any(each.sort == "mobile" for each in found(store(tmp_path / "a", *rows, delete=True)))


def test_what_begins_like_a_database_and_is_none_is_read_as_bytes() -> None:
    data = b"SQLite format 3\x00" + f" 电话 {mobile(CHANCE)} ".encode() * 3

    assert any(each.sort == "mobile" for each in found(data))
