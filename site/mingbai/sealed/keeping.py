"""Keeps sealed records in the state folder and takes away those whose time is over; it opens none.

`.state/sealed/<unit>/<kind>/<period>.json`, readable by its owner alone. Nothing of it ever enters git.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mingbai.errors import PortalError
from mingbai.filings import FilingId
from mingbai.messages import say
from mingbai.periods import Period
from mingbai.portal import Portal
from mingbai.sealed.sealing import Sealed

_FOLDER = "sealed"
SCRIPT = "sealed.js"  # what a page loads: a script, so that it also works from a folder (file://)


@dataclass(frozen=True)
class Kept:
    """Sealed records of a filing, and the file in which they lie."""

    id: FilingId
    path: Path
    sealed: Sealed

    @property
    def script(self) -> str:
        """Return what the site serves beside the filing's page."""
        return f"mingbaiSealed({self.sealed.as_json()});\n"


def put(portal: Portal, id: FilingId, sealed: Sealed) -> Path:
    """Store the records of a filing, in the place of earlier ones: whoever had a slip of those gets a new one."""
    path = portal.state / _FOLDER / id.unit / id.kind / f"{id.period.label}.json"
    for folder in (portal.state, portal.state / _FOLDER, path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(sealed.as_json())
        out.flush()
        os.fsync(out.fileno())
    os.replace(draft, path)
    return path


def standing(portal: Portal, as_of: date) -> dict[FilingId, Kept]:
    """Return the records that may be opened on a day, by filing."""
    return {kept.id: kept for kept in _all(portal) if kept.sealed.until >= as_of}


def overdue(portal: Portal, as_of: date) -> list[Kept]:
    """Return the records that may no longer be opened and are still there."""
    return [kept for kept in _all(portal) if kept.sealed.until < as_of]


def expire(portal: Portal, as_of: date) -> list[FilingId]:
    """Delete what may no longer be opened, here and in every release that is kept; return whose it was."""
    over = overdue(portal, as_of)
    for kept in over:
        for copy in (portal.root / "build" / "releases").glob(f"*{kept.id.address}{SCRIPT}"):
            copy.unlink(missing_ok=True)
        kept.path.unlink(missing_ok=True)
    return [kept.id for kept in over]


def _all(portal: Portal) -> Iterator[Kept]:
    folder = portal.state / _FOLDER
    for path in sorted(folder.glob("*/*/*.json")):
        try:
            id = FilingId(path.parent.parent.name, path.parent.name, Period.parse(path.stem))
            yield Kept(id, path, Sealed.of_json(path.read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise PortalError(say("sealed.unreadable", file=path)) from None
