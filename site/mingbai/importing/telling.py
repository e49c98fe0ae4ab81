"""Tells what was understood of a spreadsheet, for people: the table, the columns, the rows, the changes, the sums.

It repeats labels, sums and addresses of cells, never what stands in a cell of a row.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby

from mingbai.anonymity import report
from mingbai.checks.reporting import in_order
from mingbai.importing.labels import MONEY
from mingbai.importing.labels import told as shown_name
from mingbai.importing.lines import Line
from mingbai.importing.mapping import Match
from mingbai.importing.money import units_of
from mingbai.importing.ranges import figures_outside
from mingbai.importing.sums import Sum
from mingbai.importing.taking import Taken, entries
from mingbai.importing.understood import Draft
from mingbai.messages import say
from mingbai.privacy.merging import K
from mingbai.sheets.finding import shown
from mingbai.workbooks import column_name
from mingbai.workbooks.grids import address

_SHOWN = 3  # addresses of changed cells that are named; the others are counted


def told(made: Draft, lang: str) -> str:
    """Return all that is to be shown about a draft, findings last."""
    parts = understood(made, lang)
    lines = [*moved(made, lang), _findings(made, lang)]
    return "\n".join([*parts, "", *lines] if parts else lines)


def understood(made: Draft, lang: str) -> list[str]:
    """Return what was understood, a line each; what belongs under a line is set in."""
    parts = [*_book(made, lang), *_table(made, lang), *_columns(made, lang), *_rows(made, lang)]
    parts += [*_changes(made.columns, lang), *_facts(made, lang), *_sums(made, lang)]
    if made.merged is not None and not made.errors:
        parts += ["", report(made.merged, lang)]
    return parts


def _book(made: Draft, lang: str) -> Iterator[str]:
    if made.book is None:
        return
    sort = say(f"importing.sort.{made.book.sort}", lang)
    yield say("importing.file", lang, file=made.request.file, sort=sort)
    for grid in made.book.grids:
        if grid.hidden and (made.table is None or grid.name != made.table.grid.name):
            yield "  " + say("importing.hidden_sheet", lang, sheet=shown_name(grid.name))
    if made.book.macros:
        yield "  " + say("importing.macros", lang)


def _table(made: Draft, lang: str) -> Iterator[str]:
    if made.table is None:
        return
    table = made.table
    header = f"{table.top}–{table.bottom}" if table.bottom > table.top else str(table.top)
    yield say("importing.table", lang, sheet=shown_name(table.grid.name), area=table.area, header=header)
    if table.joined:
        yield "  " + say("importing.joined", lang, columns=table.joined)
    yield from _outside_range(made, lang)
    units = "、".join(sorted(units_of(table)))
    yield "  " + (say("importing.unit_above", lang, unit=units) if units else say("importing.no_unit", lang))


def _outside_range(made: Draft, lang: str) -> Iterator[str]:
    """Say how much of a sheet is not looked at because the clerk named some of its cells."""
    area = made.request.area
    if area is None or made.book is None or made.table is None:
        return
    grid = next(each for each in made.book.grids if each.name == made.table.grid.name)
    left = sorted(figures_outside(grid, area))
    cells = "、".join(address(*place) for place in left[:_SHOWN]) + ("…" if left[_SHOWN:] else "")
    if left:
        yield "  " + say("importing.outside_range", lang, area=area, count=len(left), cells=cells)


def _columns(made: Draft, lang: str) -> Iterator[str]:
    if not made.matches:
        return
    yield say("importing.columns", lang)
    told = {match.column.number: _column(made, match, lang) for match in made.matches}
    if made.kind.privacy is not None:
        told |= {each.number: say("importing.outside", lang, label=each.label) for each in made.outside}
    yield from (f"  {column_name(number)} {told[number]}" for number in sorted(told))
    if made.by_person and not made.errors:
        yield "  " + say("importing.by_person", lang)
        several = [each for each in made.households if len(each.rows) > 1]
        if several:
            rows = "；".join("、".join(map(str, each.rows)) for each in several[:_SHOWN])
            more = "…" if several[_SHOWN:] else ""
            yield "  " + say("importing.households", lang, count=len(several), rows=rows + more)


def _column(made: Draft, match: Match, lang: str) -> str:
    how = say(f"importing.how.{match.how}", lang)
    facts = {"label": match.label, "how": how, "percent": match.percent}
    if match.field is None:
        said = say("importing.column_without", lang, **facts)
        left = _left_out(made, match)
        return said if left is None else said + say("importing.left_sum", lang, sum=shown(left, lang))
    computed = match.field.name not in made.contract.schema.by_name
    key = "importing.column_compared" if computed and match.taken else "importing.column"
    hidden = say("importing.hidden_column", lang) if match.column.hidden else ""
    return say(key, lang, title=match.field.title.in_(lang), name=match.field.name, **facts) + hidden


def _left_out(made: Draft, match: Match) -> Decimal | None:
    """Return what the figures of a column that is left out add up to; None without any.

    In a list of persons too few to be a crowd the sum would be somebody's age.
    """
    rows = entries(made.lines)
    if made.table is None or match.how != "out" or (made.outside and len(rows) < K):
        return None
    cells = [made.table.grid.at(row, match.column.number).value for row in rows]
    figures = [each for each in cells if isinstance(each, Decimal)]
    return sum(figures, Decimal(0)) if figures else None


def _rows(made: Draft, lang: str) -> Iterator[str]:
    if not made.lines:
        return
    sorts: dict[str, list[int]] = {}
    for line in made.lines:
        sorts.setdefault(line.sort, []).append(line.row)
    yield say("importing.rows", lang, count=len(sorts.pop("entry", [])))
    if sorts:
        yield say("importing.other_rows", lang)
    for sort, rows in sorts.items():
        yield "  " + say(f"importing.skipped.{sort}", lang, rows=_spans(rows))
    hidden = [line.row for line in made.lines if _taken_hidden(made, line)]
    if hidden:
        yield "  " + say("importing.hidden_rows", lang, rows=_spans(hidden))


def _taken_hidden(made: Draft, line: Line) -> bool:
    if made.table is None or made.request.hidden_rows != "take":
        return False
    return line.sort == "entry" and line.row in made.table.grid.hidden_rows


def _spans(rows: Sequence[int]) -> str:
    """Return 3, 5–7 for 3, 5, 6, 7."""
    spans: list[list[int]] = []
    for row in rows:
        if spans and spans[-1][1] == row - 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    return "、".join(f"{first}–{last}" if first < last else str(first) for first, last in spans)


def _changes(columns: Sequence[Taken], lang: str) -> Iterator[str]:
    lines = []
    for taken in columns:
        changed: dict[str, list[int]] = {}
        for row, cell in taken.cells.items():
            for note in sorted(cell.notes):
                changed.setdefault(note, []).append(row)
        for note, rows in changed.items():
            cells = "、".join(address(row, taken.match.column.number) for row in rows[:_SHOWN]) + (
                "…" if rows[_SHOWN:] else ""
            )
            what = say(f"importing.note.{note}", lang, unit=taken.way.unit or "", of=taken.way.of or MONEY)
            facts = {"label": taken.match.label, "what": what, "cells": cells, "count": len(rows)}
            lines.append("  " + say("importing.change", lang, **facts))
    if lines:
        yield say("importing.changes", lang)
        yield from lines


def _facts(made: Draft, lang: str) -> Iterator[str]:
    if made.found_facts:
        yield say("importing.facts", lang)
    for each in made.found_facts:
        facts = {"title": each.field.title.in_(lang), "value": each.text, "cell": each.cell}
        yield "  " + say("importing.fact", lang, **facts)


def _sums(made: Draft, lang: str) -> Iterator[str]:
    if made.sums:
        yield say("importing.sums", lang)
    for each in made.sums:
        yield "  " + _sum(each, lang)
    if made.by_person and made.composed is not None and made.kind.privacy is not None and not made.errors:
        count, name = len(made.households), str(made.kind.privacy["count"])
        told = sum(int(row[name]) for row in made.composed.rows)
        yield "  " + say("importing.sum_people", lang, count=count, told=told, cells=len(made.composed.rows))


def _sum(each: Sum, lang: str) -> str:
    facts: Mapping[str, object] = {
        "label": each.taken.match.label,
        "cells": each.cells,
        "source": shown(each.source if each.source is not None else each.converted, lang),
        "unit": each.taken.way.unit if each.source is not None and each.taken.way.unit else each.taken.way.of,
        "converted": shown(each.converted, lang),
        "result": shown(each.result, lang),
        "of": each.taken.way.of,
    }
    key = (
        "importing.sum_scaled"
        if each.source is not None and each.source != each.converted
        else "importing.sum"
    )
    said = say(key, lang, **facts)
    return said + (say("importing.sum_printed", lang, printed=each.printed) if each.printed else "")


def moved(made: Draft, lang: str) -> list[str]:
    """Say, where findings name rows of the filing, which rows of the sheet those are."""
    rows = sorted(
        {each.row for each in made.findings if each.row and each.file.endswith(".csv") and made.composed}
    )
    if made.composed is None or made.by_person:
        return []
    pairs = [
        (row, made.composed.sources[row - 2]) for row in rows if 2 <= row < len(made.composed.sources) + 2
    ]
    apart = [f"{row} → {source}" for row, source in pairs if source is not None and row != source]
    return [say("importing.moved", lang, pairs="、".join(apart))] if apart else []


def _findings(made: Draft, lang: str) -> str:
    lines = []
    for remedy, alike in groupby(in_order(made.findings), lambda each: each.remedy(lang)):
        lines += [f"  {say(f'checks.{each.severity}', lang, said=each.message(lang))}" for each in alike]
        lines.append(f"      → {remedy}")
    warnings = len(made.findings) - made.errors
    key = "importing.to_change" if made.errors else "importing.all_right"
    return "\n".join([*lines, say(key, lang, errors=made.errors, warnings=warnings)])
