"""Takes a filing, or rows of it, from `main`, has the site built without it, and leaves no earlier release.

First the page and its downloads are deleted where they stand, so that the site stops showing them in the first second;
the rest follows with a new release. What was taken is known afterwards by the hash of its bytes alone.
"""

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from mingbai import downloads, releases
from mingbai.builder import build_newest
from mingbai.errors import MingbaiError, UsageError
from mingbai.filings import FilingId
from mingbai.messages import say
from mingbai.portal import Portal
from mingbai.privacy import public_text
from mingbai.receiving import laying, log, taken_down
from mingbai.receiving.layout import Server
from mingbai.receiving.locks import alone
from mingbai.sheets.cells import FORMULA
from mingbai.withdrawal import committing, forgetting
from mingbai.withdrawal.incident import write_sheet


class NotThere(MingbaiError):
    """Nothing of that name is published here."""


@dataclass
class Withdrawal:
    """What was done: the new commit, files taken, addresses that caches may still hold, seconds it took, the sheet."""

    id: FilingId
    rows: tuple[str, ...]
    reason: str
    commit: str = ""
    addresses: list[str] = field(default_factory=list)
    seconds: float = 0.0
    sheet: str = ""
    built: bool = False


def withdraw(
    server: Server, id: FilingId, rows: Sequence[str], reason: str, day: date, *, from_history: bool
) -> Withdrawal:
    """Withdraw a filing, or the rows with these keys. Raises NotThere; then nothing has changed."""
    begun, done = time.monotonic(), Withdrawal(id, tuple(rows), _tellable(reason))
    portal = Portal.open(server.portal, server.state)
    with alone(server.state / "main.lock"):
        if not committing.files_of(server.repository, id):
            raise NotThere(say("withdrawal.nothing", path=id.path))
        done.commit = committing.commit(server, portal, id, rows, reason, day)
        taken_down.remember(server.state, id.path, committing.versions_of(server.repository, id))
        _hide(server, id)
        laying.lay_out(server, done.commit)
        log.catch_up(server)
        if from_history:
            done.commit = forgetting.forget(server.repository, taken_down.known(server.state))
            laying.stands(server, done.commit)
    _purge_state(server, id)
    ended = build_newest(server)
    done.built = ended is not None and ended.stage == "built"
    _purge_releases(server)
    done.addresses = _addresses(portal, id)
    done.seconds = time.monotonic() - begun
    done.sheet = str(write_sheet(server, done, datetime.now(portal.settings.timezone)))
    return done


def _tellable(reason: str) -> str:
    """Return a reason that may stand on a page and in a table. Raises PrivacyStop and UsageError."""
    if reason.strip().startswith(FORMULA) or not reason.strip():
        raise UsageError(say("withdrawal.bad_reason"))
    return public_text(reason)


def _hide(server: Server, id: FilingId) -> None:
    """Delete page and downloads in every release, and what can be searched; the new release brings back the rest."""
    for site in (server.portal / "build" / "releases").glob("*"):
        for tree in ("", "en/"):
            shutil.rmtree(site / f"{tree}{id.address.strip('/')}", ignore_errors=True)
        for path in downloads.holding(id):
            for packed in ("", releases.SUFFIX):
                (site / f"{path}{packed}").unlink(missing_ok=True)
        shutil.rmtree(site / releases.INDEX, ignore_errors=True)


def _purge_state(server: Server, id: FilingId) -> None:
    for folder in ("index", "checks"):
        shutil.rmtree(server.portal / "build" / folder, ignore_errors=True)
    (server.state / "sealed" / id.unit / id.kind / f"{id.period.label}.json").unlink(missing_ok=True)
    shutil.rmtree(server.state / "trying", ignore_errors=True)


def _purge_releases(server: Server) -> None:
    """Take away every release but the one that is up; where the build failed that one has lost page and index."""
    releases.prune(server.portal, 0)


def _addresses(portal: Portal, id: FilingId) -> list[str]:
    """Return what caches on the way may still hold: page, downloads, feeds, lists."""
    kinds, unit = f"/k/{id.kind}/", f"/u/{id.unit}/"
    own = [id.address, f"{unit}{id.kind}/", unit, kinds, "/board/", "/catalogue/", f"/{releases.INDEX}/", "/"]
    files = [f"/{path}" for path in downloads.holding(id)]
    found = [*(f"{tree}{each}" for each in own for tree in ("", "/en")), *files]
    return [portal.settings.absolute(each) or each for each in found]
