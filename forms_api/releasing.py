"""Writes an answered question as a row of the filing that holds released answers; it touches no other file."""

import csv
import io
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

from forms_api import levels, publication
from forms_api.cases import Answer, Case
from mingbai.errors import MingbaiError
from mingbai.filings import FilingId, RawTable
from mingbai.kinds import Kind
from mingbai.messages import say
from mingbai.periods import Period
from mingbai.portal import Portal
from mingbai.privacy import identifiers

ROLE = "replies"


class NotReleased(MingbaiError):
    """The row was not written; the message says why and what to do."""


@dataclass(frozen=True)
class Released:
    """Where the row stands: file, line as a spreadsheet shows it, address."""

    path: str
    line: int
    address: str


def release(
    portal: Portal, case: Case, answer: Answer, question: str, reply: str, taken: Container[str]
) -> Released:
    """Write the row for `case` with the words given; `taken` are the addresses at which other cases stand.

    Raises NotReleased and NotPublished; then the file is as it was before.
    """
    kind = portal.kind_by_role(ROLE)
    if kind is None:
        raise NotReleased(say("replies.no_kind"))
    question, reply = _public_words("question", question), _public_words("answer", reply)
    id = FilingId(case.unit, kind.id, Period.parse(f"{case.received_at.year:04}"))
    raw = portal.read(id)
    path = portal.root / f"{id.path}.csv"
    if any(finding.severity == "error" for finding in raw.findings):
        raise NotReleased(say("replies.changed", path=f"{id.path}.csv"))
    row = _row(portal, kind, raw, case, answer) | {"question": question, "answer": reply}
    line = _line_of(raw, row, taken)
    if line is None:
        line = len(raw.rows) + 2
        _append(portal, path, kind, row)
    key = row["number"] if line == len(raw.rows) + 2 else raw.rows[line - 2].key
    return Released(f"{id.path}.csv", line, f"{id.address}#{key}")


def _public_words(field: str, text: str) -> str:
    """Return `text` on one line. Raises NotReleased if it holds a personal number."""
    found = identifiers(text)
    if found:
        what, named = say(f"privacy.{found[0]}"), say(f"replies.field.{field}")
        raise NotReleased(say("replies.personal", field=named, what=what, option=f"--{field}"))
    return " ".join(text.split())


def _row(portal: Portal, kind: Kind, raw: RawTable, case: Case, answer: Answer) -> dict[str, str]:
    """Return the row's facts by field name; running numbers start at 1 and tell nothing of what was not released."""
    numbers = [int(row.key) for row in raw.rows if row.key.isdecimal()]
    by = portal.units.get(answer.by_unit.rpartition(":")[2]).name.zh
    return {
        "number": str(max(numbers, default=0) + 1),
        "received": case.received_at.date().isoformat(),
        "sort": say(f"replies.sort.{case.type}"),
        "about": case.about or "",
        "due": case.answer_by.isoformat(),
        "answered": answer.at.date().isoformat(),
        "answered_by": by,
        "level": say(f"replies.level.{levels.current(portal, case).level}"),
        "satisfied": "" if case.verdict is None else say(f"replies.satisfied.{case.verdict.satisfied}"),
    }


def _line_of(raw: RawTable, row: dict[str, str], taken: Container[str]) -> int | None:
    """Return the line on which this very row already stands: a release cut off half-way is not written twice.

    Two people may ask the same and get the same answer: a row that another case was released as is not this one's.
    """
    for line, before in enumerate(raw.rows, 2):
        same = all(
            str(before.cells.get(name) or "") == said for name, said in row.items() if name != "number"
        )
        if same and f"{raw.id.address}#{before.anchor}" not in taken:
            return line
    return None


def _append(portal: Portal, path: Path, kind: Kind, row: dict[str, str]) -> None:
    before = path.read_bytes() if path.is_file() else None
    labels = (
        list(kind.schema.by_name)
        if before is None
        else next(csv.reader(io.StringIO(before.decode("utf-8-sig"))))
    )
    out = io.StringIO()
    writer = csv.DictWriter(out, labels, lineterminator="\n", extrasaction="ignore", restval="")
    if before is None:
        writer.writeheader()
    elif not before.endswith(b"\n"):
        out.write("\n")
    writer.writerow(row)
    publication.put(portal, path, (before or b"") + out.getvalue().encode("utf-8"))
