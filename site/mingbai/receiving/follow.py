"""Tells a pusher how the build of what they pushed goes, until it stands or they have waited long enough."""

import time
from collections.abc import Iterator, Sequence

from mingbai.gate import changes
from mingbai.messages import say
from mingbai.portal import Portal
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


def addresses(server: Server, base: str, pushed: str) -> list[str]:
    """Return the addresses of the pages that a push changed, absolute where the portal knows its own."""
    portal = Portal.open(server.portal, server.state)
    found = {each.path for each in changes(server.repository, base, pushed)}
    ids = [id for id in portal.filing_ids() if found & {f"{id.path}.csv", f"{id.path}.yaml"}]
    return [portal.settings.absolute(id.address) or id.address for id in ids[:SHOWN]]


def _holds(server: Server, commit: str, pushed: str) -> bool:
    return server.repository.says("merge-base", "--is-ancestor", pushed, commit) is not None
