"""Judges the demo as browsers' makers and the W3C do: `scripts/bench quality`; it says figures and mends nothing.

Lighthouse looks at the pages that residents come to, as on a phone; the W3C's checker (vnu) reads every page; the
catalogue for harvesters is held against the shapes of DCAT-AP. The demo is built with an address and without its mark
of a demo, which asks search engines to stay away. Run it where nothing else runs: a busy machine makes slow pages.
`--planted` puts up a page and a catalogue that they must find fault with.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from mingbai.plugin import build
from tests.browser.conftest import CHROMIUM, FLAGS, ROOT, serving

TOOLS = ROOT / "tests" / "browser" / "whole"
FILING = "/u/lianqiao/finance/2026-Q2/"
PAGES = ("/", "/u/lianqiao/", FILING, "/board/", "/search/", "/ask")
SORTS = ("performance", "accessibility", "best-practices", "seo")
PLANTED = "/planted/"
CATALOGUE = "catalogue/dcat.jsonld"
RUNS = 5  # one alone differs by some points: github.com/GoogleChrome/lighthouse, docs/variability.md
READABLE, LIGHT = 1500, 60_000  # milliseconds; bytes
# What of the page and its files had come when it was painted; a file whose size is not told counts in full.
_SIZES = """painted => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .filter(each => each.responseEnd <= painted).reduce((sum, each) => sum + each.transferSize, 0)"""
_BROKEN = (
    '<!doctype html><title>x</title><p id="a"><div id="a"><img src="/assets/images/seal.svg"><font>x</font>'
)


@contextmanager
def portal(planted: bool) -> Iterator[tuple[Path, str]]:
    """Build and serve the demo as a portal of its own; yield where it stands and its address."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for part in ("content", "datasets"):
            shutil.copytree(ROOT / part, root / part)
        text = (ROOT / "mkdocs.yml").read_text("utf-8").replace("    demo: true\n", "")
        (root / "mkdocs.yml").write_text(f"site_url: https://mingbai.example.cn/\n{text}", "utf-8")
        site = build(root).resolve()  # as of today: an old site says so, and its pages move
        if planted:
            (site / PLANTED.strip("/")).mkdir()
            (site / PLANTED.strip("/") / "index.html").write_text(_BROKEN, "utf-8")
            catalogue = site / CATALOGUE
            catalogue.write_text(
                catalogue.read_text("utf-8").replace("dcat:accessURL", "dct:source"), "utf-8"
            )
        with serving(root) as address:
            yield site, address


def lighthouse(address: str) -> dict[str, int]:
    """Return what Lighthouse gives a page of 100, by sort: the median of five runs, as its makers advise."""
    runs = [_lighthouse(address) for _ in range(RUNS)]
    return {sort: round(median(run[sort] for run in runs)) for sort in SORTS}


def _lighthouse(address: str) -> dict[str, int]:
    """Return what one run gives, with its own telephone and network."""
    flags = " ".join(["--headless=new", *FLAGS])
    command = ["node_modules/.bin/lighthouse", address, "--quiet", "--output=json", f"--chrome-flags={flags}"]
    done = subprocess.run(
        [*command, f"--only-categories={','.join(SORTS)}"],
        cwd=TOOLS,
        env=os.environ | {"CHROME_PATH": CHROMIUM},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)["categories"]
    return {sort: round(100 * (found[sort]["score"] or 0)) for sort in SORTS}


def first_view(address: str) -> tuple[int, int]:
    """Return after how many milliseconds the text of a page stands, and how many bytes had come by then.

    On an old telephone far out: 1.6 Mbit/s, 150 ms there and back, a processor four times as slow.
    """
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 360, "height": 740})
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        slow = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 200_000}
        line.send("Network.emulateNetworkConditions", slow)
        line.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.goto(address)
        paint = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
        painted = page.wait_for_function(paint).json_value()
        sizes = page.evaluate(_SIZES, painted)
        browser.close()
    return round(painted), sizes


def faults(site: Path) -> list[str]:
    """Return what the W3C's checker calls an error, with its page."""
    checker = TOOLS / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    command = ["java", "-jar", checker, "--errors-only", "--format", "json", "--skip-non-html", site]
    told = json.loads(subprocess.run(command, stderr=subprocess.PIPE, check=False).stderr)["messages"]
    return [f"{each['url'].removeprefix(f'file:{site}')}: {each['message']}" for each in told]


def refused(site: Path) -> list[str]:
    """Return what the shapes of DCAT-AP refuse in the catalogue for harvesters."""
    command = ["node", TOOLS / "catalogue.mjs", TOOLS / "dcat-ap-3.0.1.ttl", site / CATALOGUE]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()


def main() -> int:
    """Judge, print one line a page, and return 1 where something is less than it could be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--planted", action="store_true")
    planted, slow = parser.parse_args().planted, False
    subprocess.run(["npm", "ci", "--prefix", TOOLS, "--no-audit", "--no-fund", "--silent"], check=True)
    with portal(planted) as (site, address):
        wrong, unheard = faults(site), refused(site)
        count = len(list(site.rglob("*.html")))
        if not planted:
            painted, size = first_view(address + FILING)
            print(f"quality: {FILING} can be read after {painted} ms and {size // 1000} kB")
            slow = painted > READABLE or size > LIGHT
        print(f"quality: {len(wrong)} errors on {count} pages", *wrong[:20], sep="\n  ")
        print(f"quality: {len(unheard)} faults in the catalogue", *unheard[:5], sep="\n  ")
        worst = 100
        for page in (PLANTED,) if planted else PAGES:
            scores = lighthouse(address + page)
            worst = min(worst, *scores.values())
            print(f"quality: {page}", *(f"{sort} {score}" for sort, score in scores.items()), sep="  ")
    return int(bool(wrong or unheard) or slow or worst < 100)


if __name__ == "__main__":
    sys.exit(main())
