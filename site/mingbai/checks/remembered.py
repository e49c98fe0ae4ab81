"""Writes what was found in a filing as bytes for the memory, and reads it back; it trusts what the memory hands out."""

import json
from collections.abc import Sequence

from mingbai.messages import Text
from mingbai.sheets.finding import Finding


def written(rows: int, findings: Sequence[Finding]) -> bytes:
    """Return the number of rows and the findings as bytes."""
    told = {"rows": rows, "findings": [_parts(finding) for finding in findings]}
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "surrogatepass")


def read(content: bytes) -> tuple[int, tuple[Finding, ...]]:
    """Return the number of rows and the findings that `written` made bytes of."""
    told = json.loads(content)
    return int(told["rows"]), tuple(_finding(*each) for each in told["findings"])


def _parts(finding: Finding) -> list[str | int | None]:
    says, does = finding.says, finding.does
    where = [finding.file, finding.row, finding.field]
    return [*where, finding.rule, finding.severity, says.zh, says.en, does.zh, does.en]


def _finding(
    file: str,
    row: int | None,
    field: str | None,
    rule: str,
    severity: str,
    zh: str,
    en: str,
    do_zh: str,
    do_en: str,
) -> Finding:
    return Finding(file, row, field, rule, severity, Text(zh, en), Text(do_zh, do_en))
