"""Is what git starts before and after a push: `python -I -m mingbai.receiving.hook pre-receive|post-receive`.

Before, the gate judges; nothing is written but what it prints. After, branches are merged, the log is written and the
builder is woken; killed at any point, the next push or the builder does what is left.
"""

import os
import resource
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType

from mingbai.errors import MingbaiError
from mingbai.gate import MAIN, Ground, Publishers, Update, judge, read
from mingbai.git import Repository
from mingbai.messages import say
from mingbai.receiving import follow, log, merging, waking
from mingbai.receiving.laying import commit_of
from mingbai.receiving.layout import Server
from mingbai.receiving.locks import alone, together

SECONDS = 9  # for the whole judgement; more than an honest push of a day's work ever needs
MEMORY = 2 << 30  # bytes of address space

DRY_RUN, NO_WAIT = "dry-run", "no-wait"  # what `git push -o` may say


class _TooLong(MingbaiError):
    """The judgement took longer than anybody should wait."""


def main() -> int:
    """Run the hook named on the command line; the folder of the repository is where git starts it."""
    server, asked = Server(Path.cwd().parent), read(sys.stdin)
    hooks = {"pre-receive": before, "post-receive": after}
    return hooks[sys.argv[1]](server, asked)


def before(server: Server, asked: list[Update]) -> int:
    """Judge a push; print what is wrong with it and return 1, or 0 where it may come."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, _stop)
    signal.alarm(SECONDS)
    try:
        with together(server.state / "portal.lock"):
            wrong = judge(_ground(server), asked)
    except _TooLong:
        wrong = [say("receiving.too_long", seconds=SECONDS)]
    except MemoryError:
        wrong = [say("receiving.too_big")]
    except MingbaiError as reason:
        wrong = [say("receiving.server", reason=reason.message)]
    except Exception as reason:  # whatever it is, a clerk gets a sentence and the administrator the rest
        (server.state / "gate.log").open("a", encoding="utf-8").write(traceback.format_exc())
        wrong = [say("receiving.server", reason=f"gate.log: {type(reason).__name__}.")]
    if not wrong and _is_said(DRY_RUN):
        wrong = [say("receiving.dry_run")]
    _tell(*wrong)
    return 1 if wrong else 0


def after(server: Server, asked: list[Update]) -> int:
    """Merge, log, wake the builder and tell the pusher how it goes."""
    no_wait = _is_said(NO_WAIT)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        del os.environ[name]
    bases = {update.ref: _base(server, update) for update in asked}
    with alone(server.state / "main.lock"):
        merging.merge_all(server.repository)
        log.catch_up(server)
    waking.wake(server)
    for update in asked:
        merged = merging.holds(server.repository, update.new)
        _tell(say("receiving.merged" if merged else "receiving.not_merged", ref=update.ref))
    if not no_wait:
        for line in follow.until_built(server, [update.new for update in asked]):
            _tell(line)
    for update in asked:
        _tell(*follow.addresses(server, bases[update.ref], update.new))
    return 0


def _base(server: Server, update: Update) -> str:
    """Return the commit from which a push went on."""
    if not update.creates:
        return update.old
    return server.repository.says("merge-base", MAIN, update.new) or update.new


def _ground(server: Server) -> Ground:
    return Ground(
        repository=Repository.of_push(server.repository.path),
        portal=server.portal,
        laid_out=commit_of(server),
        publishers=Publishers.read(server.publishers),
        state=server.state,
        environment=os.environ,
    )


def _is_said(name: str) -> bool:
    """Tell whether `git push -o name` was said (githooks(5))."""
    count = int(os.environ.get("GIT_PUSH_OPTION_COUNT", "0"))
    return any(os.environ.get(f"GIT_PUSH_OPTION_{number}") == name for number in range(count))


def _tell(*paragraphs: str) -> None:
    """Print to the pusher's terminal; whoever hung up is told nothing, and everything goes on."""
    try:
        for each in paragraphs:
            print(each, file=sys.stderr, flush=True)
    except OSError:
        return


def _stop(number: int, frame: FrameType | None) -> None:
    raise _TooLong("")


if __name__ == "__main__":
    sys.exit(main())
