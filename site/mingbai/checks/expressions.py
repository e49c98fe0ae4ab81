"""Evaluates the small expressions of rules; it knows comparison and arithmetic, and can reach nothing else.

`simpleeval` walks the syntax tree with a list of allowed nodes; numbers become `Decimal`, so that 0.1 + 0.2 is 0.3.
A name that is blank makes the rule not apply: a blank is 未公布, and nothing can be said about it. Only `blank(x)` may
ask. An unknown name is refused when the kind is read, not when a clerk checks a file.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import simpleeval

from mingbai.errors import KindError

NODES = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.BinOp, ast.Add, ast.Sub, ast.Mult,
    ast.Div, ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Call, ast.Name, ast.Load,
    ast.Constant, ast.Attribute,
)  # fmt: skip


def _known(column: Sequence[Any]) -> list[Any]:
    return [value for value in column if value is not None]


def _total(column: Sequence[Any]) -> Decimal:
    return sum((Decimal(value) for value in _known(column)), Decimal(0))


COLUMNS: Mapping[str, Callable[[Sequence[Any]], Any]] = {
    "total": _total,
    "first": lambda column: column[0] if column else None,
    "last": lambda column: column[-1] if column else None,
    "smallest": lambda column: min(_known(column), default=None),
    "largest": lambda column: max(_known(column), default=None),
    "distinct": lambda column: Decimal(len(set(_known(column)))),
}


def _days(start: date, end: date) -> Decimal:
    return Decimal((end - start).days)


class Expression:
    """One parsed expression of a rule. `names` are read as values, `columns` inside functions such as `total(x)`."""

    def __init__(self, text: str, allowed: frozenset[str], columns: frozenset[str], where: str) -> None:
        self.text, self._columns = str(text), columns
        try:
            self._tree = ast.parse(self.text.strip(), mode="eval").body
        except SyntaxError as reason:
            raise KindError(f"{where}: {self.text}: {reason.msg}") from None
        self.needed: set[str] = set()
        self._look(ast.parse(self.text.strip(), mode="eval"), allowed, where, asked=False)

    def _look(self, node: ast.AST, allowed: frozenset[str], where: str, asked: bool) -> None:
        """Refuse what is not allowed, and note which names must not be blank."""
        if not isinstance(node, NODES):
            raise KindError(f"{where}: {self.text}: {type(node).__name__} is not allowed / 不能这样写")
        if isinstance(node, ast.Call):
            self._look_call(node, allowed, where)
            return
        if isinstance(node, ast.Attribute):
            if not (
                isinstance(node.value, ast.Name) and node.value.id == "previous" and node.attr in allowed
            ):
                raise KindError(f"{where}: {self.text}: {node.attr} is not known / 没有这一项")
            self.needed.add("previous")
            return
        if isinstance(node, ast.Name):
            if node.id not in allowed:
                raise KindError(f"{where}: {self.text}: {node.id} is not known / 没有这一项")
            if not asked:
                self.needed.add(node.id)
        for child in ast.iter_child_nodes(node):
            self._look(child, allowed, where, asked)

    def _look_call(self, node: ast.Call, allowed: frozenset[str], where: str) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else "?"
        if node.keywords or name not in (*COLUMNS, "count", "blank", "days"):
            raise KindError(f"{where}: {self.text}: {name}() is not known / 没有这个函数")
        for argument in node.args:
            is_column = name in COLUMNS and isinstance(argument, ast.Name) and argument.id in self._columns
            if name in COLUMNS and not is_column:
                raise KindError(f"{where}: {self.text}: {name}() needs a column / 要写一栏的名字")
            if not is_column:
                self._look(argument, allowed, where, asked=name == "blank")

    def applies(self, names: Mapping[str, Any]) -> bool:
        """Return whether every name it needs has a value."""
        return all(names.get(name) is not None for name in self.needed)

    def value(self, names: Mapping[str, Any], columns: Mapping[str, Sequence[Any]], count: int = 0) -> Any:
        """Return the value for these names; None when something in it turns out blank or cannot be compared."""
        evaluator = simpleeval.SimpleEval(
            names={**columns, **names},
            functions={
                **COLUMNS,
                "count": lambda: Decimal(count),
                "blank": lambda value: value is None,
                "days": _days,
            },
        )
        evaluator.nodes[ast.Constant] = _constant
        try:
            return evaluator.eval(self.text.strip(), previously_parsed=self._tree)
        except (TypeError, ArithmeticError, simpleeval.InvalidExpression):
            return None


def _constant(node: ast.Constant) -> Any:
    number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
    return Decimal(str(node.value)) if number else node.value
