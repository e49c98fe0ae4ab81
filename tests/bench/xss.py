"""Puts payloads into every place where words from outside are shown: `scripts/bench xss --rounds 240`.

Each page is opened in Chromium without the policy that forbids inline script, every seventh with it as well.
Nothing may run and nothing may become markup. A combination is a payload in a field on a page where its words were
really seen; those that were refused or cut off are counted by themselves, and so are those behind pages that do not
show the field.
"""

import argparse
import logging
import tempfile
import time
from collections import Counter
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.xss.payloads import payloads
from tests.browser.xss.run import everywhere, look, staged

every = payloads()
parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--rounds", type=int, default=len(every), help="how often each place gets other payloads")
said = parser.parse_args()
logging.disable(logging.INFO)

begun = time.monotonic()
with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
    browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    with staged(Path(folder) / "portal", every) as stage:
        found = look(browser, stage, everywhere(said.rounds))
    browser.close()
fields = {(name, number) for _, name, number in found.seen}
print(
    f"xss: {len(every)} payloads, {len(fields)} times one in a field, {len(found.seen)} combinations with the"
    f" {len({page for page, *_ in found.seen})} pages that show it, all seen as words; {len(found.lost)} refused or cut"
    f" off, {len(found.silent)} behind pages that do not show them; {found.visits} pages opened,"
    f" {found.executions.total()} executions, {found.escapes.total()} escapes, {time.monotonic() - begun:.0f} s"
)
for (page, name), count in sorted(found.executions.items()):
    print(f"  ran on {page}: {name}, {count} times")
for (page, name), count in sorted(found.escapes.items()):
    print(f"  became markup on {page}: {name}, {count} times")
for (page, name), count in Counter((page, name) for page, name, _ in found.lost).most_common():
    print(f"  refused or cut off on {page}: {name}, {count} times")
for page, name in sorted(found.places - found.reached):
    print(f"  never seen on {page}: {name}")
for (page, status), count in sorted(found.astray.items()):
    print(f"  answered with {status}: {page}, {count} times")
raise SystemExit(bool(found.executions or found.escapes or found.astray or found.places - found.reached))
