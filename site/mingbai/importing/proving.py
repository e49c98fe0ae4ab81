"""Proves a composed filing: its sums and households are the sheet's, its counts are merged, its own checks agree.

It writes nothing; what it finds wrong is added to what is known of the spreadsheet.
"""

from datetime import date

from mingbai.anonymity import StrangePlace, TooFew, anonymise
from mingbai.filings import assemble
from mingbai.importing import sums, writing
from mingbai.importing.understood import Draft, figures
from mingbai.portal import Portal
from mingbai.sheets.finding import Finding


def prove(made: Draft, portal: Portal, as_of: date) -> None:
    """Compare the sums, then what the kind computes, then let the kind's own checks judge."""
    assert made.table is not None and made.composed is not None
    request, id = made.request, made.request.id
    made.sums, wrong = sums.sum_up(made.table, made.lines, figures(made), made.rows, request)
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
    for taken in figures(made):
        noughts = sum(cell.text in ("0", "0.00") for cell in taken.cells.values())
        if noughts and not taken.field.required:
            facts = {"label": taken.match.label, "count": noughts}
            finding = Finding.of("importing.noughts", made.request.file, None, taken.field.name, **facts)
            found.append(finding.as_warning())
    return found


def _counted(made: Draft) -> list[Finding]:
    """Say when a list has another number of households than the filing counts."""
    assert made.composed is not None and made.kind.privacy is not None
    name, rows = str(made.kind.privacy["count"]), len(made.households)
    count = sum(int(row[name]) for row in made.composed.rows)
    if count == rows or name in {taken.field.name for taken in made.columns}:
        return []  # where the list has a column that counts, its sum is compared like any other
    return [Finding.of("importing.count_lost", made.request.file, None, None, left=rows, right=count)]
