"""Remembers which column stands for what, by unit and kind, in the portal's state folder; labels only, never a cell."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from mingbai.filings import FilingId
from mingbai.importing.mapping import Match
from mingbai.importing.request import LEFT_OUT
from mingbai.privacy.identifiers import identifiers

_KEPT = ("told", "remembered")


def _place(state: Path, id: FilingId) -> Path:
    return state / "mappings" / id.kind / f"{id.unit}.yaml"


def recall(state: Path, id: FilingId) -> dict[str, str]:
    """Return what was confirmed before: label to field. What cannot be read is forgotten, and asked again."""
    try:
        found = yaml.safe_load(_place(state, id).read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return {}
    if not isinstance(found, Mapping):
        return {}
    return {str(label): name for label, name in found.items() if isinstance(name, str)}


def remember(state: Path, id: FilingId, matches: Sequence[Match]) -> bool:
    """Keep what the clerk said about labels for the next time; return whether there was anything to keep."""
    said = {match.column.label: _name(match) for match in matches if match.how in (*_KEPT, "out")}
    said = {label: name for label, name in said.items() if label and not identifiers(label)}
    known = recall(state, id)
    if said.items() <= known.items():
        return False
    path = _place(state, id)
    for folder in (state, path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    waiting = path.with_suffix(f".{os.getpid()}.tmp")
    with open(
        os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as stream:
        yaml.safe_dump(known | said, stream, allow_unicode=True, sort_keys=True)
    waiting.replace(path)
    return True


def _name(match: Match) -> str:
    return LEFT_OUT if match.field is None else match.field.name
