"""Runs builds: the newest commit, again when a new one came meanwhile, and every day at ten past midnight."""

import time
from datetime import date, datetime
from datetime import time as clock

from mingbai import releases
from mingbai.builder import confined
from mingbai.builder.status import write_page
from mingbai.folders import CONFIG
from mingbai.git import MAIN
from mingbai.messages import say
from mingbai.portal.settings import Settings, read_settings
from mingbai.receiving import laying, log, merging, standing, waking
from mingbai.receiving.layout import Server
from mingbai.receiving.locks import alone, alone_or_not
from mingbai.receiving.standing import Standing

DAILY = clock(0, 10)  # lateness, expiry and "still on display" are counted in days (design §6.3)
_LOOK = 1.0  # seconds between two looks


def build_newest(server: Server) -> Standing | None:
    """Build until nothing newer waits; return how the last build ended, None where another builder is at it.

    What failed is tried once in a call: whoever made room or mended a setting calls again.
    """
    ended, tried = None, None
    while True:
        with alone_or_not(server.state / "builder.lock") as mine:
            if not mine:
                return ended
            waking.is_marked(server)
            while (wanted := _wanted(server)) is not None and wanted != tried:
                ended, tried = _build(server, *wanted), wanted
        if not waking.is_marked(server):
            return ended or standing.read(server)


def serve(server: Server) -> None:
    """Build whenever something is pushed and every day; this never ends. Hooks see the lock and start no builder."""
    with alone(server.state / waking.SERVING):
        _serve(server)


def _serve(server: Server) -> None:
    asked_on: date | None = None
    while True:
        now = _now(server)
        due = now.time() >= DAILY and now.date() != asked_on
        if waking.is_marked(server) or due:
            asked_on = now.date() if due else asked_on
            build_newest(server)
        time.sleep(_LOOK)


def _wanted(server: Server) -> tuple[str, date] | None:
    """Return what is to be built: the newest commit as of today, None when just that stands."""
    with alone(server.state / "main.lock"):
        merging.merge_all(server.repository)
        log.catch_up(server)
        commit = server.repository.run("rev-parse", MAIN).decode().strip()
    today, last = _now(server).date(), standing.read(server)
    if last is not None and (last.stage, last.commit, last.as_of) == ("built", commit, today.isoformat()):
        return None
    return commit, today


def _build(server: Server, commit: str, as_of: date) -> Standing:
    _stand(server, commit, as_of, "building")
    releases.sweep(server.portal)
    try:
        laying.lay_out(server, commit)
        reason = confined.build(server, commit, as_of)
    except OSError as wrong:
        reason = say("builder.disk", reason=wrong.strerror)
    return _stand(server, commit, as_of, "failed" if reason else "built", reason)


def _stand(server: Server, commit: str, as_of: date, stage: str, reason: str = "") -> Standing:
    settings = _settings(server)
    now = datetime.now(settings.timezone).isoformat(timespec="seconds")
    stands = Standing(commit, as_of.isoformat(), stage, now, reason, settings.url or "")
    standing.write(server, stands)
    write_page(server, stands)
    return stands


def _now(server: Server) -> datetime:
    return datetime.now(_settings(server).timezone)


def _settings(server: Server) -> Settings:
    return read_settings(server.portal / CONFIG)
