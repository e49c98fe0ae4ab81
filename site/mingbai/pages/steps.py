"""Shows an event as the steps of its schema, with the votes of each; it counts nothing that `charts` does not count."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from mingbai.edition import Edition
from mingbai.pages.charts import Dots, dots
from mingbai.pages.remarks import Said
from mingbai.pages.replies import Answer
from mingbai.pages.tables import Line, ledger
from mingbai.privacy import PublicRow, PublicTable
from mingbai.sentences import day


@dataclass(frozen=True)
class Step:
    """One step of an event: its pin, who met, what came of it, the votes. `line` is None for one to come."""

    pin: str
    name: str
    state: str
    day: str
    body: str
    line: Line | None
    dots: Dots | None
    more: Sequence[Said]


def steps(
    edition: Edition, table: PublicTable, given: Mapping[str, Sequence[Answer]], lang: str
) -> list[Step]:
    """Return the steps of an event in the order of its schema; those after the last row are to come."""
    chart = next((each for each in table.kind.charts if each["sort"] == "steps"), None)
    if chart is None or table.nil is not None:
        return []
    votes = next((each for each in table.kind.charts if each["sort"] == "dots"), None)
    field = next(each for each in table.fields if each.name == chart["step"])
    lines = {line.anchor: line for line in ledger(edition, table, given, lang).lines}
    by_name = {row.cells.get(field.name): row for row in table.rows}
    last = max((field.options.index(str(name)) for name in by_name if name in field.options), default=-1)
    found = []
    for number, name in enumerate(field.options):
        row = by_name.get(name)
        if row is not None:
            counted = dots(table, row, votes, lang) if votes else None
            told = _names(chart) | (_names(votes) if votes and counted else set())
            found.append(_step(number, name, row, lines[row.anchor], counted, chart, told, lang))
        elif number > last:
            found.append(
                Step(
                    _pin(number, lang), name, "now" if number == last + 1 else "todo", "", "", None, None, ()
                )
            )
    return found


def _step(
    number: int,
    name: str,
    row: PublicRow,
    line: Line,
    counted: Dots | None,
    chart: Mapping[str, object],
    told: Collection[str],
    lang: str,
) -> Step:
    when, body = row.cells.get(str(chart.get("date"))), row.cells.get(str(chart.get("body")))
    more = [each for each in line.more if each.name not in told]
    return Step(_pin(number, lang), name, "done", day(when, lang), str(body or ""), line, counted, more)


def _names(chart: Mapping[str, object]) -> set[str]:
    """Return the fields that a chart shows already."""
    return {value for value in chart.values() if isinstance(value, str)}


def _pin(number: int, lang: str) -> str:
    return "一二三四五六七八九十"[number] if lang == "zh" and number < 10 else str(number + 1)
