"""Says which field of a kind each column stands for, and how surely; below certainty it only suggests.

In order: what the clerk says, what was confirmed before, the title itself, the title written otherwise, words that mean
the same. A column that leads to a person is never a field, unless the field is an office-holder's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from mingbai.importing.labels import SERIAL, parted, plain, told
from mingbai.importing.request import LEFT_OUT, Request
from mingbai.importing.synonyms import ALSO, MAYBE, NEUTRAL
from mingbai.importing.table import Column, Table
from mingbai.kinds import Contract, Field
from mingbai.privacy.persons import is_label_of_person, is_person
from mingbai.sheets.finding import Finding
from mingbai.workbooks import column_name
from mingbai.workbooks.grids import address

CERTAIN = 90
# How a column is known, and how surely (percent).
SURENESS = {"told": 100, "remembered": 100, "title": 100, "written": 97, "means": 92, "under": 94}
SURENESS |= {
    "maybe": 60,
    "names": 60,
    "hidden": 60,
    "twice": 50,
    "unknown": 0,
    "person": 100,
    "serial": 100,
    "out": 100,
    "vacant": 100,
}


@dataclass(frozen=True)
class Match:
    """A column and what it stands for. `field` is a suggestion where `percent` is below `CERTAIN`; None: none."""

    column: Column
    how: str
    field: Field | None = None
    unit: str | None = None

    @property
    def percent(self) -> int:
        """How sure it is."""
        return SURENESS[self.how]

    @property
    def taken(self) -> bool:
        """Whether the column becomes a field."""
        return self.field is not None and self.percent >= CERTAIN

    @property
    def open(self) -> bool:
        """Whether the clerk has to say what it is."""
        return self.percent < CERTAIN

    @property
    def label(self) -> str:
        """What the column is called, fit to be shown."""
        return told(self.column.label) or column_name(self.column.number)


class Vocabulary:
    """The words of one kind, with what was said and confirmed; it knows labels and no cell."""

    def __init__(
        self, contract: Contract, said: Mapping[str, str], remembered: Mapping[str, str] | None = None
    ) -> None:
        self.key = key_of(contract)
        self.fields = [*contract.schema.fields, *(each.field for each in contract.computed if not each.inner)]
        self._said = {plain(label): name for label, name in said.items()}
        self._remembered = {plain(label): name for label, name in (remembered or {}).items()}

    @cached_property
    def _by_word(self) -> Mapping[str, Field]:
        found: dict[str, Field] = {}
        for each in self.fields:
            for word in (each.name, each.title.zh, each.title.en):
                found.setdefault(plain(word), each)
        return found

    def field(self, word: str) -> Field | None:
        """Return the field that a clerk names by its name or title."""
        return self._by_word.get(plain(word))

    def knows(self, parts: tuple[str, ...]) -> bool:
        """Tell whether a label is one that stands above columns of this kind; two such make a header."""
        how = self.match(Column(0, parts)).how
        return is_label_of_person(parts[-1]) if how == "person" else how != "unknown"

    def match(self, column: Column) -> Match:
        """Return what a column stands for."""
        words, unit = _words(column)
        said = self._named(column, words)
        if said is not None:
            return replace(said, unit=unit)
        found = self._by_title(column, words)
        # Neither a kind's titles nor the words that surely mean the same lead to a person: 发生日期 is no birthday.
        own = found is not None and found.how in ("title", "written", "means")
        if not own and is_person(*column.parts):
            return Match(column, "person", None, unit)
        if found is None and words[-1] in SERIAL:
            return Match(column, "serial", None, unit)
        found = replace(found or Match(column, "unknown"), unit=unit)
        return replace(found, how="hidden") if column.hidden and found.field is not None else found

    def _named(self, column: Column, words: Sequence[str]) -> Match | None:
        """Return what the clerk said about a column, by its letter or label, now or at an earlier import."""
        names = [column_name(column.number).casefold(), *dict.fromkeys((plain(column.label), *words))]
        for how, known in (("told", self._said), ("remembered", self._remembered)):
            name = next((known[each] for each in names if each in known), None)
            if name == LEFT_OUT:
                return Match(column, "person" if is_person(*column.parts) else "out")
            field = None if name is None else self.field(name)
            if field is not None and (field.cls == "office" or not is_person(*column.parts)):
                return Match(column, how, field)
        return None

    def _by_title(self, column: Column, words: Sequence[str]) -> Match | None:
        whole, last = words[0], words[-1]
        exact = next((each for each in self.fields if column.label in (each.name, each.title.zh)), None)
        if exact is not None:
            return Match(column, "title", exact)
        if whole in self._by_word:
            return Match(column, "written", self._by_word[whole])
        if (same := self._synonym(ALSO, whole)) is not None:
            return Match(column, "means", same)
        under = self._by_word.get(last) or self._synonym(ALSO, last)
        if under is not None:
            groups = {parted(part)[0] for part in column.parts[:-1]}
            return Match(column, "under" if groups <= NEUTRAL else "maybe", under)
        near = self._synonym(MAYBE, whole) or self._synonym(MAYBE, last)
        return None if near is None else Match(column, "maybe", near)

    def _synonym(self, words: Mapping[str, str], word: str) -> Field | None:
        titles = [plain(each) for each in words.get(word, "").split()]
        return next((self._by_word[each] for each in titles if each in self._by_word), None)


def key_of(contract: Contract) -> Field | None:
    """Return the field that is the key of a row by itself; None where several are it together."""
    keys = contract.schema.primary_key
    return contract.schema.by_name[keys[0]] if len(keys) == 1 else None


def _words(column: Column) -> tuple[list[str], str | None]:
    """Return the label as a whole and its last part, in plain words, and the unit that any part names."""
    pieces = [parted(part) for part in column.parts] or [("", None)]
    unit = next((unit for _, unit in reversed(pieces) if unit is not None), None)
    return ["".join(word for word, _ in pieces), pieces[-1][0]], unit


def column_of(table: Table, said: str) -> int | None:
    """Return the column that a clerk means by its label or letter; None where there is none."""
    for column in table.columns:
        if plain(said) in {column_name(column.number).casefold(), plain(column.label), *_words(column)[0]}:
            return column.number
    return None


def misdirected(words: Vocabulary, table: Table, request: Request) -> list[Finding]:
    """Return what is wrong with what the clerk said: a column that is not there, a field that is none."""
    titles = "、".join(f"{each.title.zh}（{each.name}）" for each in words.fields)
    there: set[str] = set()
    for column in table.columns:
        there |= {column_name(column.number).casefold(), plain(column.label), *_words(column)[0]}
    there |= {column_name(number).casefold() for row in table.grid.rows.values() for number in row}
    found = []
    if request.household not in (None, LEFT_OUT) and plain(request.household) not in there:
        facts = {"label": told(request.household)}
        found.append(Finding.of("importing.no_household", request.file, None, None, **facts))
    for label, name in request.mapping.items():
        if plain(label) not in there:
            found.append(Finding.of("importing.no_column", request.file, None, None, label=told(label)))
        if name != LEFT_OUT and words.field(name) is None:
            found.append(Finding.of("importing.no_field", request.file, None, None, names=titles))
    return found


def matched(table: Table, words: Vocabulary) -> tuple[Match, ...]:
    """Return what every column stands for; a field that two columns claim is open in both, unless one was told.

    A column in which nothing stands (where people are to sign by hand) is nothing to ask about.
    """
    held = {column for row, columns in table.grid.rows.items() if row > table.bottom for column in columns}
    found = [words.match(column) for column in table.columns]
    found = [
        each if each.column.number in held or each.taken else Match(each.column, "vacant") for each in found
    ]
    found = _as_keys(found, table, words)
    claims: dict[str, list[Match]] = {}
    for match in found:
        if match.taken and match.field is not None:
            claims.setdefault(match.field.name, []).append(match)
    twice = set()
    for rivals in claims.values():
        told_ones = [each for each in rivals if each.how in ("told", "remembered")]
        if len(rivals) > 1 and len(told_ones) != 1:
            twice |= {each.column.number for each in rivals}
        elif len(rivals) > 1:
            twice |= {each.column.number for each in rivals if each not in told_ones}
    return tuple(replace(each, how="twice") if each.column.number in twice else each for each in found)


def _as_keys(found: Sequence[Match], table: Table, words: Vocabulary) -> list[Match]:
    """Return the matches, where a column called 序号 seems to be the key if it holds ZY-001 and not 1, 2, 3.

    Such a key is the number of a parcel or a contract, and no other column was taken for it.
    """
    key = words.key
    if key is None or key.type != "string" or any(each.field == key for each in found):
        return [*found]
    return [
        replace(each, how="maybe", field=key)
        if each.how == "serial" and _names_things(table, each.column.number)
        else each
        for each in found
    ]


def _names_things(table: Table, column: int) -> bool:
    rows = range(table.bottom + 1, table.last + 1)
    texts = [str(table.grid.at(row, column).value or "").strip(" .、") for row in rows]
    told = [text for text in texts if any(sign.isdigit() for sign in text)]
    return bool(told) and not any(text.isdecimal() for text in told)


def open_questions(matches: Sequence[Match], table: Table, file: str) -> list[Finding]:
    """Say for every column that is not certain what to type: the field it seems to be, or "-" to leave it out."""
    labels = [match.column.label for match in matches]
    found = []
    for match in matches:
        if not match.open:
            continue
        letter = column_name(match.column.number)
        unique = labels.count(match.column.label) == 1 and match.label == match.column.label
        key = match.label if unique and match.column.parts else letter
        facts = {
            "cell": address(table.bottom, match.column.number),
            "label": match.label,
            "key": key.replace("·", ""),
            "name": "" if match.field is None else match.field.name,
            "title": match.label if match.field is None else match.field.title,
        }
        found.append(Finding.of(f"importing.column_{match.how}", file, table.bottom, None, **facts))
    return found
