"""Reads what a filing of a kind is judged by: schema, header facts, rules, computed columns. It judges nothing."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from mingbai.errors import KindError
from mingbai.kinds.reading import known_keys, one_of, read_yaml
from mingbai.messages import Text

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
    known_keys(descriptor, _SCHEMA, where)
    fields = tuple(_field(each, where) for each in descriptor["fields"])
    key = descriptor.get("primaryKey", [])
    keys = (key,) if isinstance(key, str) else tuple(key)
    names = [field.name for field in fields]
    wrong = [name for name in keys if name not in names] or [name for name in names if names.count(name) > 1]
    if wrong:
        raise KindError(f"{where}: {wrong[0]}: no such field, or twice / 没有这一栏，或者重名")
    return Schema(fields, keys, descriptor)


_SCHEMA = ("fields", "primaryKey", "missingValues")
_FIELD = "name type title title_en description description_en class constraints unit unit_en".split()
# What may be asked of a cell of each type (Table Schema), and what a bound has to be written as.
_CONSTRAINTS = {
    "string": ("required", "enum", "pattern", "minLength", "maxLength"),
    "integer": ("required", "enum", "minimum", "maximum"),
    "number": ("required", "enum", "minimum", "maximum"),
    "date": ("required", "minimum", "maximum"),
    "boolean": ("required",),
    "array": ("required",),
}


def _field(entry: Mapping[str, Any], where: str) -> Field:
    known_keys(entry, _FIELD, where)
    try:
        _constraints(entry, f"{where}: {entry['name']}")
        if entry["type"] == "number" and "unit" not in entry:
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


def _constraints(entry: Mapping[str, Any], where: str) -> None:
    """Refuse what no cell could be held against: an unknown demand, a bound that is no number, a broken pattern."""
    asked = known_keys(
        entry.get("constraints", {}), _CONSTRAINTS[one_of(entry["type"], tuple(_CONSTRAINTS), where)], where
    )
    for name in ("minimum", "maximum", "minLength", "maxLength"):
        if name in asked and entry["type"] != "date" and not _is_number(asked[name]):
            raise KindError(f"{where}: {name} {asked[name]!r} is no number / 要写数字")
    if "enum" in asked and not (isinstance(asked["enum"], list) and asked["enum"]):
        raise KindError(f"{where}: enum is empty / 可选的一个也没写")
    try:
        re.compile(asked.get("pattern", ""))
    except (re.error, TypeError) as reason:
        raise KindError(f"{where}: pattern: {reason} / 式样写得不对") from None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


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
