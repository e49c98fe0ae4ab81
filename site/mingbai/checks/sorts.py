"""Holds the list of sorts of rules that a kind may name in checks.yaml, and loads the rules of a contract.

A new *sort* of rule is one more small class in this room, with its test, and one line here. No class knows a kind.
"""

from collections.abc import Mapping, Sequence

from mingbai.checks.conditions import EachRow, Floor, Unlike, WholeTable
from mingbai.checks.quorums import Quorum
from mingbai.checks.references import Refers
from mingbai.checks.rules import Rule
from mingbai.checks.sequences import Complete, InSequence
from mingbai.checks.successions import Kept, RowSincePrevious, SincePrevious
from mingbai.computed import hold_computed
from mingbai.errors import KindError
from mingbai.kinds import Contract
from mingbai.kinds.reading import named, one_of

SORTS: Mapping[str, type[Rule]] = {
    "row": EachRow,
    "table": WholeTable,
    "previous": SincePrevious,
    "row_previous": RowSincePrevious,
    "kept": Kept,
    "unique": Unlike,
    "sequence": InSequence,
    "complete": Complete,
    "quorum": Quorum,
    "refers": Refers,
    "floor": Floor,
}


def load(contract: Contract) -> tuple[Rule, ...]:
    """Return the rules of a contract. Raises KindError naming folder, rule and what is wrong."""
    hold_computed(contract)
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
        sort = one_of(entry.get("sort"), SORTS, f"{where}: sort")
        with named(where):
            rules.append(SORTS[sort](entry, contract, where))
    _refuse_doubles(rules, folder)
    return tuple(rules)


def _refuse_doubles(rules: Sequence[Rule], folder: str) -> None:
    names = [rule.name for rule in rules]
    for name in names:
        if names.count(name) > 1:
            raise KindError(f"{folder}/checks.yaml: {name} stands twice / 规则重名")
