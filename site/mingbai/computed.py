"""Adds the columns that follow by rule (running balance, ratio, star, award); it never changes a published figure.

A sort of column is one function from the rows, the facts and its options to one value a row. No function knows a kind.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from mingbai.errors import KindError
from mingbai.expressions import TYPES, UNREAD, Expression, Scope, Vocabulary
from mingbai.kinds import Computed, Contract
from mingbai.kinds.reading import known_keys, listed, mapping, one_of, whole, word
from mingbai.kinds.terms import sort_of

Cells = dict[str, Any]
_DAYS = ("period_first", "period_last")


@dataclass(frozen=True)
class Facts:
    """What columns may read besides the rows: header facts with the days of the period, and settings of the region."""

    values: Mapping[str, Any]
    settings: Mapping[str, Any]
    contract: Contract


def hold_computed(contract: Contract) -> None:
    """Raise KindError for a computed column whose sort, options or what they name is not there, filings or none."""
    there = {
        "header": {name: field.type for name, field in contract.header.by_name.items()}
        if contract.header
        else {},
        "column": {name: field.type for name, field in contract.schema.by_name.items()},
        "setting": {name: sort_of(value) for name, value in contract.settings.items()},
    }
    for rule in contract.computed:
        where = f"{_folder(contract)}/kind.yaml: {rule.field.name}"
        needs = _OPTIONS[one_of(rule.sort, SORTS, f"{where}: sort")]
        known_keys(rule.options, (*needs, *(("places",) if rule.sort == "value" else ())), where, needs=needs)
        for option, (place, types) in needs.items():
            if place in there:
                _hold_names(rule.options[option], there[place], types, f"{where}: {option}", option in _LISTS)
        _hold_own(rule, contract, where)
        if rule.field.name in there["column"]:
            raise KindError(f"{where}: there is a column of this name already / 已经有这一栏了")
        there["column"][rule.field.name] = rule.field.type


def _hold_names(said: Any, there: Mapping[str, str], types: Sequence[str], where: str, is_list: bool) -> None:
    """Refuse names that are not there, or whose type the sort of column cannot use."""
    for name in listed(said, where, least=0) if is_list else (word(said, where),):
        if name not in there:
            raise KindError(f"{where}: {name}: there is none of this name / 没有这一项")
        if types and there[name] not in types:
            raise KindError(
                f"{where}: {name} is a {there[name]}, not a {' or '.join(types)} / 这一项的类型不对"
            )


def _hold_own(rule: Computed, contract: Contract, where: str) -> None:
    """Hold what a sort says in words of its own: an expression, its places, the shares of a split."""
    if rule.sort == "value":
        whole(rule.options.get("places", 2), 0, _MOST_PLACES, f"{where}: places")
        _expression(str(rule.options["of"]), contract, rule)
    if rule.sort == "split":
        step = contract.schema.by_name.get(str(rule.options["step"]))
        _hold_shares(rule.options["shares"], step.options if step else (), f"{where}: shares")


def _hold_shares(shares: Any, steps: Sequence[str], where: str) -> None:
    """Refuse shares that are no numbers or nothing in all, and a step without one: its rows would say 未公布."""
    for step, share in mapping(shares, where).items():
        whole(share, 0, _LARGEST_SHARE, f"{where}: {step}")
    if len(shares) < 2 or not any(shares.values()):
        raise KindError(f"{where}: two shares at the least, not all 0 / 至少分两份，不能都是 0")
    unlike = sorted(set(shares) ^ set(steps)) if steps else []
    if unlike:
        raise KindError(
            f"{where}: {'、'.join(map(str, unlike))}: every step and no other / 每一步一份，不能多"
        )


def _folder(contract: Contract) -> str:
    """Return the folder of the kind, also for a contract of earlier years."""
    return contract.folder.name if contract.until is None else contract.folder.parent.name


def add_computed(rows: Sequence[Mapping[str, Any]], facts: Facts) -> list[Cells]:
    """Return copies of `rows` with every computed column; None where something it needs is blank.

    A column whose rule reads a cell that nobody could read is unread itself.
    """
    done: list[Cells] = [dict(row) for row in rows]
    for rule in facts.contract.computed:
        values = SORTS[rule.sort](done, facts, rule)
        for row, value in zip(done, _dimmed(done, values, facts, rule.sort), strict=True):
            row[rule.field.name] = value
    return done


def _dimmed(rows: Sequence[Cells], values: Sequence[Any], facts: Facts, sort: str) -> Sequence[Any]:
    """Mark what cannot be known: a column over many rows by any unread cell, else a row's by its own."""
    unread = any(value is UNREAD for value in facts.values.values())
    if sort in _OVER_ROWS:
        return [UNREAD] * len(rows) if unread or any(UNREAD in row.values() for row in rows) else values
    return [
        UNREAD if value is None and (unread or UNREAD in row.values()) else value
        for row, value in zip(rows, values, strict=True)
    ]


def _running(rows: Sequence[Cells], facts: Facts, rule: Computed) -> list[Any]:
    """Add up from `start` (a header fact): plus the `plus` fields, minus the `minus` fields, row by row."""
    at = _number(facts.values.get(str(rule.options["start"])))
    found: list[Any] = []
    for row in rows:
        if at is not None:
            at += _sum(row, rule.options["plus"]) - _sum(row, rule.options["minus"])
        found.append(at)
    return found


def _ratio(rows: Sequence[Cells], facts: Facts, rule: Computed) -> list[Any]:
    """Return `of` ÷ `to` in percent with one decimal, the way turnout is printed."""
    pairs = [[_number(row.get(str(rule.options[key]))) for key in ("of", "to")] for row in rows]
    return [None if of is None or not to else _rounded(of * 100 / to, 1) for of, to in pairs]


def _days(rows: Sequence[Cells], facts: Facts, rule: Computed) -> list[Any]:
    """Return the calendar days from one date field to another."""
    pairs = [[row.get(str(rule.options[key])) for key in ("from", "to")] for row in rows]
    return [
        (end - start).days if isinstance(start, date) and isinstance(end, date) else None
        for start, end in pairs
    ]


def _value(rows: Sequence[Cells], facts: Facts, rule: Computed) -> list[Any]:
    """Return what the expression `of` says of each row, of header facts, settings and whole columns."""
    expression = _expression(str(rule.options["of"]), facts.contract, rule)
    columns = {name: [row.get(name) for row in rows] for name in facts.contract.types}
    settings = {f"setting.{name}": value for name, value in facts.settings.items()}
    scopes = [Scope({**settings, **facts.values, **row}, columns, len(rows)) for row in rows]
    return [_as(rule, expression.value(scope)) for scope in scopes]


def _expression(text: str, contract: Contract, rule: Computed) -> Expression:
    """Compile an expression over what stands before this column. Raises KindError."""
    earlier = [each.field.name for each in contract.computed]
    later = set(earlier[earlier.index(rule.field.name) :])
    types = {name: type for name, type in contract.types.items() if name not in later}
    header = {name: field.type for name, field in contract.header.by_name.items()} if contract.header else {}
    settings = {
        f"setting.{name}": "number"
        for name, value in contract.settings.items()
        if not isinstance(value, list)
    }
    values = {**settings, **header, **types, **dict.fromkeys(_DAYS, "date")}
    return _compiled(
        text,
        tuple(values.items()),
        tuple(types.items()),
        f"{_folder(contract)}/kind.yaml: {rule.field.name}",
    )


@cache
def _compiled(
    text: str, values: tuple[tuple[str, str], ...], columns: tuple[tuple[str, str], ...], where: str
) -> Expression:
    vocabulary = Vocabulary(
        *({name: TYPES.get(type, "text") for name, type in each} for each in (values, columns))
    )
    return Expression(text, vocabulary, where)


def _band(rows: Sequence[Cells], facts: Facts, rule: Computed) -> list[Any]:
    """Return the band of `of`: the first whose lower bound is not above it (以上 includes it, 民法典 Art. 1259)."""
    bands = facts.settings[str(rule.options["bands"])]
    found: list[Any] = []
    for row in rows:
        value = _number(row.get(str(rule.options["of"])))
        names = [] if value is None else [name for bound, name in bands if value >= bound]
        found.append(names[0] if names else None)
    return found


def _before(rows: Sequence[Cells], facts: Facts, rule: Computed) -> list[Any]:
    """Return what `of` was in the row before of the same `by`."""
    last: dict[Any, Any] = {}
    found: list[Any] = []
    for row in rows:
        group = row.get(str(rule.options["by"]))
        found.append(last.get(group))
        last[group] = row.get(str(rule.options["of"]))
    return found


def _best(rows: Sequence[Cells], facts: Facts, rule: Computed) -> list[Any]:
    """Return the highest `of` so far among the rows of the same `by`."""
    best: dict[Any, Any] = {}
    found: list[Any] = []
    for row in rows:
        group, value = row.get(str(rule.options["by"])), row.get(str(rule.options["of"]))
        known = [each for each in (best.get(group), value) if isinstance(each, int | Decimal)]
        best[group] = max(known, default=None)
        found.append(best[group])
    return found


def _split(rows: Sequence[Cells], facts: Facts, rule: Computed) -> list[Any]:
    """Pay `of` in parts: at each `step` its `shares` so far, less what the same `by` was paid before.

    A right to more that comes later is made good in the next part, so that the parts add up to the last `of`.
    """
    shares = rule.options["shares"]
    assert isinstance(shares, Mapping)
    paid: dict[Any, Decimal] = {}
    found: list[Any] = []
    for row in rows:
        group, step = row.get(str(rule.options["by"])), row.get(str(rule.options["step"]))
        whole = _number(row.get(str(rule.options["of"])))
        if whole is None or step not in shares:
            found.append(None)
            continue
        steps = list(shares)
        due = whole * sum(shares[each] for each in steps[: steps.index(step) + 1]) / sum(shares.values())
        part = max(_rounded(due, 2) - paid.get(group, Decimal(0)), Decimal(0))
        paid[group] = paid.get(group, Decimal(0)) + part
        found.append(part)
    return found


def _as(rule: Computed, value: Any) -> Any:
    """Return an expression's value in the type of its column; numbers with two decimals unless `places` says other."""
    if not isinstance(value, Decimal):
        return value
    if rule.field.type == "integer":
        return int(value.to_integral_value(ROUND_HALF_UP))
    return _rounded(value, int(str(rule.options.get("places", 2))))


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _number(value: Any) -> Decimal | None:
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _sum(row: Cells, fields: object) -> Decimal:
    names = fields if isinstance(fields, Sequence) else ()
    return sum((_number(row.get(name)) or Decimal(0) for name in names), Decimal(0))


_NUMBER = ("number", "integer")
_BANDS = ("bands of str", "bands of int")
_MOST_PLACES = 6
_LARGEST_SHARE = 1000
# What each sort reads, and of which types (none: of any): a column of the table or computed before it, a header fact, a
# setting, or words of its own.
_OPTIONS: Mapping[str, Mapping[str, tuple[str, Sequence[str]]]] = {
    "running": {"start": ("header", _NUMBER), "plus": ("column", _NUMBER), "minus": ("column", _NUMBER)},
    "ratio": {"of": ("column", _NUMBER), "to": ("column", _NUMBER)},
    "days": {"from": ("column", ("date",)), "to": ("column", ("date",))},
    "value": {"of": ("own", ())},
    "band": {"of": ("column", _NUMBER), "bands": ("setting", _BANDS)},
    "before": {"of": ("column", ()), "by": ("column", ())},
    "best": {"of": ("column", _NUMBER), "by": ("column", ())},
    "split": {
        "of": ("column", _NUMBER),
        "by": ("column", ()),
        "step": ("column", ("string",)),
        "shares": ("own", ()),
    },
}
_LISTS = ("plus", "minus")
_OVER_ROWS = frozenset({"running", "before", "best", "split"})
SORTS: Mapping[str, Callable[[Sequence[Cells], Facts, Computed], list[Any]]] = {
    "running": _running,
    "ratio": _ratio,
    "days": _days,
    "value": _value,
    "band": _band,
    "before": _before,
    "best": _best,
    "split": _split,
}
