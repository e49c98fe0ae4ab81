"""Opens an installation: settings, units, kinds, profiles, filings; it renders and writes nothing."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from mingbai import duties, filings
from mingbai.duties import Duty, Received
from mingbai.errors import PortalError
from mingbai.filings import FilingId, RawTable
from mingbai.folders import CONFIG
from mingbai.kinds import Kind, load_kinds
from mingbai.messages import packaged, theme_folder
from mingbai.periods import Period
from mingbai.portal.settings import Settings, read_settings
from mingbai.profiles import NATIONAL, Profile, hold_to_kinds, load_profiles
from mingbai.units import Unit, Units
from mingbai.workdays import DueDate, Workdays


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

    def with_files_at(self, root: Path) -> "Portal":
        """Return the same installation with its filings elsewhere; settings, kinds and rules are not read again."""
        other = Portal(root.resolve(), self.settings, self.state)
        for name in ("_all_kinds", "profiles", "workdays", "units"):
            other.__dict__[name] = getattr(self, name)
        return other

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
        """Kinds in use by id: the portal's own folder first, then the built-in ones, as the settings switch them."""
        kinds = self._all_kinds
        named = {*(self.settings.kinds or ()), *self.settings.owed_by}
        if named - set(kinds):
            raise PortalError(
                f"{CONFIG}: kinds: {sorted(named - set(kinds))}: 没有这个事项 / there is no such kind"
            )
        used = {id: kinds[id] for id in sorted(self.settings.kinds or kinds)}
        return {
            id: replace(kind, owed_by=self.settings.owed_by.get(id, kind.owed_by))
            for id, kind in used.items()
        }

    @cached_property
    def _all_kinds(self) -> dict[str, Kind]:
        """Every kind there is, in use or not."""
        return load_kinds(self._roots("kinds"))

    @property
    def replaced(self) -> list[str]:
        """Built-in kinds that the portal's own folder replaces whole (design §3)."""
        own, *others = self._roots("kinds")
        mine = [id for id, kind in self.kinds.items() if kind.folder.parent == own]
        return [id for id in mine if any((root / id).is_dir() for root in others)]

    @cached_property
    def profiles(self) -> dict[str, Profile]:
        """Regional rules by id."""
        profiles = load_profiles(self._roots("profiles"))
        hold_to_kinds(profiles, self._all_kinds)
        return profiles

    @cached_property
    def workdays(self) -> Workdays:
        """The working-day calendar."""
        return Workdays.load(*self._roots("calendar"))

    @cached_property
    def units(self) -> Units:
        """The tree of units. Raises PortalError when a unit names a profile that is not there."""
        units = Units.load(self.root / "datasets" / "units.csv")
        for unit in units.rows():
            if unit.profile and unit.profile not in self.profiles:
                raise PortalError(f"units.csv: {unit.slug}: no profile {unit.profile} / 没有这份地方规定")
        return units

    @cached_property
    def received(self) -> Received:
        """When each filing came."""
        logs = (self.root / self.settings.receive_log, self.state / "receive.log")
        return duties.read_received(logs, self.root)

    def _roots(self, part: str) -> list[Path]:
        """Return the folders that hold `part`: the portal's own, then the one beside or inside the engine."""
        own = self.root / "datasets" / part
        beside = Path(__file__).resolve().parents[3] / "datasets" / part
        built_in = beside if beside.is_dir() else packaged(part)
        return list(dict.fromkeys(path.resolve() for path in (own, built_in) if path.is_dir()))

    def profile_of(self, unit: Unit) -> Profile:
        """Return the regional rules that bind `unit`: its own, else those of the nearest unit above that names some."""
        at = unit
        while not at.profile and at.parent is not None:
            at = self.units.get(at.parent)
        return self.profiles[at.profile or NATIONAL]

    def kind_by_role(self, role: str) -> Kind | None:
        """Return the kind that plays `role`, None when this installation has none."""
        return next((kind for kind in self.kinds.values() if kind.role == role), None)

    def filing_ids(self) -> Iterator[FilingId]:
        """Yield every well-named filing."""
        return filings.find(self.root, self.kinds)

    def read(self, id: FilingId) -> RawTable:
        """Read one filing with its findings."""
        raw = filings.read(self.root, id, self.kinds[id.kind], self.settings_of(id), self.sort_of(id))
        return self.settled(raw)

    def settled(self, raw: RawTable) -> RawTable:
        """Return a filing with what its unit's other filings tell about it: when the committee was elected."""
        return replace(raw, elections=self._elections.get(raw.id.unit, ())) if raw.kind.names else raw

    @cached_property
    def _elections(self) -> dict[str, tuple[date, ...]]:
        """The days on which the committee of each unit was elected, as far as filings tell."""
        found: dict[str, tuple[date, ...]] = {}
        for id in self.filing_ids():
            names = self.kinds[id.kind].names
            if names is not None and names.elected is not None:
                header = filings.read(self.root, id, self.kinds[id.kind]).header
                day = header.get(names.elected)
                found[id.unit] = (*found.get(id.unit, ()), *([day] if isinstance(day, date) else []))
        return found

    def settings_of(self, id: FilingId) -> Mapping[str, object]:
        """Return what the rules of the unit's region, in force on the period's last day, set for the filing's kind."""
        unit = self._unit_of(id)
        return {} if unit is None else self.profile_of(unit).settings_for(id.kind, id.period.last)

    def sort_of(self, id: FilingId) -> str | None:
        """Return whether a village, a community, a town … publishes the filing; None for a unit that is not there."""
        unit = self._unit_of(id)
        return None if unit is None else unit.sort

    def display_days(self, id: FilingId) -> int:
        """Return how many days of display the unit's region asks for, by the law of the period; 0 for none."""
        unit = self._unit_of(id)
        return 0 if unit is None else self.profile_of(unit).display_days(0, id.period.last)

    def _unit_of(self, id: FilingId) -> Unit | None:
        """Return the unit of a filing as it was on the period's last day, its last form where it was gone by then."""
        spans = self.units.spans(id.unit)
        return next((each for each in spans if each.valid_on(id.period.last)), spans[-1] if spans else None)

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

    def duties(self, as_of: date, slug: str | None = None) -> list[Duty]:
        """Return every duty for periods that have ended by `as_of`; `slug`: of this unit alone."""
        found = []
        for unit, kind, period in self._owed(as_of, slug):
            id = FilingId(unit.slug, kind.id, period)
            due = duties.due_date(kind, self.profile_of(unit), period, self.workdays)
            received = self.received_at(id, as_of)
            status, days = duties.judge(due.day, received, received is not None and self.is_nil(id), as_of)
            witnessed = self.received.is_witnessed(id)
            found.append(
                Duty(unit, kind, period, due.day, status, days, received, witnessed, due.provisional)
            )
        return found

    def coming(self, as_of: date, until: date) -> list[tuple[Unit, Kind, Period, DueDate]]:
        """Return what falls due after `as_of` and by `until`, for calendars; whether it came is not asked."""
        found = []
        for unit, kind, period in self._owed(until):
            due = duties.due_date(kind, self.profile_of(unit), period, self.workdays)
            if as_of < due.day <= until:
                found.append((unit, kind, period, due))
        return found

    def _owed(self, until: date, slug: str | None = None) -> Iterator[tuple[Unit, Kind, Period]]:
        """Yield what is owed here: by the county of the settings and all that ever lay below it."""
        for unit, kind, period in duties.owed(
            self.units, self.kinds.values(), self.profile_of, self.settings.since, until, slug
        ):
            if self.is_ours(unit):
                yield unit, kind, period

    def is_ours(self, unit: Unit) -> bool:
        """Return whether a unit is the portal's county or lies below it; others may show filings and owe none here."""
        at = unit
        while at.parent is not None:
            at = self.units.get(at.parent)
        return at.slug == self.settings.county

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
