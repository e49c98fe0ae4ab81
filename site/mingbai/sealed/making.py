"""Makes sealed records and slips of a clerk's list; the list itself it only reads, and keeps nothing of it."""

import csv
import io
from datetime import date
from pathlib import Path

from mingbai.errors import MingbaiError
from mingbai.filings import FilingId
from mingbai.kinds.contracts import PERSON
from mingbai.messages import say
from mingbai.portal import Portal
from mingbai.privacy import identifiers
from mingbai.sealed.keeping import put
from mingbai.sealed.sealing import SIZE, Sealed, draw_code, seal
from mingbai.sealed.slips import slips
from mingbai.sheets.reader import decode

Rows = list[dict[str, str]]


class NotSealed(MingbaiError):
    """Nothing was written; the message says why and what to do."""


def records_of(source: Path) -> Rows:
    """Return the rows of a list, one a recipient, by column. Raises NotSealed for none, and where it names people."""
    text, _ = decode(source.read_bytes(), source.name)
    rows = [row for row in csv.DictReader(io.StringIO(text or "", newline="")) if any((row or {}).values())]
    if not rows or None in rows[0]:
        raise NotSealed(say("sealed.no_rows", file=source.name))
    told = [{name: str(value or "").strip() for name, value in row.items() if name} for row in rows]
    naming = [
        name
        for name in told[0]
        if PERSON.search(name.strip()) or any(identifiers(row.get(name, "")) for row in told)
    ]
    if naming:
        raise NotSealed(say("sealed.identity", file=source.name, columns="、".join(naming)))
    return told


def make(portal: Portal, id: FilingId, rows: Rows, source: str, until: date, paper: Path) -> Sealed:
    """Seal the rows, store them, and write the slips. Raises NotSealed before anything is written."""
    if until < portal.today:
        raise NotSealed(say("sealed.over", day=until.isoformat()))
    for number, row in enumerate(rows, 2):
        if len(str(row).encode()) > SIZE - 100:
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
    put(portal, id, sealed)
    return sealed
