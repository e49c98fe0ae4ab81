"""Runs the harness: a village of payloads, the service on it, and a browser that looks at its pages.

Every page without the policy that forbids inline script, for that would hide that an escape is missing; every seventh
with it as well, as residents meet it: what does not run without cannot run with it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser

from forms_api import create_app
from tests.api.test_kill import REAL, running
from tests.browser.xss.findings import Findings, Visit, note
from tests.browser.xss.letters import LETTERS
from tests.browser.xss.payloads import Hand, Payload
from tests.browser.xss.published import found_village, publish, published
from tests.browser.xss.rooms import ONE_AT_A_TIME, SEVERAL
from tests.browser.xss.stage import Stage
from tests.browser.xss.watcher import Watcher

GUARDED = 7  # of so many pages one is looked at with the policy too
SELDOM = 4  # in one of so many rounds it is the turn of fields that take several payloads at once

Walk = Callable[[Stage], Iterator[Visit]]


@contextmanager
def staged(root: Path, payloads: Sequence[Payload]) -> Iterator[Stage]:
    """Build a village of payloads and open the service from inside, to write with."""
    hand = Hand(payloads)
    village, rows = found_village(root, hand)
    app = create_app(root)
    try:
        yield Stage(app, village, hand, rows)
    finally:
        app.extensions["close"]()


def look(browser: Browser, stage: Stage, walk: Walk, program: list[str] = REAL) -> Findings:
    """Run the service and look at every page of a walk; return what came of it."""
    findings = Findings()
    with ExitStack() as open_now:
        port, _ = open_now.enter_context(running(program, stage.village.root))
        watchers = []
        for bare in (True, False):
            context = browser.new_context(bypass_csp=bare)
            context.set_default_timeout(20_000)
            open_now.callback(context.close)
            watchers.append(Watcher(context, f"http://127.0.0.1:{port}", stage.cookies()))
        for number, visit in enumerate(walk(stage)):
            for watcher in watchers if number % GUARDED == 0 else watchers[:1]:
                note(findings, stage.hand, visit, watcher.look(visit))
    return findings


def through(rooms: Sequence[Walk], rounds: int) -> Walk:
    """Return the walk through rooms, so many times, each time with other payloads."""

    def walk(stage: Stage) -> Iterator[Visit]:
        for _ in range(rounds):
            stage.hand.next_round()
            for room in rooms:
                yield from room(stage)

    return walk


def everywhere(rounds: int) -> Walk:
    """Return the walk through all rooms, and through what is then released and built."""

    def walk(stage: Stage) -> Iterator[Visit]:
        for number in range(rounds):
            roomy = (*SEVERAL, *LETTERS) if number % SELDOM == 0 else ()
            yield from through((*ONE_AT_A_TIME, *roomy), 1)(stage)
        publish(stage)
        yield from published(stage)

    return walk
