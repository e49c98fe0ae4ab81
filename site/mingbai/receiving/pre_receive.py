"""Is what git starts before it takes a push: `python -I -m mingbai.receiving.pre_receive`.

Only as many are judged at once as there are processors, so that two hundred pushes wait for each other and none is
given up. The gatekeeper judges where one runs, for it has read everything already; else this process does, in its turn.
"""

import os
import sys
from pathlib import Path

from mingbai.git import read
from mingbai.messages import say, speaking
from mingbai.receiving import gatekeeper
from mingbai.receiving.layout import Server
from mingbai.receiving.locks import one_of
from mingbai.receiving.options import DRY_RUN, is_said, language
from mingbai.receiving.telling import tell


def main() -> int:
    """Judge a push; print what is wrong with it and return 1, or 0 where it may come."""
    server, asked = Server(Path.cwd().parent), read(sys.stdin)
    with one_of([server.state / f"gate-{number}.lock" for number in range(os.cpu_count() or 1)]):
        wrong = gatekeeper.ask(server, asked)
        if wrong is None:
            from mingbai.receiving.judging import judged  # slow to import, so only where it is needed

            wrong = judged(server, asked)
    if not wrong and is_said(DRY_RUN):
        wrong = [say("receiving.dry_run")]
    tell(*wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    with speaking(language()):
        sys.exit(main())
