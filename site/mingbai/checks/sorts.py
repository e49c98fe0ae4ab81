"""Holds the sorts of rules that a kind may name in checks.yaml: one small class a sort, and the list of them.

A new *sort* of rule is one more class here, with its test. No class knows a kind.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from mingbai.checks.cases import UNREAD, Case, Line
from mingbai.checks.expressions import Scope
from mingbai.checks.quorums import Quorum
from mingbai.checks.references import Refers
from mingbai.checks.rules import Rule
from mingbai.errors import KindError
from mingbai.kinds import Contract
from mingbai.privacy.merging import K_SENSITIVE, K
from mingbai.sheets.finding import Finding


class EachRow(Rule):
    """`must` holds in every row; a row in which something it needs is blank is passed over."""

    needs: ClassVar[frozenset[str]] = frozenset({"must"})
    tells: ClassVar[frozenset[str]] = frozenset({"position"})

    def __init__(self, entry: Mapping[str, Any], contract: Contract, where: str) -> None:
        super().__init__(entry, contract, where)
        self.must = self.expression(entry["must"], "truth")

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding for every row that breaks the rule."""
        for position, row in enumerate(case.rows, 1):
            scope = self.row_scope(case, row, position)
            if self.applies(scope) and self.must.value(scope) is False:
                yield self.found(case, row, {"position": position})


class WholeTable(Rule):
    """`must` or `equal` holds for the whole table, or for every group of rows that share the value of `by`."""

    may: ClassVar[frozenset[str]] = frozenset({"must", "equal", "by"})
    by_row: ClassVar[bool] = False
    tells: ClassVar[frozenset[str]] = frozenset({"left", "right", "difference", "group"})

    def __init__(self, entry: Mapping[str, Any], contract: Contract, where: str) -> None:
        super().__init__(entry, contract, where)
        self._require(("equal" in entry) != ("must" in entry), "either equal or must is needed")
        self.by = self.column("by") if "by" in entry else None
        texts = entry["equal"] if "equal" in entry else [entry["must"]]
        self._require(
            isinstance(texts, list) and len(texts) == (2 if "equal" in entry else 1), "equal needs two sides"
        )
        self.sides = [self.expression(text, None if "equal" in entry else "truth") for text in texts]
        self._require(
            len({side.type for side in self.sides}) == 1, "the two sides of equal cannot be compared"
        )

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding for the table, or for each group that breaks the rule, at its first row."""
        if self.by is None:
            yield from self.judge(case, self.table_scope(case), None, {})
            return
        groups: dict[Any, list[Line]] = {}
        for row in case.rows:
            groups.setdefault(row.cells.get(self.by), []).append(row)
        for group, rows in groups.items() if case.whole and UNREAD not in groups else ():
            if group is not None:
                yield from self.judge(case, self.table_scope(case, rows), rows[0], {"group": group})

    def judge(
        self, case: Case, scope: Scope, row: Line | None, facts: Mapping[str, Any]
    ) -> Iterator[Finding]:
        """Yield a finding if the sides differ, or what must be is not."""
        if not self.applies(scope):
            return
        values = [side.value(scope) for side in self.sides]
        if (
            None in values
            or (len(values) == 1 and values[0] is True)
            or (len(values) == 2 and values[0] == values[1])
        ):
            return
        left, right = (values[0], values[-1])
        numbers = isinstance(left, Decimal | int) and isinstance(right, Decimal | int)
        apart = abs(left - right) if numbers else None
        yield self.found(case, row, {**facts, "left": left, "right": right, "difference": apart})


class SincePrevious(WholeTable):
    """`must` or `equal` holds between this filing and the one just before it; without one it does not apply."""

    may: ClassVar[frozenset[str]] = frozenset({"must", "equal"})
    tells: ClassVar[frozenset[str]] = frozenset({"left", "right", "difference", "previous"})
    reads_previous: ClassVar[bool] = True

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding if this filing does not follow from the one before."""
        if case.before is not None:
            yield from self.judge(case, self.table_scope(case), None, {"previous": case.before_title})


class Unlike(Rule):
    """No two rows share the values of `fields`; a row with a blank among them is passed over."""

    needs: ClassVar[frozenset[str]] = frozenset({"fields"})

    def __init__(self, entry: Mapping[str, Any], contract: Contract, where: str) -> None:
        super().__init__(entry, contract, where)
        self._require(set(entry["fields"]) <= set(self.columns), f"fields: {entry['fields']}")

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding for every row that repeats an earlier one."""
        seen: set[tuple[Any, ...]] = set()
        for row in case.rows:
            values = tuple(row.cells.get(name) for name in self.entry["fields"])
            if not {None, UNREAD} & set(values) and self.applies(self.row_scope(case, row)):
                if values in seen:
                    yield self.found(case, row, {})
                seen.add(values)


class InSequence(Rule):
    """The values of the field come in the order of `values`, each once, none missing but `skip`, no day going back."""

    needs: ClassVar[frozenset[str]] = frozenset({"values"})
    may: ClassVar[frozenset[str]] = frozenset({"skip", "date"})
    by_row: ClassVar[bool] = False

    def __init__(self, entry: Mapping[str, Any], contract: Contract, where: str) -> None:
        super().__init__(entry, contract, where)
        self.column("field")
        self.date = self.column("date") if "date" in entry else None
        self.order, self.skip = list(entry["values"]), set(entry.get("skip", ()))
        self._require(self.skip <= set(self.order), "skip names what values does not")

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield one finding: at the first row out of place, or about the table when something is missing at the end."""
        readable = case.whole and all(row.cells.get(self.field) is not UNREAD for row in case.rows)
        if not readable or not self.applies(self.table_scope(case)):
            return
        at, day = -1, date.min
        for row in case.rows:
            value, on = row.cells.get(self.field), row.cells.get(self.date) if self.date else None
            place = self.order.index(value) if value in self.order else -1
            today = on if isinstance(on, date) else day
            if place <= at or self._left_out(at, place) or today < day:
                yield self.found(case, row, {})
                return
            at, day = place, today
        if self._left_out(at, len(self.order)):
            yield self.found(case, None, {})

    def _left_out(self, after: int, before: int) -> bool:
        return any(each not in self.skip for each in self.order[after + 1 : before])


class Floor(Rule):
    """Tells which cells count so few that the site will merge them upward (design §6.6)."""

    needs: ClassVar[frozenset[str]] = frozenset({"count"})

    def __init__(self, entry: Mapping[str, Any], contract: Contract, where: str) -> None:
        super().__init__(entry, contract, where)
        sensitive = any(field.cls == "sensitive" for field in contract.schema.fields)
        self.count, self.least = self.column("count"), K_SENSITIVE if sensitive else K

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding for every cell below k."""
        for row in case.rows:
            count = row.cells.get(self.count)
            if isinstance(count, int) and count < self.least and self.applies(self.row_scope(case, row)):
                yield self.found(case, row, {})


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
    """Return the rules of a contract. Raises KindError naming folder, rule and what is wrong."""
    rules: list[Rule] = []
    folder = (
        contract.folder.name
        if contract.until is None
        else f"{contract.folder.parent.name}/{contract.folder.name}"
    )
    for entry in contract.rules:
        if not isinstance(entry, Mapping):
            raise KindError(
                f"{folder}/checks.yaml: every rule needs name, sort, says, remedy and why / 每条规则要分项写"
            )
        where = f"{folder}/checks.yaml: {entry.get('name')}"
        if entry.get("sort") not in SORTS:
            raise KindError(f"{where}: sort {entry.get('sort')} is none of {', '.join(SORTS)} / 没有这种规则")
        rules.append(SORTS[entry["sort"]](entry, contract, where))
    _refuse_doubles(rules, folder)
    return tuple(rules)


def _refuse_doubles(rules: Sequence[Rule], folder: str) -> None:
    names = [rule.name for rule in rules]
    for name in names:
        if names.count(name) > 1:
            raise KindError(f"{folder}/checks.yaml: {name} stands twice / 规则重名")
