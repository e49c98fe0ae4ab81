"""Finds the tables of a sheet: which rows are their headers, and what each column is called; it reads no figure.

A header is one to four lines in which at least two labels are known words. Where no line is, nothing is guessed.
"""

from collections.abc import Callable, Iterator, Sequence

from mingbai.importing.repeats import repeated_from
from mingbai.importing.table import FIGURE, LEAST_KNOWN, Column, Table
from mingbai.workbooks import Grid

MOST_LINES = 4
Known = Callable[[tuple[str, ...]], bool]


def tables(grid: Grid, known: Known) -> list[Table]:
    """Return the tables of a sheet, from top to bottom and from left to right."""
    found: list[Table] = []
    at = 0
    for row in grid.rows:
        if row <= at or (found and not _is_all_words(grid, row)):
            continue
        header = _header(grid, row, known)
        if header is None or (found and 2 * _count(header[1], known) < len(header[1])):
            continue
        bottom, columns = header
        again = repeated_from(grid, found[-1], row, columns) if found else None
        if again is not None:
            found[-1] = _with_repeat(found[-1], again, bottom)
        else:
            if found:
                found[-1] = _cut(found[-1], row)
            found.append(Table(grid, row, bottom, max(grid.rows), columns))
        at = bottom
    return [part for table in found for part in _side_by_side(table)]


def _is_all_words(grid: Grid, row: int) -> bool:
    """Tell whether a row below a table may be another header: words only, no entry with two of them."""
    return all(_is_word(grid, row, column) for column in grid.rows[row])


def _header(grid: Grid, row: int, known: Known) -> tuple[int, tuple[Column, ...]] | None:
    """Return the last row of the header that begins at `row`, and its columns."""
    best: tuple[int, tuple[Column, ...]] | None = None
    columns = _columns(grid, row, row)
    most = _count(columns, known)
    if most >= LEAST_KNOWN:
        best = row, columns
    for bottom in range(row, row + MOST_LINES - 1):
        if not _goes_on(grid, row, bottom, known):
            break
        columns, below = _columns(grid, row, bottom + 1), _columns(grid, bottom + 1, bottom + 1)
        count = _count(columns, known)
        # A line that says as much alone is a header of its own, under a line of other words.
        if count < LEAST_KNOWN or (best is None and count <= _count(below, known)) or count < most:
            break
        best, most = (bottom + 1, columns), count
    return best


def _count(columns: Sequence[Column], known: Known) -> int:
    """Count the labels that are known words; what ends in a colon stands before something: 日期： for a signature."""
    labels = {column.parts for column in columns if not column.parts[-1].endswith((":", "："))}
    return sum(known(parts) for parts in labels)


def _goes_on(grid: Grid, top: int, bottom: int, known: Known) -> bool:
    """Tell whether the row below `bottom` goes on with the labels: words only, under headings of several columns.

    It does where a label reaches down into it. Otherwise half of its words have to be known: the first entry of a list
    whose label 姓名 is merged over two columns is words too, and would be shown as a label.
    """
    first, second = set(grid.rows.get(bottom, ())), grid.rows.get(bottom + 1, ())
    header = [area for area in grid.merges if top <= area.top <= bottom]
    across = [area for area in header if area.bottom >= bottom and area.right > area.left]
    down = [area for area in header if area.bottom > bottom]
    under = [
        column
        for column in second
        if column not in first or any(area.left <= column <= area.right for area in across)
    ]
    if len(grid.rows[top]) < 2 or not (under or down):
        return False
    words = {str(grid.at(bottom + 1, column).value) for column in second}
    if not all(_is_word(grid, bottom + 1, column) for column in second):
        return False
    return bool(down) or 2 * sum(known((word,)) for word in words) >= len(words)


def _is_word(grid: Grid, row: int, column: int) -> bool:
    value = grid.at(row, column).value
    return isinstance(value, str) and not FIGURE.match(value.strip())


def _columns(grid: Grid, top: int, bottom: int) -> tuple[Column, ...]:
    """Return the columns that have a label in the rows `top` to `bottom`."""
    numbers = sorted({column for row in range(top, bottom + 1) for column in _reach(grid, row)})
    found = []
    for number in numbers:
        parts = tuple(_parts(grid, top, bottom, number))
        if parts:
            found.append(Column(number, parts, number in grid.hidden_columns))
    return tuple(found)


def _reach(grid: Grid, row: int) -> Iterator[int]:
    """Yield the columns of a row that show something, those inside a merged area included."""
    for column in grid.rows.get(row, ()):
        area = grid.merged_at(row, column)
        yield from range(column, (area.right if area is not None else column) + 1)
    for area in grid.merges:
        if area.top < row <= area.bottom and grid.at(area.top, area.left).value is not None:
            yield from range(area.left, area.right + 1)


def _parts(grid: Grid, top: int, bottom: int, column: int) -> Iterator[str]:
    told: list[str] = []
    for row in range(top, bottom + 1):
        value = grid.whole(row, column).value
        if value is None and row == top < bottom:
            value = _heading_left(grid, top, column)
        if value is not None and str(value).strip() and str(value).strip() not in told:
            told.append(str(value).strip())
    yield from told


def _heading_left(grid: Grid, row: int, column: int) -> str | None:
    """Return the heading of a group that is not merged (a CSV has no merged cells): the label to the left."""
    left = [each for each in grid.rows[row] if each < column]
    if not left or grid.at(row + 1, left[-1]).value is None or grid.merged_at(row, left[-1]) is not None:
        return None
    return str(grid.at(row, left[-1]).value)


def _with_repeat(table: Table, row: int, bottom: int) -> Table:
    repeats = table.repeats | frozenset(range(row, bottom + 1))
    return Table(table.grid, table.top, table.bottom, table.last, table.columns, repeats)


def _cut(table: Table, row: int) -> Table:
    return Table(table.grid, table.top, table.bottom, row - 1, table.columns, table.repeats)


def _side_by_side(table: Table) -> list[Table]:
    """Return a table as the two that stand side by side where several labels come again in the same line.

    Under headings of their own (收入, 支出) they are two when the second half says just what the first half says.
    """
    labels = [column.parts for column in table.columns]
    again = [index for index, parts in enumerate(labels) if parts in labels[:index]]
    half, lasts = len(labels) // 2, [parts[-1] for parts in labels]
    if half >= LEAST_KNOWN and lasts[:half] == lasts[half:]:
        cut = half
    elif len(again) >= LEAST_KNOWN:
        cut = again[0]
    elif (gap := _gap(table, lasts)) is not None:
        cut = gap
    else:
        return [table]
    parts = (table.columns[:cut], table.columns[cut:])
    return [Table(table.grid, table.top, table.bottom, table.last, each, table.repeats) for each in parts]


def _gap(table: Table, lasts: Sequence[str]) -> int | None:
    """Return where an empty column parts a table whose labels, but for the headings above, come again behind it."""
    numbers = [column.number for column in table.columns]
    for index in range(1, len(numbers)):
        again = sum(label in lasts[:index] for label in lasts[index:])
        if numbers[index] - numbers[index - 1] > 1 and again >= LEAST_KNOWN:
            return index
    return None
