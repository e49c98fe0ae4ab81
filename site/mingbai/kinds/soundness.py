"""Holds the parts of a kind against one another: what one part names, another must have; it judges no filing."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, TemplateSyntaxError, nodes

from mingbai.errors import KindError
from mingbai.kinds.reading import known_keys, listed, mapping, one_of, word, wording
from mingbai.messages import LANGUAGES

if TYPE_CHECKING:
    from mingbai.kinds import Kind

Types = Mapping[str, str]
_NUMBER, _TEXT, _DAY = ("number", "integer"), ("string",), ("date",)
# What each part of a kind may name: fields of these types.
_SHOW = {
    **dict.fromkeys(("title", "what", "group", "note"), _TEXT),
    **dict.fromkeys(("amounts", "quiet", "balance"), _NUMBER),
    "date": _DAY,
}
_SHOWN_AS_LIST = ("amounts", "quiet")
_CHARTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "bars": {"group": _TEXT, "measure": _NUMBER},
    "steps": {"step": _TEXT, "date": _DAY, "body": _TEXT, "what": _TEXT},
    "dots": {"group": _TEXT, **dict.fromkeys(("due", "present", "agree", "against", "abstain"), _NUMBER)},
}
# What a sentence is told (module `sentences`), and the filters that it has besides those of Jinja.
_TOLD = frozenset("totals header rows count largest unit_name period_word period_title loop".split())
_FILTERS = frozenset(("wan", "money", "day"))
_TEMPLATES = Environment()


def hold_together(kind: "Kind") -> None:
    """Raise KindError naming file, key and what it names that is not there, or is of a type it cannot use."""
    where = f"{kind.id}/kind.yaml"
    columns = kind.contract.types
    header = (
        {name: field.type for name, field in kind.header_schema.by_name.items()} if kind.header_schema else {}
    )
    _named(kind.totals, columns, f"{where}: totals", _NUMBER)
    _named([kind.largest] if kind.largest else [], columns, f"{where}: largest", _NUMBER)
    _named(
        [day for clock in kind.clocks for day in (clock.due, clock.done)], columns, f"{where}: clocks", _DAY
    )
    _show(kind.show, {**header, **columns}, f"{where}: show")
    for chart in kind.charts:
        _chart(chart, columns, f"{where}: charts")
    if kind.equation is not None:
        _equation(kind.equation, {**header, **columns}, f"{where}: equation")
    if kind.privacy is not None:
        _privacy(kind.privacy, columns, f"{where}: privacy")
    if kind.names is not None:
        _names(kind, header, columns, f"{where}: names")
    for lang in LANGUAGES:
        reached = _reached(kind.sentence.in_(lang), f"{where}: sentence.{lang}")
        for part, there in (("header", header), ("totals", kind.totals), ("cells", columns)):
            _named(reached[part], there, f"{where}: sentence.{lang}: {part}")


def _named(names: Collection[Any], there: Collection[str], where: str, types: tuple[str, ...] = ()) -> None:
    strange = [str(name) for name in names if word(name, where) not in there]
    if strange:
        raise KindError(f"{where}: {', '.join(strange)}: there is no such field / 没有这一栏")
    wrong = [name for name in names if isinstance(there, Mapping) and types and there[name] not in types]
    if wrong:
        raise KindError(
            f"{where}: {', '.join(wrong)}: only {' or '.join(types)} can stand here / 这一栏的类型不对"
        )


def _show(show: Any, there: Types, where: str) -> None:
    known_keys(show, _SHOW, where, needs=("what",))
    for part, value in show.items():
        names = listed(value, f"{where}: {part}", least=0) if part in _SHOWN_AS_LIST else [value]
        _named(names, there, f"{where}: {part}", _SHOW[part])
    _named(show.get("quiet", ()), show.get("amounts", ()), f"{where}: quiet")


def _chart(chart: Any, columns: Types, where: str) -> None:
    sort = one_of(mapping(chart, where).get("sort"), _CHARTS, f"{where}: sort")
    needs = ("sort", "title", *_CHARTS[sort])
    known_keys(chart, needs, f"{where}: {sort}", needs=needs)
    wording(chart["title"], f"{where}: {sort}: title")
    for part, types in _CHARTS[sort].items():
        _named([chart[part]], columns, f"{where}: {sort}: {part}", types)


def _equation(equation: Any, there: Types, where: str) -> None:
    parts = ("start", "plus", "minus", "end")
    known_keys(equation, parts, where, needs=parts)
    for part in parts:
        one = part in ("start", "end")
        names = [equation[part]] if one else listed(equation[part], f"{where}: {part}", least=0)
        _named(names, there, f"{where}: {part}", _NUMBER)


def _privacy(privacy: Any, columns: Types, where: str) -> None:
    needed = ("count", "sums", "merge")
    known_keys(privacy, (*needed, "place", "same", "standing"), where, needs=needed)
    _named([privacy["count"]], columns, f"{where}: count", _NUMBER)
    _named(listed(privacy["sums"], f"{where}: sums", least=0), columns, f"{where}: sums", _NUMBER)
    _named(listed(privacy["merge"], f"{where}: merge", least=0), columns, f"{where}: merge")
    _named([privacy["place"]] if "place" in privacy else [], columns, f"{where}: place")


def _names(kind: "Kind", header: Types, columns: Types, where: str) -> None:
    """Refuse a name that is no text of an office-holder's class, and a day that is none or no fact of the whole."""
    told = kind.names
    assert told is not None
    fields = {**kind.schema.by_name, **(kind.header_schema.by_name if kind.header_schema else {})}
    _named(told.fields, {**header, **columns}, f"{where}: fields", _TEXT)
    wrong = [name for name in told.fields if fields[name].cls != "office"]
    if wrong:
        raise KindError(f"{where}: {', '.join(wrong)}: its class is not office / 这一栏不是在职人员的")
    days = [day for day in (told.serving, told.left) if day is not None]
    _named(days, {**header, **columns}, where, _DAY)
    _named([told.elected] if told.elected else [], header, f"{where}: elected", _DAY)
    _named(told.where, {**header, **columns}, f"{where}: where", _TEXT)


@lru_cache(maxsize=512)
def _reached(source: str, where: str) -> Mapping[str, frozenset[str]]:
    """Return what a sentence reads of `header`, `totals` and a row's `cells`.

    Raises KindError for a template that is none, and for a name, filter or test that no sentence has.
    """
    try:
        tree = _TEMPLATES.parse(source)
    except TemplateSyntaxError as reason:
        raise KindError(f"{where}: {reason} / 这句话写不成") from None
    found: dict[str, set[str]] = {"header": set(), "totals": set(), "cells": set()}
    used: dict[str, set[str]] = {each: set() for each in ("load", "store", "param", "filter", "test")}
    for node in tree.find_all(
        (nodes.Getattr, nodes.Getitem, nodes.Name, nodes.Filter, nodes.Test, nodes.Const)
    ):
        if isinstance(node, nodes.Name):
            used[node.ctx].add(node.name)
        elif isinstance(node, nodes.Filter | nodes.Test):
            used["filter" if isinstance(node, nodes.Filter) else "test"].add(node.name)
        else:
            _reach(node, found)
    strange = {
        *(used["load"] - used["store"] - used["param"] - _TOLD - set(_TEMPLATES.globals)),
        *(used["filter"] - _FILTERS - set(_TEMPLATES.filters)),
        *(used["test"] - set(_TEMPLATES.tests)),
    }
    if strange:
        raise KindError(f"{where}: {', '.join(sorted(strange))}: no sentence knows it / 这句话里没有这个词")
    return {name: frozenset(attributes) for name, attributes in found.items()}


def _reach(node: Any, found: Mapping[str, set[str]]) -> None:
    """Note `header.x`, `header['x']`, `row.cells.x`, and `'cells.x'` as `selectattr` is told it."""
    if isinstance(node, nodes.Const):
        if isinstance(node.value, str) and node.value.startswith("cells."):
            found["cells"].add(node.value.removeprefix("cells."))
        return
    of = node.node
    name = of.name if isinstance(of, nodes.Name) else of.attr if isinstance(of, nodes.Getattr) else ""
    read = node.attr if isinstance(node, nodes.Getattr) else getattr(node.arg, "value", None)
    if name in found and isinstance(read, str) and (name == "cells") == isinstance(of, nodes.Getattr):
        found[name].add(read)
