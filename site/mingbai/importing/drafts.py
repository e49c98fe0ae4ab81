"""Goes from the bytes of a spreadsheet to a filing step by step, and stops where a step finds something wrong.

What was understood up to there stays in the draft and is shown; nothing is written before every step is through.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from mingbai.anonymity import Anonymised, StrangePlace, TooFew, anonymise
from mingbai.checks import structure
from mingbai.filings import assemble
from mingbai.importing import choosing, composing, facts, people, remembering, sums, writing
from mingbai.importing.composing import Composed
from mingbai.importing.facts import Found
from mingbai.importing.lines import Line, lines
from mingbai.importing.mapping import Match, Vocabulary, matched, misdirected, open_questions
from mingbai.importing.people import Identity
from mingbai.importing.request import Request
from mingbai.importing.sums import Sum
from mingbai.importing.table import Table
from mingbai.importing.taking import NUMBERS, Taken, entries, take
from mingbai.kinds import Contract, Kind
from mingbai.portal import Portal
from mingbai.sheets.finding import Finding
from mingbai.workbooks import Book, Refused, open_book


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


def draft(portal: Portal, data: bytes, request: Request, as_of: date) -> Draft:
    """Return what becomes of a spreadsheet. It raises nothing for what a clerk can hand in, and writes nothing."""
    kind = portal.kinds[request.id.kind]
    made = Draft(request, kind, kind.contract_for(request.id.period.label))
    words = Vocabulary(made.contract, request.mapping, remembering.recall(portal.state, request.id))
    steps: Sequence[Callable[[], None]] = (
        lambda: _open(made, data),
        lambda: _find(made, words),
        lambda: _match(made, words),
        lambda: _take(made),
        lambda: _compose(made, portal),
        lambda: _prove(made, portal, as_of),
    )
    for step in steps:
        if not made.errors:
            step()
    # Told last, so that a clerk sees what the sheet says even where nothing can be written any more.
    made.findings += structure.fitting(portal, request.id, request.file)
    made.findings += writing.already(portal, request.id, request)
    return made


def finish(portal: Portal, made: Draft) -> tuple[list[str], bool]:
    """Write a draft that is ready and remember its mapping; return the paths, and whether the mapping was new."""
    paths = writing.write(portal, made.request.id, made.rows, made.facts)
    return paths, remembering.remember(portal.state, made.request.id, made.matches)


def _open(made: Draft, data: bytes) -> None:
    try:
        made.book = open_book(data)
    except Refused as reason:
        made.findings.append(
            Finding(made.request.file, None, None, reason.reason, "error", reason.says, reason.does)
        )


def _find(made: Draft, words: Vocabulary) -> None:
    assert made.book is not None
    made.table, problems = choosing.the_one(made.book.grids, words, made.request)
    made.findings += problems


def _match(made: Draft, words: Vocabulary) -> None:
    """Map the columns, sort the rows and look for identities; what leads to a person is told before anything else."""
    assert made.table is not None
    request, table = made.request, made.table
    made.matches = matched(table, words)
    made.lines, wrong = lines(table, made.matches, _adding(made), request)
    made.outside = people.identities(table, made.lines, made.matches)
    if made.kind.privacy is None:
        made.findings += people.refused(made.outside, table, request)
    outside = {each.number for each in made.outside}
    made.matches = tuple(match for match in made.matches if match.column.number not in outside)
    made.findings += misdirected(words, table, request)
    if not made.errors:
        made.findings += [*wrong, *open_questions(made.matches, table, request.file)]


def _take(made: Draft) -> None:
    assert made.table is not None and made.book is not None
    request, fields = made.request, made.contract.schema.fields
    made.every, unread = composing.values(request.every, fields, request, "importing.no_field")
    made.columns, wrong = take(made.table, made.lines, made.matches, request, since_1904=made.book.since_1904)
    made.by_person = composing.is_by_person(made.kind, bool(made.outside), made.every)
    made.findings += [*unread, *wrong]
    if not made.errors:
        made.findings += sums.printed_sums(made.table, made.lines, _figures(made), request)
    if made.by_person and made.outside:
        made.findings += people.twice(made.outside, made.table, made.lines, request)
        made.findings += people.nobody(made.outside, made.table, made.lines, request)


def _compose(made: Draft, portal: Portal) -> None:
    assert made.table is not None
    request, contract, every = made.request, made.contract, made.every
    wrong = composing.unmapped(contract, made.kind, made.columns, every, made.by_person, request)
    headers = contract.header.fields if contract.header is not None else ()
    said, unread = composing.values(request.facts, headers, request, "importing.no_fact")
    if not (portal.root / f"{request.id.path}.yaml").exists():
        made.found_facts = facts.in_sheet(made.table, made.lines, headers, request)
        told, missing = facts.together(said, made.found_facts, headers, request)
        made.facts = composing.facts_bytes(told) if told else None
        unread += missing
    made.findings += [*wrong, *unread]
    if not wrong:
        made.composed, more = composing.compose(
            contract, made.kind, made.lines, made.columns, every, made.by_person, request
        )
        made.findings += more
        made.rows = composing.rows_bytes(contract, made.composed)


def _prove(made: Draft, portal: Portal, as_of: date) -> None:
    """Compare the sums, then what the kind computes, then let the kind's own checks judge."""
    assert made.table is not None and made.composed is not None
    request, id = made.request, made.request.id
    made.sums, wrong = sums.sum_up(made.table, made.lines, _figures(made), made.rows, request)
    made.findings += wrong
    if made.by_person and not wrong:
        made.findings += _counted(made)
    if made.errors:
        return
    kept = portal.root / f"{id.path}.yaml"
    files = made.rows, kept.read_bytes() if kept.is_file() else made.facts
    columns = {taken.field.name: taken for taken in made.columns}
    if {each.field.name for each in made.contract.computed} & set(columns):
        made.findings += writing.misreckoned(portal, id, files, made.composed, columns, request)
    if made.kind.privacy is not None:
        _merge(made, portal, files)
        if made.errors:
            return  # the checks name places, which may be names
    made.findings += writing.checked(portal, id, made.rows, made.facts, as_of).findings
    if made.errors:
        made.findings += _noughts(made)


def _merge(made: Draft, portal: Portal, files: tuple[bytes, bytes | None]) -> None:
    """Merge counts of people before they come near git, which forgets nothing (design §6.4)."""
    id = made.request.id
    raw = assemble(id, made.kind, *files, portal.settings_of(id), portal.sort_of(id))
    if any(finding.severity == "error" for finding in raw.findings):
        return  # the checks will name what is wrong
    try:
        made.merged = anonymise(portal, raw)
    except StrangePlace as reason:
        rows = "、".join(map(str, reason.rows[:10]))
        made.findings.append(
            Finding.of("importing.place", made.request.file, count=len(reason.rows), rows=rows)
        )
    except TooFew as reason:
        made.findings.append(Finding.of("importing.too_few", made.request.file, count=reason.count))
    if made.merged is not None and made.merged.changed:
        made.rows = made.merged.rows.encode("utf-8")


def _noughts(made: Draft) -> list[Finding]:
    """Ask about noughts in columns that may be blank: where the checks object, they often stand for nothing at all."""
    found = []
    for taken in _figures(made):
        noughts = sum(cell.text in ("0", "0.00") for cell in taken.cells.values())
        if noughts and not taken.field.required:
            facts = {"label": taken.match.label, "count": noughts}
            finding = Finding.of("importing.noughts", made.request.file, None, taken.field.name, **facts)
            found.append(finding.as_warning())
    return found


def _adding(made: Draft) -> set[str]:
    """Return the names of the fields whose figures add up to something: no numbers of rows, no running balance."""
    fields = [field for field in made.contract.schema.fields if field.type in NUMBERS]
    return {field.name for field in fields} - {composing.numbered(made.contract) or ""}


def _figures(made: Draft) -> list[Taken]:
    return [taken for taken in made.columns if taken.field.name in _adding(made)]


def _counted(made: Draft) -> list[Finding]:
    """Say when a list whose rows are one household each has another number of rows than the filing counts."""
    assert made.composed is not None and made.kind.privacy is not None
    name, rows = str(made.kind.privacy["count"]), len(entries(made.lines))
    count = sum(int(row[name]) for row in made.composed.rows)
    if count == rows or name in {taken.field.name for taken in made.columns}:
        return []  # where the list has a column that counts, its sum is compared like any other
    return [Finding.of("importing.count_lost", made.request.file, None, None, left=rows, right=count)]
