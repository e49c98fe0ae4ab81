"""Remembers what was withdrawn, by the names of its objects alone, so that no push brings it back."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path


def known(state: Path) -> frozenset[str]:
    """Return the objects that were withdrawn."""
    path = _file(state)
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    return frozenset(blob for line in lines for blob in json.loads(line)["blobs"])


def remember(state: Path, path: str, blobs: Iterable[str]) -> None:
    """Note the objects in which what was withdrawn stood; their names tell nothing of it."""
    entry = {"path": path, "blobs": sorted(blobs), "at": datetime.now(UTC).isoformat()}
    with _file(state).open("a", encoding="utf-8") as out:
        out.write(json.dumps(entry) + "\n")


def _file(state: Path) -> Path:
    return state / "withdrawn.jsonl"
