"""Prints the notices of a period as one PDF, each as its page prints; it lays out nothing itself.

Chromium prints (room `chromium`), for the style sheet for paper is the page's own. It opens files of the site that
stands.
"""

import argparse
import io
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from pypdf import PdfReader, PdfWriter

from mingbai import chromium, progress
from mingbai.calling import add_lang
from mingbai.errors import UsageError
from mingbai.filings import FilingId
from mingbai.messages import hint, say
from mingbai.periods import Period
from mingbai.portal import Portal
from mingbai.sharing import share_out

PAPERS = {"A4": 1.0, "A3": 2**0.5}  # by how much a page of A4 grows


def add_options(command: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    command.add_argument("--unit", required=True, help=hint("cli.notices.unit"))
    command.add_argument("--period", required=True, help=hint("cli.notices.period"))
    command.add_argument("--out", type=Path, help=hint("cli.notices.out"))
    command.add_argument("--paper", choices=PAPERS, default="A4", help=hint("cli.notices.paper"))
    add_lang(command, "zh")


def run(portal: Portal, options: argparse.Namespace) -> int:
    """Print what `options` name. Raises UsageError where there is nothing to print, or nothing to print with."""
    target = options.out or Path(f"{options.unit}-{options.period}-{options.paper}.pdf")
    if target.exists():
        raise UsageError(say("notices.there", options.lang, file=target))
    found = filings(portal, options.unit, options.period, options.lang)
    if not found:
        raise UsageError(say("notices.none", options.lang, unit=options.unit, period=options.period))
    print(say("notices.printing", options.lang, count=len(found)), file=sys.stderr)
    with progress.shown("progress.notices"):
        printed = pdf(portal, found, PAPERS[options.paper], options.lang)
    target.write_bytes(printed)
    print(say("notices.done", options.lang, count=len(found), file=target))
    return 0


def filings(portal: Portal, slug: str, label: str, lang: str) -> list[FilingId]:
    """Return the filings of a unit and all below it whose periods lie in the one of `label`.

    Raises UsageError for a unit that is not there and for what is no period.
    """
    period = _period(label, lang)
    if slug not in portal.units.slugs():
        raise UsageError(say("cli.no_unit", lang, unit=slug))
    units = _below(portal, slug, period)
    return [
        id
        for id in portal.filing_ids()
        if id.unit in units and period.first <= id.period.first and id.period.last <= period.last
    ]


def pages(portal: Portal, found: Sequence[FilingId], lang: str) -> list[Path]:
    """Return where the pages of these filings lie in the site that stands. Raises UsageError where one is missing."""
    site = portal.root / "build" / "site"
    there = [site / ("" if lang == "zh" else lang) / id.address.strip("/") / "index.html" for id in found]
    if not all(page.is_file() for page in there):
        raise UsageError(say("notices.not_built", lang))
    return there


def pdf(portal: Portal, found: Sequence[FilingId], scale: float, lang: str) -> bytes:
    """Return the pages of these filings, one after the other, `scale` times as wide as A4."""
    there, browser = pages(portal, found, lang), chromium.browser(lang)
    writer = PdfWriter()
    for data in share_out(partial(_printed, browser, lang), there, few=2):
        for page in PdfReader(io.BytesIO(data)).pages:
            writer.add_page(page).scale_by(scale)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _printed(browser: str, lang: str, page: Path) -> bytes:
    """Return one page as PDF."""
    return chromium.brought(browser, page, lang, "pdf", "--no-pdf-header-footer")


def _below(portal: Portal, slug: str, period: Period) -> set[str]:
    """Return a unit and all below it on the last day of the period."""
    found = {slug}
    for unit in portal.units.children(slug, period.last):
        found |= _below(portal, unit.slug, period)
    return found


def _period(label: str, lang: str) -> Period:
    try:
        return Period.parse(label)
    except ValueError:
        raise UsageError(say("notices.bad_period", lang, period=label)) from None
