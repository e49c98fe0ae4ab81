"""Holds the terms of a kind: its law, when it is due, the numbers it sets, its clocks; it opens no folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mingbai.errors import KindError
from mingbai.kinds.reading import known_keys, listed, mapping, number, one_of, truth, whole, word, wording
from mingbai.messages import Text
from mingbai.periods import CADENCES

LONGEST = 366  # days that a rule may set
SUBMISSIONS = ("inquiry", "suggestion", "letter", "report", "erratum")  # what residents may write (design §2)


@dataclass(frozen=True)
class LegalBasis:
    """An article of a law in force; `formerly` is the older number that most pages still use."""

    law: Text
    article: Text
    formerly: Text | None
    says: Text


@dataclass(frozen=True)
class Due:
    """By when a filing is due: `days` after the period's last day, or its first (`start`); in calendar or working days.

    A plan is due after the first day of the year that it is for, an account after the last day of the one it is about.
    """

    days: int
    workdays: bool
    start: bool

    @classmethod
    def read(cls, entry: Mapping[str, Any], where: str) -> "Due":
        """Read `{days, workdays, from}`. Raises KindError naming `where`."""
        known_keys(entry, ("days", "workdays", "from"), where, needs=("days",))
        start = one_of(entry.get("from", "last"), ("first", "last"), f"{where}: from") == "first"
        days = whole(entry["days"], 0, LONGEST, f"{where}: days")
        return cls(days, truth(entry.get("workdays", False), f"{where}: workdays"), start)


@dataclass(frozen=True)
class Setting:
    """A number or a list of bands that rules and computed columns read; a profile may set another."""

    value: Any
    basis: Text


@dataclass(frozen=True)
class Clock:
    """A stage of a row: by the day in `due` the day in `done` has to be there. `what`: what is waited for."""

    due: str
    done: str
    what: Text


@dataclass(frozen=True)
class Names:
    """Fields that name office-holders, and the days that tell how long they may stand there (design §6.17).

    `serving`: the field of a day on which they were in office; `left`: of the day on which one left it; `elected`: of
    the day on which they were elected, all together, so that whoever was in office before left it. `where`: only in
    rows that hold one of these values is it a person whom the fields name, and not a body.
    """

    fields: tuple[str, ...]
    serving: str | None
    left: str | None
    elected: str | None
    where: Mapping[str, tuple[str, ...]]

    @classmethod
    def read(cls, entry: Mapping[str, Any], place: str) -> "Names":
        """Read `{fields, serving, left, elected, where}`. Raises KindError naming `place`."""
        days = ("serving", "left", "elected")
        known_keys(entry, ("fields", *days, "where"), place, needs=("fields",))
        told = {day: word(entry[day], f"{place}: {day}") if day in entry else None for day in days}
        only = mapping(entry.get("where", {}), f"{place}: where")
        where = {name: listed(values, f"{place}: where: {name}") for name, values in only.items()}
        return cls(listed(entry["fields"], f"{place}: fields"), where=where, **told)

    def are_of_persons(self, told: Mapping[str, Any]) -> bool:
        """Tell whether a row, or the header, names persons in these fields."""
        return all(told.get(name) in values for name, values in self.where.items())


def read_setting(entry: Mapping[str, Any], where: str) -> Setting:
    """Read a setting: a number, or bands as [lower bound, name], the highest bound first. Raises KindError."""
    known_keys(entry, ("value", "basis"), where, needs=("value", "basis"))
    return Setting(read_value(entry["value"], where), wording(entry["basis"], f"{where}: basis"))


def read_value(value: Any, where: str) -> Any:
    """Return the value of a setting with exact numbers. Raises KindError for bands that do not go down to 0."""
    if isinstance(value, list) and value and all(isinstance(each, list) and len(each) == 2 for each in value):
        bands = [(_exact(bound, where), name) for bound, name in value]
        if any(upper <= lower for (upper, _), (lower, _) in zip(bands, bands[1:], strict=False)):
            raise KindError(f"{where}: bands have to go down / 分档要从高到低")
        if bands[-1][0] > 0:
            raise KindError(f"{where}: the last band begins at {bands[-1][0]}, not at 0 / 最低一档要从 0 起")
        if sort_of(bands) not in ("bands of str", "bands of int"):
            raise KindError(
                f"{where}: bands are named by words, or by whole numbers / 档名要么都是词，要么都是整数"
            )
        return bands
    return _exact(value, where)


def sort_of(value: Any) -> str:
    """Return what a setting is: a number, or bands with names of a type; a region may set another of the same sort."""
    if not isinstance(value, list):
        return "number"
    return f"bands of {' and '.join(sorted({type(name).__name__ for _, name in value}))}"


def _exact(value: Any, where: str) -> Decimal | int:
    known = number(value, where)
    return known if isinstance(known, int) else Decimal(str(known))


def read_clock(entry: Mapping[str, Any], where: str) -> Clock:
    """Read `{due, done, what}`. Raises KindError naming `where`."""
    where, parts = f"{where}: clocks", ("due", "done", "what")
    known_keys(entry, parts, where, needs=parts)
    due, done = (word(entry[part], f"{where}: {part}") for part in ("due", "done"))
    return Clock(due, done, wording(entry["what"], f"{where}: what"))


def read_cadence(entry: Any, where: str) -> dict[str, str]:
    """Read `{usual, high_turnover}`: how often a kind is owed. Raises KindError naming `where`."""
    known = known_keys(entry, ("usual", "high_turnover"), where, needs=("usual",))
    return {name: one_of(value, CADENCES, f"{where}: {name}") for name, value in known.items()}


def read_basis(entry: Mapping[str, Any], where: str) -> LegalBasis:
    """Read `{law, article, formerly, says}`. Raises KindError naming `where`."""
    where, parts = f"{where}: legal_basis", ("law", "article", "says")
    known_keys(entry, (*parts, "formerly"), where, needs=parts)
    formerly = wording(entry["formerly"], f"{where}: formerly") if "formerly" in entry else None
    law, article, says = (wording(entry[part], f"{where}: {part}") for part in parts)
    return LegalBasis(law, article, formerly, says)
