"""Lets the gate judge one push in this process, within limits of time and memory; it takes nothing."""

import os
import resource
import signal
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

SECONDS = 7  # for the whole judgement; more than an honest push of a day's work ever needs
MEMORY = 2 << 30  # bytes of address space


class _TooLong(MingbaiError):
    """The judgement took longer than anybody should wait."""


def judged(
    server: Server, asked: Sequence[Update], portal_at: Callable[[Path], Portal] | None = None
) -> list[str]:
    """Return what is wrong with a push. `portal_at` opens the files as they would be; a gatekeeper has its own way."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, _stop)
    signal.alarm(SECONDS)
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
        signal.alarm(0)


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


def _stop(number: int, frame: FrameType | None) -> None:
    raise _TooLong("")
