"""Reads what a filing of a kind is judged by: schema, header facts, rules, computed columns. It judges nothing."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from mingbai.errors import KindError
from mingbai.messages import Text

_LOADER = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # the same in C where PyYAML brings it: ten times faster
# Titles of columns that hold a person or lead to one: only an office-holder's may stand in a file (design §6.17).
PERSON = re.compile(
    "(姓名|名字|户主|当事人|申请人|受益人|联系人|身份证号?|证件号码?|手机号?|电话|住址|门牌号?|卡号|账号|一卡通)$"
    "|^(name|full.?name|id.?(card|number)|mobile|telephone|phone|home.?address|account.?(no|number))$",
    re.IGNORECASE,
)
CLASSES = ("public", "office", "text", "quasi", "sensitive", "never")  # from open to closed


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
class Contract:
    """What a filing is judged by, in force up to `until` (None: in force now): schema, header facts, rules.

    `computed` are the columns that follow by rule, `settings` its numbers and bands (a region may set others).
    """

    schema: Schema
    header: Schema | None
    rules: tuple[Mapping[str, Any], ...]
    folder: Path
    until: str | None
    computed: tuple["Computed", ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def types(self) -> Mapping[str, str]:
        """The types of all columns, typed and computed, by name."""
        computed = {each.field.name: each.field.type for each in self.computed}
        return {**{name: field.type for name, field in self.schema.by_name.items()}, **computed}


@dataclass(frozen=True)
class Computed:
    """A column that follows by rule: `sort` names the rule, `options` what it reads.

    An `inner` one is for rules and other columns only: it repeats what a page already shows and is not published.
    """

    field: Field
    sort: str
    options: Mapping[str, Any]
    inner: bool = False


def read_contract(folder: Path, until: str | None) -> Contract:
    """Read the files of a folder that are in force up to `until`. Raises KindError naming file and field."""
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
        if PERSON.search(entry["title"]) and entry["class"] != "office":
            raise KindError(
                f"{where}: {entry['name']} is about a person; only class office may be / 不能公开个人"
            )
        constraints = entry.get("constraints", {})
        return Field(
            name=entry["name"],
            title=Text(entry["title"], entry["title_en"]),
            description=Text(entry["description"], entry["description_en"]),
            type=entry["type"],
            unit=Text(entry["unit"], entry["unit_en"]) if "unit" in entry else None,
            cls=one_of(entry["class"], CLASSES, where),
            required=bool(constraints.get("required")),
            options=tuple(constraints.get("enum", ())),
            descriptor=entry,
        )
    except KeyError as missing:
        raise KindError(f"{where}: {entry.get('name', '?')} lacks {missing} / 这个字段缺一项") from None


def read_computed(entry: Mapping[str, Any], where: str) -> Computed:
    """Read one computed column of `kind.yaml`. Raises KindError."""
    try:
        name, sort = str(entry["field"]), str(entry["sort"])
        title, unit = (
            Text.read(entry[key], f"{where}: {name}") if key in entry else None for key in ("title", "unit")
        )
    except (KeyError, TypeError) as reason:
        raise KindError(f"{where}: computed: {reason!r} / 算出来的一列写得不对") from None
    if title is None:
        raise KindError(f"{where}: {name} lacks a title / 缺标题")
    type = one_of(entry.get("type", "number"), ("number", "integer", "string", "date", "boolean"), where)
    column = Field(name, title, title, type, unit, "public", False, (), {"name": name, "type": type})
    told = ("field", "sort", "title", "unit", "type", "inner")
    options = {key: value for key, value in entry.items() if key not in told}
    return Computed(column, sort, options, bool(entry.get("inner")))


def one_of(value: str, allowed: Sequence[str], where: str) -> str:
    """Return `value` when it is allowed. Raises KindError naming what is."""
    if value not in allowed:
        raise KindError(f"{where}: {value} is none of {', '.join(allowed)} / 不在可选范围内")
    return value


def read_yaml(path: Path, empty: Any = None) -> Any:
    """Read a maintainer's YAML file. Raises KindError naming it."""
    try:
        found = _parsed(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as reason:
        raise KindError(f"{path.parent.name}/{path.name}: {reason}") from None
    if found is None and empty is None:
        raise KindError(f"{path.parent.name}/{path.name}: empty / 是空的")
    return empty if found is None else found


@lru_cache(maxsize=512)
def _parsed(text: str) -> Any:
    """Parse a text once: `mkdocs serve` and the tests read the same kinds again and again. Nobody may change it."""
    return yaml.load(text, Loader=_LOADER)
