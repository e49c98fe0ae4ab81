"""Holds the sorts of rules that ask a condition: of every row, of the whole, of rows compared, of small counts."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from mingbai.checks.cases import Case, Line
from mingbai.checks.rules import Rule
from mingbai.expressions import UNREAD, Scope
from mingbai.kinds import Contract
from mingbai.privacy.merging import K_SENSITIVE, K
from mingbai.sheets.finding import Finding
from mingbai.sheets.joining import told


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
    """`must`, `equal` or `most` holds for the whole table, or for every group of rows that share the value of `by`.

    The two sides of `equal` are the same; of `most` the first is not above the second. Both are told, and the gap;
    a `must` that is more than that names the two in `told`.
    """

    may: ClassVar[frozenset[str]] = frozenset({"must", "equal", "most", "by", "told"})
    by_row: ClassVar[bool] = False
    tells: ClassVar[frozenset[str]] = frozenset({"left", "right", "difference", "group"})

    def __init__(self, entry: Mapping[str, Any], contract: Contract, where: str) -> None:
        super().__init__(entry, contract, where)
        said = [key for key in ("must", "equal", "most") if key in entry]
        self._require(len(said) == 1, "one of must, equal and most is needed")
        self.how = said[0]
        self.by = self.column("by") if "by" in entry else None
        texts = [entry["must"]] if self.how == "must" else entry[self.how]
        self._require(
            isinstance(texts, list) and len(texts) == (1 if self.how == "must" else 2),
            f"{self.how}: two sides",
        )
        self.sides = [self.expression(text, "truth" if self.how == "must" else None) for text in texts]
        types = {side.type for side in self.sides}
        self._require(len(types) == 1, "the two sides cannot be compared")
        self.told = [self.expression(text) for text in entry.get("told", texts)]
        self._require(not entry.get("told") or len(self.told) == 2, "told: two sides")
        self._require(self.how != "most" or types <= {"number", "day"}, "most needs numbers or days")

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

    def _whole(self, value: Any) -> Any:
        """Return a count without decimals: what is about a field of whole numbers is told in whole numbers."""
        fields = {
            **self.contract.schema.by_name,
            **(self.contract.header.by_name if self.contract.header else {}),
        }
        counts = fields[self.field].type == "integer" if self.field in fields else False
        return (
            int(value)
            if counts and isinstance(value, Decimal) and value == value.to_integral_value()
            else value
        )

    def _holds(self, left: Any, right: Any = None) -> bool:
        if self.how == "must":
            return left is True
        return bool(left == right if self.how == "equal" else left <= right)

    def judge(
        self, case: Case, scope: Scope, row: Line | None, facts: Mapping[str, Any]
    ) -> Iterator[Finding]:
        """Yield a finding if the sides differ, or what must be is not."""
        if not self.applies(scope):
            return
        values = [side.value(scope) for side in self.sides]
        if None in values or self._holds(*values):
            return
        told = [side.value(scope) for side in self.told]
        left, right = (self._whole(value) for value in (told[0], told[-1]))
        numbers = isinstance(left, Decimal | int) and isinstance(right, Decimal | int)
        apart = abs(left - right) if numbers else None
        yield self.found(case, row, {**facts, "left": left, "right": right, "difference": apart})


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


class Floor(Rule):
    """Tells which cells count so few that the site will merge them upward (design §6.6)."""

    needs: ClassVar[frozenset[str]] = frozenset({"count"})

    def __init__(self, entry: Mapping[str, Any], contract: Contract, where: str) -> None:
        super().__init__(entry, contract, where)
        self.count = self.column("count")
        self.sensitive = [field.name for field in contract.schema.fields if field.cls == "sensitive"]

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding for every cell below k."""
        for row in case.rows:
            count = row.cells.get(self.count)
            telling = any(told(str(row.cells.get(name))) for name in self.sensitive)
            least = K_SENSITIVE if telling else K
            if isinstance(count, int) and count < least and self.applies(self.row_scope(case, row)):
                yield self.found(case, row, {})
