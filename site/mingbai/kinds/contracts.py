"""Reads what a filing of a kind is judged by: schema, header facts, rules, computed columns. It judges nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from mingbai.errors import KindError
from mingbai.kinds.reading import (
    known_keys,
    listed,
    mapping,
    named,
    number,
    one_of,
    place_of,
    read_json,
    read_yaml,
    truth,
    whole,
    word,
    wording,
)
from mingbai.messages import Text

# Titles of columns that hold a person or lead to one: only an office-holder's may stand in a file (design §6.17).
PERSON = re.compile(
    "(姓名|名字|户主|当事人|申请人|受益人|联系人|身份证号?|证件号码?|手机号?|电话|住址|门牌号?|卡号|账号|一卡通)$"
    "|^(name|full.?name|id.?(card|number)|mobile|telephone|phone|home.?address|account.?(no|number))$",
    re.IGNORECASE,
)
LOOKS_LIKE = ("id", "mobile", "card")  # what a number of a thing may be taken for; see privacy
CLASSES = ("public", "office", "text", "quasi", "sensitive", "never")  # from open to closed


@dataclass(frozen=True)
class Field:
    """One column or header fact. `descriptor` is its Table Schema entry as published.

    `looks_like`: what numbers of a person its numbers may be taken for, and are not (a contract's of 18 digits).
    """

    name: str
    title: Text
    description: Text
    type: str
    unit: Text | None
    cls: str
    required: bool
    options: tuple[str, ...]
    descriptor: Mapping[str, Any]
    looks_like: tuple[str, ...] = ()


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
        raise KindError(f"{place_of(folder / 'schema.json')}: primaryKey is missing / 缺少主键")
    header_path = folder / "header.schema.json"
    checks = folder / "checks.yaml"
    rules = read_yaml(checks, empty=[]) if checks.exists() else []
    if not isinstance(rules, list):
        raise KindError(f"{place_of(checks)}: a list of rules is needed / 要写成列表")
    return Contract(
        schema, _schema(header_path) if header_path.exists() else None, tuple(rules), folder, until
    )


def _schema(path: Path) -> Schema:
    where = place_of(path)
    descriptor = known_keys(
        read_json(path), ("fields", "primaryKey", "missingValues"), where, needs=("fields",)
    )
    entries, key = descriptor["fields"], descriptor.get("primaryKey", [])
    if not isinstance(entries, list) or not entries:
        raise KindError(f"{where}: fields: a list is needed / 要写成列表")
    if descriptor.get("missingValues", [""]) != [""]:
        raise KindError(f'{where}: missingValues: only [""]: a blank is 未公布 / 只有空着才是未公布')
    with named(f"{where}: fields"):
        fields = tuple(_field(each, where) for each in entries)
    keys = listed([key] if isinstance(key, str) else key, f"{where}: primaryKey", least=0)
    names = [field.name for field in fields]
    wrong = [name for name in keys if name not in names] or [name for name in names if names.count(name) > 1]
    if wrong:
        raise KindError(f"{where}: {wrong[0]}: no such field, or twice / 没有这一栏，或者重名")
    return Schema(fields, keys, descriptor)


_FIELD_NEEDS = "name type title title_en description description_en class".split()
_FIELD = (*_FIELD_NEEDS, "constraints", "unit", "unit_en", "looks_like")
_NAME = re.compile("[a-z][a-z0-9_]*")  # a column's name in files and addresses (design §4)
# What may be asked of a cell of each type (Table Schema), and what a bound has to be written as.
_CONSTRAINTS = {
    "string": ("required", "enum", "pattern", "minLength", "maxLength"),
    "integer": ("required", "enum", "minimum", "maximum"),
    "number": ("required", "enum", "minimum", "maximum"),
    "date": ("required", "minimum", "maximum"),
    "boolean": ("required",),
    "array": ("required",),
}


def _field(entry: Any, where: str) -> Field:
    name = str(mapping(entry, f"{where}: fields").get("name"))
    where = f"{where}: {name}"
    needs = (*_FIELD_NEEDS, *(("unit",) if entry.get("type") == "number" else ()))
    known_keys(entry, _FIELD, where, needs=(*needs, *(("unit_en",) if "unit" in entry else ())))
    for key in entry:
        if key not in ("constraints", "looks_like"):
            word(entry[key], f"{where}: {key}")
    if not _NAME.fullmatch(name):
        raise KindError(f"{where}: name: small letters, digits and _ only / 字段名只用小写字母、数字和下划线")
    cls = one_of(entry["class"], CLASSES, f"{where}: class")
    if PERSON.search(entry["title"]) and cls != "office":
        raise KindError(f"{where} is about a person; only class office may be / 不能公开个人")
    asked = _constraints(entry, where)
    return Field(
        name=name,
        title=Text(entry["title"], entry["title_en"]),
        description=Text(entry["description"], entry["description_en"]),
        type=entry["type"],
        unit=Text(entry["unit"], entry["unit_en"]) if "unit" in entry else None,
        cls=cls,
        required=asked.get("required", False),
        options=tuple(asked.get("enum", ())),
        descriptor=entry,
        looks_like=tuple(
            one_of(each, LOOKS_LIKE, f"{where}: looks_like")
            for each in listed(entry.get("looks_like", []), f"{where}: looks_like", least=0)
        ),
    )


def _constraints(entry: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    """Return what is asked of a cell. Raises KindError for what is unknown, or what no cell could be held against."""
    type = one_of(entry["type"], tuple(_CONSTRAINTS), f"{where}: type")
    asked = known_keys(entry.get("constraints", {}), _CONSTRAINTS[type], f"{where}: constraints")
    for name, value in asked.items():
        _demand(name, value, type, f"{where}: {name}")
    for least, most in (("minimum", "maximum"), ("minLength", "maxLength")):
        if least in asked and most in asked and asked[least] > asked[most]:
            raise KindError(
                f"{where}: {least} {asked[least]} is above {most} {asked[most]} / 最小的比最大的还大"
            )
    return asked


def _demand(name: str, value: Any, type: str, where: str) -> None:
    """Refuse the value of a demand that is not of the sort it needs."""
    if name == "required":
        truth(value, where)
    elif name in ("minLength", "maxLength"):
        whole(value, 0, _LONGEST_TEXT, where)
    elif name == "enum" and type == "string":
        listed(value, where)
    elif name == "pattern":
        _pattern(word(value, where), where)
    elif type == "date":
        _bound_day(value, where)
    else:
        numbers = value if name == "enum" else [value]
        if not isinstance(numbers, list) or not numbers or len(set(numbers)) < len(numbers):
            raise KindError(f"{where}: {value!r}: a list of numbers, each once / 要写成列表，不能重")
        for each in numbers:
            whole(each, -_LARGEST, _LARGEST, where) if type == "integer" else number(each, where)


def _pattern(pattern: str, where: str) -> None:
    try:
        re.compile(pattern)
    except (OverflowError, RecursionError, re.error) as reason:
        raise KindError(f"{where}: {reason} / 式样写得不对") from None


def _bound_day(value: Any, where: str) -> None:
    try:
        if date.fromisoformat(word(value, where)).isoformat() != value:
            raise ValueError(value)
    except ValueError as reason:
        raise KindError(f"{where}: {reason} / 要写成年-月-日") from None


_LONGEST_TEXT = 10_000
_LARGEST = 10**15


def read_computed(entry: Mapping[str, Any], where: str) -> Computed:
    """Read one computed column of `kind.yaml`. Raises KindError."""
    name = word(mapping(entry, f"{where}: computed").get("field"), f"{where}: computed: field")
    where = f"{where}: {name}"
    sort = word(entry.get("sort"), f"{where}: sort")
    title = wording(entry.get("title"), f"{where}: title")
    unit = wording(entry["unit"], f"{where}: unit") if "unit" in entry else None
    types = ("number", "integer", "string", "date", "boolean")
    type = one_of(entry.get("type", "number"), types, f"{where}: type")
    column = Field(name, title, title, type, unit, "public", False, (), {"name": name, "type": type})
    told = ("field", "sort", "title", "unit", "type", "inner")
    options = {key: value for key, value in entry.items() if key not in told}
    return Computed(column, sort, options, truth(entry.get("inner", False), f"{where}: inner"))
