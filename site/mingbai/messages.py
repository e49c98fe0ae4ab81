"""Finds the sentence for a key in the message catalogue, Chinese or English; it holds no sentence itself.

The catalogue is the folder `messages/` of the theme: one YAML file a room, flat keys, `zh` and `en` each.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

import yaml

from mingbai.errors import PortalError

LANGUAGES = ("zh", "en")
_spoken: ContextVar[str] = ContextVar("spoken", default="zh")
_LOADER = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # the same in C where PyYAML brings it: ten times faster


@dataclass(frozen=True)
class Text:
    """A wording in both languages. Chinese is canonical; English may fall back to it."""

    zh: str
    en: str

    def in_(self, lang: str) -> str:
        """Return the wording for `lang` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en

    @classmethod
    def read(cls, value: object, where: str) -> "Text":
        """Read `{zh, en}` from YAML; raise PortalError naming `where` if either is missing."""
        if not isinstance(value, Mapping) or not value.get("zh") or not value.get("en"):
            raise PortalError(f"{where}: needs both zh and en / 中文和英文都要写")
        return cls(str(value["zh"]).strip(), str(value["en"]).strip())


def theme_folder() -> Path:
    """Return the folder of templates, styles, scripts and messages, in a checkout and in a wheel alike."""
    beside = Path(__file__).resolve().parent.parent / "theme"
    return beside if beside.is_dir() else packaged("theme")


def packaged(part: str) -> Path:
    """Return the folder that the installed project carries as `mingbai_data.<part>`. Raises PortalError without one.

    An editable install adds a place that is no folder, which `importlib.resources.files` cannot take.
    """
    try:
        spec = find_spec(f"mingbai_data.{part}")
    except ModuleNotFoundError:
        spec = None
    for place in [] if spec is None else spec.submodule_search_locations or []:
        if Path(place).is_dir():
            return Path(place)
    raise PortalError(f"mingbai_data.{part}: not installed / 安装不完整，缺这一部分")


@cache
def catalogue() -> Mapping[str, Text]:
    """Return every message by key; a key that stands in two files is a PortalError."""
    found: dict[str, Text] = {}
    for path in sorted((theme_folder() / "messages").glob("*.yaml")):
        entries = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER) or {}
        for key, value in entries.items():
            if key in found:
                raise PortalError(f"messages/{path.name}: {key} stands twice / 写了两次")
            found[key] = Text.read(value, f"messages/{path.name}: {key}")
    return MappingProxyType(found)


def say(key: str, /, lang: str | None = None, **facts: object) -> str:
    """Return the sentence for `key` with `facts` filled in. Raises KeyError for an unknown key.

    Without `lang` it is said to whoever is spoken to. What is written down, for others to read, names its language.
    """
    return catalogue()[key].in_(lang or spoken()).format(**counted(facts, lang or spoken()))


def spoken() -> str:
    """Return the language of whoever is spoken to: Chinese, unless `speaking` says otherwise."""
    return _spoken.get()


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Speak to somebody who reads `lang`: one who calls a command, one who pushes."""
    before = _spoken.set(lang)
    try:
        yield
    finally:
        _spoken.reset(before)


def language() -> str:
    """Return in which language a command speaks: `MINGBAI_LANG`, else the locale's; Chinese unless English.

    The first that is set decides, as POSIX has it for messages. `--lang` says otherwise for one call.
    """
    names = ("MINGBAI_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    chosen = next(filter(None, map(os.environ.get, names)), "")
    return "en" if chosen.startswith("en") else "zh"


def hint(key: str, /, **facts: object) -> str:
    """Return the sentence for `key` in the language of who calls the command."""
    return say(key, language(), **facts)


class _Count(int):
    """A number that chooses its word: `{n:day|days}` is "day" for 1 and "days" for every other number."""

    def __format__(self, spec: str) -> str:
        if "|" not in spec:
            return super().__format__(spec)
        one, many = spec.split("|")
        return one if self == 1 else many


def counted(facts: Mapping[str, object], lang: str) -> dict[str, object]:
    """Return the facts as `lang` says them: a list joined by its comma, a number that can choose its word."""
    return {name: _fact(value, lang) for name, value in facts.items()}


def _fact(value: object, lang: str) -> object:
    if isinstance(value, list):
        return listed(value, lang)
    return _Count(value) if type(value) is int else value


def listed(values: Iterable[object], lang: str) -> str:
    """Return values one after the other, with the comma that `lang` puts into a list."""
    return ("、" if lang == "zh" else ", ").join(map(str, values))
