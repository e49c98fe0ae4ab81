"""Computes the picture of where money came from and where it went: two bars of one length; it draws nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from mingbai.pages.charts import term
from mingbai.privacy import PublicTable
from mingbai.sentences import money


@dataclass(frozen=True)
class Part:
    """A part of a bar, places in percent of the whole. `sort`: "had", "in" (came), "out" (went) or "left"."""

    sort: str
    words: str
    figure: str
    x: str
    width: str


@dataclass(frozen=True)
class Flow:
    """What there was and what came, beside what went and what is left: both make `total`."""

    came: Sequence[Part]
    went: Sequence[Part]
    total: str
    unit: str


def flow(table: PublicTable, lang: str) -> Flow | None:
    """Return the flow of a filing with an equation; None where the two sides differ, are unpublished or hold a debt."""
    rule = table.kind.equation
    if rule is None or table.nil is not None:
        return None
    came = [("had", rule["start"])] if "start" in rule else []
    came += [("in", name) for name in rule.get("plus", ())]
    went = [*(("out", name) for name in rule.get("minus", ())), ("left", rule["end"])]
    values = {name: value for _, name in (*came, *went) if (value := term(table, name)) is not None}
    total = sum((values.get(name, Decimal(0)) for _, name in came), Decimal(0))
    gone = sum((values.get(name, Decimal(0)) for _, name in went), Decimal(0))
    if len(values) < len(came) + len(went) or total != gone or total <= 0 or min(values.values()) < 0:
        return None
    fields = {field.name: field for field in (*table.fields, *table.header_fields)}
    words = {name: fields[name].title.in_(lang) for name in values}
    unit = fields[rule["end"]].unit
    return Flow(
        _side(came, values, words, total, lang),
        _side(went, values, words, total, lang),
        money(total, lang),
        unit.in_(lang) if unit else "",
    )


def _side(
    side: Sequence[tuple[str, str]],
    values: dict[str, Decimal],
    words: dict[str, str],
    total: Decimal,
    lang: str,
) -> list[Part]:
    """Return the parts of one bar, end to end."""
    parts, start = [], Decimal(0)
    for sort, name in side:
        width = values[name] * 100 / total
        parts.append(Part(sort, words[name], money(values[name], lang), f"{start:.1f}%", f"{width:.1f}%"))
        start += width
    return parts
