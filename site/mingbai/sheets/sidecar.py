"""Turns the bytes of a sidecar (`<period>.yaml`) into checked text and findings; it never raises for what is in it.

Scalars stay text and are cast by the kind's schema, like cells: 1000.10 must not become a binary fraction.
Anchors and aliases are refused: a few lines of them can stand for gigabytes.
"""

import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from datetime import date
from typing import Any

import yaml

from mingbai.messages import LANGUAGES, Text, say
from mingbai.sheets.cells import FORMULA
from mingbai.sheets.finding import Finding
from mingbai.sheets.hidden import hidden_in
from mingbai.sheets.reader import decode

KEYS = ("header", "nil", "supervision", "display", "corrections")
CORRECTIONS = ("correction", "update", "withdrawal")
_DEEPEST = 20
_ISO = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class _Refused(yaml.MarkedYAMLError):
    """YAML that is valid but not for a sidecar; `key` is the message, `name` what it is about."""

    def __init__(self, key: str, mark: Any, name: str = "") -> None:
        super().__init__(problem_mark=mark)
        self.key, self.name = key, name


class _Loader(yaml.BaseLoader):
    """Reads every scalar as text; refuses aliases, doubled keys and deep nesting."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise _Refused("sheets.alias", self.peek_event().start_mark)  # type: ignore[no-untyped-call]
        if self.depth > _DEEPEST:
            raise _Refused("sheets.deep", self.peek_event().start_mark)  # type: ignore[no-untyped-call]
        self.depth += 1
        node: yaml.Node | None = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _Refused("sheets.yaml", key.start_mark)
            if key.value in seen:
                raise _Refused("sheets.twice", key.start_mark, key.value)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_sidecar(data: bytes, file: str) -> tuple[Mapping[str, object], list[Finding]]:
    """Return what the sidecar says, as text, and what is wrong with it. An empty one says nothing."""
    text, findings = decode(data, file)
    if text is None or not text.strip():
        return {}, findings
    unseen = list(_unseen(text, file))
    if unseen:
        return {}, [*findings, *unseen]
    try:
        said = _load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as reason:
        return {}, [*findings, _unreadable(reason, file)]
    if said is None:
        return {}, findings
    if not isinstance(said, dict):
        return {}, [*findings, Finding.of("sheets.yaml", file, 1, near=_near(1))]
    for key, value in said.items():
        if key not in KEYS:
            findings.append(Finding.of("sheets.unknown_key", file, None, key, key=key, keys=[*KEYS]))
        else:
            findings += _PARTS[key](value, file)
    return said, findings


def _load(text: str) -> object:
    loader = _Loader(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def _unseen(text: str, file: str) -> Iterator[Finding]:
    """Find characters that nobody can see; a tab is left to the reader of YAML, which names its line."""
    for line, said in enumerate(re.split("\r\n|\r|\n", text), 1):
        code = hidden_in(said.replace("\t", ""))
        if code is not None:
            yield Finding.of("sheets.hidden_line", file, line, line=line, code=code)


def _unreadable(reason: Exception, file: str) -> Finding:
    mark = getattr(reason, "problem_mark", None)
    line = mark.line + 1 if mark is not None else None
    if isinstance(reason, _Refused):
        return Finding.of(reason.key, file, line, reason.name or None, key=reason.name, near=_near(line))
    key = "sheets.deep" if isinstance(reason, RecursionError) else "sheets.yaml"
    return Finding.of(key, file, line, near=_near(line))


def _called(key: str) -> Text:
    """Return what people call a part of the sidecar: 「监督意见」(supervision.opinion)."""
    return Text(*(say(f"sheets.part.{key}", lang) for lang in LANGUAGES))


def _near(line: int | None) -> Text:
    return Text("", "") if line is None else Text(f"（第 {line} 行附近）", f" (near line {line})")


def _header(value: object, file: str) -> list[Finding]:
    return _part("header", value, {}, file)[:1] if not isinstance(value, dict) else []


def _nil(value: object, file: str) -> list[Finding]:
    return _part("nil", value, {"reason": _text}, file)


def _supervision(value: object, file: str) -> list[Finding]:
    return _part("supervision", value, {"opinion": _text, "date": _day}, file)


def _display(value: object, file: str) -> list[Finding]:
    return _part("display", value, {"place": _text, "from": _day, "until": _day}, file)


def _corrections(value: object, file: str) -> list[Finding]:
    if not isinstance(value, list):
        return [Finding.of("sheets.list", file, None, "corrections", key=_called("corrections"))]
    parts = {"date": _day, "sort": _sort, "rows": _keys, "reason": _text}
    return [finding for entry in value for finding in _part("corrections", entry, parts, file)]


def _part(
    name: str, value: object, parts: Mapping[str, Callable[[object], str | None]], file: str
) -> list[Finding]:
    """Check one part of the sidecar: every key is known, every value is as it should be, none is missing."""
    if not isinstance(value, dict):
        return [Finding.of("sheets.mapping", file, None, name, key=_called(name))]
    findings = [
        Finding.of("sheets.unknown_key", file, None, f"{name}.{key}", key=f"{name}.{key}", keys=[*parts])
        for key in value
        if key not in parts
    ]
    for key, wrong in parts.items():
        problem = wrong(value.get(key))
        if problem is not None:
            where, said = f"{name}.{key}", value.get(key)
            facts = {"key": _called(where), "value": said if isinstance(said, str) else None}
            findings.append(Finding.of(problem, file, None, where, **facts, sorts=[*CORRECTIONS]))
    return findings


def _text(value: object) -> str | None:
    if not isinstance(value, str) or not value.strip() or len(value) > 2000:
        return "sheets.bad_part"
    return "sheets.formula_key" if value.startswith(FORMULA) else None


def _day(value: object) -> str | None:
    if not isinstance(value, str) or not _ISO.fullmatch(value):
        return "sheets.bad_day"
    try:
        date.fromisoformat(value)
    except ValueError:
        return "sheets.no_such_day_said"
    return None


def _sort(value: object) -> str | None:
    return None if value in CORRECTIONS else "sheets.bad_sort"


def _keys(value: object) -> str | None:
    right = value is None or (isinstance(value, list) and all(isinstance(each, str) for each in value))
    return None if right else "sheets.bad_keys"


_PARTS: Mapping[str, Callable[[object, str], list[Finding]]] = {
    "header": _header,
    "nil": _nil,
    "supervision": _supervision,
    "display": _display,
    "corrections": _corrections,
}
