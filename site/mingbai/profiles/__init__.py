"""Reads the regional rules of a portal and holds them to the law and to the kinds; what cannot be kept is refused.

A region's file names what its own rules say and nothing else; the rest is its base's. A limit that the law sets for all
(`limits`, in the national file, each with its article) binds every region from its own day on (design §2, profile).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mingbai.errors import KindError, PortalError
from mingbai.kinds import Kind
from mingbai.kinds.reading import known_keys, named, read_yaml, word, wording
from mingbai.kinds.terms import sort_of
from mingbai.profiles.reading import read_versions
from mingbai.profiles.rules import (
    ANY,
    EXTENSION,
    LAW,
    LEVELS,
    NATIONAL,
    Limit,
    Profile,
    ReplyRule,
    Slot,
    Version,
    law,
)

__all__ = [
    "ANY",
    "EXTENSION",
    "LEVELS",
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
    where, needs = f"profiles/{path.name}", ("title", "versions")
    try:
        found = known_keys(read_yaml(path), ("id", "base", *needs), where, needs=needs)
        if found.get("base"):
            word(found["base"], f"{where}: base")
        elif found.get("base", "") not in (None, ""):
            raise KindError(f"{where}: base: {found['base']} is no profile / 不是一份地方规定")
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
            with named(where):
                versions = read_versions(entry["versions"], where)
                profile = Profile(name, wording(entry["title"], f"{where}: title"), versions, parent)
        except KindError as reason:
            raise PortalError(reason.message) from None
        _keep_limits(profile, where)
        built[name] = profile
    return built[name]


def _keep_limits(profile: Profile, where: str) -> None:
    """Refuse a region whose rules pass a limit on any day on which both are in force; the law is named."""
    days = {version.valid_from for version in profile.versions}
    above = profile.base
    while above is not None:
        days |= {version.valid_from for version in above.versions}
        above = above.base
    for since in sorted(days | {since for since, _ in LAW.values()}):
        version = profile.on(since)
        limits = list(law(since).items()) if profile.base is None else profile.base.limits(since)
        for name, limit in limits:
            for value in [] if version is None else _ruled(version, name):
                if not limit.allows(value):
                    raise PortalError(
                        f"{where}: {name}: {value} 从 {since} 起不合{limit.article.zh}"
                        f" / from {since} on not allowed by {limit.article.en}"
                    )


def _ruled(version: Version, name: str) -> list[int]:
    """Return what a version itself says about `display_days` or `reply.<type>`, in calendar days at the least.

    Its own limits are among it: they may be stricter than those above, never looser.
    """
    reply, own = version.reply.get(name.removeprefix("reply.")), version.limits.get(name)
    said = [version.display_days if name == "display_days" else None, reply.calendar_days if reply else None]
    said += [] if own is None else [own.least, own.most]
    return [days for days in said if days is not None]


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
                _keep_settings(kinds[id], own, f"{where}: settings.{id}")
            for id, cadence in version.cadence.items():
                _keep_cadence(kinds[id], cadence, where)


def _keep_settings(kind: Kind, own: Mapping[str, Any], where: str) -> None:
    """A region may set another number for a number, other bands for bands; nothing else."""
    for name, value in own.items():
        if name not in kind.settings:
            raise PortalError(f"{where}.{name}: 没有这个数 / there is no such setting")
        needed = sort_of(kind.settings[name].value)
        if sort_of(value) != needed:
            raise PortalError(f"{where}.{name}: {sort_of(value)}, not {needed} / 要和事项里写的是同一样东西")


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
