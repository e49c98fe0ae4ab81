"""Goes from the bytes of a spreadsheet to a filing step by step, and stops where a step finds something wrong.

What was understood up to there stays in the draft and is shown; nothing is written before every step is through.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from mingbai.checks import structure
from mingbai.importing import choosing, composing, facts, mapping, people, remembering, sums, writing
from mingbai.importing.days import with_days
from mingbai.importing.households import by_row, households, singles
from mingbai.importing.lines import lines
from mingbai.importing.mapping import Vocabulary, matched, misdirected, open_questions
from mingbai.importing.names import asked_about
from mingbai.importing.proving import prove
from mingbai.importing.request import LEFT_OUT, Request
from mingbai.importing.taking import serials, take
from mingbai.importing.understood import Draft, adding, figures
from mingbai.portal import Portal
from mingbai.sheets.finding import Finding
from mingbai.workbooks import Refused, open_book


def draft(portal: Portal, data: bytes, request: Request, as_of: date) -> Draft:
    """Return what becomes of a spreadsheet. It raises nothing for what a clerk can hand in, and writes nothing."""
    kind = portal.kinds[request.id.kind]
    made = Draft(request, kind, kind.contract_for(request.id.period.label))
    said = {request.household: LEFT_OUT} if request.household else {}
    words = Vocabulary(
        made.contract, {**said, **request.mapping}, remembering.recall(portal.state, request.id)
    )
    steps: Sequence[Callable[[], None]] = (
        lambda: _open(made, data),
        lambda: _find(made, words),
        lambda: _match(made, words),
        lambda: _take(made),
        lambda: _compose(made, portal),
        lambda: prove(made, portal, as_of),
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
    chosen, problems = choosing.the_one(made.book.grids, words, made.request)
    made.table = None if chosen is None else with_days(chosen)
    made.findings += problems


def _match(made: Draft, words: Vocabulary) -> None:
    """Map the columns, sort the rows and look for identities; what leads to a person is told before anything else."""
    assert made.table is not None
    request, table = made.request, made.table
    made.matches = matched(table, words)
    made.lines, wrong = lines(table, made.matches, adding(made), request)
    made.outside = people.identities(table, made.lines, made.matches)
    if made.kind.privacy is None:
        made.findings += people.refused(made.outside, table, request)
    outside = {each.number for each in made.outside}
    kept = [match for match in made.matches if match.column.number not in outside]
    made.matches = asked_about(kept, table, made.lines)
    made.findings += misdirected(words, table, request)
    if not made.errors:
        made.findings += [*wrong, *open_questions(made.matches, table, request.file)]


def _take(made: Draft) -> None:
    assert made.table is not None and made.book is not None
    request, fields = made.request, made.contract.schema.fields
    made.every, unread = composing.values(request.every, fields, request, "importing.no_field")
    made.by_person = composing.is_by_person(made.kind, bool(made.outside), made.every)
    if made.by_person:
        made.findings += _count(made)
    made.columns, wrong = take(
        made.table,
        made.lines,
        made.matches,
        request,
        since_1904=made.book.since_1904,
        one=by_row(made.households),
    )
    made.findings += [*unread, *wrong, *serials(made.columns, composing.numbered(made.contract), request)]
    if not made.errors:
        made.findings += sums.printed_sums(made.table, made.lines, figures(made), request)


def _count(made: Draft) -> list[Finding]:
    """Find the households of a list; where a column says how many a row is, each row stays one of its own.

    The numbers of the rows are numbers of nobody any more, so they are left alone.
    """
    assert made.table is not None and made.kind.privacy is not None
    table, request, count = made.table, made.request, str(made.kind.privacy["count"])
    key = composing.numbered(made.contract)
    made.matches = [
        replace(each, how="serial", field=None) if each.field is not None and each.field.name == key else each
        for each in made.matches
    ]
    nobody = list(people.nobody(made.outside, table, made.lines, request)) if made.outside else []
    if any(each.taken and each.field is not None and each.field.name == count for each in made.matches):
        made.households = singles(made.lines)
        return [*people.twice(made.outside, table, made.lines, request), *nobody]
    column = mapping.column_of(table, request.household) if request.household else None
    made.households, alike = households(table, made.lines, made.outside, column, request)
    return [*alike, *nobody]


def _compose(made: Draft, portal: Portal) -> None:
    assert made.table is not None
    request, contract, every = made.request, made.contract, made.every
    wrong = composing.unmapped(contract, made.kind, made.columns, every, made.by_person, request)
    headers = contract.header.fields if contract.header is not None else ()
    said, unread = composing.values(request.facts, headers, request, "importing.no_fact")
    if not (portal.root / f"{request.id.path}.yaml").exists():
        made.found_facts = facts.in_sheet(made.table, made.lines, headers, request)
        told, missing = facts.together(said, made.found_facts, headers, request)
        made.facts = composing.facts_bytes(
            header=told, supervision=request.supervision, display=request.display
        )
        unread += missing
    made.findings += [*wrong, *unread]
    if not wrong:
        made.composed, more = composing.compose(
            contract, made.kind, made.lines, made.columns, every, made.households, request
        )
        made.findings += more
        made.rows = composing.rows_bytes(contract, made.composed)
