"""Tells how the newest build stands: which commit, since when, how it ended; builder writes it, everybody reads it."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from mingbai.receiving.layout import Server

ENDED = ("built", "failed")  # before: "building"


@dataclass(frozen=True)
class Standing:
    """The last build. `commit`: what was built or is being built; `at`: an ISO time; `reason`: why it failed.

    `url`: the site's own address, "" where its settings do not say.
    """

    commit: str
    as_of: str
    stage: str
    at: str
    reason: str = ""
    url: str = ""


def read(server: Server) -> Standing | None:
    """Return how the newest build stands, None before the first."""
    try:
        return Standing(**json.loads(_file(server).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write(server: Server, standing: Standing) -> None:
    """Put a new standing in the place of the old, whole or not at all."""
    fresh = _file(server).with_suffix(".new")
    fresh.write_text(json.dumps(asdict(standing), ensure_ascii=False), "utf-8")
    os.replace(fresh, _file(server))


def _file(server: Server) -> Path:
    return server.state / "building.json"
