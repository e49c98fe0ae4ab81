"""Tells a pusher how the build of what they pushed goes, until it stands or they have waited long enough."""

import time
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from mingbai.folders import FILINGS
from mingbai.messages import say
from mingbai.receiving import standing
from mingbai.receiving.layout import Server

PATIENCE = 60  # seconds
SHOWN = 5


def until_built(server: Server, pushed: Sequence[str], patience: float = PATIENCE) -> Iterator[str]:
    """Yield a line whenever the build of the `pushed` commits goes on; the last says how it ended."""
    told, until = "", time.monotonic() + patience
    while time.monotonic() < until:
        now = standing.read(server)
        if now is not None and now.stage != told and all(_holds(server, now.commit, each) for each in pushed):
            told = now.stage
            yield say(f"receiving.stage.{now.stage}", reason=now.reason)
            if now.stage in standing.ENDED:
                return
        time.sleep(0.2)
    yield say("receiving.still_building")


def addresses(server: Server, paths: Sequence[str]) -> list[str]:
    """Return the addresses of the pages of filings, absolute where the last build knew the site's own."""
    now = standing.read(server)
    parts = dict.fromkeys(
        PurePosixPath(path).with_suffix("").parts for path in paths if path.startswith(FILINGS)
    )
    site = now.url.rstrip("/") if now is not None else ""
    return [f"{site}/u/{'/'.join(each[2:])}/" for each in [*parts][:SHOWN]]


def _holds(server: Server, commit: str, pushed: str) -> bool:
    return server.repository.says("merge-base", "--is-ancestor", pushed, commit) is not None
