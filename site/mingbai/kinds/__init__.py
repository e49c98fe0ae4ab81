"""Reads the folders of kinds; the only module that knows what such a folder looks like. It reads no filing.

A kind is a folder (design §5). What cannot be understood stops the reading: nothing is skipped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mingbai.errors import KindError
from mingbai.kinds.contracts import (
    CLASSES,
    Computed,
    Contract,
    Field,
    Schema,
    read_computed,
    read_contract,
)
from mingbai.kinds.reading import known_keys, one_of, read_yaml, truth, whole
from mingbai.kinds.soundness import hold_together
from mingbai.kinds.terms import (
    LONGEST,
    SUBMISSIONS,
    Clock,
    Due,
    LegalBasis,
    Setting,
    read_basis,
    read_clock,
    read_setting,
    read_value,
)
from mingbai.messages import Text
from mingbai.units import SORTS

__all__ = [
    "CLASSES",
    "LONGEST",
    "ROLES",
    "SUBMISSIONS",
    "Clock",
    "Computed",
    "Contract",
    "Due",
    "Field",
    "Kind",
    "LegalBasis",
    "Schema",
    "Setting",
    "known_keys",
    "load_kinds",
    "one_of",
    "read_value",
    "read_yaml",
    "truth",
    "whole",
]

SHAPES = ("statement", "register", "event")
LEAST_DISPLAY = 15  # days: 村民委员会组织法 Art. 35, in force since 2026-01-01
CADENCES = ("annual", "half", "quarterly", "monthly", "event")
ROLES = ("figures", "replies", "statistics", "directory", "explanation")
_REQUIRED = (
    "title section summary shape owed_by publisher cadence display_days legal_basis audience mode level"
    " channel ask keep_public_for licence sentence show"
).split()
_OPTIONAL = (
    "due role largest totals equation computed settings clocks charts privacy example_period layout".split()
)


@dataclass(frozen=True)
class Kind:
    """A kind of disclosure. `versions` holds contracts of earlier years, oldest first."""

    id: str
    folder: Path
    title: Text
    section: Text
    summary: Text
    shape: str
    owed_by: tuple[str, ...]
    publisher: Text
    cadence: Mapping[str, str]
    due: Due | None
    display_days: int
    legal_basis: tuple[LegalBasis, ...]
    audience: Text
    mode: Text
    level: Text
    channel: Text
    ask: tuple[str, ...]
    role: str | None
    keep_public_for: Text
    licence: str
    sentence: Text
    largest: str | None
    show: Mapping[str, Any]
    totals: tuple[str, ...]
    equation: Mapping[str, Any] | None
    settings: Mapping[str, Setting]
    clocks: tuple[Clock, ...]
    charts: tuple[Mapping[str, Any], ...]
    privacy: Mapping[str, Any] | None
    layout: str
    example_period: str
    contract: Contract
    versions: tuple[Contract, ...]

    @property
    def schema(self) -> Schema:
        """The schema in force now."""
        return self.contract.schema

    @property
    def computed(self) -> tuple[Computed, ...]:
        """The columns that follow by rule and are published."""
        return tuple(each for each in self.contract.computed if not each.inner)

    @property
    def header_schema(self) -> Schema | None:
        """The header facts in force now."""
        return self.contract.header

    @property
    def rules(self) -> tuple[Mapping[str, Any], ...]:
        """The rules in force now."""
        return self.contract.rules

    @property
    def cls(self) -> str:
        """The strictest class of the kind's fields: computed, not typed (design §2)."""
        header = self.header_schema.fields if self.header_schema else ()
        return max((field.cls for field in (*self.schema.fields, *header)), key=CLASSES.index)

    def contract_for(self, label: str) -> Contract:
        """Return the contract by which a filing of the period `label` is judged, shown and exported."""
        for contract in self.versions:
            if contract.until is not None and label[: len(contract.until)] <= contract.until:
                return contract
        return self.contract

    def cadence_of(self, high_turnover: bool) -> str:
        """Return the cadence owed by a unit with or without high turnover (村委会组织法 Art. 35)."""
        return (
            self.cadence.get("high_turnover", self.cadence["usual"])
            if high_turnover
            else self.cadence["usual"]
        )


def load_kinds(roots: Sequence[Path]) -> dict[str, Kind]:
    """Read all kinds below `roots`; a folder in an earlier root replaces a later one of the same name whole.

    Raises KindError naming folder, file and key.
    """
    kinds: dict[str, Kind] = {}
    for root in roots:
        for folder in sorted(path for path in root.iterdir() if path.is_dir() and path.name[0] not in "_."):
            if folder.name not in kinds:
                kinds[folder.name] = _read(folder)
    return dict(sorted(kinds.items()))


def _read(folder: Path) -> Kind:
    """Read one folder; whatever shape its files have, what is wrong is said with the folder's name."""
    try:
        kind = _kind(folder)
        hold_together(kind)
        return kind
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as reason:
        raise KindError(f"{folder.name}/kind.yaml: {reason!r} / 写法读不懂") from None


def _kind(folder: Path) -> Kind:
    facts = read_yaml(folder / "kind.yaml")
    _refuse_unknown(facts, folder)
    where = f"{folder.name}/kind.yaml"
    texts = {key: Text.read(facts[key], f"{where}: {key}") for key in _TEXTS}
    settings = {
        name: read_setting(each, f"{where}: {name}") for name, each in facts.get("settings", {}).items()
    }
    computed = tuple(read_computed(each, where) for each in facts.get("computed", ()))
    values = {name: each.value for name, each in settings.items()}
    versions = tuple(
        replace(read_contract(each, each.name[6:]), computed=computed, settings=values)
        for each in sorted(folder.glob("until-*"))
        if each.is_dir()
    )
    return Kind(
        id=folder.name,
        folder=folder,
        **texts,
        shape=one_of(facts["shape"], SHAPES, where),
        owed_by=tuple(one_of(each, SORTS, where) for each in facts["owed_by"]),
        cadence=_cadence(facts["cadence"], f"{where}: cadence"),
        due=None if facts.get("due") is None else Due.read(facts["due"], where),
        display_days=whole(facts["display_days"], LEAST_DISPLAY, LONGEST, f"{where}: display_days"),
        legal_basis=tuple(read_basis(each, where) for each in facts["legal_basis"]),
        ask=tuple(one_of(each, SUBMISSIONS, f"{where}: ask") for each in facts["ask"]),
        role=None if facts.get("role") is None else one_of(facts["role"], ROLES, where),
        licence=facts["licence"],
        largest=facts.get("largest"),
        show=facts["show"],
        totals=tuple(facts.get("totals", ())),
        equation=facts.get("equation"),
        settings=settings,
        clocks=tuple(read_clock(each, where) for each in facts.get("clocks", ())),
        charts=tuple(facts.get("charts", ())),
        privacy=facts.get("privacy"),
        layout=facts.get("layout", "ledger"),
        example_period=str(facts.get("example_period") or _EXAMPLE_PERIODS[facts["cadence"]["usual"]]),
        contract=replace(read_contract(folder, None), computed=computed, settings=values),
        versions=versions,
    )


def _cadence(said: Any, where: str) -> Mapping[str, str]:
    """Read `{usual, high_turnover}`. Raises KindError."""
    known = known_keys(said, ("usual", "high_turnover"), where)
    if "usual" not in known:
        raise KindError(f"{where}: usual is missing / 没写多久一次")
    return {name: one_of(value, CADENCES, where) for name, value in known.items()}


_TEXTS = "title section summary publisher audience mode level channel keep_public_for sentence".split()
_EXAMPLE_PERIODS = {
    "annual": "2026",
    "half": "2026-H1",
    "quarterly": "2026-Q1",
    "monthly": "2026-01",
    "event": "2026-03-18-example",
}


def _refuse_unknown(facts: Mapping[str, Any], folder: Path) -> None:
    missing = [key for key in _REQUIRED if key not in facts]
    unknown = [key for key in facts if key not in (*_REQUIRED, *_OPTIONAL)]
    if missing or unknown:
        raise KindError(f"{folder.name}/kind.yaml: missing {missing}, unknown {unknown} / 缺少或多出的项目")
    if not facts["legal_basis"]:
        raise KindError(f"{folder.name}/kind.yaml: legal_basis is empty / 要写明依据")
