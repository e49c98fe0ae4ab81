"""Reads what a build was asked for: the folder to write to, and the day it is as of; it changes no setting."""

import os
import re
from datetime import date, datetime
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

from mingbai.errors import PortalError
from mingbai.messages import say
from mingbai.portal import Portal


def folder(config: MkDocsConfig) -> Path | None:
    """Return the output folder that was asked for; MkDocs's own default, `site`, was asked for by nobody."""
    settings = Path(config.config_file_path)
    named = re.search(r"^site_dir\s*:", settings.read_text(encoding="utf-8"), re.MULTILINE)
    default = settings.parent / "site"
    return None if named is None and Path(config.site_dir) == default else Path(config.site_dir)


def day(portal: Portal) -> date | None:
    """Return the day of SOURCE_DATE_EPOCH in the portal's time zone (reproducible-builds.org), None without it."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        return (
            None if seconds is None else datetime.fromtimestamp(int(seconds), portal.settings.timezone).date()
        )
    except (ValueError, OverflowError, OSError):
        raise PortalError(say("release.epoch", found=seconds)) from None
