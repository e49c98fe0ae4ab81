"""Reads the text of a rule's expression into a tree that is safe to evaluate; it evaluates nothing.

Everything is settled here, when a kind is loaded: which nodes may stand in it, which names and columns there are, and
whether two sides can be compared. A rule that could never apply would look like a rule that always holds.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from mingbai.errors import KindError

# Types of values in expressions, by the type of a field in a Table Schema; any other type is text.
TYPES = {"number": "number", "integer": "number", "date": "day", "boolean": "truth", "array": "list"}
_ORDERED = ("number", "day")
_COLUMN_FUNCTIONS = {
    "total": "number",
    "distinct": "number",
    "first": None,
    "last": None,
    "smallest": None,
    "largest": None,
}
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
        self._asked: set[str] = set()
        self._plain: set[str] = set()
        self.columns: set[str] = set()
        self.counts = False
        try:
            self.tree: ast.expr = ast.parse(text, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as reason:
            raise self._wrong(f"{type(reason).__name__}: {reason}") from None
        self.tree, self.type = self._read(self.tree)

    @property
    def names(self) -> set[str]:
        """Every value it names."""
        return self._asked | self._plain

    @property
    def only_asked(self) -> set[str]:
        """Values that stand inside `blank()` only, and so may be blank."""
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
            return self._compare(node), "truth"
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
        if isinstance(node.value, int | float):
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
        if name == "days" and len(node.args) == 2:
            node.args = [self._of(argument, "day") for argument in node.args]
            return node, "number"
        if name == "count" and not node.args:
            self.counts = True
            return node, "number"
        raise self._wrong(f"{name}() is not known, or has too many or too few arguments")

    def _over_column(self, node: ast.Call, name: str) -> tuple[ast.expr, str]:
        """Hand the function the name of its column: the same word may also be a header fact."""
        column = ast.unparse(node.args[0])
        type = self._vocabulary.columns.get(column)
        if type is None:
            raise self._wrong(f"{column} is no column")
        if (name == "total" and type != "number") or (
            name in ("smallest", "largest") and type not in _ORDERED
        ):
            raise self._wrong(f"{name}() cannot be taken of a {type}")
        self.columns.add(column)
        node.args = [ast.copy_location(ast.Constant(column), node)]
        return node, _COLUMN_FUNCTIONS[name] or type
