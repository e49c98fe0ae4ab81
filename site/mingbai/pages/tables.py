"""Lays a public table out as a ledger: columns in reading order, the rest under the row's subject.

It adds nothing up: totals, balances and the equation's terms come from `PublicTable`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from mingbai.edition import Edition
from mingbai.filings import Value
from mingbai.kinds import Field
from mingbai.messages import say
from mingbai.pages.remarks import Heading, Said, by_group, headings, said, there, unit_words
from mingbai.pages.replies import Answer
from mingbai.pages.values import Shown, is_money, short_day, shown
from mingbai.privacy import PublicRow, PublicTable
from mingbai.sentences import money

MOST_STARS = 5


@dataclass(frozen=True)
class Column:
    """A column with its part: c-no, c-date, c-kind, c-what, c-amt or c-bal. `unit`: where not all share one."""

    field: Field
    part: str
    title: str
    unit: str

    @property
    def number(self) -> bool:
        """Whether the column is set flush right."""
        return self.part in ("c-amt", "c-bal")


@dataclass(frozen=True)
class Cell:
    """A cell of the ledger; `quiet` when it stays empty: nobody owes an amount there."""

    column: Column
    shown: Shown
    quiet: bool

    @property
    def stars(self) -> str:
        """What a rating in stars looks like, empty for what is none."""
        unit = self.column.field.unit
        rated = (
            unit is not None and unit.en == "stars" and self.shown.text.isdigit()
        )  # 1,000 of them are no rating
        count = int(self.shown.text) if rated else MOST_STARS + 1
        return "★" * count + "☆" * (MOST_STARS - count) if count <= MOST_STARS else ""


@dataclass(frozen=True)
class Line:
    """One row of the ledger, its question mark and the answers given about it.

    `heading` is set on the first of the rows that belong together.
    """

    heading: "Heading | None"
    key: str
    anchor: str
    about: str
    subject: str
    cells: Sequence[Cell]
    more: Sequence[Said]
    merged: bool
    answers: Sequence[Answer]
    changed: Sequence[str]


@dataclass(frozen=True)
class Edge:
    """The opening or the closing row: its words, and its amounts by column name."""

    words: str
    amounts: Mapping[str, str]


@dataclass(frozen=True)
class Ledger:
    """A table as a page shows it. `unit` is the unit that all its amounts share, empty where they do not."""

    columns: Sequence[Column]
    lines: Sequence[Line]
    opening: Edge | None
    totals: Edge | None
    unit: str
    merged: bool

    @property
    def sort(self) -> str:
        """What a row is called: an entry where it moves money, else a row."""
        return (
            "entry"
            if any(is_money(column.field) for column in self.columns if column.part == "c-amt")
            else "row"
        )

    @property
    def blank(self) -> bool:
        """Whether some cell says that nothing was published there."""
        return any(cell.shown.blank and not cell.quiet for line in self.lines for cell in line.cells)

    @property
    def span(self) -> int:
        """How many cells a row has, the question included."""
        return len(self.columns) + 1


def ledger(
    edition: Edition, table: PublicTable, answers: Mapping[str, Sequence[Answer]], lang: str
) -> Ledger:
    """Return the ledger of `table` with the answers given about its rows."""
    columns, unit = _columns(table, lang)
    placed = {column.field.name for column in columns}
    rest = [field for field in table.fields if field.name not in placed]
    heads, told = headings(edition, table, rest, lang)
    lines = [
        _line(
            edition,
            table,
            row,
            columns,
            [each for each in rest if each.name not in known],
            answers,
            heading,
            lang,
        )
        for row, heading, known in zip(table.rows, heads, told, strict=True)
    ]
    return Ledger(
        columns,
        lines,
        _opening(table, lang),
        _totals(table, lang),
        unit,
        any(row.merged for row in table.rows),
    )


def _columns(table: PublicTable, lang: str) -> tuple[list[Column], str]:
    """Return the columns and the unit that all amounts share."""
    parts = _parts(table)
    fields = {field.name: field for field in table.fields}
    units = {unit_words(fields[name], lang) for name, part in parts if part in ("c-amt", "c-bal")}
    shared = units.pop() if len(units) == 1 else ""
    columns = []
    for name, part in parts:
        field = fields[name]
        amount = part in ("c-amt", "c-bal")
        columns.append(
            Column(
                field, part, field.title.in_(lang), unit_words(field, lang) if amount and not shared else ""
            )
        )
    return columns, shared


def _parts(table: PublicTable) -> list[tuple[str, str]]:
    """Return the fields that are columns of their own, in reading order."""
    show, key = table.kind.show, table.kind.contract_for(table.id.period.label).schema.primary_key
    named = [
        (key[0], "c-no") if len(key) == 1 and _is_count(table, key[0]) else (None, ""),
        (show.get("date"), "c-date"),
        (None if by_group(table) else show.get("group"), "c-kind"),
        (show.get("what"), "c-what"),
        *((name, "c-amt") for name in show.get("amounts", ())),
        (show.get("balance"), "c-bal"),
    ]
    there = {field.name for field in table.fields}
    found: dict[str, str] = {}
    for name, part in named:
        if name in there:
            found.setdefault(name, part)
    return list(found.items())


def _is_count(table: PublicTable, name: str) -> bool:
    return any(field.name == name and field.type == "integer" for field in table.fields)


def _line(
    edition: Edition,
    table: PublicTable,
    row: PublicRow,
    columns: Sequence[Column],
    rest: Sequence[Field],
    answers: Mapping[str, Sequence[Answer]],
    heading: Heading | None,
    lang: str,
) -> Line:
    about = f"{table.id.address}#{row.anchor}"
    cells = [
        Cell(
            column,
            _shown(table, column, row.cells.get(column.field.name), lang),
            quiet=_quiet(table, row, column.field.name),
        )
        for column in columns
    ]
    what = table.kind.show.get("what")
    subject = row.cells.get(what) if isinstance(what, str) else None
    return Line(
        heading=heading,
        key=row.key,
        anchor=row.anchor,
        about=about,
        subject=str(subject) if subject is not None else row.key,
        cells=cells,
        more=[
            _unlabelled(table, said(edition, field, row.cells[field.name], lang))
            for field in rest
            if there(row.cells.get(field.name))
        ],
        merged=row.merged,
        answers=answers.get(about, ()),
        changed=[
            say(f"row.{told.sort}", lang, day=short_day(told.date, lang))
            for told in table.corrections
            if row.key in told.rows
        ],
    )


def _quiet(table: PublicTable, row: PublicRow, name: str) -> bool:
    """Return whether a blank amount needs no word: an entry comes in or goes out, or the kind says it may not apply."""
    if name in table.kind.show.get("quiet", ()):
        return not there(row.cells.get(name))
    rule = table.kind.equation or {}
    sides = [*rule.get("plus", ()), *rule.get("minus", ())]
    filled = [each for each in sides if there(row.cells.get(each))]
    return name in sides and name not in filled and bool(filled)


def _unlabelled(table: PublicTable, one: Said) -> Said:
    """Return the kind's note without its title: it speaks for itself under the subject."""
    return replace(one, label="") if one.name == table.kind.show.get("note") else one


def _shown(table: PublicTable, column: Column, value: Value, lang: str) -> Shown:
    """Return a cell as shown; a date in the year that the heading names is written without it."""
    if column.part == "c-date" and isinstance(value, date) and value.year == table.id.period.year:
        return Shown(short_day(value, lang), number=False, blank=False, chinese=False)
    return shown(column.field, value, lang)


def _opening(table: PublicTable, lang: str) -> Edge | None:
    """Return the row that says what was there before the first entry."""
    balance, equation = table.kind.show.get("balance"), table.kind.equation
    start = table.header.get(equation["start"]) if equation and "start" in equation else None
    if not isinstance(balance, str) or not isinstance(start, Decimal) or equation is None:
        return None
    return Edge(_title_of(table, equation["start"], lang), {balance: money(start, lang)})


def _totals(table: PublicTable, lang: str) -> Edge | None:
    amounts = [name for name in table.kind.show.get("amounts", ()) if name in table.totals]
    if not amounts:
        return None
    fields = {field.name: field for field in table.fields}
    texts = {
        name: shown(fields[name], _typed(fields[name], table.totals[name]), lang).text for name in amounts
    }
    balance, equation = table.kind.show.get("balance"), table.kind.equation
    end = table.header.get(equation["end"]) if equation else None
    if isinstance(balance, str) and isinstance(end, Decimal):
        texts[balance] = money(end, lang)
    return Edge(say("ledger.total", lang), texts)


def _typed(field: Field, total: Decimal) -> Value:
    return int(total) if field.type == "integer" else total


def _title_of(table: PublicTable, name: str, lang: str) -> str:
    fields = {field.name: field for field in (*table.fields, *table.header_fields)}
    return fields[name].title.in_(lang)
