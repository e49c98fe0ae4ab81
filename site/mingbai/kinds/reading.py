"""Reads a maintainer's YAML and JSON strictly: no key twice or unknown, no value of another type; it knows no kind."""

import json
import math
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from mingbai.errors import KindError
from mingbai.messages import LANGUAGES, Text

# In C where PyYAML brings it: ten times faster.
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BASE):  # type: ignore[misc]
    """Refuses a key that stands twice (the first would be lost without a word); names the key of a day that is none."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _wrong("a key has to be a word / 名称只能是一个词", key)
            if key.value in seen and key.value != "<<":
                raise _wrong(f"{key.value} stands twice / 写了两遍", key)
            seen.add(key.value)
            if isinstance(value, yaml.ScalarNode):
                self._construct(key.value, value)
        found: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return found

    def _construct(self, key: str, value: Any) -> None:
        """Construct a value (PyYAML keeps it), so that a day like 2025-02-29 is told by its key."""
        try:
            self.construct_object(value)
        except (OverflowError, ValueError) as reason:
            raise _wrong(f"{key}: {value.value}: {reason}", value) from None


def _wrong(what: str, node: Any) -> yaml.YAMLError:
    return yaml.constructor.ConstructorError(None, None, what, node.start_mark)


def place_of(path: Path) -> str:
    """Return a file with the folder of its kind: `finance/kind.yaml`, `finance/until-2025/schema.json`."""
    folder = path.parent
    above = f"{folder.parent.name}/" if folder.name.startswith("until-") else ""
    return f"{above}{folder.name}/{path.name}"


@contextmanager
def named(where: str) -> Iterator[None]:
    """Let whatever a file of another shape than expected raises become a KindError that names `where`."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as reason:
        raise KindError(f"{where}: {reason!r} / 写法读不懂") from None


def read_yaml(path: Path, empty: Any = None) -> Any:
    """Read a maintainer's YAML file. Raises KindError naming file, line and key."""
    try:
        found = _parsed(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as reason:
        line = reason.problem_mark.line + 1 if reason.problem_mark is not None else 1
        raise KindError(f"{place_of(path)}: {reason.problem}, line {line} / 第 {line} 行读不出来") from None
    except (OSError, TypeError, ValueError, RecursionError, yaml.YAMLError) as reason:
        raise KindError(f"{place_of(path)}: {reason} / 读不出来") from None
    if found is None and empty is None:
        raise KindError(f"{place_of(path)}: empty / 是空的")
    return empty if found is None else found


def read_json(path: Path) -> Any:
    """Read a maintainer's JSON file. Raises KindError naming it; a key that stands twice and NaN are told too."""
    try:
        return json.loads(
            path.read_text(encoding="utf-8"), object_pairs_hook=_once, parse_constant=_no_number
        )
    except (OSError, ValueError, RecursionError) as reason:
        raise KindError(f"{place_of(path)}: {reason} / 读不出来") from None


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)} stands twice / 写了两遍")
    return found


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number / 不是数字")


@lru_cache(maxsize=512)
def _parsed(text: str) -> Any:
    """Parse a text once: `mkdocs serve` and the tests read the same kinds again and again. Nobody may change it."""
    return yaml.load(text, Loader=_Loader)


def known_keys(
    entry: Any, known: Collection[str], where: str, needs: Collection[str] = ()
) -> Mapping[str, Any]:
    """Return `entry` when it has known keys only, and those it `needs`. Raises KindError naming the wrong ones."""
    found = mapping(entry, where)
    missing = [key for key in needs if key not in found]
    if missing:
        raise KindError(f"{where}: {', '.join(missing)} missing / 缺这一项")
    unknown = sorted(str(key) for key in found if key not in known)
    if unknown:
        raise KindError(
            f"{where}: {', '.join(unknown)}: not known; known are {', '.join(sorted(known))} / 没有这样的项目"
        )
    return found


def mapping(entry: Any, where: str) -> Mapping[str, Any]:
    """Return `entry` when it is a mapping. Raises KindError for a list, a word or a number."""
    if not isinstance(entry, Mapping):
        raise KindError(f"{where}: {entry!r}: names and values are needed / 要写成“名称: 内容”")
    return entry


def word(value: Any, where: str) -> str:
    """Return a text with something in it. Raises KindError for a number, a list and a blank."""
    if not isinstance(value, str) or not value.strip():
        raise KindError(f"{where}: {value!r} is no text / 要写文字")
    return value


def wording(value: Any, where: str) -> Text:
    """Read `{zh, en}` and nothing else. Raises KindError naming the language."""
    said = known_keys(value, LANGUAGES, where, needs=LANGUAGES)
    return Text(*(word(said[lang], f"{where}: {lang}").strip() for lang in LANGUAGES))


def listed(value: Any, where: str, least: int = 1) -> tuple[str, ...]:
    """Return a list of words, each once. Raises KindError for one word alone, too few, another type, and one twice."""
    if not isinstance(value, list) or len(value) < least:
        raise KindError(f"{where}: {value!r}: a list is needed / 要写成列表")
    found = tuple(word(each, where) for each in value)
    for each in found:
        if found.count(each) > 1:
            raise KindError(f"{where}: {each} stands twice / 写了两遍")
    return found


def number(value: Any, where: str) -> int | float:
    """Return a number. Raises KindError for a word, `true`, and what has no end (`.inf`, `.nan`)."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise KindError(f"{where}: {value!r} is no number / 要写数字")
    return value


def day(value: Any, where: str) -> date:
    """Return a day. Raises KindError for anything else, a time of day included."""
    if type(value) is not date:
        raise KindError(f"{where}: {value!r} is no day / 要写成年-月-日")
    return value


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
