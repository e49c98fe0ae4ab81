"""Holds the sorts of rules that a kind may name in checks.yaml: one small class a sort; it names no kind.

Every rule has `says`, `remedy` and `why`. A new *sort* of rule is one more class here, with its test.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from mingbai.checks.expressions import Expression
from mingbai.errors import KindError
from mingbai.filings import RawTable, Row
from mingbai.kinds import Contract
from mingbai.messages import LANGUAGES, Text, say
from mingbai.privacy.merging import K_SENSITIVE, K
from mingbai.sheets.finding import SEVERITIES, Finding, shown

_COMMON = {"name", "sort", "says", "remedy", "why", "field", "severity", "when"}
_ALWAYS = frozenset({"period_first", "period_last", "as_of"})


@dataclass(frozen=True)
class Case:
    """What a rule looks at: one filing, the one before it, and the day on which it is judged."""

    raw: RawTable
    previous: RawTable | None
    as_of: Any

    @property
    def facts(self) -> dict[str, Any]:
        """Header facts and the days of the period, by name."""
        period = self.raw.id.period
        return {
            **self.raw.header,
            "period_first": period.first,
            "period_last": period.last,
            "as_of": self.as_of,
        }

    def columns(self, rows: Sequence[Row]) -> dict[str, list[Any]]:
        """Return the cells of `rows` by column."""
        return {name: [row.cells.get(name) for row in rows] for name in self.raw.contract.schema.by_name}


class Rule:
    """What all sorts of rules share: their words, their field, and the condition under which they apply."""

    options: ClassVar[set[str]] = set()
    reads_previous: ClassVar[bool] = False

    def __init__(self, entry: Mapping[str, Any], contract: Contract, where: str) -> None:
        unknown = set(entry) - _COMMON - self.options
        if unknown or not {"name", "field"} <= set(entry):
            raise KindError(
                f"{where}: name or field is missing, or unknown: {sorted(unknown)} / 缺少或多出的项目"
            )
        self.name, self.field, self.entry, self.where = str(entry["name"]), entry["field"], entry, where
        self.severity = entry.get("severity", "error")
        self.says, self.remedy, self.why = (
            Text.read(entry.get(key), f"{where}: {key}") for key in ("says", "remedy", "why")
        )
        schema, header = contract.schema.by_name, contract.header.by_name if contract.header else {}
        if self.field not in {**schema, **header} or self.severity not in SEVERITIES:
            raise KindError(f"{where}: field {self.field} or severity is not known / 没有这一栏")
        self.columns, self.facts = frozenset(schema), frozenset(header)
        self.in_header = self.field in self.facts
        self.when = self._expression(entry["when"], _ALWAYS) if "when" in entry else None

    def _expression(self, text: str, more: frozenset[str] = frozenset()) -> Expression:
        return Expression(text, self.columns | self.facts | _ALWAYS | more, self.columns, self.where)

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield what is wrong by this rule."""
        raise NotImplementedError

    def _holds(self, names: Mapping[str, Any], columns: Mapping[str, Sequence[Any]]) -> bool:
        return self.when is None or (self.when.applies(names) and self.when.value(names, columns) is True)

    def _finding(self, case: Case, row: Row | None, names: Mapping[str, Any]) -> Finding:
        base = case.raw.id.path
        file = f"{base}.yaml" if self.in_header or row is None and not case.raw.rows else f"{base}.csv"
        says, does = (_filled(text, names) for text in (self.says, self.remedy))
        number = row.number if row is not None and not self.in_header else None
        if number is not None:
            says = Text(*(say("checks.at_row", lang, row=number, says=says.in_(lang)) for lang in LANGUAGES))
        return Finding(file, number, self.field, self.name, self.severity, says, does)


def _filled(text: Text, names: Mapping[str, Any]) -> Text:
    return Text(
        *(
            text.in_(lang).format_map({key: shown(value, lang) for key, value in names.items()})
            for lang in LANGUAGES
        )
    )


class EachRow(Rule):
    """`must` holds in every row; a row in which something it needs is blank is passed over."""

    options: ClassVar[set[str]] = {"must"}

    def __init__(self, entry: Mapping[str, Any], contract: Contract, where: str) -> None:
        super().__init__(entry, contract, where)
        self.must = self._expression(entry["must"], frozenset({"position"}))

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding for every row that breaks the rule."""
        columns = case.columns(case.raw.rows)
        for position, row in enumerate(case.raw.rows, 1):
            names = {**case.facts, **row.cells, "position": position}
            if (
                self._holds(names, columns)
                and self.must.applies(names)
                and self.must.value(names, columns) is False
            ):
                yield self._finding(case, row, names)


class WholeTable(Rule):
    """`must` or `equal` holds for the whole table, or for every group of rows that share the value of `by`."""

    options: ClassVar[set[str]] = {"must", "equal", "by"}

    def __init__(self, entry: Mapping[str, Any], contract: Contract, where: str) -> None:
        super().__init__(entry, contract, where)
        more = frozenset({"previous"})
        if ("equal" in entry) == ("must" in entry):
            raise KindError(f"{where}: either equal or must is needed / 要写 equal 或 must 中的一个")
        texts = entry["equal"] if "equal" in entry else [entry["must"]]
        self.sides = [self._expression(text, more) for text in texts]

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding for the table or for each group that breaks the rule."""
        by = self.entry.get("by")
        groups: dict[Any, list[Row]] = {}
        for row in case.raw.rows:
            groups.setdefault(row.cells.get(by) if by else None, []).append(row)
        for group, rows in (groups or {None: []}).items():
            yield from self._judge(case, group, rows)

    def _judge(
        self,
        case: Case,
        group: Any,
        rows: Sequence[Row],
        before: Mapping[str, Any] | None = None,
        label: Any = None,
    ) -> Iterator[Finding]:
        columns = case.columns(rows)
        names = {**case.facts, "previous": before}
        if not self._holds(names, columns) or not all(side.applies(names) for side in self.sides):
            return
        values = [side.value(names, columns, len(rows)) for side in self.sides]
        if None in values or values[0] is True or (len(values) == 2 and values[0] == values[1]):
            return
        left, right = values if len(values) == 2 else (None, None)
        apart = abs(left - right) if isinstance(left, Decimal) and isinstance(right, Decimal) else None
        told = {"left": left, "right": right, "difference": apart, "group": group, "previous": label}
        yield self._finding(case, rows[0] if group is not None else None, {**names, **told})


class SincePrevious(WholeTable):
    """`must` or `equal` holds between this filing and the one just before it; without one it does not apply."""

    reads_previous: ClassVar[bool] = True

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding if this filing does not follow from the one before."""
        if case.previous is not None:
            period = case.previous.id.period
            label = Text(*(period.title(lang) for lang in LANGUAGES))
            yield from self._judge(case, None, case.raw.rows, case.previous.header, label)


class Unlike(Rule):
    """No two rows share the values of `fields`; blanks are passed over."""

    options: ClassVar[set[str]] = {"fields"}

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding for every row that repeats an earlier one."""
        seen: set[tuple[Any, ...]] = set()
        for row in case.raw.rows:
            values = tuple(row.cells.get(name) for name in self.entry["fields"])
            if None not in values and values in seen:
                yield self._finding(case, row, {**case.facts, **row.cells})
            seen.add(values)


class InSequence(Rule):
    """The values of the field come in the order of `values`, each once, none missing but `skip`, days not going back."""

    options: ClassVar[set[str]] = {"values", "skip", "date"}

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield one finding for the first row out of place, or for the table when something is missing."""
        columns = case.columns(case.raw.rows)
        if not case.raw.rows or not self._holds(case.facts, columns):
            return
        values, skip = self.entry["values"], self.entry.get("skip", ())
        before = -1
        day = None
        for row in case.raw.rows:
            value, on = row.cells.get(self.field), row.cells.get(self.entry.get("date", ""))
            at = values.index(value) if value in values else -1
            left_out = [each for each in values[before + 1 : at] if each not in skip]
            if at <= before or left_out or (day is not None and on is not None and on < day):
                yield self._finding(case, row, {**case.facts, **row.cells})
                return
            before, day = at, on if on is not None else day
        if any(each not in skip for each in values[before + 1 :]):
            yield self._finding(case, None, case.facts)


class Quorum(Rule):
    """Enough came and enough agreed, by the rules of the body that met.

    A share of one half means more than half (过半数); any other share includes the number itself (以上, 民法典 Art. 1259).
    """

    options: ClassVar[set[str]] = {"body", "due", "present", "yes", "no", "abstain", "rules"}

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding for every row in which too few came or too few agreed."""
        for row in case.raw.rows:
            rule = self.entry["rules"].get(row.cells.get(self.entry["body"]))
            counts = {part: row.cells.get(self.entry[part]) for part in ("due", "present", "yes")}
            if rule is None or counts["due"] is None or counts["present"] is None:
                continue
            tests = [("present", rule["quorum"], rule["of"]), ("yes", rule["pass"], rule["pass_of"])]
            for part, share, of in tests:
                need = fewest(Fraction(share), int(counts[of]))
                if counts[part] is not None and counts[part] < need:
                    what = Text(*(say(f"checks.quorum.{part}", lang) for lang in LANGUAGES))
                    told = {"need": need, "what": what, "body": row.cells.get(self.entry["body"]), **counts}
                    yield self._finding(case, row, {**case.facts, **row.cells, **told})
                    break


def fewest(share: Fraction, of: int) -> int:
    """Return the fewest people that make up `share` of `of`: more than half for 1/2, at least the share otherwise."""
    exact = share * of
    return int(exact) + 1 if share == Fraction(1, 2) else -int(-exact // 1)


class Refers(Rule):
    """Every value named in a field, or in the items of a header fact, stands in a column of the same table."""

    options: ClassVar[set[str]] = {"fact", "item", "to"}

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding for every name that leads nowhere."""
        known = {row.cells.get(self.entry["to"]["column"]) for row in case.raw.rows}
        if "fact" in self.entry:
            items = case.raw.header.get(self.entry["fact"])
            named = (
                [item.get(self.entry["item"]) for item in items if isinstance(item, Mapping)]
                if isinstance(items, list)
                else []
            )
            if any(each not in known for each in _flat(named)):
                yield self._finding(case, None, case.facts)
            return
        for row in case.raw.rows:
            if any(each not in known for each in _flat([row.cells.get(self.field)])):
                yield self._finding(case, row, {**case.facts, **row.cells})


def _flat(values: Sequence[Any]) -> Iterator[str]:
    for value in values:
        yield from value if isinstance(value, list) else str(value).split() if value is not None else ()


class Floor(Rule):
    """Tells which cells count so few that the site will merge them upward; a warning, not an error."""

    options: ClassVar[set[str]] = {"count"}

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding for every cell below k."""
        sensitive = any(field.cls == "sensitive" for field in case.raw.contract.schema.fields)
        for row in case.raw.rows:
            count = row.cells.get(self.entry["count"])
            if isinstance(count, int) and count < (K_SENSITIVE if sensitive else K):
                yield self._finding(case, row, {**case.facts, **row.cells})


SORTS: Mapping[str, type[Rule]] = {
    "row": EachRow,
    "table": WholeTable,
    "previous": SincePrevious,
    "unique": Unlike,
    "sequence": InSequence,
    "quorum": Quorum,
    "refers": Refers,
    "floor": Floor,
}


def load(contract: Contract) -> tuple[Rule, ...]:
    """Return the rules of a contract. Raises KindError naming folder, rule and key."""
    rules = []
    for entry in contract.rules:
        where = f"{contract.folder.name}/checks.yaml: {entry.get('name')}"
        if entry.get("sort") not in SORTS:
            raise KindError(f"{where}: sort {entry.get('sort')} is none of {', '.join(SORTS)} / 没有这种规则")
        rules.append(SORTS[entry["sort"]](entry, contract, where))
    names = [rule.name for rule in rules]
    if len(set(names)) < len(names):
        raise KindError(f"{contract.folder.name}/checks.yaml: a name stands twice / 规则重名")
    return tuple(rules)
