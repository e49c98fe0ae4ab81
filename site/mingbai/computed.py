"""Adds the columns that follow by rule (running balance, ratio, days taken); it never changes a published figure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from mingbai.filings import Value
from mingbai.kinds import Computed

Cells = dict[str, Value]


def add_computed(
    rows: Sequence[Mapping[str, Value]], header: Mapping[str, Value], rules: Sequence[Computed]
) -> list[Cells]:
    """Return copies of `rows` with every computed column; None where something it needs is blank."""
    done: list[Cells] = [dict(row) for row in rows]
    for rule in rules:
        for row, value in zip(done, SORTS[rule.sort](done, header, rule.options), strict=True):
            row[rule.field.name] = value
    return done


def _running(
    rows: Sequence[Cells], header: Mapping[str, Value], options: Mapping[str, object]
) -> list[Value]:
    """Add up from `start` (a header fact): plus the `plus` fields, minus the `minus` fields, row by row."""
    at = _number(header.get(str(options["start"])))
    found: list[Value] = []
    for row in rows:
        if at is not None:
            at += _sum(row, options["plus"]) - _sum(row, options["minus"])
        found.append(at)
    return found


def _ratio(rows: Sequence[Cells], header: Mapping[str, Value], options: Mapping[str, object]) -> list[Value]:
    """Return `of` ÷ `to` in percent with one decimal, the way turnout is printed."""
    found: list[Value] = []
    for row in rows:
        of, to = _number(row.get(str(options["of"]))), _number(row.get(str(options["to"])))
        known = of is not None and to is not None and to != 0
        found.append(
            (of * 100 / to).quantize(Decimal("0.1"), ROUND_HALF_UP)
            if known and of is not None and to
            else None
        )
    return found


def _days(rows: Sequence[Cells], header: Mapping[str, Value], options: Mapping[str, object]) -> list[Value]:
    """Return the calendar days from one date field to another."""
    found: list[Value] = []
    for row in rows:
        start, end = row.get(str(options["from"])), row.get(str(options["to"]))
        found.append((end - start).days if isinstance(start, date) and isinstance(end, date) else None)
    return found


def _number(value: Value) -> Decimal | None:
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _sum(row: Cells, fields: object) -> Decimal:
    names = fields if isinstance(fields, Sequence) else ()
    return sum((_number(row.get(name)) or Decimal(0) for name in names), Decimal(0))


SORTS: Mapping[str, Callable[[Sequence[Cells], Mapping[str, Value], Mapping[str, object]], list[Value]]] = {
    "running": _running,
    "ratio": _ratio,
    "days": _days,
}
