"""Evaluates the small expressions of rules and computed columns; it can compare and reckon, and reach nothing else.

`simpleeval` walks a tree of allowed nodes only; numbers are `Decimal`, so that 0.1 + 0.2 is 0.3. A blank or unreadable
value makes the rule not apply: nothing can be said about it. Only `blank(x)` may ask about a blank, and the branch of
`a if c else b` that is not taken needs nothing. What is unknown, or of another type than the operation needs, is
refused when the kind is read, not when a clerk checks a file.
"""

import ast
import calendar
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

import simpleeval
from stdnum.cn import uscc

from mingbai.expressions.grammar import TYPES, Grammar, Vocabulary

__all__ = ["TYPES", "UNREAD", "Expression", "Scope", "Vocabulary", "months_after"]


class _Unread:
    """Stands for a value that was written but could not be read."""

    def __str__(self) -> str:
        return "…"


UNREAD = _Unread()
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
        self._parts = [Expression(part, vocabulary, where) for part in self._grammar.conjuncts]
        self._evaluator = simpleeval.SimpleEval(operators=_OPERATORS)
        self._evaluator.nodes[ast.Constant] = _constant

    def value(self, scope: Scope) -> Any:
        """Return the value; None if the rule does not apply: what it needs is blank, unreadable or divided by 0.

        `a and b` is broken as soon as one of them is, whatever the other needs: a blank must not excuse its neighbour.
        """
        if self._parts:
            told = [part.value(scope) for part in self._parts]
            return False if False in told else None if None in told else True
        if not self._applies(scope):
            return None
        self._evaluator.names = scope.names
        self._evaluator.functions = {
            "blank": lambda value: value is None,
            "days": lambda start, end: Decimal((end - start).days),
            "months": months_after,
            "rounded": _rounded,
            "uscc": uscc.is_valid,
            "count": lambda *where: _count(scope, *where),
            "total": lambda name, *where: _total(_where(scope, name, *where)),
            **{name: _over(function, scope.columns) for name, function in _COLUMNS.items()},
        }
        with localcontext(prec=_DIGITS):
            try:
                return self._evaluator.eval(self.text, previously_parsed=self._grammar.tree)
            except (ArithmeticError, AttributeError, TypeError, ValueError):
                # Divided by zero, a smallest of nothing, a day past the year 9999, a blank in the branch that is taken.
                return None

    def _applies(self, scope: Scope) -> bool:
        needed = self._grammar
        if any(scope.names.get(name) is UNREAD for name in needed.names):
            return False
        if any(scope.names.get(name) is None for name in needed.names - needed.may_be_blank):
            return False
        if needed.counts and scope.count is None:
            return False
        return not any(UNREAD in scope.columns[name] for name in needed.columns)


def _over(
    function: Callable[[Sequence[Any]], Any], columns: Mapping[str, Sequence[Any]]
) -> Callable[[str], Any]:
    return lambda name: function(columns[name])


def _where(scope: Scope, name: str, by: str | None = None, value: object = None) -> list[Any]:
    """Return the cells of a column, or those of the rows in which the column `by` holds `value`."""
    if by is None:
        return list(scope.columns[name])
    return [cell for cell, at in zip(scope.columns[name], scope.columns[by], strict=True) if at == value]


def _count(scope: Scope, by: str | None = None, value: object = None) -> Decimal:
    return Decimal(scope.count or 0) if by is None else Decimal(len(_where(scope, by, by, value)))


def months_after(day: date, count: Decimal | int) -> date:
    """Return the day `count` months later; the month's last day where there is no such day (民法典 Art. 202)."""
    years, month = divmod(day.month - 1 + int(count), 12)
    first = date(day.year + years, month + 1, 1)
    last = calendar.monthrange(first.year, first.month)[1]
    return first.replace(day=min(day.day, last))


def _rounded(number: Decimal, places: Decimal) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP)


def _known(column: Sequence[Any]) -> list[Any]:
    return [value for value in column if value is not None]


def _total(column: Sequence[Any]) -> Decimal:
    return sum((Decimal(value) for value in _known(column)), Decimal(0))


_COLUMNS: Mapping[str, Callable[[Sequence[Any]], Any]] = {
    "first": lambda column: column[0] if column else None,
    "last": lambda column: column[-1] if column else None,
    "smallest": lambda column: min(_known(column), default=None),
    "largest": lambda column: max(_known(column), default=None),
    "distinct": lambda column: Decimal(len(set(_known(column)))),
}


def _exact(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Work on decimals: a whole number divided by another must not become a binary fraction."""
    return lambda left, right: function(Decimal(left), Decimal(right))


def _told(function: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """Compare what is there; a blank equals nothing, differs from nothing."""

    def compare(left: Any, right: Any) -> bool:
        if left is None or right is None:
            raise TypeError("a blank cannot be compared")
        return function(left, right)

    return compare


_OPERATORS: Mapping[type[ast.AST], Callable[..., Any]] = {
    ast.Add: _exact(operator.add),
    ast.Sub: _exact(operator.sub),
    ast.Mult: _exact(operator.mul),
    ast.Div: _exact(operator.truediv),
    ast.USub: operator.neg,
    ast.Not: operator.not_,
    ast.Eq: _told(operator.eq),
    ast.NotEq: _told(operator.ne),
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def _constant(node: ast.Constant) -> Any:
    number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
    return Decimal(str(node.value)) if number else node.value
