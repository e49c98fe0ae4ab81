"""Reads `datasets/systems.csv`: which mechanism of the source documents stands where on the site, and what guards it.

A portal need not have the file. One that has it is held to it: every kind and rule that it names is there.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mingbai.errors import PortalError
from mingbai.kinds import Kind

COLUMNS = ("id", "mechanism", "kind", "target", "evidence", "rule", "out")


@dataclass(frozen=True)
class Mechanism:
    """One mechanism: served by `kind` on the page `target`, shown at `evidence`, or `out` with a reason."""

    id: str
    mechanism: str
    kind: str
    target: str
    evidence: str
    rule: str
    out: str


def read(path: Path, kinds: Mapping[str, Kind]) -> list[Mechanism]:
    """Return the mechanisms in file order, none where there is no file. Raises PortalError naming line and column."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise PortalError(f"{path.name}:1: columns must be {', '.join(COLUMNS)} / 列名不对")
        found = [Mechanism(**{name: row[name] or "" for name in COLUMNS}) for row in reader]
    for number, each in enumerate(found, 2):
        wrong = _wrong(each, kinds)
        if wrong:
            raise PortalError(f"{path.name}:{number}: {each.id}: {wrong} / 这一行对不上")
    ids = [each.id for each in found]
    twice = sorted({id for id in ids if ids.count(id) > 1})
    if twice:
        raise PortalError(f"{path.name}: {', '.join(twice)} stands twice / 编号重了")
    return found


def _wrong(each: Mechanism, kinds: Mapping[str, Kind]) -> str:
    """Return what is wrong with a line, nothing if it holds."""
    if each.out:
        return "out and evidence exclude each other" if each.evidence or each.rule else ""
    if each.kind and each.kind not in kinds:
        return f"kind {each.kind}"
    if (
        not each.evidence.startswith("/")
        or "#" not in each.evidence
        or not each.evidence.startswith(each.target)
    ):
        return f"evidence {each.evidence} is no anchor of target {each.target}"
    rules = {rule["name"] for rule in kinds[each.kind].rules} if each.kind else set()
    return f"rule {each.rule}" if each.rule and each.rule not in rules else ""
