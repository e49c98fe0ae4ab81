"""Holds the numbers the service keeps to, in one place; it decides nothing with them.

A maintainer changes them in `.state/forms.yaml` (`per_hour: 120`), which no push can reach.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import ClassVar

import yaml

from mingbai.errors import PortalError


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, times in seconds, rates in accepted submissions. Each thread has a reader."""

    threads: ClassVar[int] = 32
    queue: int = 256
    batch: int = 32
    gather: float = 0.002
    wait: float = 10.0
    text: int = 2000
    name: int = 40
    contact: int = 100
    json_body: int = 64 * 1024
    form_body: int = 512 * 1024
    free_disk: int = 200 * 1024 * 1024
    photos: int = 3
    photo_size: int = 8 * 1024 * 1024
    photo_pixels: int = 24 * 1024 * 1024
    photo_edge: int = 1600
    photo_memory: int = 480 * 1024 * 1024
    photo_seconds: int = 10
    photo_processes: int = 2
    photo_wait: float = 10.0
    photo_letters: int = 6
    photo_free_disk: int = 1024 * 1024 * 1024
    sheet_size: int = 2 * 1024 * 1024
    sheet_seconds: int = 15 * 60
    sheets_memory: int = 64 * 1024 * 1024
    per_hour: int = 60
    burst: int = 30
    all_per_hour: int = 36_000
    all_burst: int = 5_000
    lookups_per_second: int = 1
    lookups_burst: int = 60
    all_lookups_per_second: int = 200
    all_lookups_burst: int = 5_000
    form_seconds: int = 24 * 3600
    contact_days: int = 183
    case_days: int = 730
    proxies: int = 0

    @property
    def photo_body(self) -> int:
        """The largest form with photos, in bytes."""
        return self.photos * self.photo_size + self.form_body

    @property
    def sheet_body(self) -> int:
        """The largest form with a spreadsheet, in bytes."""
        return self.sheet_size + self.form_body

    @classmethod
    def load(cls, state: Path) -> "Limits":
        """Read `.state/forms.yaml` over the defaults. Raises PortalError for an unknown name or a wrong value."""
        path = state / "forms.yaml"
        if not path.is_file():
            return cls()
        try:
            said = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as reason:
            raise PortalError(f"{path}: {reason}") from None
        known = {each.name: each.default for each in fields(cls)}
        if not isinstance(said, dict) or any(name not in known or not _fits(said[name]) for name in said):
            raise PortalError(f"{path}: only numbers for {', '.join(known)} / 只能给这些项写数字")
        return cls(**said)


def _fits(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
