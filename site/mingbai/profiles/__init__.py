"""Reads the regional rules of a portal and holds them to the law and to the kinds; what cannot be kept is refused.

A region's file names what its own rules say and nothing else; the rest is its base's. A limit that the law sets for all
(`limits`, in the national file, each with its article) binds every region from its own day on (design §2, profile).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from mingbai.errors import KindError, PortalError
from mingbai.kinds import LONGEST, SUBMISSIONS, Due, Kind, known_keys, read_value, read_yaml, truth, whole
from mingbai.messages import Text
from mingbai.profiles.rules import ANY, LAW, NATIONAL, Limit, Profile, ReplyRule, Slot, Version, law

__all__ = [
    "ANY",
    "NATIONAL",
    "Limit",
    "Profile",
    "ReplyRule",
    "Slot",
    "Version",
    "hold_to_kinds",
    "load_profiles",
]


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
    try:
        found = known_keys(read_yaml(path), ("id", "title", "base", "versions"), f"profiles/{path.name}")
    except KindError as reason:
        raise PortalError(reason.message) from None
    if found.get("id", path.stem) != path.stem:
        raise PortalError(f"profiles/{path.name}: id {found['id']}: 要和文件名一样 / must be the file's name")
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
        base = entry.get("base") or (NATIONAL if name != NATIONAL and NATIONAL in entries else None)
        parent = _build(base, entries, built, (*above, name)) if base else None
        try:
            versions = _versions(entry["versions"], where)
            profile = Profile(name, Text.read(entry["title"], where), versions, parent)
        except KindError as reason:
            raise PortalError(reason.message) from None
        except (AttributeError, KeyError, TypeError, ValueError, IndexError) as reason:
            raise PortalError(f"{where}: {reason!r} / 这份规定读不出来") from None
        _keep_limits(profile, where)
        built[name] = profile
    return built[name]


def _versions(entries: Any, where: str) -> list[Version]:
    if not isinstance(entries, list) or not entries:
        raise PortalError(f"{where}: versions: 一版也没有 / there is none")
    versions = [_version(each, where) for each in entries]
    days = [version.valid_from for version in versions]
    for day in days:
        if days.count(day) > 1:
            raise PortalError(f"{where}: valid_from {day}: 写了两版 / two versions of one day")
    return versions


def _version(entry: Mapping[str, Any], where: str) -> Version:
    where = f"{where}: {entry['valid_from']}"
    known_keys(entry, _KEYS, where)
    if not isinstance(entry["valid_from"], date) or not isinstance(entry["reviewed_on"], date):
        raise PortalError(f"{where}: valid_from, reviewed_on: 日期不是日期 / a day is needed")
    seven, expose = entry.get("seven") or {}, entry.get("expose")
    return Version(
        valid_from=entry["valid_from"],
        reviewed_on=entry["reviewed_on"],
        source=Text.read(entry["source"], where),
        due={name: Due.read(rule, f"{where}: {name}") for name, rule in (entry.get("due") or {}).items()},
        cadence={kind: dict(own) for kind, own in (entry.get("cadence") or {}).items()},
        display_days=None
        if entry.get("display_days") is None
        else whole(entry["display_days"], 1, LONGEST, f"{where}: display_days"),
        reply={
            sort: _reply(rule, f"{where}: reply.{sort}")
            for sort, rule in known_keys(entry.get("reply") or {}, SUBMISSIONS, f"{where}: reply").items()
        },
        seven=_seven(seven, f"{where}: seven"),
        seven_note=Text.read(seven["note"], where) if seven.get("note") else None,
        expose=None if expose is None else _slot({"id": "expose", **expose}, where),
        limits={
            name: _limit(limit, f"{where}: {name}")
            for name, limit in known_keys(entry.get("limits") or {}, _LIMITED, f"{where}: limits").items()
        },
        settings={
            kind: {name: read_value(value, f"{where}: {kind}.{name}") for name, value in own.items()}
            for kind, own in (entry.get("settings") or {}).items()
        },
    )


_KEYS = set(
    "valid_from reviewed_on source due cadence display_days reply seven expose limits settings".split()
)


_LIMITED = ("display_days", *(f"reply.{sort}" for sort in SUBMISSIONS))


def _reply(entry: Any, where: str) -> ReplyRule:
    known_keys(entry, ("days", "workdays", "basis"), where)
    days, workdays = whole(entry.get("days"), 1, LONGEST, where), truth(entry.get("workdays", False), where)
    return ReplyRule(days, workdays, Text.read(entry["basis"], where))


def _seven(entry: Mapping[str, Any], where: str) -> tuple[Slot, ...]:
    """Read the seven slots, none where the version leaves them to its base. Raises KindError for six or eight."""
    known_keys(entry, ("list", "note", "slots"), where)
    slots = tuple(_slot(slot, where) for slot in entry.get("slots", ()))
    if len(slots) not in (0, 7) or len({slot.id for slot in slots}) != len(slots):
        raise KindError(f"{where}: {len(slots)} slots, or one twice / 七公开要正好七项，不能重")
    return slots


def _slot(entry: Mapping[str, Any], where: str) -> Slot:
    known_keys(entry, ("id", "title", "kinds"), where)
    return Slot(entry["id"], Text.read(entry["title"], where), tuple(entry["kinds"]))


def _limit(entry: Mapping[str, Any], where: str) -> Limit:
    known_keys(entry, ("least", "most", "article"), where)
    least, most = (
        None if entry.get(key) is None else whole(entry[key], 1, LONGEST, f"{where}: {key}")
        for key in ("least", "most")
    )
    return Limit(least, most, Text.read(entry["article"], where))


def _keep_limits(profile: Profile, where: str) -> None:
    """Refuse a region whose rules pass a limit on any day on which both are in force; the law is named."""
    days = {version.valid_from for version in profile.versions}
    above = profile.base
    while above is not None:
        days |= {version.valid_from for version in above.versions}
        above = above.base
    for day in sorted(days | {since for since, _ in LAW.values()}):
        version = profile.on(day)
        limits = law(day) if profile.base is None else profile.base.limits(day)
        for name, limit in limits.items():
            value = _ruled(version, name) if version is not None else None
            if value is not None and not limit.allows(value):
                raise PortalError(
                    f"{where}: {name}: {value} 从 {day} 起不合{limit.article.zh}"
                    f" / from {day} on not allowed by {limit.article.en}"
                )


def _ruled(version: Version, name: str) -> int | None:
    """Return what a version itself says about `display_days` or `reply.<type>`, in calendar days at the least."""
    if name == "display_days":
        own = version.limits.get(name)
        said = [version.display_days, None if own is None else own.least]
        return min((days for days in said if days is not None), default=None)
    rule = version.reply.get(name.removeprefix("reply."))
    return None if rule is None else rule.calendar_days


def hold_to_kinds(profiles: Mapping[str, Profile], kinds: Mapping[str, Kind]) -> None:
    """Raise PortalError for a rule about a kind or setting that is not there, or that makes a kind owed more rarely."""
    for profile in profiles.values():
        for version in profile.versions:
            where = f"profiles/{profile.id}.yaml: {version.valid_from}"
            slots = [*version.seven, *([version.expose] if version.expose else [])]
            named = {
                *version.due,
                *version.cadence,
                *version.settings,
                *(kind for slot in slots for kind in slot.kinds),
            }
            strange = sorted(named - {ANY} - set(kinds))
            if strange:
                raise PortalError(f"{where}: {'、'.join(strange)}: 没有这个事项 / there is no such kind")
            for id, own in version.settings.items():
                if set(own) - set(kinds[id].settings):
                    raise PortalError(
                        f"{where}: settings: {id}: {sorted(set(own) - set(kinds[id].settings))} / 没有这个数"
                    )
            for id, cadence in version.cadence.items():
                _keep_cadence(kinds[id], cadence, where)


def _keep_cadence(kind: Kind, cadence: Mapping[str, str], where: str) -> None:
    """A region may ask for a kind more often than the law, never less often."""
    often = ("annual", "half", "quarterly", "monthly")
    for name, value in cadence.items():
        floor = kind.cadence.get(name, kind.cadence["usual"])
        if value not in often or floor not in often or often.index(value) < often.index(floor):
            basis = kind.legal_basis[0]
            raise PortalError(
                f"{where}: cadence: {kind.id}: {value} 比{basis.law.zh}{basis.article.zh}的 {floor} 还少"
                f" / rarer than {floor}, {basis.law.en}, {basis.article.en}"
            )
