"""Says how an answered question looks as a row, and puts rows into the text of a filing; it reads and writes no file.

What a clerk wrote stays as it is, byte for byte: only the row that is meant is added or replaced.
"""

import codecs
import csv
import io
from collections.abc import Mapping
from datetime import date

import yaml

from forms_api import levels
from forms_api.cases import Answer, Case
from mingbai.kinds import Contract
from mingbai.messages import say
from mingbai.portal import Portal
from mingbai.sheets.contract import cast_facts
from mingbai.sheets.finding import Finding

ROLE, KEY = "replies", "number"
WORDS = ("question", "answer")
Row = Mapping[str, str]


def on_one_line(text: str) -> str:
    """Return the words as they stand in a cell."""
    return " ".join(text.split())


def findings(contract: Contract, question: str, answer: str) -> list[Finding]:
    """Return what the kind's own contract says against the words of a row, before there is one."""
    fields = contract.schema.descriptor["fields"]
    words = {"fields": [field for field in fields if field["name"] in WORDS]}
    said = {"question": on_one_line(question), "answer": on_one_line(answer)}
    return cast_facts(words, said, "")[1]


def row(portal: Portal, case: Case, answer: Answer, key: str, question: str, reply: str) -> dict[str, str]:
    """Return the row of a case by field name."""
    return {
        KEY: key,
        "received": case.received_at.date().isoformat(),
        "sort": say(f"replies.sort.{case.type}", "zh"),
        "about": case.about or "",
        "question": on_one_line(question),
        "due": case.answer_by.isoformat(),
        "answered": answer.at.date().isoformat(),
        "answered_by": portal.units.get(answer.by_unit.rpartition(":")[2]).name.zh,
        "level": say(f"replies.level.{levels.current(portal, case).level}", "zh"),
        "answer": on_one_line(reply),
        "satisfied": "" if case.verdict is None else say(f"replies.satisfied.{case.verdict.satisfied}", "zh"),
    }


def rows(content: bytes | None) -> dict[str, dict[str, str]]:
    """Return the rows of a filing by key, in their order."""
    return {each.get(KEY, ""): each for each in _told(_records(content))}


def line_of(content: bytes | None, key: str) -> int:
    """Return the line of a row as a spreadsheet shows it. Raises ValueError where there is none."""
    return 2 + [each.get(KEY) for each in _told(_records(content))].index(key)


def with_row(content: bytes | None, contract: Contract, said: Row) -> bytes:
    """Return the filing with a row in the place of the one that has its key, else at the end."""
    labels = list(contract.schema.by_name)
    records = _records(content) or [(labels, _line(labels))]
    labels, texts = records[0][0], [text for _, text in records]
    if not texts[-1].endswith(("\n", "\r")):
        texts[-1] += "\n"
    keys = [each.get(KEY) for each in _told(records)]
    place = 1 + (keys.index(said[KEY]) if said[KEY] in keys else len(keys))
    texts[place : place + 1] = [_line([said.get(label, "") for label in labels])]
    bom = codecs.BOM_UTF8 if (content or b"").startswith(codecs.BOM_UTF8) else b""
    return bom + "".join(texts).encode("utf-8")


def _told(records: list[tuple[list[str], str]]) -> list[dict[str, str]]:
    labels = records[0][0] if records else []
    return [dict(zip(labels, cells, strict=False)) for cells, _ in records[1:]]


def _records(content: bytes | None) -> list[tuple[list[str], str]]:
    """Return each record as its cells and as it stands in the file."""
    lines = io.StringIO((content or b"").decode("utf-8-sig", "replace"), newline="").readlines()
    reader, found, begun = csv.reader(lines), [], 0
    for cells in reader:
        found.append((cells, "".join(lines[begun : reader.line_num])))
        begun = reader.line_num
    return found


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


def with_correction(content: bytes | None, day: date, key: str) -> bytes:
    """Return the sidecar with the correction of a row that was answered a second time; one that says so is kept."""
    reason, text = say("replies.corrected", "zh"), (content or b"").decode("utf-8-sig")
    said = yaml.load(text, yaml.BaseLoader) or {}
    before = said.get("corrections", [])
    if any((each.get("rows"), each.get("reason")) == ([key], reason) for each in before):
        return content or b""
    entry = {"date": day.isoformat(), "sort": "correction", "rows": [key], "reason": reason}
    if not before:
        kept = text if not text or text.endswith("\n") else f"{text}\n"
        return (kept + _yaml({"corrections": [entry]})).encode("utf-8")
    return _yaml(said | {"corrections": [*before, entry]}).encode("utf-8")


def _yaml(said: Mapping[str, object]) -> str:
    return yaml.safe_dump(dict(said), allow_unicode=True, sort_keys=False, width=1000)
