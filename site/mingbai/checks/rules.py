"""Reads the rules of a kind and holds what every sort of rule shares; it names no kind and judges no row itself.

Every rule has `says` (the clerk's sentence), `remedy` and `why`. What cannot be understood stops the reading of the
kind: a rule that is silently passed over would look like a rule that everybody keeps.
"""

from collections.abc import Iterator, Mapping, Sequence
from string import Formatter
from typing import Any, ClassVar

from mingbai.checks.cases import Case, Line
from mingbai.errors import KindError
from mingbai.expressions import TYPES, Expression, Scope, Vocabulary
from mingbai.kinds import Contract
from mingbai.kinds.reading import word, wording
from mingbai.messages import LANGUAGES, Text, say
from mingbai.sheets.finding import SEVERITIES, Finding, brief, shown

_COMMON = {"name", "sort", "says", "remedy", "why", "field"}
_MAY = {"severity", "when"}
_ALWAYS = {"period_first": "day", "period_last": "day", "as_of": "day", "unit_sort": "text"}


class Rule:
    """One rule. A sort of rule is a subclass: what its entry must and may hold, and `findings`.

    `by_row`: its conditions are asked of every row; else of the table as a whole. `tells`: more facts for its sentence.
    """

    needs: ClassVar[frozenset[str]] = frozenset()
    may: ClassVar[frozenset[str]] = frozenset()
    by_row: ClassVar[bool] = True
    tells: ClassVar[frozenset[str]] = frozenset()
    reads_previous: ClassVar[bool] = False
    reads_elsewhere: tuple[tuple[str, str], ...] = ()

    def __init__(self, entry: Mapping[str, Any], contract: Contract, where: str) -> None:
        """Raises KindError naming `where` and what is missing, unknown or not possible."""
        self.where, self.entry, self.contract = where, entry, contract
        self._require(
            _COMMON | self.needs <= set(entry), f"missing {sorted((_COMMON | self.needs) - set(entry))}"
        )
        self._require(
            set(entry) <= _COMMON | _MAY | self.needs | self.may,
            f"unknown {sorted(set(entry) - _COMMON - _MAY - self.needs - self.may)}",
        )
        self.name, self.field = (word(entry[key], f"{where}: {key}") for key in ("name", "field"))
        self.severity = entry.get("severity", "error")
        self.columns = {name: TYPES.get(type, "text") for name, type in contract.types.items()}
        self.settings = {
            f"setting.{name}": "number"
            for name, value in contract.settings.items()
            if not isinstance(value, list)
        }
        self.facts = _types(contract.header.by_name if contract.header else {})
        self._require(self.field in {**self.columns, **self.facts}, f"field {self.field} is not known")
        self._require(self.severity in SEVERITIES, f"severity {self.severity} is not known")
        self.in_header = self.field in self.facts and not (self.by_row and self.field in self.columns)
        self.says, self.remedy, self.why = (self._words(key) for key in ("says", "remedy", "why"))
        self._check_words()
        self.when = self.expression(entry["when"], "truth") if "when" in entry else None

    def findings(self, case: Case) -> Iterator[Finding]:
        """Yield what is wrong by this rule."""
        raise NotImplementedError

    @property
    def values(self) -> dict[str, str]:
        """What expressions of this sort may name, with types."""
        own = {**self.facts, **self.columns, "position": "number"} if self.by_row else self.facts
        past = {} if not self.reads_previous else self.columns if self.by_row else self.facts
        before = {f"previous.{name}": type for name, type in past.items()}
        return {**self.settings, **own, **before, **_ALWAYS}

    def expression(self, text: object, type: str | None = None) -> Expression:
        """Return the parsed expression. Raises KindError, also when it is not of `type`."""
        found = Expression(text, Vocabulary(self.values, self.columns), self.where)
        self._require(type in (None, found.type), f"{text}: a {type} is needed, not a {found.type}")
        return found

    def column(self, key: str) -> str:
        """Return the column that the entry names under `key`. Raises KindError if there is none."""
        name = str(self.entry[key])
        self._require(name in self.columns, f"{key}: there is no column {name}")
        return name

    def _require(self, fulfilled: bool, what: str) -> None:
        if not fulfilled:
            raise KindError(f"{self.where}: {what} / 规则写得不对")

    def _require_options(self, column: str, values: Sequence[Any], key: str) -> None:
        """Require values that the column may hold, where its schema lists them: another would switch the rule off."""
        field = self.contract.schema.by_name.get(column)
        strange = [
            str(each) for each in values if field is not None and field.options and each not in field.options
        ]
        self._require(not strange, f"{key}: {column} has no {'、'.join(strange)}")

    def _words(self, key: str) -> Text:
        return wording(self.entry[key], f"{self.where}: {key}")

    def _check_words(self) -> None:
        """Refuse a sentence with a placeholder that could not be filled in."""
        past = {f"previous.{name}" for name in self.columns} if self.reads_previous and self.by_row else set()
        known = {
            *self.facts,
            *self.tells,
            *(self.columns if self.by_row else ()),
            *self.settings,
            *past,
            *_ALWAYS,
        }
        for text in (self.says.zh, self.says.en, self.remedy.zh, self.remedy.en):
            try:
                named = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
            except ValueError as reason:
                raise KindError(f"{self.where}: {text}: {reason} / 花括号不成对") from None
            self._require(named <= known, f"{sorted(named - known)} in “{text}” is not known")

    def row_scope(
        self, case: Case, row: Line, position: int | None = None, before: Line | None = None
    ) -> Scope:
        """Return what an expression may read of one row, and of the row of the same key in the filing before."""
        past = {f"previous.{name}": value for name, value in before.cells.items()} if before else {}
        return Scope(
            {**case.facts, **past, **row.cells, "position": position},
            case.columns,
            len(case.rows) if case.whole else None,
        )

    def table_scope(self, case: Case, group: Sequence[Line] | None = None) -> Scope:
        """Return what an expression may read of the table, or of a group of its rows."""
        names = {**case.facts, **{f"previous.{name}": value for name, value in (case.before or {}).items()}}
        rows, columns = (case.rows, case.columns) if group is None else (group, case.columns_of(group))
        return Scope(names, columns, len(rows) if case.whole else None)

    def applies(self, scope: Scope) -> bool:
        """Return whether the rule's condition, if it has one, is fulfilled."""
        return self.when is None or self.when.value(scope) is True

    def found(self, case: Case, row: Line | None, facts: Mapping[str, Any]) -> Finding:
        """Return the finding at `row`, or about the whole, with the sentence filled in."""
        number = row.number if row is not None and not self.in_header else None
        told = {**case.facts, **({} if row is None or not self.by_row else row.cells), **facts}
        says, does = (_filled(text, told) for text in (self.says, self.remedy))
        if number is not None:
            says = Text(*(say("checks.at_row", lang, row=number, says=says.in_(lang)) for lang in LANGUAGES))
        file = f"{case.raw.id.path}.{'yaml' if self.in_header else 'csv'}"
        return Finding(file, number, self.field, self.name, self.severity, says, does)


def _types(fields: Mapping[str, Any]) -> dict[str, str]:
    return {name: TYPES.get(field.type, "text") for name, field in fields.items()}


def _filled(text: Text, facts: Mapping[str, Any]) -> Text:
    """Fill the braces in; a name may hold a dot (`previous.price`), which `str.format` would take for an attribute."""
    said = []
    for lang in LANGUAGES:
        parts = Formatter().parse(text.in_(lang))
        said.append("".join(words + _told(name, facts, lang) for words, name, _, _ in parts))
    return Text(*said)


def _told(name: str | None, facts: Mapping[str, Any], lang: str) -> str:
    return "" if name is None else brief(shown(facts[name], lang))
