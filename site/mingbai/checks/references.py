"""Holds the sort of rule that follows names to where they lead: within one filing, or in filings of another kind."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from mingbai.checks.cases import Case, Line
from mingbai.checks.rules import Rule
from mingbai.expressions import UNREAD
from mingbai.kinds import Contract
from mingbai.sheets.finding import Finding


class Refers(Rule):
    """Every name in a field, or under `item` in the entries of a header fact, stands where `to` says.

    `to` is a column of the table, or a column or header fact (`name`) of another `kind` in any filing of the same unit.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"to"})
    may: ClassVar[frozenset[str]] = frozenset({"fact", "item"})
    tells: ClassVar[frozenset[str]] = frozenset({"missing"})

    def __init__(self, entry: Mapping[str, Any], contract: Contract, where: str) -> None:
        super().__init__(entry, contract, where)
        self._require(("fact" in entry) == ("item" in entry), "fact and item go together")
        self._require(
            "fact" not in entry or entry["fact"] in self.facts, f"there is no fact {entry.get('fact')}"
        )
        to = entry["to"]
        own = isinstance(to, Mapping) and set(to) == {"column"} and to["column"] in self.columns
        other = isinstance(to, Mapping) and set(to) == {"kind", "name"}
        self._require(own or other, "to: {column: …} of this kind, or {kind: …, name: …}, is needed")
        if other:
            self.reads_elsewhere = ((str(to["kind"]), str(to["name"])),)

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield a finding for every row, or one for the fact, whose names lead nowhere; `missing` are the names."""
        told = self._there(case)
        if told is None:
            return
        if "fact" in self.entry:
            entries = case.header.get(self.entry["fact"])
            entries = entries if isinstance(entries, list) else []
            named = [entry.get(self.entry["item"]) for entry in entries if isinstance(entry, Mapping)]
            places: list[tuple[Line | None, Any]] = [(None, named)]
        elif self.in_header:
            places = [(None, case.header.get(self.field))]
        else:
            places = [(row, row.cells.get(self.field)) for row in case.rows]
        for row, value in places:
            missing = [each for each in _flat(value) if each not in told]
            scope = self.table_scope(case) if row is None else self.row_scope(case, row)
            if missing and self.applies(scope):
                yield self.found(case, row, {"missing": "、".join(dict.fromkeys(missing))})

    def _there(self, case: Case) -> frozenset[str] | None:
        """Return what may be named; None when some of it could not be read."""
        if self.reads_elsewhere:
            return case.elsewhere.get(self.reads_elsewhere[0], frozenset())
        known = {row.cells.get(self.entry["to"]["column"]) for row in case.rows}
        if UNREAD in known or not case.whole:
            return None
        return frozenset(str(each) for each in known if each is not None)


def _flat(value: Any) -> Iterator[str]:
    """Yield the names in a text (separated by spaces) or in lists of them, however nested."""
    if isinstance(value, list):
        for each in value:
            yield from _flat(each)
    elif isinstance(value, str):
        yield from value.split()
    elif isinstance(value, int | Decimal):
        yield str(value)
