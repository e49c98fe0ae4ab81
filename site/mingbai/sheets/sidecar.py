"""Turns the bytes of a sidecar (`<period>.yaml`) into checked text and findings; it never raises for what it holds.

Scalars stay text and are cast by the kind's schema, like cells: 1000.10 must not become a binary fraction.
Anchors and aliases are refused: a few lines of them can stand for gigabytes.
"""

from collections.abc import Callable, Mapping
from datetime import date

import yaml

from mingbai.sheets.finding import Finding
from mingbai.sheets.reader import HIDDEN, decode, name_of

KEYS = ("header", "nil", "supervision", "display", "corrections")
CORRECTIONS = ("correction", "update", "withdrawal")
_DEEPEST = 20


class _Twice(yaml.YAMLError):
    def __init__(self, key: str, line: int) -> None:
        super().__init__(key)
        self.key, self.line = key, line


class _Loader(yaml.BaseLoader):
    """Reads every scalar as text; refuses aliases, doubled keys and deep nesting."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent) or self.depth > _DEEPEST:  # type: ignore[no-untyped-call]
            raise yaml.YAMLError("alias")
        self.depth += 1
        node: yaml.Node | None = super().compose_node(parent, index)  # type: ignore[no-untyped-call]
        self.depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[str, object]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in seen:
                raise _Twice(str(key.value), key.start_mark.line + 1)
            seen.add(key.value)
        found: dict[str, object] = super().construct_mapping(node, deep)
        return found


def read_sidecar(data: bytes, file: str) -> tuple[Mapping[str, object], list[Finding]]:
    """Return what the sidecar says, as text, and what is wrong with it."""
    text, findings = decode(data, file)
    if text is None:
        return {}, findings
    try:
        said = _load(text)
    except _Twice as twice:
        return {}, [*findings, Finding.of("sheets.twice", file, twice.line, twice.key, key=twice.key)]
    except (yaml.YAMLError, RecursionError, ValueError) as reason:
        mark = getattr(reason, "problem_mark", None)
        line = mark.line + 1 if mark is not None else None
        return {}, [*findings, Finding.of("sheets.yaml", file, line, line=line)]
    if not isinstance(said, dict):
        return {}, [*findings, Finding.of("sheets.yaml", file, 1, line=1)]
    findings += _invisible(said, "", file)
    for key, value in said.items():
        if key not in KEYS:
            findings.append(Finding.of("sheets.unknown_key", file, None, key, key=key, keys="、".join(KEYS)))
        else:
            findings += _PARTS[key](value, file)
    return said, findings


def _load(text: str) -> object:
    loader = _Loader(text)
    try:
        return loader.get_single_data()  # type: ignore[no-untyped-call]
    finally:
        loader.dispose()  # type: ignore[no-untyped-call]


def _invisible(value: object, at: str, file: str) -> list[Finding]:
    """Find invisible characters in any scalar, however deep."""
    if isinstance(value, dict):
        return [
            each for key, part in value.items() for each in _invisible(part, f"{at}.{key}".strip("."), file)
        ]
    if isinstance(value, list):
        return [each for part in value for each in _invisible(part, at, file)]
    found = HIDDEN.search(value) if isinstance(value, str) else None
    return [Finding.of("sheets.hidden_key", file, None, at, key=at, code=name_of(found[0]))] if found else []


def _header(value: object, file: str) -> list[Finding]:
    return (
        [] if isinstance(value, dict) else [Finding.of("sheets.mapping", file, None, "header", key="header")]
    )


def _nil(value: object, file: str) -> list[Finding]:
    return _part("nil", value, {"reason": _text}, file)


def _supervision(value: object, file: str) -> list[Finding]:
    return _part("supervision", value, {"opinion": _text, "date": _day}, file)


def _display(value: object, file: str) -> list[Finding]:
    return _part("display", value, {"place": _text, "from": _day, "until": _day}, file)


def _corrections(value: object, file: str) -> list[Finding]:
    if not isinstance(value, list):
        return [Finding.of("sheets.list", file, None, "corrections", key="corrections")]
    parts = {"date": _day, "sort": _sort, "rows": _keys, "reason": _text}
    return [finding for entry in value for finding in _part("corrections", entry, parts, file)]


def _part(
    name: str, value: object, parts: Mapping[str, Callable[[object], bool]], file: str
) -> list[Finding]:
    """Check one part of the sidecar: every key is known, every value is as it should be, none is missing."""
    if not isinstance(value, dict):
        return [Finding.of("sheets.mapping", file, None, name, key=name)]
    findings = [
        Finding.of(
            "sheets.unknown_key", file, None, f"{name}.{key}", key=f"{name}.{key}", keys="、".join(parts)
        )
        for key in value
        if key not in parts
    ]
    for key, is_right in parts.items():
        if not is_right(value.get(key)):
            where = f"{name}.{key}"
            kind = "sheets.bad_day" if is_right is _day else "sheets.bad_part"
            findings.append(Finding.of(kind, file, None, where, key=where, value=value.get(key)))
    return findings


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= 2000


def _day(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _sort(value: object) -> bool:
    return value in CORRECTIONS


def _keys(value: object) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(each, str) for each in value))


_PARTS: Mapping[str, Callable[[object, str], list[Finding]]] = {
    "header": _header,
    "nil": _nil,
    "supervision": _supervision,
    "display": _display,
    "corrections": _corrections,
}
