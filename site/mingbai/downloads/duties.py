"""Writes the tables of the board as CSV, the rows of `mingbai duties` among them; it has no words of its own."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from mingbai import matrix, scores
from mingbai.duties import STATUSES, Duty
from mingbai.edition import Edition
from mingbai.messages import say

DUTY = ("unit", "kind", "period", "due", "received", "status", "days", "address")


def duty_rows(duties: Iterable[Duty]) -> list[dict[str, str]]:
    """Return duties as rows of `DUTY`: ISO days, whole numbers, nothing for what never came."""
    return [
        {
            "unit": duty.unit.slug,
            "kind": duty.kind.id,
            "period": duty.period.label,
            "due": duty.due.isoformat(),
            "received": duty.received.isoformat() if duty.received is not None else "",
            "status": duty.status,
            "days": str(duty.days),
            "address": duty.place,
        }
        for duty in duties
    ]


def as_text(duties: Sequence[Duty], lang: str) -> str:
    """Return duties as lines to read, and how many have each status."""
    if not duties:
        return say("cli.duties.none", lang)
    lines = [
        say(
            "cli.duties.row",
            lang,
            unit=duty.unit.name.in_(lang),
            kind=duty.kind.title.in_(lang),
            period=duty.period.title(lang),
            status=say(f"badge.{duty.status}", lang, days=duty.days),
            due=duty.due.isoformat(),
        )
        for duty in duties
    ]
    counts = {status: sum(duty.status == status for duty in duties) for status in STATUSES}
    return "\n".join([*lines, say("cli.duties.sum", lang, count=len(duties), **counts)])


def as_csv(names: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Return rows as CSV with a heading (RFC 4180, lines end in LF as all files here do)."""
    out = io.StringIO()
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write(edition: Edition, out: Path) -> None:
    """Write `board/{duties,matrix,scores,stages}.csv`; spreadsheets know them by their BOM (design §4)."""
    slots = [column.id for column in matrix.columns(edition)]
    tables = {
        "duties": (DUTY, duty_rows(edition.duties)),
        "matrix": (("unit", *slots), _matrix(edition)),
        "scores": (("unit", "score", "moved", "counted", *STATUSES), _scores(edition)),
        "stages": (("unit", "kind", "row", "waits_for", "due", "days", "address"), _stages(edition)),
    }
    folder = out / "board"
    folder.mkdir(parents=True, exist_ok=True)
    for name, (names, rows) in tables.items():
        folder.joinpath(f"{name}.csv").write_text(as_csv(names, rows), encoding="utf-8-sig", newline="")


def _matrix(edition: Edition) -> Iterator[dict[str, str]]:
    for unit in matrix.units(edition):
        row = {"unit": unit.slug}
        for column in matrix.columns(edition):
            worst = matrix.worst(matrix.things(edition, [unit], column.kinds))
            row[column.id] = worst[0].status if worst else ""
        yield row


def _scores(edition: Edition) -> Iterator[dict[str, str]]:
    for unit in matrix.units(edition):
        owed = edition.duties_of.get(unit.slug, ())
        now, moved = scores.score(owed, edition.as_of), scores.change(owed, edition.as_of)
        counts = {status: str(count) for status, count in now.counts.items()}
        told = {"score": _text(now.value), "moved": _text(moved), "counted": str(now.counted)}
        yield {"unit": unit.slug, **told, **counts}


def _stages(edition: Edition) -> Iterator[dict[str, str]]:
    for unit, late in edition.overdue_of.items():
        for each in late:
            yield {
                "unit": unit,
                "kind": each.table.kind.id,
                "row": each.row.key,
                "waits_for": each.clock.done,
                "due": each.due.isoformat(),
                "days": str(each.days),
                "address": each.address,
            }


def _text(value: int | None) -> str:
    return "" if value is None else str(value)
