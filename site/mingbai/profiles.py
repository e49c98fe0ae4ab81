"""Knows regional rules by date: due days, reply deadlines, the reading of 七公开; it never lowers a national floor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from mingbai.errors import PortalError
from mingbai.kinds import read_value, read_yaml
from mingbai.messages import Text

NATIONAL = "national"


@dataclass(frozen=True)
class ReplyRule:
    """Within how many days a submission is answered; calendar days unless `workdays`."""

    days: int
    workdays: bool
    basis: Text


@dataclass(frozen=True)
class Slot:
    """One of the seven disclosures (七公开) and the kinds that fill it."""

    id: str
    title: Text
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Version:
    """The rules of a region from `valid_from` on; missing rules are looked up in the base profile."""

    valid_from: date
    reviewed_on: date
    source: Text
    due: Mapping[str, Any]
    reply: Mapping[str, ReplyRule]
    seven: tuple[Slot, ...]
    seven_note: Text | None
    floors: Mapping[str, int]
    settings: Mapping[str, Mapping[str, Any]]


class Profile:
    """A region's rules. Answers come from the version in force on the day asked, then from its base."""

    def __init__(self, id: str, title: Text, versions: Sequence[Version], base: "Profile | None") -> None:
        self.id, self.title, self.base = id, title, base
        self._versions = sorted(versions, key=lambda each: each.valid_from)

    def on(self, day: date) -> Version | None:
        """Return the version in force on `day`, None before the first."""
        past = [version for version in self._versions if version.valid_from <= day]
        return past[-1] if past else None

    @property
    def newest(self) -> Version:
        """The last version, for the method page."""
        return self._versions[-1]

    def _chain(self, day: date) -> list[Version]:
        own = self.on(day)
        inherited = self.base._chain(day) if self.base else []
        return [own, *inherited] if own else inherited

    def due_days(self, kind_id: str, day: date) -> tuple[int, bool] | None:
        """Return (days after the period's last day, counted in working days) for a kind, None if not ruled."""
        for version in self._chain(day):
            rule = version.due.get("by_kind", {}).get(kind_id) or version.due.get("default")
            if rule:
                return int(rule["days"]), bool(rule.get("workdays", False))
        return None

    def reply_days(self, sort: str, day: date) -> ReplyRule:
        """Return the reply rule for a type of submission. Raises PortalError when no profile rules it."""
        for version in self._chain(day):
            if sort in version.reply:
                return version.reply[sort]
        raise PortalError(f"profiles/{self.id}.yaml: no reply rule for {sort} / 没有答复期限")

    def settings_for(self, kind_id: str, day: date) -> dict[str, Any]:
        """Return the numbers and bands that the region sets for a kind on `day`, instead of the kind's own."""
        found: dict[str, Any] = {}
        for version in reversed(self._chain(day)):
            found |= version.settings.get(kind_id, {})
        return found

    def seven(self, day: date) -> tuple[tuple[Slot, ...], Text | None]:
        """Return the seven slots in force on `day` and the note that says where the list is from."""
        for version in self._chain(day):
            if version.seven:
                return version.seven, version.seven_note
        return (), None

    def display_days(self, kind_days: int, day: date) -> int:
        """Return the days a filing stays on display: the kind's, never below a floor in force on `day`."""
        floors = [version.floors.get("display_days", 0) for version in self._chain(day)]
        return max([kind_days, *floors])


def load_profiles(roots: Sequence[Path]) -> dict[str, Profile]:
    """Read all `<id>.yaml` below `roots`; an earlier root wins. Raises PortalError."""
    entries: dict[str, Mapping[str, Any]] = {}
    for root in roots:
        for path in sorted(root.glob("*.yaml")):
            entries.setdefault(path.stem, _entry(path))
    built: dict[str, Profile] = {}
    for name in entries:
        _build(name, entries, built, ())
    return built


def _entry(path: Path) -> Mapping[str, Any]:
    found = read_yaml(path)
    if not isinstance(found, Mapping):
        raise PortalError(f"profiles/{path.name}: 要写成“名称: 内容” / must be a mapping")
    return found


def _build(
    name: str, entries: Mapping[str, Mapping[str, Any]], built: dict[str, Profile], above: tuple[str, ...]
) -> Profile:
    if name in above or name not in entries:
        raise PortalError(
            f"profiles/{above[-1]}.yaml: base {name}: missing or circular / 上级规定找不到或绕回自己"
        )
    if name not in built:
        entry, where = entries[name], f"profiles/{name}.yaml"
        base = entry.get("base")
        parent = _build(base, entries, built, (*above, name)) if base else None
        try:
            versions = [_version(each, where) for each in entry["versions"]]
            profile = Profile(name, Text.read(entry["title"], where), versions, parent)
        except (KeyError, TypeError, ValueError, IndexError) as reason:
            raise PortalError(f"{where}: {reason!r} / 这份规定读不出来") from None
        _keep_floors(profile, where)
        built[name] = profile
    return built[name]


def _version(entry: Mapping[str, Any], where: str) -> Version:
    seven = entry.get("seven") or {}
    return Version(
        valid_from=entry["valid_from"],
        reviewed_on=entry["reviewed_on"],
        source=Text.read(entry["source"], where),
        due=entry.get("due") or {},
        reply={
            sort: ReplyRule(int(rule["days"]), bool(rule.get("workdays")), Text.read(rule["basis"], where))
            for sort, rule in (entry.get("reply") or {}).items()
        },
        seven=tuple(
            Slot(slot["id"], Text.read(slot["title"], where), tuple(slot["kinds"]))
            for slot in seven.get("slots", ())
        ),
        seven_note=Text.read(seven["note"], where) if seven.get("note") else None,
        floors=entry.get("floors") or {},
        settings={
            kind: {name: read_value(value, f"{where}: {kind}.{name}") for name, value in own.items()}
            for kind, own in (entry.get("settings") or {}).items()
        },
    )


def _keep_floors(profile: Profile, where: str) -> None:
    """Refuse a region that writes a floor below the national one in force on the same day."""
    if profile.base is None:
        return
    for version in profile._versions:
        for above in profile.base._chain(version.valid_from):
            for name, value in version.floors.items():
                if value < above.floors.get(name, 0):
                    raise PortalError(f"{where}: {name} is below the national floor / 低于国家规定的下限")
