"""Computes what charts show: bars, the sum in sight, balances over time, dots per person; it draws nothing.

All lengths are computed here with whole decimals, so that the same figures give the same bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from mingbai.checks.quorums import fewest, marks
from mingbai.kinds import Field
from mingbai.messages import say
from mingbai.pages.values import plain
from mingbai.privacy import PublicRow, PublicTable
from mingbai.sentences import money

MOST_DOTS = 150  # beyond that a dot is no longer a person one can see


@dataclass(frozen=True)
class Bar:
    """One bar: `width` in percent of the longest."""

    label: str
    width: str
    figure: str


@dataclass(frozen=True)
class Bars:
    """A bar chart. `ink` is "in" (hatched: money that came) or "out" (solid)."""

    title: str
    total: str
    unit: str
    ink: str
    bars: Sequence[Bar]


@dataclass(frozen=True)
class Term:
    """One term of the equation: sign ("", ＋, －, ＝), words, figure."""

    sign: str
    words: str
    figure: str


@dataclass(frozen=True)
class Equation:
    """Opening ＋ income － expenditure ＝ closing. `apart`: by how much it does not balance, else None."""

    terms: Sequence[Term]
    apart: str | None
    unit: str


@dataclass(frozen=True)
class Pillar:
    """One balance in the chart over time; places in percent and design pixels (see `PILLAR_BASE`)."""

    x: str
    width: str
    middle: str
    y: int
    figure_y: int
    height: int
    figure: str
    words: str
    year: str
    now: bool


@dataclass(frozen=True)
class Dots:
    """One dot for each person who was due. `quorum` says in words whether it was enough."""

    yes: int
    no: int
    abstain: int
    absent: int
    drawn: bool
    quorum: Sequence[str]
    enough: bool | None


def bars(table: PublicTable, chart: Mapping[str, Any], lang: str) -> Bars | None:
    """Return the sums of `measure` by `group`, longest first; None for nothing, or all merged into one."""
    fields = {field.name: field for field in table.fields}
    measure, group = fields[chart["measure"]], chart["group"]
    sums: dict[str, Decimal] = {}
    for row in table.rows:
        value = row.cells.get(measure.name)
        if isinstance(value, int | Decimal):
            label = str(row.cells.get(group))
            sums[label] = sums.get(label, Decimal(0)) + value
    longest = max(sums.values(), default=Decimal(0))
    if longest <= 0 or (len(sums) == 1 and any(row.merged for row in table.rows)):
        return None
    ordered = sorted(sums.items(), key=lambda each: (-each[1], each[0]))
    plus = (table.kind.equation or {}).get("plus", ())
    return Bars(
        title=str(chart["title"][lang]),
        total=_figure(measure, sum(sums.values(), Decimal(0))),
        unit=measure.unit.in_(lang) if measure.unit else "",
        ink="in" if measure.name in plus else "out",
        bars=[Bar(label, _percent(value, longest), _figure(measure, value)) for label, value in ordered],
    )


def equation(table: PublicTable, lang: str) -> Equation | None:
    """Return the kind's equation with its check; None when the kind has none or a term is unpublished."""
    rule = table.kind.equation
    if rule is None:
        return None
    fields = {field.name: field for field in (*table.fields, *table.header_fields)}
    signed = [*_signed("", [rule["start"]] if "start" in rule else []), *_signed("＋", rule.get("plus", ()))]
    signed += _signed("－", rule.get("minus", ()))
    known = {
        name: value for _, name in [*signed, ("＝", rule["end"])] if (value := term(table, name)) is not None
    }
    if len(known) <= len(signed):
        return None
    terms = [Term(sign, fields[name].title.in_(lang), money(known[name], lang)) for sign, name in signed]
    end = known[rule["end"]]
    found = sum((known[name] * (-1 if sign == "－" else 1) for sign, name in signed), Decimal(0))
    unit = fields[rule["end"]].unit
    return Equation(
        [*terms, Term("＝", fields[rule["end"]].title.in_(lang), money(end, lang))],
        None if found == end else money(abs(found - end), lang),
        unit.in_(lang) if unit else "",
    )


def _signed(sign: str, names: Sequence[str]) -> list[tuple[str, str]]:
    return [(sign, name) for name in names]


def term(table: PublicTable, name: str) -> Decimal | None:
    """Return a term of the equation: a header fact, else the total of a column."""
    value = table.header.get(name, table.totals.get(name))
    return Decimal(value) if isinstance(value, int | Decimal) else None


PILLAR_BASE = 140  # where the pillars stand, in pixels from the top of the drawing
_TALLEST = 110


def pillars(tables: Sequence[PublicTable], lang: str) -> list[Pillar]:
    """Return the closing balances of successive filings, oldest first; [] where a drawing would not help."""
    known = [(table, end) for table in tables if (end := closing(table)) is not None]
    if len(known) < 2 or min(end for _, end in known) < 0 or max(end for _, end in known) == 0:
        return []
    tallest, step = max(end for _, end in known), Decimal(100) / len(known)
    found = []
    for place, (table, end) in enumerate(known):
        height = int((end / tallest * _TALLEST).to_integral_value(ROUND_HALF_UP))
        period, before = table.id.period, known[place - 1][0].id.period if place else None
        found.append(
            Pillar(
                x=f"{step * place + step * Decimal('0.15'):.1f}%",
                width=f"{step * Decimal('0.7'):.1f}%",
                middle=f"{step * place + step / 2:.1f}%",
                y=PILLAR_BASE - height,
                figure_y=PILLAR_BASE - height - 8,
                height=height,
                figure=f"{end / 10000:.1f}",
                words=say(f"short.{period.cadence}", lang, number=_number_in_year(table)),
                year=str(period.year) if before is None or before.year != period.year else "",
                now=place == len(known) - 1,
            )
        )
    return found


def closing(table: PublicTable) -> Decimal | None:
    """Return what was left at the end of the filing's period; None where it says nothing of that."""
    rule = table.kind.equation
    return term(table, rule["end"]) if rule is not None and table.nil is None else None


def _number_in_year(table: PublicTable) -> int:
    period = table.id.period
    months = {"annual": 12, "half": 6, "quarterly": 3, "monthly": 1, "event": 1}[period.cadence]
    return (period.first.month - 1) // months + 1


def dots(table: PublicTable, row: PublicRow, chart: Mapping[str, Any], lang: str) -> Dots | None:
    """Return who was due and how they voted; None for a step without a vote."""
    due, present, yes, no, abstain = (
        _count(row, chart.get(name)) for name in ("due", "present", "agree", "against", "abstain")
    )
    if due is None or present is None or yes is None:
        return None
    quorum, enough = _quorum(table, row, due, present, yes, lang)
    absent = max(due - present, 0)
    return Dots(yes, no or 0, abstain or 0, absent, due <= MOST_DOTS, quorum, enough)


def _count(row: PublicRow, name: object) -> int | None:
    value = row.cells.get(name) if isinstance(name, str) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _quorum(
    table: PublicTable, row: PublicRow, due: int, present: int, yes: int, lang: str
) -> tuple[list[str], bool | None]:
    """Return quorum and pass mark of the row's body in words, by the kind's own rule of sort `quorum`."""
    for rule in table.kind.contract_for(table.id.period.label).rules:
        mark = rule["rules"].get(row.cells.get(rule["body"])) if rule["sort"] == "quorum" else None
        if mark is not None:
            counts = {"due": due, "present": present, "yes": yes}
            sentences, enough = [], True
            for part, share, of, strict in marks(mark):
                need = fewest(share, counts[of], strict)
                key = "quorum" if part == "present" else f"pass.{of}"
                sentences.append(_judged(key, share, counts[part], need, lang, **counts))
                enough = enough and counts[part] >= need
            return sentences, enough
    return [], None


def _judged(key: str, share: Fraction, count: int, need: int, lang: str, **facts: int) -> str:
    words = say(f"fraction.{share.numerator}_{share.denominator}", lang)
    ending = "enough" if count >= need else "short"
    return say(f"vote.{key}.{ending}", lang, fraction=words, need=need, **facts)


def _figure(field: Field, value: Decimal) -> str:
    return plain(Decimal(int(value))) if field.type == "integer" else money(value)


def _percent(value: Decimal, longest: Decimal) -> str:
    return f"{max(value, Decimal(0)) * 100 / longest:.1f}%"
