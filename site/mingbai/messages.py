"""Finds the sentence for a key in the message catalogue, Chinese or English; it holds no sentence itself.

The catalogue is the folder `messages/` of the theme: one YAML file a room, flat keys, `zh` and `en` each.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

import yaml

from mingbai.errors import PortalError

LANGUAGES = ("zh", "en")
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


def say(key: str, /, lang: str = "zh", **facts: object) -> str:
    """Return the sentence for `key` with `facts` filled in. Raises KeyError for an unknown key."""
    return catalogue()[key].in_(lang).format(**counted(facts))


def language() -> str:
    """Return in which language the command explains itself: `MINGBAI_LANG`, else the locale's; Chinese unless English.

    The first that is set decides, as POSIX has it for messages. What a command prints has its own `--lang`.
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


def counted(facts: Mapping[str, object]) -> dict[str, object]:
    """Return the facts with whole numbers that can choose their word; English needs it, Chinese does not."""
    return {name: _Count(value) if type(value) is int else value for name, value in facts.items()}
