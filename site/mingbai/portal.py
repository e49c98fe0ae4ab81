"""Opens an installation: settings, units, kinds, profiles, filings; it renders and writes nothing."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from mingbai import duties, filings
from mingbai.duties import Duty, Received
from mingbai.errors import PortalError
from mingbai.filings import FilingId, RawTable
from mingbai.kinds import Kind, load_kinds
from mingbai.messages import LANGUAGES, Text, packaged, theme_folder
from mingbai.periods import Period
from mingbai.profiles import Profile, load_profiles
from mingbai.units import Unit, Units
from mingbai.workdays import Workdays

CONFIG = "mkdocs.yml"


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
    owed_since: date
    receive_log: str
    organiser: str | None
    maintainer: str | None
    phone: str | None
    icp: str | None
    police: str | None
    correction_url: str | None
    licence: str
    url: str | None


class Portal:
    """One installation, opened at the folder that holds mkdocs.yml. Its parts are read when first asked for."""

    def __init__(self, root: Path, settings: Settings, state: Path | None = None) -> None:
        self.root, self.settings = root, settings
        self.state = state or Path(os.environ.get("MINGBAI_STATE") or root / ".state")
        self.theme = theme_folder()

    @classmethod
    def open(cls, root: Path, state: Path | None = None) -> "Portal":
        """Open the installation at `root`. Raises PortalError with a sentence when its settings cannot be used."""
        root = root.resolve()
        return cls(root, read_settings(root / CONFIG), state)

    @staticmethod
    def find(start: Path) -> Path:
        """Return the nearest folder from `start` upward that holds mkdocs.yml. Raises PortalError without one."""
        for folder in (start.resolve(), *start.resolve().parents):
            if (folder / CONFIG).is_file():
                return folder
        raise PortalError(
            f"{start}: 这里和上面各级文件夹都没有 {CONFIG}；用 --portal 指明门户在哪 / no {CONFIG} here or above"
        )

    @property
    def today(self) -> date:
        """Today in the portal's own time zone."""
        return datetime.now(self.settings.timezone).date()

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """Kinds by id: the portal's own folder first, then the built-in ones."""
        return load_kinds(self._roots("kinds"))

    @cached_property
    def profiles(self) -> dict[str, Profile]:
        """Regional rules by id."""
        return load_profiles(self._roots("profiles"))

    @cached_property
    def workdays(self) -> Workdays:
        """The working-day calendar."""
        return Workdays.load(*self._roots("calendar"))

    @cached_property
    def units(self) -> Units:
        """The tree of units. Raises PortalError when a unit names a profile that is not there."""
        units = Units.load(self.root / "datasets" / "units.csv")
        for unit in units.latest():
            if unit.profile not in self.profiles:
                raise PortalError(f"units.csv: {unit.slug}: no profile {unit.profile} / 没有这份地方规定")
        return units

    @cached_property
    def received(self) -> Received:
        """When each filing came."""
        return duties.read_received(self.root / self.settings.receive_log, self.root)

    def _roots(self, part: str) -> list[Path]:
        """Return the folders that hold `part`: the portal's own, then the one beside or inside the engine."""
        own = self.root / "datasets" / part
        beside = Path(__file__).resolve().parents[2] / "datasets" / part
        built_in = beside if beside.is_dir() else packaged(part)
        return list(dict.fromkeys(path.resolve() for path in (own, built_in) if path.is_dir()))

    def profile_of(self, unit: Unit) -> Profile:
        """Return the regional rules that bind `unit`."""
        return self.profiles[unit.profile]

    def kind_by_role(self, role: str) -> Kind | None:
        """Return the kind that plays `role`, None when this installation has none."""
        return next((kind for kind in self.kinds.values() if kind.role == role), None)

    def filing_ids(self) -> Iterator[FilingId]:
        """Yield every well-named filing."""
        return filings.find(self.root, self.kinds)

    def read(self, id: FilingId) -> RawTable:
        """Read one filing with its findings."""
        return filings.read(self.root, id, self.kinds[id.kind], self.settings_of(id))

    def settings_of(self, id: FilingId) -> Mapping[str, object]:
        """Return what the rules of the unit's region, in force on the period's last day, set for the filing's kind."""
        spans = self.units.spans(id.unit)
        unit = next((each for each in spans if each.valid_on(id.period.last)), spans[-1] if spans else None)
        return {} if unit is None else self.profile_of(unit).settings_for(id.kind, id.period.last)

    def has(self, id: FilingId) -> bool:
        """Return whether the filing is there."""
        return any((self.root / f"{id.path}{end}").is_file() for end in (".csv", ".yaml"))

    def is_nil(self, id: FilingId) -> bool:
        """Return whether the filing says that there was nothing to publish."""
        return not (self.root / f"{id.path}.csv").is_file() and self.read(id).sidecar.nil is not None

    def received_at(self, id: FilingId, as_of: date) -> datetime | None:
        """Return when the filing came; one not yet committed counts as coming on the day of the build, unwitnessed."""
        if not self.has(id):
            return None
        when = self.received.when(id)
        if when is None:
            return datetime(as_of.year, as_of.month, as_of.day, tzinfo=self.settings.timezone)
        return when.astimezone(self.settings.timezone)

    def duties(self, as_of: date) -> list[Duty]:
        """Return every duty for periods that have ended by `as_of`."""
        found = []
        for unit, kind, period in duties.owed(
            self.units, self.kinds.values(), self.settings.owed_since, as_of
        ):
            id = FilingId(unit.slug, kind.id, period)
            due = duties.due_date(kind, self.profile_of(unit), period, self.workdays)
            received = self.received_at(id, as_of)
            status, days = duties.judge(due, received, received is not None and self.is_nil(id), as_of)
            witnessed = self.received.witnessed and self.received.when(id) is not None
            found.append(Duty(unit, kind, period, due, status, days, received, witnessed))
        return found

    def filing_at(self, address: str) -> FilingId | None:
        """Return the filing at an address like `/u/<unit>/<kind>/<period>/`, None when there is none."""
        parts = address.split("#")[0].strip("/").split("/")
        if len(parts) != 4 or parts[0] != "u" or parts[2] not in self.kinds:
            return None
        try:
            id = FilingId(parts[1], parts[2], Period.parse(parts[3]))
        except ValueError:
            return None
        return id if parts[1] in self.units.slugs() and self.has(id) else None


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
            owed_since=own.get("owed_since", date(2026, 1, 1)),
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
