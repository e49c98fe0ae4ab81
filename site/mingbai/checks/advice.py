"""Knows every message of a check with what to do about it, and the address of the page that explains it.

What is asked of every file stands at `/fix/`, the rules of a kind at `/k/<kind>/fix/`. It shows nothing itself.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from mingbai.folders import FILINGS
from mingbai.kinds import Kind
from mingbai.messages import Text, catalogue
from mingbai.sheets.finding import Finding

GENERAL = "/fix/"
_ROOMS = ("checks", "sheets")
_DO = ".do"
_GAP = "…"  # where a message names a row, a file, a figure
_BRACES = re.compile(r"\{([\w.]+)(?::[^{}]*)?\}")


@dataclass(frozen=True)
class Advice:
    """A message as it reads without its figures, what to do, and why. `name` is its place on the page."""

    name: str
    severity: str
    says: Text
    does: Text
    why: Text | None


def general() -> list[Advice]:
    """Return the messages about any file, in the order of the catalogue."""
    found = catalogue()
    return [
        Advice(key.partition(".")[2], "error", _bare(words), _bare(found[f"{key}{_DO}"]), None)
        for key, words in found.items()
        if key.partition(".")[0] in _ROOMS and f"{key}{_DO}" in found
    ]


def of_kind(kind: Kind) -> list[Advice]:
    """Return the messages of a kind's own rules, in their order; a field stands there by its title."""
    titles = {field.name: field.title for field in (*kind.schema.fields, *_header(kind))}
    titles |= {each.field.name: each.field.title for each in kind.computed}
    return [_of_rule(rule, titles) for rule in kind.rules]


def address(finding: Finding) -> str:
    """Return where the page of a message stands below the site."""
    if any(f"{room}.{finding.rule}{_DO}" in catalogue() for room in _ROOMS):
        return f"{GENERAL}#{finding.rule}"
    parts = PurePosixPath(finding.file).parts
    of_a_kind = finding.file.startswith(f"{FILINGS}/") and len(parts) == len(PurePosixPath(FILINGS).parts) + 3
    return f"/k/{parts[-2]}/fix/#{finding.rule}" if of_a_kind else GENERAL


def _header(kind: Kind) -> tuple[Any, ...]:
    return kind.header_schema.fields if kind.header_schema else ()


def _of_rule(rule: Mapping[str, Any], titles: Mapping[str, Text]) -> Advice:
    says, does, why = (Text(rule[part]["zh"], rule[part]["en"]) for part in ("says", "remedy", "why"))
    return Advice(rule["name"], rule.get("severity", "error"), _bare(says, titles), _bare(does, titles), why)


def _bare(words: Text, titles: Mapping[str, Text] | None = None) -> Text:
    """Return words with titles of fields, or a gap, in the place of what is filled in."""
    named = titles or {}
    zh = {name: f"〔{title.zh}〕" for name, title in named.items()}
    en = {name: f"[{title.en}]" for name, title in named.items()}
    return Text(_filled(words.zh, zh), _filled(words.en, en))


def _filled(words: str, named: Mapping[str, str]) -> str:
    return _BRACES.sub(lambda brace: named.get(brace[1].removeprefix("previous."), _GAP), words)
