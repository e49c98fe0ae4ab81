"""Evaluates the small expressions of rules; it knows comparison and arithmetic, and can reach nothing else.

`simpleeval` walks a tree of allowed nodes only; numbers are `Decimal`, so that 0.1 + 0.2 is 0.3. A blank or unreadable
value makes the rule not apply: nothing can be said about it. Only `blank(x)` may ask about a blank. What is unknown, or
of another type than the operation needs, is refused when the kind is read, not when a clerk checks a file.
"""

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

import simpleeval

from mingbai.checks.cases import UNREAD
from mingbai.checks.grammar import Grammar, Vocabulary

_DIGITS = 60  # a product of two of the longest numbers, and the sum of a hundred thousand of them, stay exact


@dataclass(frozen=True)
class Scope:
    """What an expression may read: values by name (`previous.x` too), columns by name, and the number of rows."""

    names: Mapping[str, Any]
    columns: Mapping[str, Sequence[Any]]
    count: int | None


class Expression:
    """One parsed expression of a rule."""

    def __init__(self, text: object, vocabulary: Vocabulary, where: str) -> None:
        """Raises KindError naming `where` for what is not known or not allowed."""
        self.text, self._grammar = str(text).strip(), Grammar(str(text).strip(), vocabulary, where)
        self.type = self._grammar.type
        self._evaluator = simpleeval.SimpleEval(operators=_OPERATORS)
        self._evaluator.nodes[ast.Constant] = _constant

    def value(self, scope: Scope) -> Any:
        """Return the value; None if the rule does not apply: what it needs is blank, unreadable or divided by 0."""
        if not self._applies(scope):
            return None
        self._evaluator.names = scope.names
        self._evaluator.functions = {
            "blank": lambda value: value is None,
            "days": lambda start, end: Decimal((end - start).days),
            "count": lambda: Decimal(scope.count or 0),
            **{name: _over(function, scope.columns) for name, function in _COLUMNS.items()},
        }
        with localcontext(prec=_DIGITS):
            try:
                return self._evaluator.eval(self.text, previously_parsed=self._grammar.tree)
            except (ArithmeticError, TypeError):  # by zero; a smallest of nothing
                return None

    def _applies(self, scope: Scope) -> bool:
        needed = self._grammar
        if any(scope.names.get(name) is UNREAD for name in needed.names):
            return False
        if any(scope.names.get(name) is None for name in needed.names - needed.only_asked):
            return False
        if needed.counts and scope.count is None:
            return False
        return not any(UNREAD in scope.columns[name] for name in needed.columns)


def _over(
    function: Callable[[Sequence[Any]], Any], columns: Mapping[str, Sequence[Any]]
) -> Callable[[str], Any]:
    return lambda name: function(columns[name])


def _known(column: Sequence[Any]) -> list[Any]:
    return [value for value in column if value is not None]


def _total(column: Sequence[Any]) -> Decimal:
    return sum((Decimal(value) for value in _known(column)), Decimal(0))


_COLUMNS: Mapping[str, Callable[[Sequence[Any]], Any]] = {
    "total": _total,
    "first": lambda column: column[0] if column else None,
    "last": lambda column: column[-1] if column else None,
    "smallest": lambda column: min(_known(column), default=None),
    "largest": lambda column: max(_known(column), default=None),
    "distinct": lambda column: Decimal(len(set(_known(column)))),
}


def _exact(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Work on decimals: a whole number divided by another must not become a binary fraction."""
    return lambda left, right: function(Decimal(left), Decimal(right))


_OPERATORS: Mapping[type[ast.AST], Callable[..., Any]] = {
    ast.Add: _exact(operator.add),
    ast.Sub: _exact(operator.sub),
    ast.Mult: _exact(operator.mul),
    ast.Div: _exact(operator.truediv),
    ast.USub: operator.neg,
    ast.Not: operator.not_,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def _constant(node: ast.Constant) -> Any:
    number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
    return Decimal(str(node.value)) if number else node.value
