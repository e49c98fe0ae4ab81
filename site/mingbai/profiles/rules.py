"""Answers by regional rules in force on a day: due days, cadence, answers, display, 七公开; it reads no file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingbai.errors import PortalError
from mingbai.kinds import Due, Kind
from mingbai.messages import Text

NATIONAL = "national"
ANY = "default"  # stands for every kind that has no rule of its own


@dataclass(frozen=True)
class ReplyRule:
    """Within how many days a submission is answered; calendar days unless `workdays`."""

    days: int
    workdays: bool
    basis: Text

    @property
    def calendar_days(self) -> int:
        """How many calendar days it takes at the least: every five working days have a weekend between them."""
        return self.days + 2 * ((self.days - 1) // 5) if self.workdays else self.days


# The four levels at which a submission is handled (四办), and the longest that a deadline may be moved at one of them.
LEVELS = ("lead", "discuss", "support", "oversee")
EXTENSION = "extension"


@dataclass(frozen=True)
class Slot:
    """One of the seven disclosures (七公开) and the kinds that fill it."""

    id: str
    title: Text
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Limit:
    """What no region may go below (`least`) or above (`most`), with the article that says so."""

    least: int | None
    most: int | None
    article: Text

    def allows(self, value: int) -> bool:
        """Return whether a region may set `value`."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


# What the law says for all, from a day on, whatever a national file says: 村民委员会组织法 as amended 2025.
LAW: Mapping[str, tuple[date, Limit]] = {
    "display_days": (
        date(2026, 1, 1),
        Limit(
            15,
            None,
            Text(
                "村民委员会组织法第三十五条（公布不少于十五日）",
                "the village law, Art. 35 (at least fifteen days)",
            ),
        ),
    )
}


def law(day: date) -> dict[str, Limit]:
    """Return the limits that the law itself sets on `day`."""
    return {name: limit for name, (since, limit) in LAW.items() if day >= since}


@dataclass(frozen=True)
class Version:
    """The rules of a region from `valid_from` on; missing rules are looked up in the base profile."""

    valid_from: date
    reviewed_on: date
    source: Text
    due: Mapping[str, Due]
    cadence: Mapping[str, Mapping[str, str]]
    display_days: int | None
    reply: Mapping[str, ReplyRule]
    levels: Mapping[str, ReplyRule]
    seven: tuple[Slot, ...]
    seven_note: Text | None
    expose: Slot | None
    limits: Mapping[str, Limit]
    settings: Mapping[str, Mapping[str, Any]]


class Profile:
    """A region's rules. Answers come from the version in force on the day asked, then from its base."""

    def __init__(self, id: str, title: Text, versions: Sequence[Version], base: "Profile | None") -> None:
        self.id, self.title, self.base = id, title, base
        self.versions = sorted(versions, key=lambda each: each.valid_from)

    def on(self, day: date) -> Version | None:
        """Return the version in force on `day`, None before the first."""
        past = [version for version in self.versions if version.valid_from <= day]
        return past[-1] if past else None

    @property
    def newest(self) -> Version:
        """The last version, for the method page."""
        return self.versions[-1]

    def _chain(self, day: date) -> list[Version]:
        own = self.on(day)
        inherited = self.base._chain(day) if self.base else []
        return [own, *inherited] if own else inherited

    def due(self, kind_id: str, day: date) -> Due | None:
        """Return by when a kind is due by the rules in force on `day`, None if they do not say."""
        for version in self._chain(day):
            rule = version.due.get(kind_id) or version.due.get(ANY)
            if rule:
                return rule
        return None

    def cadence(self, kind: Kind, high_turnover: bool, day: date) -> str:
        """Return how often a unit owes a kind by the rules in force on `day`: the region's, else the kind's own."""
        for version in self._chain(day):
            if kind.id in version.cadence:
                own = version.cadence[kind.id]
                return own.get("high_turnover", own["usual"]) if high_turnover else own["usual"]
        return kind.cadence_of(high_turnover)

    def reply_days(self, sort: str, day: date) -> ReplyRule:
        """Return the reply rule for a type of submission. Raises PortalError when no profile rules it."""
        for version in self._chain(day):
            if sort in version.reply:
                return version.reply[sort]
        raise PortalError(f"profiles/{self.id}.yaml: no reply rule for {sort} / 没有答复期限")

    def level_days(self, name: str, day: date) -> ReplyRule:
        """Return how long a level (`lead`, `support`, `oversee`) has, or an `extension` may take, on `day`.

        Raises PortalError when no profile rules it.
        """
        for version in self._chain(day):
            if name in version.levels:
                return version.levels[name]
        raise PortalError(f"profiles/{self.id}.yaml: no rule for {name} / 没有写 levels 里的 {name}")

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

    def expose(self, day: date) -> Slot | None:
        """Return the one exposure (一曝光) that stands beside the seven."""
        return next((version.expose for version in self._chain(day) if version.expose), None)

    def display_days(self, kind_days: int, day: date) -> int:
        """Return the days a filing stays on display: the kind's, never below what is ruled on `day`."""
        own = [version.display_days or 0 for version in self._chain(day)]
        least = [limit.least or 0 for name, limit in self.limits(day) if name == "display_days"]
        return max([kind_days, *own, *least])

    def limits(self, day: date) -> list[tuple[str, Limit]]:
        """Return every limit in force on `day`, the nearest first, the law's last: none takes another's place."""
        own = [limit for version in self._chain(day) for limit in version.limits.items()]
        return [*own, *law(day).items()]
