"""Is what git starts before it takes a push: `python -I -m mingbai.receiving.pre_receive`.

The gate judges; nothing is written but what is printed. Only as many judge at once as there are processors, so that two
hundred pushes wait for each other and none is given up; what is slow to import is imported in one's turn.
"""

import os
import resource
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType

from mingbai.errors import MingbaiError
from mingbai.git import Repository, Update, read
from mingbai.messages import say
from mingbai.receiving import taken_down
from mingbai.receiving.laying import commit_of
from mingbai.receiving.layout import Server
from mingbai.receiving.locks import one_of, together
from mingbai.receiving.options import DRY_RUN, is_said
from mingbai.receiving.telling import tell

SECONDS = 9  # for the whole judgement; more than an honest push of a day's work ever needs
MEMORY = 2 << 30  # bytes of address space


class _TooLong(MingbaiError):
    """The judgement took longer than anybody should wait."""


def main() -> int:
    """Judge a push; print what is wrong with it and return 1, or 0 where it may come."""
    server, asked = Server(Path.cwd().parent), read(sys.stdin)
    with one_of([server.state / f"gate-{number}.lock" for number in range(os.cpu_count() or 1)]):
        wrong = _judged(server, asked)
    if not wrong and is_said(DRY_RUN):
        wrong = [say("receiving.dry_run")]
    tell(*wrong)
    return 1 if wrong else 0


def _judged(server: Server, asked: list[Update]) -> list[str]:
    from mingbai.gate import Ground, Publishers, judge

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, _stop)
    signal.alarm(SECONDS)
    try:
        with together(server.state / "portal.lock"):
            ground = Ground(
                repository=Repository.of_push(server.repository.path),
                portal=server.portal,
                laid_out=commit_of(server),
                publishers=Publishers.read(server.publishers),
                state=server.state,
                taken_down=taken_down.known(server.state),
                environment=os.environ,
            )
            return judge(ground, asked)
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


def _stop(number: int, frame: FrameType | None) -> None:
    raise _TooLong("")


if __name__ == "__main__":
    sys.exit(main())
