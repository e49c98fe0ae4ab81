"""Reads the folders of kinds; the only module that knows what such a folder looks like. It reads no filing.

A kind is a folder (design §5). What cannot be understood stops the reading: nothing is skipped.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from mingbai.errors import KindError
from mingbai.messages import Text
from mingbai.units import SORTS

_LOADER = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # the same in C where PyYAML brings it: ten times faster
SHAPES = ("statement", "register", "event")
CLASSES = ("public", "office", "text", "quasi", "sensitive", "never")  # from open to closed
ROLES = ("figures", "replies", "statistics", "directory", "explanation")
_REQUIRED = (
    "title section summary shape owed_by publisher cadence display_days legal_basis audience mode level"
    " channel ask keep_public_for licence sentence show"
).split()
_OPTIONAL = "due role largest totals equation computed charts privacy example_period layout".split()


@dataclass(frozen=True)
class Field:
    """One column or header fact. `descriptor` is its Table Schema entry as published."""

    name: str
    title: Text
    description: Text
    type: str
    unit: Text | None
    cls: str
    required: bool
    options: tuple[str, ...]
    descriptor: Mapping[str, Any]


@dataclass(frozen=True)
class Schema:
    """A Table Schema; `descriptor` is the published JSON, `primary_key` the visible key of a row."""

    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    descriptor: Mapping[str, Any]

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """Fields by name, in order."""
        return {field.name: field for field in self.fields}


@dataclass(frozen=True)
class LegalBasis:
    """An article of a law in force; `formerly` is the older number that most pages still use."""

    law: Text
    article: Text
    formerly: Text | None
    says: Text


@dataclass(frozen=True)
class Contract:
    """What a filing is judged by: schema, header facts and rules, in force up to `until` (None: in force now)."""

    schema: Schema
    header: Schema | None
    rules: tuple[Mapping[str, Any], ...]
    folder: Path
    until: str | None


@dataclass(frozen=True)
class Computed:
    """A column that follows by rule: `sort` names the rule, `options` what it reads."""

    field: Field
    sort: str
    options: Mapping[str, Any]


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
    due: Mapping[str, Any] | None
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
    computed: tuple[Computed, ...]
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
                kinds[folder.name] = _kind(folder)
    return dict(sorted(kinds.items()))


def _kind(folder: Path) -> Kind:
    facts = read_yaml(folder / "kind.yaml")
    _refuse_unknown(facts, folder)
    where = f"{folder.name}/kind.yaml"
    texts = {key: Text.read(facts[key], f"{where}: {key}") for key in _TEXTS}
    versions = tuple(
        _contract(each, each.name[6:]) for each in sorted(folder.glob("until-*")) if each.is_dir()
    )
    return Kind(
        id=folder.name,
        folder=folder,
        **texts,
        shape=_one_of(facts["shape"], SHAPES, where),
        owed_by=tuple(_one_of(each, SORTS, where) for each in facts["owed_by"]),
        cadence=facts["cadence"],
        due=facts.get("due"),
        display_days=int(facts["display_days"]),
        legal_basis=tuple(_basis(each, where) for each in facts["legal_basis"]),
        ask=tuple(facts["ask"]),
        role=None if facts.get("role") is None else _one_of(facts["role"], ROLES, where),
        licence=facts["licence"],
        largest=facts.get("largest"),
        show=facts["show"],
        totals=tuple(facts.get("totals", ())),
        equation=facts.get("equation"),
        computed=tuple(_computed(each, where) for each in facts.get("computed", ())),
        charts=tuple(facts.get("charts", ())),
        privacy=facts.get("privacy"),
        layout=facts.get("layout", "ledger"),
        example_period=str(facts.get("example_period") or _EXAMPLE_PERIODS[facts["cadence"]["usual"]]),
        contract=_contract(folder, None),
        versions=versions,
    )


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


def _contract(folder: Path, until: str | None) -> Contract:
    schema = _schema(folder / "schema.json")
    if not schema.primary_key:
        raise KindError(f"{folder.name}/schema.json: primaryKey is missing / 缺少主键")
    header_path = folder / "header.schema.json"
    checks = folder / "checks.yaml"
    rules = read_yaml(checks, empty=[]) if checks.exists() else []
    if not isinstance(rules, list):
        raise KindError(f"{folder.name}/checks.yaml: a list of rules is needed / 要写成列表")
    return Contract(
        schema, _schema(header_path) if header_path.exists() else None, tuple(rules), folder, until
    )


def _schema(path: Path) -> Schema:
    where = f"{path.parent.name}/{path.name}"
    try:
        descriptor = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as reason:
        raise KindError(f"{where}: {reason}") from None
    fields = tuple(_field(each, where) for each in descriptor["fields"])
    key = descriptor.get("primaryKey", [])
    return Schema(fields, (key,) if isinstance(key, str) else tuple(key), descriptor)


def _field(entry: Mapping[str, Any], where: str) -> Field:
    try:
        if entry["type"] in ("number", "integer") and entry["type"] == "number" and "unit" not in entry:
            raise KindError(f"{where}: {entry['name']} needs a unit / 要写计量单位")
        constraints = entry.get("constraints", {})
        return Field(
            name=entry["name"],
            title=Text(entry["title"], entry["title_en"]),
            description=Text(entry["description"], entry["description_en"]),
            type=entry["type"],
            unit=Text(entry["unit"], entry["unit_en"]) if "unit" in entry else None,
            cls=_one_of(entry["class"], CLASSES, where),
            required=bool(constraints.get("required")),
            options=tuple(constraints.get("enum", ())),
            descriptor=entry,
        )
    except KeyError as missing:
        raise KindError(f"{where}: {entry.get('name', '?')} lacks {missing} / 这个字段缺一项") from None


def _computed(entry: Mapping[str, Any], where: str) -> Computed:
    title = Text.read(entry["title"], f"{where}: computed")
    unit = Text.read(entry["unit"], f"{where}: computed") if "unit" in entry else None
    kind = entry.get("type", "number")
    field = Field(
        entry["field"], title, title, kind, unit, "public", False, (), {"name": entry["field"], "type": kind}
    )
    options = {
        key: value for key, value in entry.items() if key not in ("field", "sort", "title", "unit", "type")
    }
    return Computed(field, entry["sort"], options)


def _basis(entry: Mapping[str, Any], where: str) -> LegalBasis:
    formerly = Text.read(entry["formerly"], f"{where}: formerly") if entry.get("formerly") else None
    law, article, says = (Text.read(entry.get(key), f"{where}: {key}") for key in ("law", "article", "says"))
    return LegalBasis(law, article, formerly, says)


def _one_of(value: str, allowed: Sequence[str], where: str) -> str:
    if value not in allowed:
        raise KindError(f"{where}: {value} is none of {', '.join(allowed)} / 不在可选范围内")
    return value


def read_yaml(path: Path, empty: Any = None) -> Any:
    """Read a maintainer's YAML file. Raises KindError naming it."""
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as reason:
        raise KindError(f"{path.parent.name}/{path.name}: {reason}") from None
    if found is None and empty is None:
        raise KindError(f"{path.parent.name}/{path.name}: empty / 是空的")
    return empty if found is None else found
