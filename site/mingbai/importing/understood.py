"""Holds what was understood of a spreadsheet, as far as it went; it understands nothing itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mingbai.anonymity import Anonymised
from mingbai.importing import composing
from mingbai.importing.composing import Composed
from mingbai.importing.facts import Found
from mingbai.importing.households import Household
from mingbai.importing.lines import Line
from mingbai.importing.mapping import Match
from mingbai.importing.people import Identity
from mingbai.importing.request import Request
from mingbai.importing.sums import Sum
from mingbai.importing.table import Table
from mingbai.importing.taking import NUMBERS, Taken
from mingbai.kinds import Contract, Kind
from mingbai.sheets.finding import Finding
from mingbai.workbooks import Book


@dataclass
class Draft:
    """What was understood of a spreadsheet, as far as it went; `findings` of severity error keep it from being written.

    `rows` and `facts` are the bytes of the two files; `facts` is None where the sidecar is there already.
    """

    request: Request
    kind: Kind
    contract: Contract
    book: Book | None = None
    table: Table | None = None
    matches: Sequence[Match] = ()
    lines: Sequence[Line] = ()
    outside: Sequence[Identity] = ()
    by_person: bool = False
    households: Sequence[Household] = ()
    columns: Sequence[Taken] = ()
    every: Mapping[str, str] = field(default_factory=dict)
    found_facts: Sequence[Found] = ()
    composed: Composed | None = None
    sums: Sequence[Sum] = ()
    rows: bytes = b""
    facts: bytes | None = None
    merged: Anonymised | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def errors(self) -> int:
        """How many findings keep the filing from being written."""
        return sum(finding.severity == "error" for finding in self.findings)

    @property
    def ready(self) -> bool:
        """Whether there is a filing that may be written."""
        return self.composed is not None and not self.errors


def adding(made: Draft) -> set[str]:
    """Return the names of the fields whose figures add up to something: no numbers of rows, no running balance."""
    fields = [field for field in made.contract.schema.fields if field.type in NUMBERS]
    return {field.name for field in fields} - {composing.numbered(made.contract) or ""}


def figures(made: Draft) -> list[Taken]:
    """Return the columns whose figures add up."""
    return [taken for taken in made.columns if taken.field.name in adding(made)]
