"""Prints the notices of a period as one PDF, each as its page prints; it lays out nothing itself.

Chromium prints, for the style sheet for paper is the page's own and the fonts are those of the machine (`chromium` and
`fonts-noto-cjk` of Debian). It opens files of the site that stands and is given no network.
"""

import argparse
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from pypdf import PdfReader, PdfWriter

from mingbai.calling import add_lang
from mingbai.errors import UsageError
from mingbai.filings import FilingId
from mingbai.messages import hint, say
from mingbai.periods import Period
from mingbai.portal import Portal
from mingbai.sharing import share_out

PAPERS = {"A4": 1.0, "A3": 2**0.5}  # by how much a page of A4 grows
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_SECONDS = 120  # for one page
_QUIET = (
    *("--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-pdf-header-footer"),
    *("--proxy-server=127.0.0.1:1", "--proxy-bypass-list=<-loopback>"),  # nothing is fetched from anywhere
)


def add_options(command: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    command.add_argument("--unit", required=True, help=hint("cli.notices.unit"))
    command.add_argument("--period", required=True, help=hint("cli.notices.period"))
    command.add_argument("--out", type=Path, help=hint("cli.notices.out"))
    command.add_argument("--paper", choices=PAPERS, default="A4", help=hint("cli.notices.paper"))
    add_lang(command)


def run(portal: Portal, options: argparse.Namespace) -> int:
    """Print what `options` name. Raises UsageError where there is nothing to print, or nothing to print with."""
    target = options.out or Path(f"{options.unit}-{options.period}-{options.paper}.pdf")
    if target.exists():
        raise UsageError(say("notices.there", options.lang, file=target))
    found = filings(portal, options.unit, _period(options.period), options.lang)
    print(say("notices.printing", options.lang, count=len(found)), file=sys.stderr)
    target.write_bytes(pdf(portal, found, PAPERS[options.paper], options.lang))
    print(say("notices.done", options.lang, count=len(found), file=target))
    return 0


def filings(portal: Portal, slug: str, period: Period, lang: str) -> list[FilingId]:
    """Return the filings of a unit and all below it whose periods lie in `period`. Raises UsageError for none."""
    if slug not in portal.units.slugs():
        raise UsageError(say("cli.no_unit", lang, unit=slug))
    units = _below(portal, slug, period)
    found = [
        id
        for id in portal.filing_ids()
        if id.unit in units and period.first <= id.period.first and id.period.last <= period.last
    ]
    if not found:
        raise UsageError(say("notices.none", lang, unit=slug, period=period.label))
    return found


def pdf(portal: Portal, found: Sequence[FilingId], scale: float, lang: str) -> bytes:
    """Return the pages of these filings, one after the other, `scale` times as wide as A4."""
    site = portal.root / "build" / "site"
    pages = [site / ("" if lang == "zh" else lang) / id.address.strip("/") / "index.html" for id in found]
    if not all(page.is_file() for page in pages):
        raise UsageError(say("notices.not_built", lang))
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        raise UsageError(say("notices.no_browser", lang))
    writer = PdfWriter()
    for data in share_out(partial(_printed, browser, lang), pages, few=2):
        for page in PdfReader(io.BytesIO(data)).pages:
            writer.add_page(page).scale_by(scale)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _printed(browser: str, lang: str, page: Path) -> bytes:
    """Return one page as PDF. Raises UsageError where the browser does not bring it about."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "notice.pdf"
        rights = ["--no-sandbox"] if os.geteuid() == 0 else []  # root has no sandbox; the page is our own
        words = [browser, *_QUIET, *rights, f"--user-data-dir={folder}/browser", f"--print-to-pdf={made}"]
        try:
            subprocess.run(
                [*words, page.resolve().as_uri()], capture_output=True, timeout=_SECONDS, check=True
            )
            return made.read_bytes()
        except (subprocess.SubprocessError, OSError) as reason:
            raise UsageError(say("notices.failed", lang, page=page, browser=browser)) from reason


def _below(portal: Portal, slug: str, period: Period) -> set[str]:
    """Return a unit and all below it on the last day of the period."""
    found = {slug}
    for unit in portal.units.children(slug, period.last):
        found |= _below(portal, unit.slug, period)
    return found


def _period(label: str) -> Period:
    try:
        return Period.parse(label)
    except ValueError:
        raise UsageError(say("notices.bad_period", period=label)) from None
