"""Reads the text of a rule's expression into a tree that is safe to evaluate; it evaluates nothing.

Everything is settled here, when a kind is loaded: which nodes may stand in it, which names and columns there are, and
whether two sides can be compared. A rule that could never apply would look like a rule that always holds.
"""

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass

from mingbai.errors import KindError

# Types of values in expressions, by the type of a field in a Table Schema; any other type is text.
TYPES = {"number": "number", "integer": "number", "date": "day", "boolean": "truth", "array": "list"}
_ORDERED = ("number", "day")
_COLUMN_FUNCTIONS = {
    "distinct": "number",
    "first": None,
    "last": None,
    "smallest": None,
    "largest": None,
}
# Functions of values: the types they take, and the type they give.
_VALUE_FUNCTIONS = {
    "days": (("day", "day"), "number"),
    "months": (("day", "number"), "day"),
    "rounded": (("number", "number"), "number"),
    "uscc": (("text",), "truth"),
}
# Bounds of the second argument where it is a number: a hundred years either way, from whole numbers to millionths.
_FARTHEST = {"months": (-1200, 1200), "rounded": (0, 6)}
_COMPARES = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_ADDS = (ast.Add, ast.Sub, ast.Mult, ast.Div)


@dataclass(frozen=True)
class Vocabulary:
    """What an expression may name, with types: values (`previous.x` too) and the columns of the table."""

    values: Mapping[str, str]
    columns: Mapping[str, str]


class Grammar:
    """The checked tree of one expression, its type, and what it needs."""

    def __init__(self, text: str, vocabulary: Vocabulary, where: str) -> None:
        self._text, self._vocabulary, self._where = text, vocabulary, where
        self._asked: set[str] = set()  # inside `blank()`, or in a branch that may not be taken
        self._plain: set[str] = set()
        self.columns: set[str] = set()
        self.counts = False
        try:
            self.tree: ast.expr = ast.parse(text, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as reason:
            raise self._wrong(f"{type(reason).__name__}: {reason}") from None
        self.conjuncts = _conjuncts(self.tree)
        self.tree, self.type = self._read(self.tree)

    @property
    def names(self) -> set[str]:
        """Every value it names."""
        return self._asked | self._plain

    @property
    def may_be_blank(self) -> set[str]:
        """Values that stand inside `blank()` or a branch only."""
        return self._asked - self._plain

    def _wrong(self, what: str) -> KindError:
        return KindError(f"{self._where}: {self._text}: {what} / 规则里的式子写得不对")

    def _read(self, node: ast.expr) -> tuple[ast.expr, str]:
        """Return the node in the form to be evaluated, and its type."""
        if isinstance(node, ast.Constant):
            return node, self._constant(node)
        if isinstance(node, ast.Name | ast.Attribute):
            name = self._name(node)
            self._plain.add(name)
            return ast.copy_location(ast.Name(name, ast.Load()), node), self._vocabulary.values[name]
        if isinstance(node, ast.BoolOp):
            node.values = [self._of(value, "truth") for value in node.values]
            return node, "truth"
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
            needs = "truth" if isinstance(node.op, ast.Not) else "number"
            node.operand = self._of(node.operand, needs)
            return node, needs
        if isinstance(node, ast.BinOp) and isinstance(node.op, _ADDS):
            node.left, node.right = self._of(node.left, "number"), self._of(node.right, "number")
            return node, "number"
        if isinstance(node, ast.Compare):
            return self._one_of(node) if isinstance(node.ops[0], ast.In | ast.NotIn) else self._compare(
                node
            ), "truth"
        if isinstance(node, ast.IfExp):
            return self._either(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        raise self._wrong(f"{type(node).__name__} is not allowed")

    def _of(self, node: ast.expr, type: str) -> ast.expr:
        read, found = self._read(node)
        if found != type:
            raise self._wrong(f"{ast.unparse(read)} is a {found}, a {type} is needed")
        return read

    def _constant(self, node: ast.Constant) -> str:
        if isinstance(node.value, bool):
            return "truth"
        if isinstance(node.value, int | float) and math.isfinite(node.value):
            return "number"
        if isinstance(node.value, str):
            return "text"
        raise self._wrong(f"{node.value!r} is not allowed")

    def _name(self, node: ast.expr) -> str:
        name = ast.unparse(node)
        if name not in self._vocabulary.values:
            raise self._wrong(f"{name} is not known")
        return name

    def _compare(self, node: ast.Compare) -> ast.expr:
        sides = [self._read(side) for side in (node.left, *node.comparators)]
        types = {type for _, type in sides}
        if len(types) > 1 or not all(isinstance(each, _COMPARES) for each in node.ops):
            raise self._wrong(f"{' and '.join(sorted(types))} cannot be compared like this")
        if types - set(_ORDERED) and not all(isinstance(each, ast.Eq | ast.NotEq) for each in node.ops):
            raise self._wrong(f"{types.pop()} has no order")
        node.left, *node.comparators = [read for read, _ in sides]
        return node

    def _one_of(self, node: ast.Compare) -> ast.expr:
        """Return `x in ("a", "b")` as `x == "a" or x == "b"`."""
        listed = node.comparators[0]
        if len(node.ops) > 1 or not isinstance(listed, ast.Tuple) or not listed.elts:
            raise self._wrong("in needs a list of values in brackets")
        inside = isinstance(node.ops[0], ast.In)
        each = [
            ast.Compare(node.left, [ast.Eq() if inside else ast.NotEq()], [value]) for value in listed.elts
        ]
        joined = ast.BoolOp(ast.Or() if inside else ast.And(), [self._compare(one) for one in each])
        return ast.fix_missing_locations(ast.copy_location(joined, node))

    def _either(self, node: ast.IfExp) -> tuple[ast.expr, str]:
        """Read `a if c else b`: the branch that is not taken may hold a blank."""
        node.test = self._of(node.test, "truth")
        needed = set(self._plain)
        (node.body, first), (node.orelse, second) = self._read(node.body), self._read(node.orelse)
        if first != second:
            raise self._wrong(f"{first} or {second}: both branches need one type")
        self._asked |= self._plain - needed
        self._plain = needed
        return node, first

    def _call(self, node: ast.Call) -> tuple[ast.expr, str]:
        name = node.func.id if isinstance(node.func, ast.Name) else "?"
        if node.keywords:
            raise self._wrong("an argument has no name")
        if name in _COLUMN_FUNCTIONS and len(node.args) == 1:
            return self._over_column(node, name)
        if name == "blank" and len(node.args) == 1:
            asked = self._name(node.args[0])
            self._asked.add(asked)
            node.args = [ast.copy_location(ast.Name(asked, ast.Load()), node)]
            return node, "truth"
        if name in _VALUE_FUNCTIONS and len(node.args) == len(_VALUE_FUNCTIONS[name][0]):
            takes, gives = _VALUE_FUNCTIONS[name]
            if name in _FARTHEST and not _within(node.args[1], *_FARTHEST[name]):
                least, most = _FARTHEST[name]
                raise self._wrong(f"{name}(): {ast.unparse(node.args[1])} is not from {least} to {most}")
            node.args = [self._of(argument, type) for argument, type in zip(node.args, takes, strict=True)]
            return node, gives
        if name == "count" and len(node.args) in (0, 2):
            self.counts = self.counts or not node.args
            node.args = self._rows(node.args)
            return node, "number"
        if name == "total" and len(node.args) in (1, 3):
            summed, type = self._column(node.args[0])
            if type != "number":
                raise self._wrong(f"total() cannot be taken of a {type}")
            node.args = [summed, *self._rows(node.args[1:])]
            return node, "number"
        raise self._wrong(f"{name}() is not known, or has too many or too few arguments")

    def _over_column(self, node: ast.Call, name: str) -> tuple[ast.expr, str]:
        column, type = self._column(node.args[0])
        if name in ("smallest", "largest") and type not in _ORDERED:
            raise self._wrong(f"{name}() cannot be taken of a {type}")
        node.args = [column]
        return node, _COLUMN_FUNCTIONS[name] or type

    def _rows(self, args: list[ast.expr]) -> list[ast.expr]:
        """Read `column, value`: the rows in which the column holds the value."""
        if not args:
            return []
        (column, type), (value, other) = self._column(args[0]), self._read(args[1])
        if type != other or not isinstance(value, ast.Constant):
            raise self._wrong(f"{ast.unparse(args[1])} is no value of the column")
        return [column, value]

    def _column(self, node: ast.expr) -> tuple[ast.expr, str]:
        """Hand a function the name of its column: the same word may also be a header fact."""
        column = ast.unparse(node)
        type = self._vocabulary.columns.get(column)
        if type is None:
            raise self._wrong(f"{column} is no column")
        self.columns.add(column)
        return ast.copy_location(ast.Constant(column), node), type


def _within(node: ast.expr, least: int, most: int) -> bool:
    """Return whether a number, with its sign, is whole and inside the bounds; what is reckoned is known only later."""
    if any(isinstance(each, ast.Name | ast.Attribute | ast.Call) for each in ast.walk(node)):
        return True
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return False
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _conjuncts(tree: ast.expr) -> list[str]:
    """Return what `and` joins at the top of an expression, each as text; nothing where it is no `and`."""
    if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And):
        return [ast.unparse(each) for each in tree.values]
    return []
