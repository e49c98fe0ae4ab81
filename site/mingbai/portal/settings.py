"""Reads what an installation sets under `extra: mingbai:` of mkdocs.yml; it opens nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from mingbai.errors import PortalError
from mingbai.kinds import Kind
from mingbai.messages import LANGUAGES, Text
from mingbai.profiles import ANY
from mingbai.units import SORTS


class _Loader(yaml.SafeLoader):
    """Reads mkdocs.yml without running the Python tags that MkDocs allows in it."""


_Loader.add_multi_constructor("", lambda loader, suffix, node: None)


@dataclass(frozen=True)
class Settings:
    """What an installation sets under `extra: mingbai:` of mkdocs.yml."""

    title: Text
    county: str
    languages: tuple[str, ...]
    timezone: ZoneInfo
    demo: bool
    kinds: tuple[str, ...] | None
    owed_by: Mapping[str, tuple[str, ...]]
    owed_since: Mapping[str, date]
    receive_log: str
    organiser: str | None
    maintainer: str | None
    phone: str | None
    icp: str | None
    police: str | None
    correction_url: str | None
    licence: str
    url: str | None

    def since(self, kind: Kind) -> date:
        """Return the first day from which a kind is owed here; `default` is for those that are not named."""
        return self.owed_since.get(kind.id, self.owed_since[ANY])

    def absolute(self, address: str) -> str | None:
        """Return `address` ("/u/…") with the portal's own before it, None where `site_url` is not set."""
        return None if self.url is None else self.url.rstrip("/") + address


def _owed_by(value: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return which sorts of units owe a kind here, where that is not what the kind itself says."""
    wrong = [sort for sorts in value.values() for sort in sorts if sort not in SORTS]
    if wrong:
        raise ValueError(f"owed_by: {wrong}")
    return {kind: tuple(sorts) for kind, sorts in value.items()}


def _since(value: date | Mapping[str, date]) -> dict[str, date]:
    """Return from which day kinds are owed: one day for all, or days by kind with a `default`."""
    found = dict(value) if isinstance(value, Mapping) else {ANY: value}
    if ANY not in found or not all(type(day) is date for day in found.values()):
        raise ValueError(f"owed_since: {value}")
    return found


def read_settings(path: Path) -> Settings:
    """Read the settings. Raises PortalError naming what is missing or wrong."""
    try:
        config = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
        own: Mapping[str, Any] = config["extra"]["mingbai"]
        languages = tuple(own.get("languages", LANGUAGES))
        if not set(languages) <= set(LANGUAGES) or "zh" not in languages:
            raise ValueError(f"languages: {languages}")
        return Settings(
            title=Text.read(own["title"], f"{path.name}: title"),
            county=own["county"],
            languages=languages,
            timezone=ZoneInfo(own.get("timezone", "Asia/Shanghai")),
            demo=bool(own.get("demo", False)),
            kinds=None if own.get("kinds") is None else tuple(own["kinds"]),
            owed_by=_owed_by(own.get("owed_by", {})),
            owed_since=_since(own.get("owed_since", date(2026, 1, 1))),
            receive_log=own.get("receive_log", ".state/receive.log"),
            licence=own.get("licence", "CC-BY-4.0"),
            url=config.get("site_url"),
            **{
                name: own.get(name)
                for name in ("organiser", "maintainer", "phone", "icp", "police", "correction_url")
            },
        )
    except (
        OSError,
        UnicodeDecodeError,
        yaml.YAMLError,
        KeyError,
        TypeError,
        ValueError,
        ZoneInfoNotFoundError,
    ) as reason:
        raise PortalError(f"{path}: settings cannot be read / 设置读不出来: {reason!r}") from None
