"""Reads the dated versions of a region's file: every key and every value of its type; it holds them to no law.

What is wrong is a KindError that names file, version and key.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from mingbai.errors import KindError
from mingbai.kinds import LONGEST, SUBMISSIONS, Due
from mingbai.kinds.reading import day, known_keys, listed, mapping, truth, whole, word, wording
from mingbai.kinds.terms import read_cadence, read_value
from mingbai.profiles.rules import EXTENSION, LEVELS, Limit, ReplyRule, Slot, Version


def read_versions(entries: Any, where: str) -> list[Version]:
    """Return the versions of a file, one a day at the most. Raises KindError, also when there is none."""
    if not isinstance(entries, list) or not entries:
        raise KindError(f"{where}: versions: 一版也没有 / there is none")
    versions = [_version(each, where) for each in entries]
    days = [version.valid_from for version in versions]
    for each in days:
        if days.count(each) > 1:
            raise KindError(f"{where}: valid_from {each}: 写了两版 / two versions of one day")
    return versions


def _version(entry: Any, where: str) -> Version:
    where = f"{where}: {mapping(entry, f'{where}: versions').get('valid_from', 'versions')}"
    known_keys(entry, _KEYS, where, needs=_KEYS_NEEDED)
    seven, expose = entry.get("seven"), entry.get("expose")
    return Version(
        valid_from=day(entry["valid_from"], f"{where}: valid_from"),
        reviewed_on=day(entry["reviewed_on"], f"{where}: reviewed_on"),
        source=wording(entry["source"], f"{where}: source"),
        due=_each(Due.read, entry, "due", where),
        cadence=_each(read_cadence, entry, "cadence", where),
        display_days=whole(entry["display_days"], 1, LONGEST, f"{where}: display_days")
        if "display_days" in entry
        else None,
        reply=_each(_reply, entry, "reply", where, SUBMISSIONS),
        levels=_each(_reply, entry, "levels", where, _CLOCKS),
        seven=() if seven is None else _seven(seven, f"{where}: seven"),
        seven_note=wording(seven["note"], f"{where}: seven: note") if seven and "note" in seven else None,
        expose=None if expose is None else _expose(expose, f"{where}: expose"),
        limits=_each(_limit, entry, "limits", where, _LIMITED),
        settings=_each(_settings, entry, "settings", where),
    )


_KEYS_NEEDED = ("valid_from", "reviewed_on", "source")
_KEYS = (*_KEYS_NEEDED, *"due cadence display_days reply levels seven expose limits settings".split())
_CLOCKS = (
    *(level for level in LEVELS if level != "discuss"),
    EXTENSION,
)  # discussing lasts until the answer is due
_LIMITED = ("display_days", *(f"reply.{sort}" for sort in SUBMISSIONS))


_Rule = TypeVar("_Rule")


def _each(
    read: Callable[[Any, str], _Rule],
    entry: Mapping[str, Any],
    key: str,
    where: str,
    known: Collection[str] = (),
) -> dict[str, _Rule]:
    """Read every rule that stands under `key`, by its name; none where the version has no such part."""
    where, rules = f"{where}: {key}", entry.get(key, {})
    named_rules = known_keys(rules, known, where) if known else mapping(rules, where)
    return {name: read(rule, f"{where}.{name}") for name, rule in named_rules.items()}


def _reply(entry: Any, where: str) -> ReplyRule:
    known_keys(entry, ("days", "workdays", "basis"), where, needs=("days", "basis"))
    days = whole(entry["days"], 1, LONGEST, f"{where}: days")
    workdays = truth(entry.get("workdays", False), f"{where}: workdays")
    return ReplyRule(days, workdays, wording(entry["basis"], f"{where}: basis"))


def _seven(entry: Any, where: str) -> tuple[Slot, ...]:
    """Read the seven slots. Raises KindError for six or eight, and for one that stands twice."""
    known_keys(entry, ("list", "note", "slots"), where, needs=("slots",))
    if not isinstance(entry["slots"], list):
        raise KindError(f"{where}: slots: a list is needed / 要写成列表")
    slots = tuple(_slot(slot, f"{where}: slots") for slot in entry["slots"])
    if len({slot.id for slot in slots}) != len(slots) or len(slots) != 7:
        raise KindError(f"{where}: {len(slots)} slots, or one twice / 七公开要正好七项，不能重")
    return slots


def _slot(entry: Any, where: str) -> Slot:
    parts = ("id", "title", "kinds")
    known_keys(entry, parts, where, needs=parts)
    id = word(entry["id"], f"{where}: id")
    return Slot(
        id, wording(entry["title"], f"{where}: {id}: title"), listed(entry["kinds"], f"{where}: {id}: kinds")
    )


def _expose(entry: Any, where: str) -> Slot:
    known_keys(entry, ("title", "kinds"), where, needs=("title", "kinds"))
    return Slot(
        "expose", wording(entry["title"], f"{where}: title"), listed(entry["kinds"], f"{where}: kinds")
    )


def _limit(entry: Any, where: str) -> Limit:
    known_keys(entry, ("least", "most", "article"), where, needs=("article",))
    least, most = (
        whole(entry[key], 1, LONGEST, f"{where}: {key}") if key in entry else None
        for key in ("least", "most")
    )
    if (least is None and most is None) or (least is not None and most is not None and least > most):
        raise KindError(f"{where}: least {least}, most {most} set no limit / 没写上下限，或者下限比上限大")
    return Limit(least, most, wording(entry["article"], f"{where}: article"))


def _settings(entry: Any, where: str) -> dict[str, Any]:
    return {name: read_value(value, f"{where}.{name}") for name, value in mapping(entry, where).items()}
