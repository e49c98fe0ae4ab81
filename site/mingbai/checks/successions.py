"""Holds the sorts of rules that compare a filing with the one just before it: facts, rows, and rows that are gone."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from mingbai.checks.cases import Case
from mingbai.checks.conditions import WholeTable
from mingbai.checks.rules import Rule
from mingbai.expressions import Expression, Scope, Vocabulary
from mingbai.kinds import Contract
from mingbai.sheets.finding import Finding


class SincePrevious(WholeTable):
    """`must` or `equal` holds between this filing and the one just before it; without one it does not apply."""

    may: ClassVar[frozenset[str]] = frozenset({"must", "equal"})
    tells: ClassVar[frozenset[str]] = frozenset({"left", "right", "difference", "previous"})
    reads_previous: ClassVar[bool] = True

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding if this filing does not follow from the one before."""
        if case.before is not None:
            yield from self.judge(case, self.table_scope(case), None, {"previous": case.before_title})


class RowSincePrevious(Rule):
    """`must` holds between a row and the row of the same key in the filing before; `previous.x` is that row's."""

    needs: ClassVar[frozenset[str]] = frozenset({"must"})
    tells: ClassVar[frozenset[str]] = frozenset({"before"})
    reads_previous: ClassVar[bool] = True

    def __init__(self, entry: Mapping[str, Any], contract: Contract, where: str) -> None:
        super().__init__(entry, contract, where)
        self.must = self.expression(entry["must"], "truth")

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding for every row that does not follow from the one before."""
        for row in case.rows:
            before = case.before_rows.get(row.key)
            if before is None:
                continue
            scope = self.row_scope(case, row, before=before)
            if self.applies(scope) and self.must.value(scope) is False:
                past = {f"previous.{name}": value for name, value in before.cells.items()}
                yield self.found(case, row, {"before": case.before_title, **past})


class Kept(Rule):
    """Every row of the filing before is still here, unless `unless` was true of it: nothing slips out of a register."""

    needs: ClassVar[frozenset[str]] = frozenset({"unless"})
    by_row: ClassVar[bool] = False
    tells: ClassVar[frozenset[str]] = frozenset({"before", "missing"})
    reads_previous: ClassVar[bool] = True

    def __init__(self, entry: Mapping[str, Any], contract: Contract, where: str) -> None:
        super().__init__(entry, contract, where)
        self.column("field")
        self.unless = Expression(entry["unless"], Vocabulary(self.columns, self.columns), where)
        self._require(self.unless.type == "truth", f"{entry['unless']}: a truth is needed")

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield one finding that names the keys of all rows that are gone."""
        here = {row.key for row in case.rows}
        gone = [
            key
            for key, row in case.before_rows.items()
            if key not in here and self.unless.value(Scope(row.cells, {}, None)) is not True
        ]
        if gone and case.whole and self.applies(self.table_scope(case)):
            yield self.found(case, None, {"before": case.before_title, "missing": "、".join(gone)})
