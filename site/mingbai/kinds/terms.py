"""Holds the terms of a kind: its law, when it is due, the numbers it sets, its clocks; it opens no folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mingbai.errors import KindError
from mingbai.kinds.reading import known_keys, one_of, truth, whole
from mingbai.messages import Text

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
        known_keys(entry, ("days", "workdays", "from"), where)
        start = one_of(entry.get("from", "last"), ("first", "last"), where) == "first"
        days = whole(entry.get("days"), 0, LONGEST, f"{where}: days")
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


def read_setting(entry: Mapping[str, Any], where: str) -> Setting:
    """Read a setting: a number, or bands as [lower bound, name], the highest bound first. Raises KindError."""
    if not isinstance(entry, Mapping) or set(entry) != {"value", "basis"}:
        raise KindError(f"{where}: value and basis are needed / 要写数值和依据")
    return Setting(read_value(entry["value"], where), Text.read(entry["basis"], where))


def read_value(value: Any, where: str) -> Any:
    """Return the value of a setting with exact numbers. Raises KindError for bands that do not go down to 0."""
    if isinstance(value, list) and value and all(isinstance(each, list) and len(each) == 2 for each in value):
        bands = [(_exact(bound, where), name) for bound, name in value]
        if any(upper <= lower for (upper, _), (lower, _) in zip(bands, bands[1:], strict=False)):
            raise KindError(f"{where}: bands have to go down / 分档要从高到低")
        if bands[-1][0] > 0:
            raise KindError(f"{where}: the last band begins at {bands[-1][0]}, not at 0 / 最低一档要从 0 起")
        return bands
    return _exact(value, where)


def _exact(value: Any, where: str) -> Decimal | int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise KindError(f"{where}: {value} is no number / 要写数字")
    return value if isinstance(value, int) else Decimal(str(value))


def read_clock(entry: Mapping[str, Any], where: str) -> Clock:
    """Read `{due, done, what}`. Raises KindError naming `where`."""
    try:
        return Clock(str(entry["due"]), str(entry["done"]), Text.read(entry["what"], f"{where}: clocks"))
    except (KeyError, TypeError) as reason:
        raise KindError(f"{where}: clocks: {reason!r} / 时限写得不对") from None


def read_basis(entry: Mapping[str, Any], where: str) -> LegalBasis:
    """Read `{law, article, formerly, says}`. Raises KindError naming `where`."""
    formerly = Text.read(entry["formerly"], f"{where}: formerly") if entry.get("formerly") else None
    law, article, says = (Text.read(entry.get(key), f"{where}: {key}") for key in ("law", "article", "says"))
    return LegalBasis(law, article, formerly, says)
