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
from mingbai.kinds.reading import (
    known_keys,
    listed,
    mapping,
    named,
    one_of,
    read_yaml,
    whole,
    word,
    wording,
)
from mingbai.kinds.soundness import hold_together
from mingbai.kinds.terms import (
    LONGEST,
    SUBMISSIONS,
    Clock,
    Due,
    LegalBasis,
    Names,
    Setting,
    read_basis,
    read_cadence,
    read_clock,
    read_setting,
)
from mingbai.messages import Text
from mingbai.periods import Period
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
    "Names",
    "Schema",
    "Setting",
    "load_kinds",
]

SHAPES = ("statement", "register", "event")
LEAST_DISPLAY = 15  # days: 村民委员会组织法 Art. 35, in force since 2026-01-01
LAYOUTS = ("ledger",)
ROLES = ("figures", "replies", "statistics", "directory", "explanation")
_REQUIRED = (
    "title section summary shape owed_by publisher cadence display_days legal_basis audience mode level"
    " channel ask keep_public_for licence sentence show"
).split()
_OPTIONAL = (
    "due role largest totals equation computed settings clocks charts privacy names example_period layout"
).split()


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
    names: Names | None
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
    with named(f"{folder.name}/kind.yaml"):
        kind = _kind(folder)
        hold_together(kind)
        return kind


def _kind(folder: Path) -> Kind:
    where = f"{folder.name}/kind.yaml"
    facts = known_keys(read_yaml(folder / "kind.yaml"), (*_REQUIRED, *_OPTIONAL), where, needs=_REQUIRED)
    _lists(facts, where)
    texts = {key: wording(facts[key], f"{where}: {key}") for key in _TEXTS}
    settings = {
        name: read_setting(each, f"{where}: settings: {name}")
        for name, each in mapping(facts.get("settings", {}), f"{where}: settings").items()
    }
    computed = tuple(read_computed(each, where) for each in facts.get("computed", ()))
    cadence = read_cadence(facts["cadence"], f"{where}: cadence")
    values = {name: each.value for name, each in settings.items()}
    versions = tuple(
        replace(read_contract(each, _until(each)), computed=computed, settings=values)
        for each in sorted(folder.glob("until-*"))
        if each.is_dir()
    )
    return Kind(
        id=folder.name,
        folder=folder,
        **texts,
        shape=one_of(facts["shape"], SHAPES, f"{where}: shape"),
        owed_by=_some_of(facts["owed_by"], SORTS, f"{where}: owed_by"),
        cadence=cadence,
        due=Due.read(facts["due"], f"{where}: due") if "due" in facts else None,
        display_days=whole(facts["display_days"], LEAST_DISPLAY, LONGEST, f"{where}: display_days"),
        legal_basis=tuple(read_basis(each, where) for each in facts["legal_basis"]),
        ask=_some_of(facts["ask"], SUBMISSIONS, f"{where}: ask"),
        role=one_of(facts["role"], ROLES, f"{where}: role") if "role" in facts else None,
        licence=word(facts["licence"], f"{where}: licence"),
        largest=word(facts["largest"], f"{where}: largest") if "largest" in facts else None,
        show=facts["show"],
        totals=listed(facts.get("totals", []), f"{where}: totals", least=0),
        equation=facts.get("equation"),
        settings=settings,
        clocks=tuple(read_clock(each, where) for each in facts.get("clocks", ())),
        charts=tuple(facts.get("charts", ())),
        privacy=facts.get("privacy"),
        names=Names.read(facts["names"], f"{where}: names") if "names" in facts else None,
        layout=one_of(facts.get("layout", "ledger"), LAYOUTS, f"{where}: layout"),
        example_period=_example_period(facts, cadence["usual"], f"{where}: example_period"),
        contract=replace(read_contract(folder, None), computed=computed, settings=values),
        versions=versions,
    )


def _lists(facts: Mapping[str, Any], where: str) -> None:
    """Refuse a part that has to be a list of parts and is none; a kind without a legal basis is no kind."""
    for key in ("legal_basis", "computed", "clocks", "charts"):
        if not isinstance(facts.get(key, []), list):
            raise KindError(f"{where}: {key}: a list is needed / 要写成列表")
    if not facts["legal_basis"]:
        raise KindError(f"{where}: legal_basis is empty / 要写明依据")


def _some_of(value: Any, allowed: Sequence[str], where: str) -> tuple[str, ...]:
    return tuple(one_of(each, allowed, where) for each in listed(value, where, least=0))


def _until(folder: Path) -> str:
    """Return the last period of an older contract, `2025` or `2025-Q4`, from its folder's name. Raises KindError."""
    label = folder.name.removeprefix("until-")
    try:
        return Period.parse(label).label
    except ValueError:
        raise KindError(f"{folder.parent.name}/{folder.name}: {label} is no period / 不是一期") from None


def _example_period(facts: Mapping[str, Any], cadence: str, where: str) -> str:
    label = str(facts.get("example_period", _EXAMPLE_PERIODS[cadence]))
    try:
        return Period.parse(label).label
    except ValueError as reason:
        raise KindError(f"{where}: {reason} is no period / 不是一期") from None


_TEXTS = "title section summary publisher audience mode level channel keep_public_for sentence".split()
_EXAMPLE_PERIODS = {
    "annual": "2026",
    "half": "2026-H1",
    "quarterly": "2026-Q1",
    "monthly": "2026-01",
    "event": "2026-03-18-example",
}
