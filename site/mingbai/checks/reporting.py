"""Says what a check found, for people and for programs; it finds nothing itself."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from mingbai.checks.advice import address
from mingbai.messages import LANGUAGES, Text, say
from mingbai.sheets.finding import Finding

_PAGES = 3  # addresses in the last line
MOST_ALIKE = 50  # findings shown for one rule and file; the rest are counted


@dataclass(frozen=True)
class Checked:
    """What a check found, in how many filings it looked, and how many rows it read in each file with rows.

    `site`: the portal's own address without a slash at the end, "" where its settings do not say.
    """

    findings: tuple[Finding, ...]
    filings: int
    rows: Mapping[str, int]
    site: str = ""

    @property
    def errors(self) -> int:
        """How many findings block."""
        return sum(finding.severity == "error" for finding in self.findings)


def in_order(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings by file and row, errors first; of many alike the first, and how many more there are."""
    ordered = sorted(
        findings,
        key=lambda each: (each.file, each.row or 0, each.severity != "error", each.field or "", each.rule),
    )
    counts: dict[tuple[str, str], int] = {}
    kept: list[Finding] = []
    for finding in ordered:
        alike = (finding.file, finding.rule)
        counts[alike] = counts.get(alike, 0) + 1
        if counts[alike] <= MOST_ALIKE:
            kept.append(finding)
    severities = {(finding.file, finding.rule): finding.severity for finding in reversed(ordered)}
    for (file, rule), count in counts.items():
        if count > MOST_ALIKE:
            says, does = (_words(key, count=count - MOST_ALIKE) for key in ("checks.more", "checks.more.do"))
            kept.append(Finding(file, None, None, rule, severities[file, rule], says, does))
    return tuple(sorted(kept, key=lambda each: each.file))


def _words(key: str, **facts: object) -> Text:
    return Text(*(say(key, lang, **facts) for lang in LANGUAGES))


def report(checked: Checked, lang: str) -> str:
    """Return the findings for people, file by file, with what to do under each; what several share is said once."""
    lines: list[str] = []
    by_file: dict[str, list[Finding]] = {}
    for finding in checked.findings:
        by_file.setdefault(finding.file, []).append(finding)
    for file, mine in by_file.items():
        lines += [file, f"  {_head(mine, checked.rows.get(file), lang)}"]
        for remedy, alike in groupby(mine, lambda each: each.remedy(lang)):
            lines += [f"  {say(f'checks.{each.severity}', lang, said=each.message(lang))}" for each in alike]
            lines.append(f"      → {remedy}")
        lines.append("")
    return "\n".join([*lines, *_see(checked, lang), _sum(checked, lang)])


def _see(checked: Checked, lang: str) -> list[str]:
    """Return a line with the pages that explain what was found."""
    tree = "" if lang == LANGUAGES[0] else f"/{lang}"
    pages = dict.fromkeys(address(each).partition("#")[0] for each in checked.findings)
    whole = [f"{checked.site}{tree}{page}" for page in pages]
    return [say("checks.see", lang, pages=" ".join(whole[:_PAGES]))] if whole else []


def _head(findings: Sequence[Finding], rows: int | None, lang: str) -> str:
    """Say how much is to be changed and how much is right."""
    errors = [finding for finding in findings if finding.severity == "error"]
    if not errors:
        return say("checks.notes_only", lang, warnings=len(findings))
    wrong = {finding.row for finding in errors if finding.row is not None and finding.row > 1}
    header_is_right = all(finding.row != 1 for finding in errors)
    right = rows - len(wrong) if rows is not None and header_is_right else 0
    key = "checks.change_rest_right" if right > 0 else "checks.change"
    return say(key, lang, errors=len(errors), right=right)


def _sum(checked: Checked, lang: str) -> str:
    warnings = len(checked.findings) - checked.errors
    files = len({finding.file for finding in checked.findings if finding.severity == "error"})
    key = "checks.to_change" if checked.errors else "checks.all_right_but" if warnings else "checks.all_right"
    facts = {"errors": checked.errors, "warnings": warnings, "filings": checked.filings, "files": files}
    return say(key, lang, **facts)


def as_json(checked: Checked, lang: str) -> str:
    """Return the findings as a JSON list of rows `file, row, field, rule, severity, message, remedy`."""
    rows = [
        {
            "file": finding.file,
            "row": finding.row,
            "field": finding.field,
            "rule": finding.rule,
            "severity": finding.severity,
            "message": finding.message(lang),
            "remedy": finding.remedy(lang),
        }
        for finding in checked.findings
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1)
