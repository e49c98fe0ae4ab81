"""Lets the Chromium of the machine print or draw one page; it knows no page, and gives the browser no network.

Style sheets are the page's own, fonts are those of the machine (`chromium` and `fonts-noto-cjk` of Debian).
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from mingbai.errors import UsageError
from mingbai.messages import say

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_SECONDS = 120  # for one page
_INTO = {"pdf": "--print-to-pdf", "png": "--screenshot"}
_QUIET = (
    *("--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
    *("--proxy-server=127.0.0.1:1", "--proxy-bypass-list=<-loopback>"),  # nothing is fetched from anywhere
)


def browser(lang: str) -> str:
    """Return the path of the browser. Raises UsageError, saying what to install, where there is none."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        raise UsageError(say("chromium.none", lang))
    return found


def brought(browser: str, page: Path, lang: str, sort: str, *words: str) -> bytes:
    """Return the browser's `pdf` or `png` of a page, made with `words` more.

    Raises UsageError where the browser does not bring it about.
    """
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / f"made.{sort}"
        rights = ["--no-sandbox"] if os.geteuid() == 0 else []  # root has no sandbox; the page is our own
        called = [
            browser,
            *_QUIET,
            *rights,
            f"--user-data-dir={folder}/browser",
            f"{_INTO[sort]}={made}",
            *words,
        ]
        try:
            subprocess.run(
                [*called, page.resolve().as_uri()], capture_output=True, timeout=_SECONDS, check=True
            )
            return made.read_bytes()
        except (subprocess.SubprocessError, OSError) as reason:
            raise UsageError(say("chromium.failed", lang, page=page, browser=browser)) from reason
