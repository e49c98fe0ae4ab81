"""Holds the parts of a kind against one another: what one part names, another must have; it judges no filing."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, TemplateSyntaxError, nodes

from mingbai.errors import KindError
from mingbai.kinds.reading import known_keys, one_of
from mingbai.messages import LANGUAGES

if TYPE_CHECKING:
    from mingbai.kinds import Kind

_SHOW = "title date what group note balance amounts quiet".split()
_CHARTS: Mapping[str, tuple[str, ...]] = {
    "bars": ("group", "measure"),
    "steps": ("step", "date", "body", "what"),
    "dots": ("group", "due", "present", "agree", "against", "abstain"),
}


def hold_together(kind: "Kind") -> None:
    """Raise KindError naming file, key and what it names that is not there."""
    where = f"{kind.id}/kind.yaml"
    columns = set(kind.contract.types)
    header = set(kind.header_schema.by_name) if kind.header_schema else set()
    _named(kind.totals, columns, f"{where}: totals")
    _named([kind.largest] if kind.largest else [], columns, f"{where}: largest")
    _named([day for clock in kind.clocks for day in (clock.due, clock.done)], columns, f"{where}: clocks")
    _show(kind.show, columns | header, f"{where}: show")
    for chart in kind.charts:
        _chart(chart, columns, f"{where}: charts")
    if kind.equation is not None:
        known_keys(kind.equation, ("start", "plus", "minus", "end"), f"{where}: equation")
        terms = [kind.equation[end] for end in ("start", "end")]
        sides = [*kind.equation["plus"], *kind.equation["minus"]]
        _named([*terms, *sides], columns | header, f"{where}: equation")
    if kind.privacy is not None:
        known_keys(kind.privacy, ("count", "sums", "merge", "place"), f"{where}: privacy")
        named = [kind.privacy["count"], *kind.privacy["sums"], *kind.privacy["merge"]]
        _named(named, columns, f"{where}: privacy")
    for lang in LANGUAGES:
        reached = _reached(kind.sentence.in_(lang), f"{where}: sentence.{lang}")
        _named(reached.get("header", ()), header, f"{where}: sentence.{lang}: header")
        _named(reached.get("totals", ()), set(kind.totals), f"{where}: sentence.{lang}: totals")


def _named(names: Iterable[Any], there: set[str], where: str) -> None:
    strange = [str(name) for name in names if name not in there]
    if strange:
        raise KindError(f"{where}: {', '.join(strange)}: there is no such field / 没有这一栏")


def _show(show: Mapping[str, Any], there: set[str], where: str) -> None:
    known_keys(show, _SHOW, where)
    lists = [*show.get("amounts", ()), *show.get("quiet", ())]
    _named([*lists, *(value for value in show.values() if isinstance(value, str))], there, where)
    _named(show.get("quiet", ()), set(show.get("amounts", ())), f"{where}: quiet")
    if "what" not in show:
        raise KindError(f"{where}: what is missing / 没写哪一栏是事项")


def _chart(chart: Mapping[str, Any], columns: set[str], where: str) -> None:
    parts = _CHARTS[one_of(chart.get("sort"), _CHARTS, where)]
    known_keys(chart, ("sort", "title", *parts), where)
    missing = [part for part in (*parts, "title") if part not in chart]
    if missing:
        raise KindError(f"{where}: {', '.join(missing)} missing / 缺一项")
    _named([chart[part] for part in parts], columns, where)


@lru_cache(maxsize=512)
def _reached(source: str, where: str) -> Mapping[str, frozenset[str]]:
    """Return what a sentence reads of `header` and of `totals`. Raises KindError for a template that is none."""
    try:
        tree = Environment().parse(source)
    except TemplateSyntaxError as reason:
        raise KindError(f"{where}: {reason} / 这句话写不成") from None
    found: dict[str, set[str]] = {}
    for node in tree.find_all(nodes.Getattr):
        if isinstance(node.node, nodes.Name) and node.node.name in ("header", "totals"):
            found.setdefault(node.node.name, set()).add(node.attr)
    return {name: frozenset(attributes) for name, attributes in found.items()}
