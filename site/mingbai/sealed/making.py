"""Makes sealed records and slips of a clerk's list; the list itself it only reads, and keeps nothing of it."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

from mingbai.errors import MingbaiError
from mingbai.filings import FilingId
from mingbai.messages import say
from mingbai.portal import Portal
from mingbai.privacy import identifiers
from mingbai.privacy.persons import is_person
from mingbai.sealed.keeping import put
from mingbai.sealed.sealing import SIZE, Sealed, content_of, draw_code, seal
from mingbai.sealed.slips import slips
from mingbai.sheets.reader import decode

Rows = list[dict[str, str]]
LONGEST = timedelta(days=366)  # after the longest time for objections the slips have served


class NotSealed(MingbaiError):
    """Nothing was written; the message says why and what to do."""


def records_of(source: Path) -> Rows:
    """Return the rows of a list, one a recipient, by column.

    Raises NotSealed where there are none, where a row is wider than its header or two columns are called the same, and
    where a column leads to a person.
    """
    text, _ = decode(source.read_bytes(), source.name)
    lines = [cells for cells in csv.reader(io.StringIO(text or "", newline="")) if any(map(str.strip, cells))]
    if len(lines) < 2:
        raise NotSealed(say("sealed.no_rows", file=source.name))
    labels, *rows = [[cell.strip() for cell in cells] for cells in lines]
    if "" in labels or len(set(labels)) < len(labels) or any(len(row) > len(labels) for row in rows):
        raise NotSealed(say("sealed.uneven", file=source.name))
    naming = [
        label
        for at, label in enumerate(labels)
        if is_person(label) or any(identifiers(row[at]) for row in rows if at < len(row))
    ]
    if naming or any(map(identifiers, labels)):
        shown = "、".join(label for label in naming if not identifiers(label))
        raise NotSealed(say("sealed.identity", file=source.name, columns=shown))
    return [dict(zip(labels, [*row, *[""] * len(labels)], strict=False)) for row in rows]


def make(portal: Portal, id: FilingId, rows: Rows, source: str, until: date, paper: Path) -> Sealed:
    """Seal the rows, store them, and write the slips. Raises NotSealed before anything is written."""
    if not portal.today <= until <= portal.today + LONGEST:
        raise NotSealed(say("sealed.over", day=until.isoformat(), days=LONGEST.days))
    if paper.resolve().is_relative_to(portal.root) or paper.resolve().is_relative_to(portal.state.resolve()):
        raise NotSealed(say("sealed.inside", file=paper))
    for number, row in enumerate(rows, 2):
        if len(content_of(row)) > SIZE:
            raise NotSealed(say("sealed.long", file=source, row=number))
    codes = [draw_code() for _ in rows]
    sealed = seal(id.address, until, list(zip(codes, rows, strict=True)))
    unit, kind = portal.units.at(id.unit, id.period.last), portal.kinds[id.kind]
    title = f"{unit.name.zh} {kind.title.zh} {id.period.title('zh')}"
    try:
        with paper.open("xb") as out:
            paper.chmod(0o600)
            out.write(slips(sealed, title, codes, portal.settings.url))
    except FileExistsError:
        raise NotSealed(say("sealed.slips_there", file=paper)) from None
    except OSError as reason:
        raise NotSealed(say("sealed.no_place", file=paper, reason=reason.strerror)) from None
    put(portal, id, sealed)
    return sealed
