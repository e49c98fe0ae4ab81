"""Reads a maintainer's YAML strictly: no key twice, no unknown key, no number that is none; it knows no kind."""

from collections.abc import Collection, Hashable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from mingbai.errors import KindError

# In C where PyYAML brings it: ten times faster.
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BASE):  # type: ignore[misc]
    """Refuses a key that stands twice: the first would be lost without a word."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen and key.value != "<<":
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key.value} stands twice / 写了两遍", key.start_mark
                )
            seen.add(key.value)
        found: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return found


def read_yaml(path: Path, empty: Any = None) -> Any:
    """Read a maintainer's YAML file. Raises KindError naming it; a day that is none (2025-02-29) is told too."""
    try:
        found = _parsed(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as reason:
        raise KindError(f"{path.parent.name}/{path.name}: {reason} / 读不出来") from None
    if found is None and empty is None:
        raise KindError(f"{path.parent.name}/{path.name}: empty / 是空的")
    return empty if found is None else found


@lru_cache(maxsize=512)
def _parsed(text: str) -> Any:
    """Parse a text once: `mkdocs serve` and the tests read the same kinds again and again. Nobody may change it."""
    return yaml.load(text, Loader=_Loader)


def known_keys(entry: Any, known: Collection[str], where: str) -> Mapping[str, Any]:
    """Return `entry` when it is a mapping of known keys. Raises KindError naming those that are not."""
    if not isinstance(entry, Mapping):
        raise KindError(f"{where}: {entry!r}: names and values are needed / 要写成“名称: 内容”")
    unknown = sorted(str(key) for key in entry if key not in known)
    if unknown:
        raise KindError(
            f"{where}: {', '.join(unknown)}: not known; known are {', '.join(sorted(known))} / 没有这样的项目"
        )
    return entry


def whole(value: Any, least: int, most: int, where: str) -> int:
    """Return a whole number between two bounds. Raises KindError for anything else, `true` and 15.5 included."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise KindError(
            f"{where}: {value!r} is no whole number from {least} to {most} / 要写 {least} 到 {most} 的整数"
        )
    return value


def truth(value: Any, where: str) -> bool:
    """Return true or false. Raises KindError for a word."""
    if not isinstance(value, bool):
        raise KindError(f"{where}: {value!r} is neither true nor false / 只能写 true 或 false")
    return value


def one_of(value: Any, allowed: Collection[str], where: str) -> str:
    """Return `value` when it is allowed. Raises KindError naming what is."""
    if not isinstance(value, str) or value not in allowed:
        raise KindError(f"{where}: {value} is none of {', '.join(allowed)} / 不在可选范围内")
    return value
