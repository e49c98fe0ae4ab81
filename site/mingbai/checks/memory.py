"""Remembers the findings of a filing by the hash of all that they depend on; a false memory costs time, never truth.

An entry names its own key and carries the hash of its content. Whatever does not fit is thrown away and found anew.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

from mingbai.messages import Text
from mingbai.sheets.finding import SEVERITIES, Finding


class Memory:
    """A folder of findings, one file a key. It may be deleted at any time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def recall(self, key: str) -> tuple[Finding, ...] | None:
        """Return what was found for `key`; None if nothing is known or what is there cannot be trusted."""
        try:
            entry = json.loads((self._folder / f"{key}.json").read_bytes())
            if entry["key"] != key or entry["hash"] != _hash(key, entry["findings"]):
                return None
            return tuple(_finding(each) for each in entry["findings"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def remember(self, key: str, findings: Iterable[Finding]) -> None:
        """Keep what was found for `key`. A folder that cannot be written is no reason to stop a check."""
        rows = [_row(finding) for finding in findings]
        entry = {"key": key, "hash": _hash(key, rows), "findings": rows}
        target = self._folder / f"{key}.json"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            half = target.with_suffix(f".{os.getpid()}")
            half.write_text(json.dumps(entry, ensure_ascii=False), encoding="utf-8")
            half.replace(target)
        except OSError:
            return


def _hash(key: str, rows: object) -> str:
    return hashlib.sha256(f"{key}\n{json.dumps(rows, ensure_ascii=False)}".encode()).hexdigest()


def _row(finding: Finding) -> list[object]:
    says, does = finding.says, finding.does
    return [
        finding.file,
        finding.row,
        finding.field,
        finding.rule,
        finding.severity,
        says.zh,
        says.en,
        does.zh,
        does.en,
    ]


def _finding(row: list[object]) -> Finding:
    file, number, field, rule, severity, zh, en, do_zh, do_en = row
    if not (number is None or isinstance(number, int)) or severity not in SEVERITIES:
        raise ValueError(row)
    name = None if field is None else str(field)
    return Finding(
        str(file),
        number,
        name,
        str(rule),
        str(severity),
        Text(str(zh), str(en)),
        Text(str(do_zh), str(do_en)),
    )
