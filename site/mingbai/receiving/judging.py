"""Lets the gate judge one push in this process, within limits of time and memory; it takes nothing."""

import os
import resource
import signal
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from mingbai.errors import MingbaiError
from mingbai.gate import Ground, Publishers, judge
from mingbai.git import Repository, Update
from mingbai.messages import say
from mingbai.portal import Portal
from mingbai.receiving import taken_down
from mingbai.receiving.laying import commit_of
from mingbai.receiving.layout import Server
from mingbai.receiving.locks import together

SECONDS = 7  # of processors for the whole judgement; more than an honest push of a day's work ever needs
PATIENCE = 60  # seconds by the clock: on a machine that is busy with others a push is not to blame
_LOOK = 0.5  # seconds between two looks
MEMORY = 2 << 30  # bytes of address space


class _TooLong(MingbaiError):
    """The judgement took longer than anybody should wait."""


def judged(
    server: Server, asked: Sequence[Update], portal_at: Callable[[Path], Portal] | None = None
) -> list[str]:
    """Return what is wrong with a push. `portal_at` opens the files as they would be; a gatekeeper has its own way."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, _watch(time.monotonic() + PATIENCE, _spent() + SECONDS))
    signal.setitimer(signal.ITIMER_REAL, _LOOK, _LOOK)
    try:
        with together(server.state / "portal.lock"):
            return judge(_ground(server, portal_at), asked)
    except _TooLong:
        return [say("receiving.too_long", seconds=SECONDS)]
    except MemoryError:
        return [say("receiving.too_big")]
    except MingbaiError as reason:
        return [say("receiving.server", reason=reason.message)]
    except Exception as reason:  # whatever it is, a clerk gets a sentence and the administrator the rest
        with (server.state / "gate.log").open("a", encoding="utf-8") as log:
            log.write(traceback.format_exc())
        return [say("receiving.server", reason=f"gate.log: {type(reason).__name__}.")]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _ground(server: Server, portal_at: Callable[[Path], Portal] | None) -> Ground:
    return Ground(
        repository=Repository.of_push(server.repository.path),
        portal=server.portal,
        laid_out=commit_of(server),
        publishers=Publishers.read(server.publishers),
        state=server.state,
        taken_down=taken_down.known(server.state),
        environment=os.environ,
        portal_at=portal_at or (lambda root: Portal.open(root, server.state)),
    )


def _watch(until: float, most: float) -> Callable[[int, FrameType | None], None]:
    def look(number: int, frame: FrameType | None) -> None:
        if time.monotonic() > until or _spent() > most:
            raise _TooLong("")

    return look


def _spent() -> float:
    """Return the seconds of processors that this process and the git processes it waited for have used."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system
