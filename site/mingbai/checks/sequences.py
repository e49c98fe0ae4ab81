"""Holds the sorts of rules that know a list of values: all of them in their order, or all of them somewhere."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from mingbai.checks.cases import Case, Line
from mingbai.checks.rules import Rule
from mingbai.expressions import UNREAD
from mingbai.kinds import Contract
from mingbai.kinds.reading import listed
from mingbai.sheets.finding import Finding


class InSequence(Rule):
    """The values of the field come in the order of `values`, each once, none missing but `skip`, no day going back.

    With `by`, so they come in every group of rows that share its value.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"values"})
    may: ClassVar[frozenset[str]] = frozenset({"skip", "date", "by"})
    by_row: ClassVar[bool] = False
    tells: ClassVar[frozenset[str]] = frozenset({"group"})

    def __init__(self, entry: Mapping[str, Any], contract: Contract, where: str) -> None:
        super().__init__(entry, contract, where)
        self.column("field")
        self.by = self.column("by") if "by" in entry else None
        self.date = self.column("date") if "date" in entry else None
        self._require(
            self.date is None or self.columns[self.date] == "day", f"date: {self.date} holds no days"
        )
        self.order = listed(entry["values"], f"{where}: values")
        self.skip = set(listed(entry.get("skip", []), f"{where}: skip", least=0))
        self._require_options(self.field, self.order, "values")
        self._require(self.skip <= set(self.order), "skip names what values does not")

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield one finding a group: at its first row out of place, or at its end when something is missing there."""
        readable = case.whole and all(row.cells.get(self.field) is not UNREAD for row in case.rows)
        if not readable or not self.applies(self.table_scope(case)):
            return
        for group, rows in _groups(case, self.by).items():
            yield from self._follow(case, group, rows)

    def _follow(self, case: Case, group: Any, rows: Sequence[Line]) -> Iterator[Finding]:
        at, day = -1, date.min
        for row in rows:
            value, on = row.cells.get(self.field), row.cells.get(self.date) if self.date else None
            place = self.order.index(value) if value in self.order else -1
            today = on if isinstance(on, date) else day
            if place <= at or self._left_out(at, place) or today < day:
                yield self.found(case, row, {"group": group})
                return
            at, day = place, today
        if self._left_out(at, len(self.order)):
            yield self.found(case, None if self.by is None else rows[-1], {"group": group})

    def _left_out(self, after: int, before: int) -> bool:
        return any(each not in self.skip for each in self.order[after + 1 : before])


class Complete(Rule):
    """Every one of `values` stands in the field somewhere, or in every group of rows that share the value of `by`."""

    needs: ClassVar[frozenset[str]] = frozenset({"values"})
    may: ClassVar[frozenset[str]] = frozenset({"by"})
    by_row: ClassVar[bool] = False
    tells: ClassVar[frozenset[str]] = frozenset({"missing", "group"})

    def __init__(self, entry: Mapping[str, Any], contract: Contract, where: str) -> None:
        super().__init__(entry, contract, where)
        self.column("field")
        self.values_needed = listed(entry["values"], f"{where}: values")
        self._require_options(self.field, self.values_needed, "values")
        self.by = self.column("by") if "by" in entry else None

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield one finding a group that names what is missing in it."""
        if not case.whole or any(row.cells.get(self.field) is UNREAD for row in case.rows):
            return
        for group, rows in _groups(case, self.by).items():
            there = {row.cells.get(self.field) for row in rows}
            missing = [each for each in self.values_needed if each not in there]
            if missing and self.applies(self.table_scope(case, rows)):
                at = None if self.by is None else rows[0]
                yield self.found(case, at, {"missing": "、".join(missing), "group": group})


def _groups(case: Case, by: str | None) -> dict[Any, list[Line]]:
    """Return the rows by their value of `by`; all of them together without one, none when a value is unread."""
    if by is None:
        return {None: list(case.rows)}
    found: dict[Any, list[Line]] = {}
    for row in case.rows:
        found.setdefault(row.cells.get(by), []).append(row)
    return {} if UNREAD in found else {group: rows for group, rows in found.items() if group is not None}
