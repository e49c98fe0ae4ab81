"""Is what git starts when it has taken a push: `python -I -m mingbai.receiving.post_receive`.

Branches are merged, the log is written, the builder is woken, the pusher is told; killed at any point, the next push or
the builder does what is left. It judges nothing, so it opens no portal and starts fast.
"""

import sys
from pathlib import Path

from mingbai.git import MAIN, Update, changes, read
from mingbai.messages import say, speaking
from mingbai.receiving import follow, log, merging, waking
from mingbai.receiving.layout import Server
from mingbai.receiving.locks import alone
from mingbai.receiving.options import NO_WAIT, is_said, language
from mingbai.receiving.telling import tell


def main() -> int:
    """Merge, log, wake the builder and tell the pusher how it goes."""
    server, asked = Server(Path.cwd().parent), read(sys.stdin)
    waits = not is_said(NO_WAIT)
    changed = {update.ref: _changed(server, update) for update in asked}
    with alone(server.state / "main.lock"):
        merging.merge_all(server.repository)
        log.catch_up(server)
    waking.wake(server)
    for update in asked:
        merged = merging.holds(server.repository, update.new)
        tell(say("receiving.merged" if merged else "receiving.not_merged", ref=update.ref))
    if waits:
        for line in follow.until_built(server, [update.new for update in asked]):
            tell(line)
        tell(*follow.addresses(server, [path for paths in changed.values() for path in paths]))
    return 0


def _changed(server: Server, update: Update) -> list[str]:
    """Return the paths that a push changed, before it is merged and can no longer be told from the rest."""
    base = update.old
    if update.creates:
        base = server.repository.says("merge-base", MAIN, update.new) or update.new
    return [each.path for each in changes(server.repository, base, update.new)]


if __name__ == "__main__":
    with speaking(language()):
        sys.exit(main())
